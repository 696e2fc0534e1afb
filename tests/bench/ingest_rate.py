"""How fast one ingest is, against what kafka-python alone polls from the same topic in the same run.

    python -m tests.bench.ingest_rate [--readings 300000] [--batches 3000] [--rounds 3]

Budget (DESIGN): single readings >= 60 % of the raw poll rate; gateway batches of 100 >= 100,000 readings/s.
Starts its own embedded broker and database. Prints one JSON line a case, of medians.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from config.read import read_city
from config.settings import SCHEMA, Settings
from streams import kafka
from streams.clickhouse import Database
from streams.heap import spare_the_collector
from streams.ingest import Ingest, read_places
from streams.inlet import Inlet
from streams.migrations import migrate
from streams.pulse import Pulse
from streams.store import Store
from tests.contract.clickhouse_part import start
from tests.contract.kafka_part import Broker, fresh_prefix

DEVICES = 2_000
GATEWAY = 100  # readings of a gateway's batch


def reading(number: int, at: str) -> dict[str, Any]:
    device = number % DEVICES
    return {
        "device": f"rain-{device:04}",
        "metric": "rain",
        "at": at,
        "value": number % 977 / 10,
        "lat": round(36.5 + device * 1e-4, 5),
        "lon": round(101.6 + device * 1e-4, 5),
    }


def singles(count: int) -> list[bytes]:
    at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    return [json.dumps(reading(number, at)).encode() for number in range(count)]


def gateways(count: int) -> list[bytes]:
    at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    batch = [reading(number, at) for number in range(GATEWAY)]
    return [json.dumps({"readings": batch}).encode()] * count


def fill(settings: Settings, messages: list[bytes]) -> None:
    producer = kafka.producer(settings)
    topic = settings.topic("iot")
    for message in messages:
        producer.send(topic, message)
    producer.flush(timeout=60)
    producer.close(timeout=5)


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


def our_seconds(settings: Settings, database: Database, count: int) -> tuple[float, float]:
    """(wall, CPU) seconds that ingest needs to store them, from the moment it joined the group."""
    inlet, store = Inlet(settings), Store(database)
    ingest = Ingest(inlet, store, read_places(read_city("xining")), Pulse("bench"))
    partition = kafka.TopicPartition(settings.topic("iot"), 0)
    while partition not in ingest.done:
        ingest.turn()
    began, cpu = time.perf_counter(), time.process_time()
    while ingest.done[partition] < count:
        ingest.turn()
    took = time.perf_counter() - began, time.process_time() - cpu
    inlet.close()
    store.close()
    return took


def measure(port: int, database: Database, messages: list[bytes], each: int) -> dict[str, float]:
    """Figures of one round: kafka-python alone, then ours, on a topic of their own."""
    settings = Settings(kafka_port=port, topic_prefix=fresh_prefix())
    kafka.ensure_topics(settings)
    fill(settings, messages)
    raw, raw_cpu = raw_seconds(settings, len(messages))
    ours, cpu = our_seconds(settings, database, len(messages))
    readings = len(messages) * each
    return {
        "raw_per_s": readings / raw,
        "ours_per_s": readings / ours,
        "ratio": raw / ours,
        "cpu_ratio": raw_cpu / cpu,  # steadier than wall time on a busy machine
        "cpu_us_per_reading": cpu / readings * 1e6,
    }


def report(name: str, rounds: list[dict[str, float]]) -> None:
    """The median of each figure: on a shared machine the same poll makes 130 or 200 thousand a second."""
    figures = {key: round(median(one[key] for one in rounds), 0 if key.endswith("_s") else 3) for key in rounds[0]}
    print(json.dumps({"case": name, "rounds": len(rounds), **figures}), flush=True)  # noqa: T201 - what a bench is for


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=300_000)
    parser.add_argument("--batches", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    spare_the_collector()  # as ingest does; it speeds up kafka-python alone as much
    broker = Broker()
    broker.start()
    with tempfile.TemporaryDirectory() as folder:
        served = start(Path(folder) / "data")
        database = Database(served.url.replace("/default", "/yiping"))
        try:
            database.create()
            migrate(database, SCHEMA)
            one, many = singles(given.readings), gateways(given.batches)
            rounds = range(given.rounds)
            report("single readings", [measure(broker.port, database, one, 1) for _ in rounds])
            report(f"gateway batches of {GATEWAY}", [measure(broker.port, database, many, GATEWAY) for _ in rounds])
        finally:
            database.close()
            served.stop()
            broker.stop()


if __name__ == "__main__":
    main()
