"""A foreign topic and a foreign file on a real broker: all of it comes out on ours, mapped or with its reason."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import NewTopic

from config.city import CityProfile
from config.read import read_city
from config.settings import Settings
from config.sources import Source
from streams import follow, kafka
from streams.batch import source_of
from streams.feed_tally import Tally
from streams.follow import Follower
from streams.messages import parse
from streams.publish import Manner, publish_source
from streams.records import Rejected

pytestmark = pytest.mark.contract

FIELDS = {"device": "id", "metric": {"value": "rain"}, "at": "at", "value": "mm"}


@pytest.fixture
def theirs(kafka_settings: Settings) -> str:
    """A topic that is not ours, with a name of the test's own."""
    name = f"{kafka_settings.topic_prefix}-theirs"
    client = kafka.admin(kafka_settings)
    client.create_topics([NewTopic(name, 1, 1)])
    client.wait_for_topics([name], timeout_ms=5_000)
    client.close()
    return name


def source(topic: str) -> Source:
    return Source.model_validate(
        {"topic": "iot", "format": "lines", "time": "epoch_s", "fields": FIELDS, "kafka": {"topic": topic}}
    )


def put(settings: Settings, topic: str, values: list[bytes]) -> None:
    producer = kafka.producer(settings)
    for value in values:
        producer.send(topic, value)
    producer.flush(timeout=20)
    producer.close(timeout=2)


def ours(settings: Settings, count: int) -> list[Any]:
    """What stands on our topic, once there is so much."""
    consumer = kafka.consumer(settings, None)
    consumer.assign([kafka.TopicPartition(settings.topic("iot"), number) for number in range(_partitions(settings))])
    found: list[Any] = []
    until = time.monotonic() + 20
    while len(found) < count and time.monotonic() < until:
        found += [record for some in consumer.poll(200).values() for record in some]
    found += [record for some in consumer.poll(500).values() for record in some]
    consumer.close(timeout_ms=1_000)
    return found


def _partitions(settings: Settings) -> int:
    return 1 if settings.kafka_embedded else kafka.PARTITIONS


def rain(number: int) -> bytes:
    return json.dumps({"id": f"r-{number}", "at": time.time(), "mm": number}).encode()


def turn(follower: Follower, records: int) -> Tally:
    tally, until = Tally(), time.monotonic() + 20
    while tally.records < records and time.monotonic() < until:
        follower.turn(tally)
    return tally


def test_a_followed_topic_comes_out_on_ours_and_goes_on_where_it_was(kafka_settings: Settings, theirs: str) -> None:
    put(kafka_settings, theirs, [rain(1), b"not json", rain(2)])
    first = Follower(kafka_settings, "gauges", source(theirs))
    tally = turn(first, 3)
    first.close()
    assert (tally.accepted, tally.rejected) == (2, {"not_json": 1})
    put(kafka_settings, theirs, [rain(3)])
    second = Follower(kafka_settings, "gauges", source(theirs))
    assert turn(second, 1).records == 1
    second.close()
    records = ours(kafka_settings, 4)
    items = [parse("iot", one.value, round(time.time() * 1000))[0] for one in records]
    assert sorted("!" if isinstance(item, Rejected) else getattr(item, "device", "") for item in items) == [
        *("!", "r-1", "r-2", "r-3")
    ]
    assert {source_of(one.headers) for one in records} == {"gauges"}


def test_the_process_waits_for_the_broker_and_stops_when_told(
    kafka_settings: Settings, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile: CityProfile = read_city("xining")
    monkeypatch.setattr(follow, "read_source", lambda *_, **__: source(theirs))
    nobody = replace(kafka_settings, kafka_brokers=("127.0.0.1:1",))
    for settings in (nobody, kafka_settings):
        stop = threading.Event()
        thread = threading.Thread(target=follow.run, args=(settings, profile, stop, "gauges"))
        thread.start()
        try:
            if settings is kafka_settings:
                put(kafka_settings, theirs, [rain(1)])
                assert len(ours(kafka_settings, 1)) == 1
        finally:
            stop.set()
            thread.join(15)
        assert not thread.is_alive()


def test_a_foreign_file_is_sent_whole(kafka_settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "rain.jsonl"
    file.write_bytes(b"\n".join([*(rain(number) for number in range(500)), b"broken", b'{"id": "a"}']))
    summary = publish_source(kafka_settings, str(file), "gauges", source("x"), Manner())
    assert (summary.sent, summary.tally.accepted, summary.tally.rejects) == (502, 500, 2)
    items = [parse("iot", one.value, round(time.time() * 1000))[0] for one in ours(kafka_settings, 502)]
    assert len(items) == 502
    assert sorted(item.reason for item in items if isinstance(item, Rejected)) == ["missing_field", "not_json"]
