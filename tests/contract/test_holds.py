"""A stream of rejects is held and released on real servers; nothing of it is lost or read twice."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import replace
from datetime import UTC

import pytest

from config.read import read_words
from dashboard.flow import listed, release
from streams import kafka
from streams.clickhouse import Question
from streams.levels import depths, waiting
from streams.store import Store
from tests.contract.kafka_part import Broker
from tests.contract.test_ingest import SQL, City, city, own

__all__ = ["city", "own"]
pytestmark = [pytest.mark.contract, pytest.mark.timeout(300)]
HEARTBEAT = Question.load(SQL, "heartbeat")
BAD = 120_000  # several batches more than are read before a look


def publish(city: City, stream: str, numbers: range) -> None:
    producer = kafka.producer(city.settings)
    for number in numbers:
        producer.send(city.settings.topic(stream), f"{stream} {number}".encode())
    producer.flush(timeout=60)
    producer.close(timeout=2)


def until_held(city: City) -> None:
    until = time.monotonic() + 90
    while not Store(city.database).orders().get("iot") or not Store(city.database).orders()["iot"].holds:
        assert time.monotonic() < until, "not held"
        time.sleep(0.2)
    time.sleep(1.0)


def lag(city: City, wanted: int, seconds: float = 60) -> int:
    """What ingest's heartbeat says that waits, as soon as it is `wanted`, or after a while."""
    until, topic, found = time.monotonic() + seconds, city.settings.topic("iot"), -1
    while found != wanted and time.monotonic() < until:
        (beat,) = city.database.ask(HEARTBEAT).rows()
        detail = json.loads(beat["detail"])
        found = detail["topics"].get(topic, {}).get("lag", -1) if "iot" in detail["held"] else -1
        time.sleep(0.5)
    return found


def test_held_then_released_then_passed_over(city: City) -> None:
    """It goes on after a release, with what its consumer had fetched when it was held; and passes over when told."""
    city.settings = replace(city.settings, most_rejects=100)
    publish(city, "iot", range(BAD))
    member = city.ingest()  # in a process of its own: the client leaks the sockets of a consumer that it closed
    until_held(city)
    first = city.tally()["rejects"]
    assert 100 < first < BAD
    publish(city, "cases", range(50))
    city.wait_for(first + 50, 20)
    assert city.tally()["rejects"] == first + 50
    words = read_words("en")
    release(city.settings, "iot", False, "test", words)
    city.wait_for(first + 151, 30)
    until_held(city)
    again = city.tally()
    assert first + 150 < again["rejects"] == again["different_rejects"] < BAD
    left = BAD + 50 - again["rejects"]
    assert waiting(depths(city.settings), "iot") == left
    assert lag(city, left) == left
    publish(city, "iot", range(7))
    assert lag(city, left + 7) == left + 7
    release(city.settings, "iot", True, "test", words)
    publish(city, "iot", range(BAD, BAD + 20))
    found = city.wait_for(again["rejects"] + 20, 30)
    member.terminate()
    assert member.wait(15) == 0
    assert found["rejects"] == found["different_rejects"] == again["rejects"] + 20


def test_a_broker_that_was_killed_does_not_make_more_wait(own: City, broker: Broker) -> None:
    """The embedded one forgets what was committed, and nobody commits it anew while the stream is held."""
    own.settings = replace(own.settings, most_rejects=100)
    publish(own, "iot", range(400))
    member = own.ingest()
    until_held(own)
    stored = own.tally()["rejects"]
    broker.stop(signal.SIGKILL)
    broker.start()
    publish(own, "iot", range(400, 600))
    assert lag(own, 600 - stored, 90) == 600 - stored
    (told, *_) = listed(own.settings, read_words("en"), UTC)
    assert f"{600 - stored:,} waiting" in told
    member.terminate()
    assert member.wait(15) == 0
