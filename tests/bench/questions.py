"""What every question costs at N readings: wall, map, desk, ops, brief, rules and ingest, on the embedded ClickHouse.

`python -m tests.bench.questions --readings 50000000 [--data DIR]`: a folder that is filled already is used again. The
code of each screen is run once to learn what it asks; then each question is asked `--rounds` times. One JSON line a
question (who asks it, times in ms, rows read as EXPLAIN ESTIMATE has them), then what a whole snapshot takes.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from alerts import journal, measures
from alerts.rulebook import read_rulebook
from config.read import read_city
from config.settings import SCHEMA
from dashboard import inflow
from dashboard.atlas import outlines
from dashboard.brief.facts import build
from dashboard.ops.report import report
from layers import curves, inside
from layers.area import around
from layers.asking import ask
from layers.asking import question as named
from layers.catalog import layer
from layers.cells import cells
from layers.geometry import City, load_city
from layers.scope import of_cell, of_district, of_ring
from layers.snapshot import take
from streams.clickhouse import Answer, Database, Question
from streams.migrations import migrate
from streams.rollup import Rollup
from streams.store import Store
from tests.bench.made_city import HOUR, fill, question
from tests.contract.clickhouse_part import start

BUDGET_MS = 50
"""For the 95th percentile of a question of the wall and of the map."""

MOVED = ("first", "now_ms", "fresh_ms", "until_ms", "midnight_ms", "week_now_ms", "week_midnight_ms")
"""What differs from round to round. Not where a window begins: only of a full hour do rollups of hours serve."""


@dataclass
class Listening:
    """A database that writes down what it is asked, by name and parameters."""

    database: Database
    heard: dict[tuple[str, str], tuple[Question, dict[str, Any]]] = field(default_factory=dict)

    def ask(self, question: Question, **params: object) -> Answer:
        alike = json.dumps(params, sort_keys=True, default=str)
        self.heard.setdefault((question.name, alike), (question, params))
        return self.database.ask(question, **params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)


def wall(database: Any, city: City, now: datetime) -> None:
    found = take(database, city, now)
    assert not found.failures, found.failures
    journal.open_alerts(database, now)
    inflow.watched(database, now)


MAP = (
    "rain.sum.15", "rain.sum.60", "rain", "rain.sum.1440", "rain.last.15", "air.avg.1440", "smoke", "smoke.max.1440",
    "pump_state", "blind", "overdue", "calls", "events", "risk",
)  # fmt: skip
"""Layers that the map asks and the wall does not: short and long windows of the metrics with most devices."""


def atlas(database: Any, city: City, now: datetime) -> None:
    for key in MAP:
        cells(database, city, layer(key), now, 8, city.bounds)
    outlines.in_force(database, now)


def panel(database: Any, city: City, now: datetime) -> None:
    """What is told of a cell with its ring, of a district, a polygon and a device, and what a search asks."""
    middle = city.grid.cell_at(city.profile.view.lat, city.profile.view.lon)
    district = city.districts[0]
    for look in (
        of_cell(middle, 9),
        of_district(district.adcode, (district.lat, district.lon)),
        of_ring(around(middle, 3)),
    ):
        inside.devices(database, look, now, "rain")
        inside.cases(database, look, now)
        inside.events(database, look, now)
        inside.past(database, look, now)
        curves.day(database, look, ("rain", "smoke"), now)
        curves.week(database, look, ("rain", "smoke"), now)
    inside.device(database, "rain-00017", now)
    for text in ("rain-000", "00017", "nothing"):
        ask(database, "devices_named", now, timedelta(hours=1), text=text, most=12)
        database.ask(named("cases_named"), text=text, now_ms=round(now.timestamp() * 1000), most=12)


def desk(database: Any, city: City, now: datetime) -> None:
    inflow.readings(database, "rain-00017", "rain", now - timedelta(hours=6), now)
    inflow.readings(database, "smoke-00017", "smoke", now - timedelta(days=2), now)
    journal.history(database, "place-17", now - timedelta(days=30))


def ops(database: Any, city: City, now: datetime) -> None:
    found = report(database, Path(), now, ("iot", ""))
    assert not found.failures, found.failures


def brief(database: Any, city: City, now: datetime) -> None:
    build(database, city, read_rulebook(), (now - timedelta(days=1)).astimezone(city.zone).date(), now)
    build(database, city, read_rulebook(), now.astimezone(city.zone).date(), now)


def watch(database: Any, city: City, now: datetime) -> None:
    rules = read_rulebook().rules
    asking = measures.Asking(database, city.profile, rules, round(now.timestamp() * 1000))
    for rule in rules:
        asking.observe(rule, {})
    journal.load_states(database)


def ingest(database: Any, city: City, now: datetime) -> None:
    """What it asks when partitions are assigned: a commit of a second, and of half an hour ago; a new topic."""
    store = Store(database)
    end = (round(now.timestamp() * 1000) - 1_700_000_000_000) // 20
    for stream, epoch in (
        ("iot", "5c1d0e86-4f3a-4a4c-9d69-0b3f6a2c7a11"),
        ("cases", "b71b6a1c-7a0e-4d3c-8b8e-2f5f7f6a9d02"),
        ("events", "9d3e1f70-3f83-47f5-a6de-5f6f7b9c4c03"),
    ):
        store.stored(stream, epoch, 1, end - 50)
        store.stored(stream, epoch, 1, end - HOUR // 2 // 20)
        store.stored(stream, "00000000-0000-0000-0000-000000000000", 1, 0)
    store.close()


SCREENS: Mapping[str, Callable[[Any, City, datetime], None]] = {
    "wall": wall,
    "map": atlas,
    "panel": panel,
    "desk": desk,
    "ops": ops,
    "brief": brief,
    "watch": watch,
    "ingest": ingest,
}


@contextmanager
def serving(folder: Path | None) -> Iterator[tuple[Database, psutil.Process]]:
    """A database in a folder, or in one that is gone afterwards."""
    with tempfile.TemporaryDirectory() as other:
        served = start(folder or Path(other))
        try:
            database = Database(f"clickhouse://default@127.0.0.1:{served.port}/yiping?send_receive_timeout=600")
            database.create()
            migrate(database, SCHEMA)
            yield database, psutil.Process(served.process.pid)
            database.close()
        finally:
            served.stop()


def newest(database: Database) -> int:
    """Epoch ms of the newest reading; 0 when there is none."""
    found = Question("newest", "SELECT toUnixTimestamp64Milli(max(at)) AS ms FROM readings")
    return int(database.ask(found).column("ms")[0])


def percentile(seconds: list[float], share: float) -> float:
    """In ms; the largest of few."""
    return round(sorted(seconds)[min(int(share * len(seconds)), len(seconds) - 1)] * 1000, 1)


def rows_read(database: Database, question: Question, params: Mapping[str, Any]) -> int:
    """Rows of the parts and marks that the question would read."""
    explain = Question("explain", f"EXPLAIN ESTIMATE {question.sql}")
    try:
        return sum(database.ask(explain, **params).column("rows"))
    except Exception:
        return -1


def timed(database: Database, question: Question, params: Mapping[str, Any], rounds: int) -> list[float]:
    """Seconds of each round. Each asks about another millisecond: the engine remembers where it found nothing."""
    seconds = []
    for number in range(rounds):
        moved = {
            key: value + number if key in MOVED or (key == "since_ms" and "now_ms" not in params) else value
            for key, value in params.items()
        }
        began = time.perf_counter()
        database.ask(question, **moved)
        seconds.append(time.perf_counter() - began)
    return seconds


def cpu(*processes: psutil.Process) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def tell(**figures: Any) -> None:
    print(json.dumps(figures, ensure_ascii=False), flush=True)  # noqa: T201 - what a bench is for


def measure(served: tuple[Database, psutil.Process], city: City, now: datetime, rounds: int, only: str) -> None:
    database, server = served
    for screen, look in SCREENS.items():
        if only and screen not in only.split(","):
            continue
        listening = Listening(database)
        look(listening, city, now)
        for asked, params in listening.heard.values():
            began = cpu(server)
            seconds = timed(database, asked, params, rounds)
            used = (cpu(server) - began) / rounds * 1000
            p95 = percentile(seconds, 0.95)
            about = told_of(params)
            tell(
                screen=screen, question=asked.name, about=about, p50=percentile(seconds, 0.5), p95=p95, cpu=round(used),
                rows=rows_read(database, asked, params), over=screen in ("wall", "map", "panel") and p95 > BUDGET_MS,
            )  # fmt: skip


def told_of(params: Mapping[str, Any]) -> str:
    """What of its parameters tells a question from another of the same name."""
    hours = (params["now_ms"] - params["since_ms"]) / HOUR if {"now_ms", "since_ms"} <= params.keys() else 0
    parts = [str(params[key]) for key in ("metric", "measure", "stage", "first") if key in params]
    return " ".join([*parts, f"{hours:.3g} h"] if hours and parts else parts)


def snapshots(database: Database, city: City, now: datetime, server: psutil.Process, count: int = 30) -> None:
    """CPU of a whole picture, and of one each second that takes over what still serves."""
    ours, before = psutil.Process(os.getpid()), None
    began, at = cpu(server, ours), time.perf_counter()
    take(database, city, now)
    used = round((cpu(server, ours) - began) * 1000)
    tell(snapshot="whole", cpu_ms=used, ms=percentile([time.perf_counter() - at], 1))
    began, seconds = cpu(server, ours), []
    for number in range(count):
        at = time.perf_counter()
        before = take(database, city, now + timedelta(seconds=number), before)
        seconds.append(time.perf_counter() - at)
    used = round((cpu(server, ours) - began) / count * 1000)
    tell(snapshot="each second", cpu_ms=used, p50=percentile(seconds, 0.5), p95=percentile(seconds, 0.95))


def roll_up(database: Database, server: psutil.Process, now: int) -> None:
    """Everything, as after an upgrade; then as each ten seconds."""
    rollup = Rollup(database)
    for what in ("everything", "the next look", "the one after"):
        began, at = cpu(server), time.perf_counter()
        made = rollup.turn(now)
        used = round(cpu(server) - began, 2)
        tell(rolled_up=what, buckets=made, seconds=round(time.perf_counter() - at, 2), cpu=used)


def merged(database: Database, patience_s: float = 300) -> None:
    """Wait until nothing is merged: what makes everything at once leaves more to be merged than a city that runs."""
    merging, began = Question("merging", "SELECT count() AS some FROM system.merges"), time.monotonic()
    while database.ask(merging).column("some")[0] and time.monotonic() - began < patience_s:
        time.sleep(1)
    tell(merged=True, seconds=round(time.monotonic() - began))


def sizes(database: Database) -> None:
    for row in database.ask(question("sizes")).rows():
        tell(**row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    city = load_city(read_city("xining"))
    with serving(given.data) as (database, server):
        if not newest(database):
            seconds = fill(database, city, given.readings, time.time_ns() // 1_000_000)
            tell(filled=True, seconds=round(seconds))
        sizes(database)
        now = datetime.fromtimestamp(newest(database) / 1000, UTC)
        roll_up(database, server, newest(database))
        merged(database)
        measure((database, server), city, now, given.rounds, given.only)
        snapshots(database, city, now, server)
        tell(server_mib=server.memory_info().rss >> 20)


if __name__ == "__main__":
    main()
