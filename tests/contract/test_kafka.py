"""What we need of a broker, and what the embedded one's keeper promises."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from kafka.structs import OffsetAndMetadata

from config.settings import Settings
from streams import embedded_kafka, kafka
from streams.inlet import Inlet
from tests.contract.kafka_part import ROOT, Broker, Drained, delete_topic, free_port

pytestmark = pytest.mark.contract


def send(settings: Settings, values: list[bytes], stream: str = "iot") -> list[int]:
    """Publish to the first partition; the offsets."""
    producer = kafka.producer(settings)
    try:
        sent = [producer.send(settings.topic(stream), value, partition=0) for value in values]
        producer.flush(timeout=20)
        return [one.get(timeout=20).offset for one in sent]
    finally:
        producer.close(timeout=2)


def read(consumer: Any, count: int, seconds: float = 120.0) -> list[bytes]:
    found: list[bytes] = []
    until = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < until:
        found += [record.value for some in consumer.poll(200).values() for record in some]
    return found


def test_messages_come_in_order_with_their_offsets(kafka_settings: Settings) -> None:
    values = [b"%d" % number for number in range(1_000)]
    assert send(kafka_settings, values) == list(range(1_000))
    consumer = kafka.consumer(kafka_settings, None)
    consumer.assign([kafka.TopicPartition(kafka_settings.topic("iot"), 0)])
    assert read(consumer, 1_000) == values
    consumer.close(timeout_ms=1_000)


def test_a_group_goes_on_where_it_committed(kafka_settings: Settings) -> None:
    send(kafka_settings, [b"a", b"b", b"c"])
    partition = kafka.TopicPartition(kafka_settings.topic("iot"), 0)
    group = kafka.group(kafka_settings)
    first = kafka.consumer(kafka_settings, group)
    first.subscribe([partition.topic])
    assert read(first, 3) == [b"a", b"b", b"c"]
    first.commit({partition: OffsetAndMetadata(2, "", -1)})
    first.close(autocommit=False, timeout_ms=1_000)
    topics = kafka.Topics(kafka_settings)
    assert topics.committed(group)[partition] == 2
    topics.close()


def test_a_topic_created_anew_has_another_epoch(kafka_settings: Settings) -> None:
    topics = kafka.Topics(kafka_settings)
    before = topics.epochs()
    assert len(set(before.values())) == len(kafka.STREAMS)
    delete_topic(kafka_settings, "iot")
    assert topics.create(1) == [kafka_settings.topic("iot")]
    after = topics.epochs()
    topics.close()
    assert after[kafka_settings.topic("iot")] != before[kafka_settings.topic("iot")]
    assert after[kafka_settings.topic("cases")] == before[kafka_settings.topic("cases")]


@pytest.mark.parametrize("patience_ms", [0, 5])
def test_a_group_is_joined_however_short_a_poll_is(kafka_settings: Settings, patience_ms: int) -> None:
    """A new group's leader joins twice: first it knows no partitions. What the second brought was lost at times."""
    inlet = Inlet(kafka_settings)
    every = {
        kafka.TopicPartition(kafka_settings.topic(stream), number)
        for stream in kafka.STREAMS
        for number in range(1 if kafka_settings.kafka_embedded else kafka.PARTITIONS)
    }
    until = time.monotonic() + 40
    while inlet.assigned() != every and time.monotonic() < until:
        inlet.poll(patience_ms)
        time.sleep(0.001)
    joined = inlet.assigned()
    assert inlet.high(kafka.TopicPartition(kafka_settings.topic("iot"), 99)) is None  # not ours (any more)
    inlet.close()
    assert joined == every


def test_nobody_there_is_said_within_seconds() -> None:
    settings = Settings(kafka_port=free_port())
    began = time.monotonic()
    with pytest.raises(kafka.BrokerUnavailable, match=f"127.0.0.1:{settings.kafka_port}"):
        kafka.Topics(settings)
    assert time.monotonic() - began < 6


