"""The base figures of docs/province.md that no other bench has: what a reading costs Kafka's disk and ClickHouse.

    python -m tests.bench.province [--devices 20000] [--minutes 100]

ClickHouse: every device says a value with a digit after the point each minute, with places, with an arrival that is
up to 3 s later, over four Kafka partitions; blocks of 30,000 as ingest sends them. CPU is the server's, merges
included; bytes are those of the table after all merges. Kafka: the log of Apache Kafka, where it can be run. Prints
one JSON line each.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

import psutil

from config.settings import SCHEMA, Settings
from streams import kafka
from streams.clickhouse import Database, Question
from streams.migrations import migrate
from tests.apache.fetch import NotHere
from tests.apache.node import Node
from tests.bench.stage import GATEWAY, fill, gateways, say, singles
from tests.contract.clickhouse_part import start

BLOCK = 30_000
SIZE = Question(
    "size",
    "SELECT sum(bytes_on_disk) AS bytes, sum(rows) AS rows FROM system.parts "
    "WHERE active AND database = currentDatabase() AND table = 'readings'",
)
Columns = dict[str, list[object]]


def block(devices: int, first: int, count: int, began: int) -> Columns:
    """Readings `first` to `first + count` of a city that says one a device and minute, as they arrive."""
    chance = random.Random(first)
    numbers = range(first, first + count)
    at = [began + number // devices * 60_000 + number % devices * 60_000 // devices for number in numbers]
    return {
        "at": list(at),
        "device": [f"device-{number % devices:07}" for number in numbers],
        "metric": [("rain", "water_level", "pm25", "noise")[number % devices % 4] for number in numbers],
        "value": [round(40 + 20 * chance.random() + chance.gauss(0, 1), 1) for _ in numbers],
        "lat": [36.0 + number % devices * 1e-5 for number in numbers],
        "lon": [101.0 + number % devices * 1e-5 for number in numbers],
        "cell": [617_700_169_518_678_015 + number % devices // 10 for number in numbers],
        "district": [f"63010{number % devices % 7}" for number in numbers],
        "received": [one + chance.randrange(200, 3_000) for one in at],
        "epoch": ["W2nXhT0rQ5-7Rk1c8JmT7A"] * count,
        "partition": [number % 4 for number in numbers],
        "offset": [number // 4 for number in numbers],
        "item": [0] * count,
    }


def clickhouse(devices: int, minutes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        served = start(Path(folder))
        database = Database(f"clickhouse://127.0.0.1:{served.port}/yiping")
        migrate(database, SCHEMA)
        server = psutil.Process(served.process.pid)
        began, total = round(time.time() - minutes * 60) * 1000, devices * minutes
        before = sum(server.cpu_times()[:2])
        for first in range(0, total, BLOCK):
            database.insert("readings", block(devices, first, min(BLOCK, total - first), began))
        database.command("OPTIMIZE TABLE readings FINAL")
        used = sum(server.cpu_times()[:2]) - before
        size = database.ask(SIZE).first() or {}
        say(
            case="clickhouse",
            readings=size["rows"],
            bytes_per_reading=round(size["bytes"] / size["rows"], 2),
            cpu_us_per_reading=round(used / total * 1e6, 2),
        )
        database.close()
        served.stop()


def log_bytes(messages: list[bytes], readings: int) -> float:
    """Bytes a reading in the log of an Apache Kafka of its own, as our producer sends them."""
    node = Node()
    try:
        node.start()
        settings = Settings(kafka_brokers=(node.address,))
        kafka.ensure_topics(settings)
        fill(settings, messages, kafka.PARTITIONS)
        logs = (node.data / "log").glob(f"{settings.topic('iot')}-*/*.log")
        return round(sum(path.stat().st_size for path in logs) / readings, 1)
    finally:
        node.stop()
        node.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=20_000)
    parser.add_argument("--minutes", type=int, default=100)
    given = parser.parse_args()
    clickhouse(given.devices, given.minutes)
    try:
        say(case="kafka, single readings", bytes_per_reading=log_bytes(singles(40_000), 40_000))
        say(case=f"kafka, batches of {GATEWAY}", bytes_per_reading=log_bytes(gateways(1_000), 1_000 * GATEWAY))
    except NotHere as reason:
        say(case="kafka", skipped=str(reason))


if __name__ == "__main__":
    main()
