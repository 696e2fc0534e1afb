"""A Kafka for the contract tests: the embedded one, Apache Kafka, or the brokers that KAFKA_BROKERS names."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from kafka.errors import CoordinatorNotAvailableError

from config.settings import Settings, read_settings
from streams import embedded_kafka, kafka
from streams.drain import Drain
from streams.gate import Gate
from streams.topiclog import TopicLog
from streams.writes import Uplink, Writes
from tests.apache.fetch import NotHere
from tests.apache.node import Node

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60.0
GROUP_GONE_S = 8.0  # a session of 6 s, of a consumer that was killed


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
    data: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="yiping-kafka-")))

    @property
    def settings(self) -> Settings:
        return Settings(kafka_port=self.port, topic_prefix=self.prefix)

    def start(self) -> None:
        """Start it and wait until its topics are there."""
        command = [sys.executable, "-m", "streams.embedded_kafka", "--data", str(self.data)]
        command += ["--port", str(self.port), "--prefix", self.prefix]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_topics(self.settings)

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(10)

    def remove(self) -> None:
        """End it, and what it kept."""
        if self.process is not None and self.process.poll() is None:
            self.stop(signal.SIGKILL)
        shutil.rmtree(self.data, ignore_errors=True)


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


def embedded_server() -> Iterator[Settings]:
    broker = Broker()
    broker.start()
    yield Settings(kafka_port=broker.port)
    assert broker.stop() == 0
    broker.remove()


def apache_server() -> Iterator[Settings]:
    try:
        node = Node()
    except NotHere as reason:
        pytest.skip(str(reason))
    try:
        node.start()
        yield Settings(kafka_brokers=(node.address,))
    finally:
        node.stop()
        node.remove()


def own_server() -> Iterator[Settings]:
    """The brokers that the environment names, with all that it says of how to reach them."""
    yield read_settings()


SERVERS = {"embedded": embedded_server, "own": own_server}
REAL = "own" if os.environ.get("KAFKA_BROKERS") else "apache"
"""The one that is no embedded broker. For a test that is only for it, or not for it:
`@pytest.mark.parametrize("kafka_server", [REAL], indirect=True)`, or `["embedded"]`."""


@pytest.fixture(scope="session")
def one_apache() -> Iterator[Callable[[], Settings]]:
    """Starts Apache Kafka when it is first wished for, which takes seconds of both cores; it runs until the end."""
    with ExitStack() as running:
        yield cache(lambda: running.enter_context(contextmanager(apache_server)()))


@pytest.fixture(scope="session", params=["own"] if REAL == "own" else ["embedded", "apache"])
def kafka_server(request: pytest.FixtureRequest, one_apache: Callable[[], Settings]) -> Iterator[Settings]:
    """Settings that name the brokers to test on: the embedded one, then Apache Kafka; or those of KAFKA_BROKERS."""
    if request.param == "apache":
        yield one_apache()
    else:
        yield from SERVERS[request.param]()


@pytest.fixture
def kafka_settings(kafka_server: Settings) -> Iterator[Settings]:
    """Settings with topics of the test's own, already created, on the brokers to test on."""
    settings = replace(kafka_server, topic_prefix=fresh_prefix())
    kafka.ensure_topics(settings)
    yield settings
    if not settings.kafka_embedded:
        clean(settings)


def delete_topic(settings: Settings, stream: str) -> None:
    """Delete the topic of a stream, and wait until the broker says so: Apache Kafka's answer comes before that."""
    topics = kafka.Topics(settings)
    try:
        topics.delete([settings.topic(stream)])
        until = time.monotonic() + READY_S
        while settings.topic(stream) in topics.epochs() and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        topics.close()


def clean(settings: Settings) -> None:
    """Delete what a test left on a broker that is not ours: its topics, and its group once no member is left."""
    admin = kafka.admin(settings)
    try:
        admin.delete_topics([name for name in admin.list_topics() if name.startswith(f"{settings.topic_prefix}.")])
        until = time.monotonic() + GROUP_GONE_S
        while not _group_deleted(admin, kafka.group(settings)) and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        admin.close()


def _group_deleted(admin: Any, group: str) -> bool:
    try:
        (answer,) = admin.delete_groups([group]).values()
    except CoordinatorNotAvailableError:  # the first group that this broker is asked for
        return False
    return answer in ("OK", "GroupIdNotFoundError")


@pytest.fixture
def broker() -> Iterator[Broker]:
    """An embedded broker of the test's own, to be killed and drained."""
    one = Broker()
    one.start()
    yield one
    one.remove()


class Drained:
    """A broker in this process whose topics are drained again and again, by hand."""

    def __init__(self, data: Path) -> None:
        self.port, self.inner, self.prefix = free_port(), free_port(), fresh_prefix()
        self.loop = asyncio.new_event_loop()
        self.settings = Settings(kafka_port=self.port, topic_prefix=self.prefix)
        self.broker = embedded_kafka.start_broker(f"tcp://127.0.0.1:{self.inner}", f"tcp://127.0.0.1:{self.port}")
        self.files = TopicLog(data)
        self.loop.run_until_complete(self._open())
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        kafka.ensure_topics(self.settings)

    async def _open(self) -> None:
        await embedded_kafka._ready(self.broker, self.inner)
        self.uplink = await Uplink.open(self.inner)
        self.gate = Gate(self.inner, Writes(self.uplink, self.files))
        await self.gate.listen("127.0.0.1", self.port)

    def drain(self) -> bool:
        return asyncio.run_coroutine_threadsafe(Drain(self.gate, self.settings).once(), self.loop).result(30)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()
        embedded_kafka._end(self.broker)
        self.files.close()

    async def _close(self) -> None:
        self.gate.close()
        self.uplink.close()
        await asyncio.sleep(0.1)


@pytest.fixture
def drained(tmp_path: Path) -> Iterator[Drained]:
    one = Drained(tmp_path / "kafka")
    yield one
    one.close()