# -- the embedded broker


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "streams.embedded_kafka", "--port", str(port), "--data", str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        f"port {port} is taken; another Yiping may be running, or set YIPING_KAFKA_PORT to a free port"
    ]


def test_it_listens_on_this_machine_only(broker: Broker, tmp_path: Path) -> None:
    assert broker.process is not None
    family = [psutil.Process(broker.process.pid), *psutil.Process(broker.process.pid).children()]
    listening = [one.laddr.ip for process in family for one in process.net_connections() if one.status == "LISTEN"]
    assert set(listening) == {"127.0.0.1"}
    assert len(listening) == 2
    with pytest.raises(ValueError, match="not an address of this machine only"):
        embedded_kafka.serve("0.0.0.0", free_port(), tmp_path)  # noqa: S104


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_its_child_ends_with_it(broker: Broker, number: int) -> None:
    assert broker.process is not None
    (child,) = psutil.Process(broker.process.pid).children()
    broker.stop(number)
    child.wait(5)
    assert not child.is_running()


def test_it_ends_when_its_child_is_killed(broker: Broker) -> None:
    assert broker.process is not None
    (child,) = psutil.Process(broker.process.pid).children()
    child.kill()
    assert broker.process.wait(5) == 1


def test_a_binary_that_may_be_run_is_run_in_place() -> None:
    assert Path(embedded_kafka.binary()).is_file()
    assert os.access(embedded_kafka.binary(), os.X_OK)


# -- draining


def test_what_nobody_has_stored_is_not_drained(drained: Drained) -> None:
    send(drained.settings, [b"a"])
    assert not drained.drain()
    assert send(drained.settings, [b"b"]) == [1]


