"""A Kafka for the contract tests: the brokers that KAFKA_BROKERS names, or the embedded one in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.settings import Settings
from streams import embedded_kafka, kafka
from streams.drain import Drain
from streams.gate import Gate

ROOT = Path(__file__).resolve().parents[2]
READY_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_prefix() -> str:
    """Topics that no other test has."""
    return f"test-{uuid.uuid4().hex[:8]}"


@dataclass
class Broker:
    """An embedded broker that runs; `prefix` names the topics that it keeps small."""

    port: int = field(default_factory=free_port)
    prefix: str = field(default_factory=fresh_prefix)
    process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Settings:
        return Settings(kafka_port=self.port, topic_prefix=self.prefix)

    def start(self) -> None:
        """Start it and wait until its topics are there."""
        command = [sys.executable, "-m", "streams.embedded_kafka", "--port", str(self.port), "--prefix", self.prefix]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_topics(self.settings)

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(10)


def wait_for_topics(settings: Settings) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            topics = kafka.Topics(settings)
        except kafka.BrokerUnavailable:
            time.sleep(0.05)
            continue
        try:
            if len(topics.epochs()) == len(kafka.STREAMS):
                return
        finally:
            topics.close()
    raise RuntimeError(f"no broker with our topics at {settings.brokers} after {READY_S:g} s")


@pytest.fixture(scope="session")
def kafka_brokers() -> Iterator[tuple[str, ...]]:
    """host:port of the brokers to test on."""
    given = os.environ.get("KAFKA_BROKERS", "")
    if given:
        yield tuple(given.split(","))
        return
    broker = Broker()
    broker.start()
    yield broker.settings.brokers
    assert broker.stop() == 0


@pytest.fixture
def kafka_settings(kafka_brokers: tuple[str, ...]) -> Settings:
    """Settings with topics of the test's own, already created, on the brokers to test on."""
    host, _, port = kafka_brokers[0].rpartition(":")
    prefix = fresh_prefix()
    if os.environ.get("KAFKA_BROKERS"):
        settings = Settings(kafka_brokers=kafka_brokers, topic_prefix=prefix)
    else:
        assert host == "127.0.0.1"
        settings = Settings(kafka_port=int(port), topic_prefix=prefix)
    kafka.ensure_topics(settings)
    return settings


@pytest.fixture
def broker() -> Iterator[Broker]:
    """An embedded broker of the test's own, to be killed and drained."""
    one = Broker()
    one.start()
    yield one
    if one.process is not None and one.process.poll() is None:
        one.stop(signal.SIGKILL)


class Drained:
    """A broker in this process whose topics are drained again and again, by hand."""

    def __init__(self) -> None:
        self.port, self.inner, self.prefix = free_port(), free_port(), fresh_prefix()
        self.loop = asyncio.new_event_loop()
        self.gate = Gate(self.inner)
        self.settings = Settings(kafka_port=self.port, topic_prefix=self.prefix)
        self.broker = embedded_kafka.start_broker(f"tcp://127.0.0.1:{self.inner}", f"tcp://127.0.0.1:{self.port}")
        self.loop.run_until_complete(embedded_kafka._ready(self.broker, self.inner))
        self.loop.run_until_complete(self.gate.listen("127.0.0.1", self.port))
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        kafka.ensure_topics(self.settings)

    def drain(self) -> bool:
        return asyncio.run_coroutine_threadsafe(Drain(self.gate, self.settings).once(), self.loop).result(30)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()
        embedded_kafka._end(self.broker)

    async def _close(self) -> None:
        self.gate.close()
        await asyncio.sleep(0.1)


@pytest.fixture
def drained() -> Iterator[Drained]:
    one = Drained()
    yield one
    one.close()
