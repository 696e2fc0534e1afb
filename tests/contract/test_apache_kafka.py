"""What only a real Kafka gives: partitions that ingests share, topics of every kind, a restart with its data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import NewTopic

from config.settings import Settings, as_environment
from streams import kafka
from streams.clickhouse import Question
from streams.messages import BIGGEST
from streams.publish import CannotPublish, publish
from tests.apache.fetch import NotHere
from tests.apache.node import Node
from tests.contract.blank_part import Blanks
from tests.contract.kafka_part import REAL, ROOT, delete_topic, fresh_prefix
from tests.contract.test_ingest import SQL, City, Running, city, once, publish_numbers, running

__all__ = ["city", "running"]
pytestmark = [
    pytest.mark.contract,
    pytest.mark.timeout(170),
    pytest.mark.parametrize("kafka_server", [REAL], indirect=True),
]


BEATS = Question.load(SQL, "beats")


def spread(settings: Settings) -> set[int]:
    """Partitions of `iot` in which there is something."""
    consumer = kafka.consumer(settings, None)
    partitions = [kafka.TopicPartition(settings.topic("iot"), number) for number in range(kafka.PARTITIONS)]
    ends = consumer.end_offsets(partitions)
    consumer.close()
    return {partition.partition for partition, end in ends.items() if end}


def test_ingests_come_and_go_under_load(city: City) -> None:
    """Two share the partitions; one leaves in good order, one comes, one is killed. Each message is stored once."""
    count = 16_000
    publisher = threading.Thread(target=publish_numbers, args=(city.settings, range(count), 700))
    publisher.start()
    first, second = city.ingest(), city.ingest()
    wait_for_shares(city, [8, 8])  # of four topics with four partitions each
    first.terminate()
    assert first.wait(15) == 0
    third = city.ingest()
    wait_for_shares(city, [8, 8])
    second.kill()
    second.wait()
    publisher.join()
    found = city.wait_for(count)
    wait_for_shares(city, [16])
    third.terminate()
    assert third.wait(15) == 0
    once(found, count // 10 * 9, count // 10)
    assert spread(city.settings) == set(range(kafka.PARTITIONS))


def wait_for_shares(city: City, wanted: list[int]) -> None:
    """Until the heartbeats of the last 5 s tell of so many partitions each."""
    until, found = time.monotonic() + 60, [-1]
    while found != wanted and time.monotonic() < until:
        time.sleep(0.5)
        told = [json.loads(row["detail"]) for row in city.database.ask(BEATS).rows()]
        found = sorted(sum(topic["partitions"] for topic in detail["topics"].values()) for detail in told)
    assert found == wanted


def made_anew(settings: Settings, **configs: object) -> None:
    """The topic `iot` with a configuration of its own."""
    delete_topic(settings, "iot")
    admin = kafka.admin(settings)
    admin.create_topics([NewTopic(settings.topic("iot"), kafka.PARTITIONS, 1, topic_configs=configs)])
    admin.wait_for_topics([settings.topic("iot")], timeout_ms=10_000)
    admin.close()


@pytest.mark.parametrize("kind", ["gzip", "snappy", "lz4", "zstd"])
def test_what_is_compressed_is_read(kafka_settings: Settings, kind: str) -> None:
    """The broker compresses what it keeps, as Java's producers would."""
    made_anew(kafka_settings, **{"compression.type": kind})
    publish_numbers(kafka_settings, range(2_000))
    consumer = kafka.consumer(kafka_settings, None)
    consumer.assign([kafka.TopicPartition(kafka_settings.topic("iot"), number) for number in range(kafka.PARTITIONS)])
    found: list[Any] = []
    until = time.monotonic() + 20
    while len(found) < 2_000 and time.monotonic() < until:
        found += [record for some in consumer.poll(200).values() for record in some]
    consumer.close()
    numbers = {json.loads(one.value)["value"] for one in found if one.value.startswith(b"{")}
    assert len(found) == 2_000
    assert numbers == {number for number in range(2_000) if number % 10 != 9}


