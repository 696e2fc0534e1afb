"""What the guard of an insert costs: the same ingest, fenced and plain, in turns, on the same topic.

    python -m tests.bench.fence_cost [--readings 200000] [--rounds 6]

Budget: less than 3 % of ingest's rate, at 10,000 rows an insert.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from config.settings import SCHEMA, Settings
from streams import kafka
from streams.clickhouse import Database
from streams.fence import Fence
from streams.fences import Fences
from streams.heap import spare_the_collector
from streams.migrations import migrate
from tests.bench import ingest_rate
from tests.contract.clickhouse_part import start
from tests.contract.kafka_part import Broker, fresh_prefix


class Timed:
    """Inserts of a store, and how long each took."""

    def __init__(self, fenced: bool) -> None:
        self.seconds: list[float] = []
        self._whole = Fences.insert if fenced else plain

    def __call__(self, fences: Fences, table: str, columns: Mapping[str, Sequence[Any]], fence: Fence) -> int:
        began = time.perf_counter()
        try:
            return self._whole(fences, table, columns, fence)
        finally:
            self.seconds.append(time.perf_counter() - began)


def plain(fences: Fences, table: str, columns: Mapping[str, Sequence[Any]], _: Fence) -> int:
    """An insert as it was before there were fences."""
    return fences._database.insert(table, columns)


def measure(broker: Broker, database: Database, messages: list[bytes], fenced: bool) -> tuple[float, float]:
    """(readings a second, median ms of an insert)."""
    settings = Settings(kafka_port=broker.port, topic_prefix=fresh_prefix())
    kafka.ensure_topics(settings)
    ingest_rate.fill(settings, messages)
    timed = Timed(fenced)
    with patch.object(Fences, "insert", lambda *given: timed(*given)):  # noqa: PLW0108 - binds
        took = ingest_rate.our_seconds(settings, database, len(messages))[0]
    return len(messages) / took, median(timed.seconds) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    spare_the_collector()
    broker, messages = Broker(), ingest_rate.singles(given.readings)
    broker.start()
    with tempfile.TemporaryDirectory() as folder:
        served = start(Path(folder) / "data")
        database = Database(served.url.replace("/default", "/yiping"))
        try:
            database.create()
            migrate(database, SCHEMA)
            found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
            for turn in range(given.rounds * 2):
                found[turn % 2 == 0].append(measure(broker, database, messages, turn % 2 == 0))
        finally:
            database.close()
            served.stop()
            broker.stop()
    for fenced, figures in found.items():
        rate, insert = (median(one[place] for one in figures) for place in (0, 1))
        told = {"fenced": fenced, "rounds": given.rounds, "readings_per_s": round(rate), "insert_ms": round(insert, 2)}
        print(json.dumps(told))  # noqa: T201 - what a bench is for


if __name__ == "__main__":
    main()
