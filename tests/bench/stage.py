"""What the benches of ingest share: servers of their own, messages like a city's, and ingest as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from config.settings import SCHEMA, Settings, as_environment
from streams import kafka
from streams.clickhouse import Database, Question
from streams.migrations import migrate
from tests.contract.clickhouse_part import ROOT, start
from tests.contract.kafka_part import Broker, fresh_prefix

DEVICES = 2_000
GATEWAY = 100  # readings of a gateway's batch
METRICS = ("rain", "water_level", "manhole_level", "pm25", "noise", "traffic_speed", "traffic_flow", "smoke")
STORED = Question("stored", "SELECT count() AS n FROM readings WHERE epoch = {epoch:String}")


@dataclass(frozen=True)
class Stage:
    """Servers that run, and a database with our tables."""

    port: int
    url: str

    @property
    def database(self) -> Database:
        return Database(self.url)

    def settings(self, partitions: int = 1) -> Settings:
        """Of a run of its own: topics that nobody else has, with so many partitions."""
        settings = Settings(kafka_port=self.port, clickhouse_url=self.url, topic_prefix=fresh_prefix())
        topics = kafka.Topics(settings)
        topics.create(partitions)
        topics.close()
        return settings


@contextmanager
def stage() -> Iterator[Stage]:
    """An embedded broker and an embedded database, in folders that are removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker()
        broker.start()
        served = start(Path(folder) / "data")
        url = served.url.replace("/default", "/yiping")
        database = Database(url)
        try:
            database.create()
            migrate(database, SCHEMA)
            yield Stage(broker.port, url)
        finally:
            database.close()
            served.stop()
            broker.stop()


def reading(number: int, now: float) -> dict[str, Any]:
    """One of many: devices of all kinds, each with its place, at different seconds of the last five minutes."""
    device = number % DEVICES
    return {
        "device": f"dev-{device:04}",
        "metric": METRICS[device % len(METRICS)],
        "at": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now - number * 7 % 300)),
        "value": number % 977 / 10,
        "lat": round(36.5 + device * 1e-4, 5),
        "lon": round(101.6 + device * 1e-4, 5),
    }


def singles(count: int) -> list[bytes]:
    """Messages of one reading each."""
    now = time.time()
    return [json.dumps(reading(number, now)).encode() for number in range(count)]


def gateways(count: int, distinct: int = 50) -> list[bytes]:
    """Messages of a gateway's batch each; so many different ones, again and again."""
    now = time.time()
    batches = [[reading(gateway * GATEWAY + one, now) for one in range(GATEWAY)] for gateway in range(distinct)]
    made = [json.dumps({"readings": batch}).encode() for batch in batches]
    return [made[number % distinct] for number in range(count)]


def fill(settings: Settings, messages: Sequence[bytes], partitions: int = 1) -> None:
    """Publish all, and wait until the broker has them."""
    producer = kafka.producer(settings)
    topic = settings.topic("iot")
    for number, message in enumerate(messages):
        producer.send(topic, message, partition=number % partitions)
    producer.flush(timeout=120)
    producer.close(timeout=5)


def epoch_of(settings: Settings) -> str:
    """Of the topic of readings."""
    topics = kafka.Topics(settings)
    try:
        return topics.epochs()[settings.topic("iot")]
    finally:
        topics.close()


def stored(database: Database, epoch: str) -> int:
    """Readings of a topic that a query sees."""
    return int(database.ask(STORED, epoch=epoch).column("n")[0])


@contextmanager
def ingest(settings: Settings) -> Iterator[psutil.Process]:
    """`yiping ingest` as a process."""
    command = [sys.executable, "-c", "from dashboard.cli import main; main()", "ingest"]
    environment = os.environ | as_environment(settings)
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def say(**figures: object) -> None:
    """One JSON line."""
    print(json.dumps(figures), flush=True)  # noqa: T201 - what a bench is for


def percentiles(found: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99, rounded to three figures after the point."""
    ordered = sorted(found)
    return {f"p{part}": round(ordered[min(len(ordered) * part // 100, len(ordered) - 1)], 3) for part in (50, 95, 99)}