def test_a_message_of_five_megabytes_is_one_reject_and_holds_up_nobody(city: City) -> None:
    made_anew(city.settings, **{"max.message.bytes": 8 << 20})
    big = b'{"device":"' + b"x" * (5 << 20) + b'"}'
    producer = kafka.producer(city.settings)
    for partition in range(kafka.PARTITIONS):
        producer.send(city.settings.topic("iot"), big, partition=partition)
    producer.flush(timeout=30)
    producer.close(timeout=2)
    publish_numbers(city.settings, range(1_000))
    running = Running(city.settings)
    found = city.wait_for(1_000 + kafka.PARTITIONS)
    running.end()
    assert (found["readings"], found["different_readings"]) == (900, 900)
    assert found["rejects"] == 100 + kafka.PARTITIONS
    assert {"reason": "too_big", "rows": kafka.PARTITIONS, "longest": BIGGEST >> 4} in city.database.ask(
        Question.load(SQL, "reject_sizes")
    ).rows()


def test_a_message_that_the_broker_refuses_is_said(kafka_settings: Settings, tmp_path: Path) -> None:
    """Apache Kafka takes 1 MiB unless it is told otherwise."""
    file = tmp_path / "big.jsonl"
    file.write_bytes(b"x" * (2 << 20))
    with pytest.raises(CannotPublish, match="MessageSizeTooLarge"):
        publish(kafka_settings, str(file), "iot")


def test_a_topic_that_was_deleted_is_created_by_us_alone(city: City, running: Running) -> None:
    """The broker would create what a client asks for, with one partition; our clients ask without."""
    publish_numbers(city.settings, range(100))
    city.wait_for(100)
    topics = kafka.Topics(city.settings)
    topics.delete([city.settings.topic("iot")])
    until = time.monotonic() + 40
    while city.settings.topic("iot") not in topics.epochs() and time.monotonic() < until:
        time.sleep(0.2)
    topics.close()
    publish_numbers(city.settings, range(100, 1_100))
    once(city.wait_for(1_100), 990, 110)
    assert spread(city.settings) == set(range(kafka.PARTITIONS))


PUBLISH = """
import sys
from config.settings import read_settings
from tests.contract.test_ingest import publish_numbers
publish_numbers(read_settings(), range(int(sys.argv[1])), 700)
"""


def start_publisher(settings: Settings, count: int) -> subprocess.Popen[bytes]:
    """Publishes that many numbers; ends with 0 once all are acknowledged."""
    command = [sys.executable, "-c", PUBLISH, str(count)]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | as_environment(settings))


@pytest.fixture
def apart(kafka_server: Settings, blanks: Blanks) -> Iterator[tuple[City, Node]]:
    """A city on a node of its own, to be stopped and killed."""
    try:
        node = Node()
    except NotHere as reason:
        pytest.skip(str(reason))
    node.start()
    with blanks.one() as database:
        address = blanks.address(database.name)
        settings = Settings(kafka_brokers=(node.address,), topic_prefix=fresh_prefix(), clickhouse_url=address)
        kafka.ensure_topics(settings)
        city = City(settings, database)
        yield city, node
        city.end()
        blanks.spoil(database)
        node.remove()


def test_a_broker_that_comes_back_with_its_data(apart: tuple[City, Node]) -> None:
    """Stopped, then killed, under load: nothing is lost and nothing is stored twice."""
    (city, node), count = apart, 10_000
    member = city.ingest()
    publisher = start_publisher(city.settings, count)  # in a process of its own: the client leaks what a broker leaves
    city.started.append(publisher)
    for number in (signal.SIGTERM, signal.SIGKILL):
        stored = city.tally()["rows"]
        city.wait_for(stored + 1_000)
        node.stop(number)
        time.sleep(1)
        node.start()
    assert publisher.wait(90) == 0
    found = city.wait_for(count)
    member.terminate()
    assert member.wait(15) == 0
    once(found, count // 10 * 9, count // 10)
