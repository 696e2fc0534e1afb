"""How fast history is gone through: 100 devices and a city's calls, all default rules, a look each 30 s, one core.

`python -m tests.bench.backtest [DAYS]` prints how many times as fast as it happened, reading the messages apart. Time
is the processor's, so that what else the machine does is not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from alerts.replay import Replay, beats
from alerts.rulebook import read_rulebook
from config.read import read_city
from dashboard.backtest_files import past
from streams.history import History
from streams.map_files import read_places

START = round(datetime(2021, 7, 18, tzinfo=UTC).timestamp())
DAY = 86_400
EVERY = 30_000
CALLS = 1_200  # a day
KINDS = {  # devices, seconds between readings, metrics with the greatest value of a storm
    "rain": (34, 60, {"rain": 3.0}),
    "wl": (8, 60, {"water_level": 5.5}),
    "mh": (20, 120, {"manhole_level": 2.6}),
    "pump": (8, 60, {"pump_state": 2.0, "sump_level": 3.6}),
    "air": (8, 300, {"pm25": 160.0, "pm10": 300.0}),
    "tr": (12, 60, {"traffic_speed": 60.0, "traffic_flow": 40.0}),
    "smoke": (10, 120, {"smoke": 1.0}),
}


def said(chance: Random, days: int) -> Iterator[bytes]:
    """Messages of 100 devices; a storm each evening."""
    for kind, (count, every, metrics) in KINDS.items():
        for number in range(count):
            place = {"lat": 36.5 + chance.random() / 3, "lon": 101.6 + chance.random() / 3}
            for second in range(chance.randrange(every), days * DAY, every):
                storm = 1.0 if second % DAY > 18 * 3_600 else 0.1
                for metric, most in metrics.items():
                    value = round(most * storm * chance.random(), 2)
                    one = {"device": f"{kind}-{number:03}", "metric": metric, "at": (START + second) * 1000}
                    yield json.dumps(one | {"value": value if metric != "pump_state" else int(value)} | place).encode()


def called(chance: Random, days: int) -> Iterator[bytes]:
    for number in range(CALLS * days):
        at = START + chance.randrange(days * DAY)
        place = {"lat": 36.5 + chance.random() / 3, "lon": 101.6 + chance.random() / 3}
        for stage, later in (("reported", 0), ("dispatched", 600), ("closed", chance.randrange(2 * DAY))):
            one = {"case": f"c{number}", "at": (START + at - START + later) * 1000, "stage": stage}
            yield json.dumps(one | {"due": (at + DAY) * 1000} | place).encode()


def main(days: int) -> None:
    chance, profile = Random(4), read_city("xining")
    messages, calls = list(said(chance, days)), list(called(chance, days))
    rules = read_rulebook().enabled
    began = time.process_time()
    history = History(read_places(profile), foreign=True)
    history.add("iot", messages)
    history.add("cases", calls)
    memory = past(history, profile, foreign=True).memory()
    read = time.process_time()
    replay = Replay(memory, profile, rules)
    first = START * 1000
    told = sum(len(replay.turn(now)) for now in beats(first, first + days * DAY * 1000, EVERY))
    decided = time.process_time()
    figures = {
        "days": days,
        "readings": len(messages),
        "steps_of_cases": len(calls),
        "rules": len(rules),
        "transitions": told,
        "readings_per_s": round(len(messages) / (read - began)),
        "times_real_time": round(days * DAY / (decided - read)),
        "times_real_time_with_reading": round(days * DAY / (decided - began)),
        "failed_rules": sorted(replay.failed),
    }
    print(json.dumps(figures))  # noqa: T201 - what a bench is for


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