class Reader(threading.Thread):
    """Stands for ingest: reads, remembers, commits; begins anew when the topic is new."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.stop, self.lives = settings, threading.Event(), 0
        self.found: list[bytes] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._read()
        except BaseException as error:
            self.error = error

    def _read(self) -> None:
        partition = kafka.TopicPartition(self.settings.topic("iot"), 0)
        topics = kafka.Topics(self.settings)
        consumer = kafka.consumer(self.settings, kafka.group(self.settings))
        consumer.assign([partition])
        epoch = ""
        while not self.stop.is_set():
            records = consumer.poll(50).get(partition, [])
            now = topics.epochs().get(partition.topic)
            if now is None:  # just being created anew
                continue
            if now != epoch:
                epoch, self.lives = now, self.lives + 1
                consumer.seek(partition, 0)
            elif records:
                self.found += [record.value for record in records]
                consumer.commit({partition: OffsetAndMetadata(records[-1].offset + 1, "", -1)})
        consumer.close(autocommit=False, timeout_ms=1_000)
        topics.close()


@pytest.mark.parametrize("acks", ["all", 1])
def test_draining_under_a_producer_loses_and_doubles_nothing(drained: Drained, acks: object) -> None:
    reader = Reader(drained.settings)
    reader.start()
    producer = kafka.producer(drained.settings, acks=acks, linger_ms=2, enable_idempotence=acks == "all")
    stop = threading.Event()
    sent: list[Any] = []

    def publish() -> None:
        while not stop.is_set():
            sent.append(producer.send(drained.settings.topic("iot"), b"%d" % len(sent)))
            if len(sent) % 20 == 0:
                time.sleep(0.004)

    publisher = threading.Thread(target=publish)
    publisher.start()
    time.sleep(1.0)
    done, until = 0, time.monotonic() + 60
    while done < 5 and time.monotonic() < until:
        done += drained.drain()
    stop.set()
    publisher.join()
    producer.flush(timeout=20)
    assert all(one.get(timeout=20) for one in sent)
    until = time.monotonic() + 10
    while len(reader.found) < len(sent) and time.monotonic() < until and reader.error is None:
        time.sleep(0.05)
    reader.stop.set()
    reader.join(10)
    producer.close(timeout=2)
    assert reader.error is None
    assert done == 5
    assert reader.lives == done + 1
    assert sorted(map(int, reader.found)) == list(range(len(sent)))


# -- killed


def test_what_was_acknowledged_is_there_after_a_kill(broker: Broker) -> None:
    values = [b"%d" % number for number in range(500)]
    assert send(broker.settings, values) == list(range(500))
    topics = kafka.Topics(broker.settings)
    before = topics.epochs()
    topics.close()
    broker.stop(signal.SIGKILL)
    broker.start()
    topics = kafka.Topics(broker.settings)
    assert topics.epochs() == before
    topics.close()
    consumer = kafka.consumer(broker.settings, None)
    consumer.assign([kafka.TopicPartition(broker.settings.topic("iot"), 0)])
    assert read(consumer, 500) == values
    consumer.close(timeout_ms=1_000)
    assert send(broker.settings, [b"more"]) == [500]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_producer_goes_on_over_kills(broker: Broker) -> None:
    """It sends again what was under way; the broker of the new life knows it."""
    producer = kafka.producer(broker.settings, linger_ms=2)
    sent: list[Any] = []
    stop = threading.Event()

    def publish() -> None:
        while not stop.is_set():
            sent.append(producer.send(broker.settings.topic("iot"), b"%d" % len(sent)))
            time.sleep(0.0005)

    publisher = threading.Thread(target=publish)
    publisher.start()
    for _ in range(4):
        time.sleep(0.7)
        broker.stop(signal.SIGKILL)
        broker.start()
    time.sleep(0.5)
    stop.set()
    publisher.join()
    producer.flush(timeout=60)
    assert all(one.get(timeout=1) for one in sent)
    producer.close(timeout=2)
    consumer = kafka.consumer(broker.settings, None)
    consumer.assign([kafka.TopicPartition(broker.settings.topic("iot"), 0)])
    found = read(consumer, len(sent))
    found += read(consumer, 1, 1.0)
    consumer.close(timeout_ms=1_000)
    assert sorted(map(int, found)) == list(range(len(sent)))
    gc.collect()  # the client leaks a socket at each attempt to connect to nobody


def test_what_is_stored_does_not_come_back_after_a_stop(broker: Broker) -> None:
    send(broker.settings, [b"a", b"b"])
    partition = kafka.TopicPartition(broker.settings.topic("iot"), 0)
    reader = kafka.consumer(broker.settings, kafka.group(broker.settings))
    reader.assign([partition])
    reader.commit({partition: OffsetAndMetadata(2, "", -1)})
    reader.close(autocommit=False, timeout_ms=1_000)
    assert broker.stop() == 0
    broker.start()
    assert send(broker.settings, [b"c"]) == [0]


def test_a_topic_that_is_not_there_takes_nothing(broker: Broker) -> None:
    producer = kafka.producer(broker.settings, retries=0, delivery_timeout_ms=3_000, request_timeout_ms=2_000)
    with pytest.raises(kafka.KafkaError):
        producer.send("nobody-made-me", b"a").get(timeout=15)
    producer.close(timeout=1)


def test_a_producer_ends_though_the_broker_does_not_answer(broker: Broker) -> None:
    """Its thread too; and nothing of it is left that writes a traceback when it is collected."""
    producer = kafka.producer(broker.settings)
    producer.send(broker.settings.topic("iot"), b"a", partition=0).get(timeout=20)
    assert broker.process is not None
    broker.process.send_signal(signal.SIGSTOP)
    try:
        producer.send(broker.settings.topic("iot"), b"b", partition=0)
        sender, began = producer._sender, time.monotonic()
        producer.close(timeout=0.3)
        sender.join(5)
        assert not sender.is_alive()
        assert time.monotonic() - began < 5
    finally:
        broker.process.send_signal(signal.SIGCONT)
    del producer, sender
    gc.collect()  # a warning is an error
