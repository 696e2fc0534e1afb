"""What one beat of `watch` costs with many rules over many devices, on the embedded ClickHouse.

`python -m tests.bench.watch_beat [--rules 200] [--devices 100000] [--readings 10000000] [--beats 10] [--data DIR]`: a
folder that is filled already is used again. The rules are those of the book, then the same again with other numbers and
windows. The goal is two seconds for 200 rules, 100,000 devices and 10 M readings on two cores (issue: Scale). One JSON
line for each question of a beat (times in ms), then one with the beats and what of them was the database's.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any, cast

from alerts.hearing import Kept
from alerts.rulebook import read_rulebook
from alerts.rules import Readings, Rule, RuleBook
from alerts.watch import HANDS, Watch
from config.city import CityProfile
from config.read import read_city
from layers.geometry import City, load_city
from streams.clickhouse import Answer, Database, Question
from streams.rollup import Rollup
from tests.bench.made_city import DAY, FLEETS, HOUR, devices, question
from tests.bench.questions import newest, percentile, serving, tell

XINING = sum(count for _, count, _ in FLEETS.values())


@dataclass
class Timed:
    """A database that notes how long each question takes."""

    database: Database
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def ask(self, question: Question, **params: object) -> Answer:
        began = time.perf_counter()
        answer = self.database.ask(question, **params)
        self.seconds[f"{question.name} {params.get('metric', '')}".strip()].append(time.perf_counter() - began)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)


def fill(database: Database, city: City, count: int, readings: int, now: int) -> None:
    """So many devices that said so many readings in the last day, each at the same interval."""
    every = round(DAY * count / readings)
    database.command(question("devices").sql)
    rows = [{**row, "every": every} for row in islice(devices(city, count / XINING), count)]
    database.insert("bench_devices", {key: [row[key] for row in rows] for key in rows[0]})
    for since in range(now - DAY, now, HOUR):
        database.ask(question("readings"), since_ms=since, until_ms=since + HOUR, nth=1, turn=0)
    database.ask(question("cases"), until_ms=now, cases=20_000)
    database.ask(question("events"), until_ms=now, events=2000)


def many(count: int) -> RuleBook:
    """So many rules: the book's, then those of readings that the made-up city sends again, a little otherwise."""
    own = list(read_rulebook().enabled)
    mine = [rule for rule in own if isinstance(rule.watch, Readings) and rule.watch.metric in FLEETS]
    more = islice(zip(cycle(mine), range(count)), max(0, count - len(own)))
    return RuleBook(rules=(*own[:count], *(_again(rule, number) for rule, number in more)))


def _again(rule: Rule, number: int) -> Rule:
    """The same rule under another key, its numbers and window a little larger."""
    step = 1 + (number // 10 + 1) / 100
    levels = {
        name: one if one.at is None else one.model_copy(update={"at": one.at * step})
        for name, one in rule.levels.items()
    }
    window = rule.watch.window + 60_000 * (number // 30)  # type: ignore[union-attr]
    watch = rule.watch.model_copy(update={"window": window})
    return rule.model_copy(update={"key": f"{rule.key}_{number}", "levels": levels, "watch": watch, "inhibits": ()})


def measure(database: Database, profile: CityProfile, book: RuleBook, now: int, beats: int) -> None:
    timed = Timed(database)
    watch = Watch(cast(Database, timed), profile, book, "bench:1", now, kept=Kept(ThreadPoolExecutor(HANDS)))
    seconds, asked = [], []
    for number in range(beats + 2):  # the first two read the journal and open what is to be opened
        if number == 2:
            timed.seconds.clear()
        before, began = sum(map(sum, timed.seconds.values())), time.perf_counter()
        watch.decide(now + number * 1000)
        if number >= 2:
            seconds.append(time.perf_counter() - began)
            asked.append(sum(map(sum, timed.seconds.values())) - before)
    for name, some in sorted(timed.seconds.items(), key=lambda item: -sum(item[1])):
        tell(question=name, asked=len(some) / beats, p50=percentile(some, 0.5), p95=percentile(some, 0.95))
    places = sum(map(len, watch.states.values()))
    tell(
        rules=len(book.enabled), failed=sorted(watch.failed), places=places, beats=beats,
        beat_ms={share: percentile(seconds, share / 100) for share in (50, 95)},
        database_ms={share: percentile(asked, share / 100) for share in (50, 95)},
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("rules", 200), ("devices", 100_000), ("readings", 10_000_000), ("beats", 10)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--data", type=Path)
    args = parser.parse_args()
    profile = read_city("xining")
    city = load_city(profile)
    with serving(args.data) as (database, _server):
        now = newest(database) or time.time_ns() // 1_000_000
        if not newest(database):
            fill(database, city, args.devices, args.readings, now)
        Rollup(database).turn(now)
        count = database.ask(Question("count", "SELECT count() AS n, uniqExact(metric, device) AS d FROM readings"))
        tell(**count.rows()[0])
        measure(database, profile, many(args.rules), now, args.beats)


if __name__ == "__main__":
    main()
