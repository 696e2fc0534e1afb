"""How fast ingest is, against what kafka-python alone polls from the same topic in the same run.

    python -m tests.bench.ingest_rate [--readings 300000] [--batches 3000] [--rounds 5] [--processes 2]

Budget: single readings >= 60 % of the raw poll rate; gateway batches of 100 >= 100,000 readings/s. Starts its own
embedded broker and database. Prints one JSON line a case, of medians; trust `cpu_ratio` on a machine that does other
things, too. With --processes it also says what so many processes store that share four partitions, against one.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import Future
from contextlib import ExitStack
from statistics import median
from typing import Any

from config.read import read_city
from config.settings import Settings
from streams import kafka
from streams.clickhouse import Database
from streams.fence import Fence
from streams.heap import spare_the_collector
from streams.ingest import Ingest
from streams.inlet import Inlet
from streams.map_files import read_places
from streams.pulse import Pulse
from streams.rows import Rows
from streams.store import Store
from tests.bench.stage import GATEWAY, Stage, epoch_of, fill, gateways, ingest, say, singles, stage, stored

PARTITIONS = 4
# Of all rounds: where 2,000 devices are is looked up once, by the first.
PLACES = read_places(read_city("xining"))


class Counting(Store):
    """Notes how many rows each insert has."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "bench")
        self.rows: list[int] = []

    def insert(self, rows: Rows, fence: Fence) -> Future[int]:
        self.rows.append(rows.length)
        return super().insert(rows, fence)


def raw_seconds(settings: Settings, count: int) -> tuple[float, float]:
    """(wall, CPU) seconds that kafka-python needs to poll `count` messages and do nothing with them."""
    consumer = kafka.consumer(settings, None)
    consumer.assign([kafka.TopicPartition(settings.topic("iot"), 0)])
    began, cpu, found = time.perf_counter(), time.process_time(), 0
    while found < count:
        found += sum(map(len, consumer.poll(200).values()))
    took = time.perf_counter() - began, time.process_time() - cpu
    consumer.close(timeout_ms=1_000)
    return took


def our_seconds(settings: Settings, database: Database, count: int) -> tuple[float, float, list[int]]:
    """(wall, CPU) seconds that ingest needs to store them, from the moment it joined the group; rows of each insert."""
    inlet, store = Inlet(settings), Counting(database)
    worker = Ingest(inlet, store, PLACES, Pulse("bench"))
    partition = kafka.TopicPartition(settings.topic("iot"), 0)
    while partition not in worker.done:
        worker.turn()
    began, cpu = time.perf_counter(), time.process_time()
    while worker.done[partition] < count:
        worker.turn()
    took = time.perf_counter() - began, time.process_time() - cpu
    inlet.close()
    store.close()
    return *took, store.rows


def measure(servers: Stage, messages: list[bytes], each: int) -> dict[str, float]:
    """Figures of one round: kafka-python alone, then ours, on a topic of their own."""
    settings, database = servers.settings(), servers.database
    fill(settings, messages)
    raw, raw_cpu = raw_seconds(settings, len(messages))
    ours, cpu, inserts = our_seconds(settings, database, len(messages))
    database.close()
    readings = len(messages) * each
    return {
        "raw_per_s": readings / raw,
        "ours_per_s": readings / ours,
        "ratio": raw / ours,
        "cpu_ratio": raw_cpu / cpu,
        "raw_cpu_us_per_reading": raw_cpu / readings * 1e6,
        "cpu_us_per_reading": cpu / readings * 1e6,
        "rows_per_insert_p50": median(inserts),
        "rows_per_insert_max": max(inserts),
    }


def report(case: str, rounds: list[dict[str, float]]) -> None:
    """The median of each figure: on a shared machine the same poll makes 130 or 200 thousand a second."""

    def middle(key: str) -> float:
        found = median(one[key] for one in rounds)
        return round(found) if key.endswith("_s") or key.startswith("rows") else round(found, 3)

    spread = [round(one["cpu_ratio"], 3) for one in rounds]
    say(case=case, rounds=len(rounds), **{key: middle(key) for key in rounds[0]}, cpu_ratios=spread)


def shared(servers: Stage, messages: list[bytes], processes: int) -> dict[str, Any]:
    """Readings a second and CPU of so many processes on one topic, from the first row that is seen to the last."""
    settings, database = servers.settings(PARTITIONS), servers.database
    fill(settings, messages, PARTITIONS)
    epoch = epoch_of(settings)
    with ExitStack() as stack:
        members = [stack.enter_context(ingest(settings)) for _ in range(processes)]
        while not (first := stored(database, epoch)):
            time.sleep(0.02)
        began, cpu = time.perf_counter(), [sum(one.cpu_times()[:2]) for one in members]
        while (found := stored(database, epoch)) < len(messages):
            time.sleep(0.05)
        took = time.perf_counter() - began
        used = [sum(one.cpu_times()[:2]) - before for one, before in zip(members, cpu, strict=True)]
    database.close()
    return {
        "processes": processes,
        "partitions": PARTITIONS,
        "per_s": round((found - first) / took),
        "cpu_us_per_reading": round(sum(used) / (found - first) * 1e6, 2),
        "cpu_s_of_each": [round(one, 2) for one in used],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=300_000)
    parser.add_argument("--batches", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    spare_the_collector()  # as ingest does; it speeds up kafka-python alone as much
    one, many, rounds = singles(given.readings), gateways(given.batches), range(given.rounds)
    with stage() as servers:
        report("single readings", [measure(servers, one, 1) for _ in rounds])
        report(f"gateway batches of {GATEWAY}", [measure(servers, many, GATEWAY) for _ in rounds])
        for processes in sorted({1, given.processes}) if given.processes > 1 else ():
            say(case="single readings, shared", **shared(servers, one, processes))


if __name__ == "__main__":
    main()
