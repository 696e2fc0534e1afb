"""Following a foreign topic: what came is committed only after what it became was acknowledged."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from config.settings import Settings
from config.sources import Source
from streams import follow
from streams.feed_tally import Tally
from streams.follow import CannotFollow, Follower, foreign_topic
from streams.kafka import BrokerUnavailable, KafkaError

SETTINGS = Settings()


def source(**kafka: Any) -> Source:
    fields = {"device": "id", "metric": {"value": "rain"}, "at": "at", "value": "mm"}
    more = {"kafka": {"topic": "theirs", **kafka}} if kafka.get("topic", "x") else {}
    return Source.model_validate({"topic": "iot", "format": "lines", "skip": "id == 'test'", "fields": fields, **more})


class Sending:
    """A producer that notes; `broken` fails the acknowledgements."""

    def __init__(self, log: list[str], broken: bool = False) -> None:
        self.log, self.broken, self.sent = log, broken, list[tuple[str, bytes, Any]]()

    def send(self, topic: str, value: bytes, headers: Any) -> Any:
        self.sent.append((topic, value, headers))
        return self

    def flush(self, timeout: float) -> None:
        self.log.append("flush")

    def get(self, timeout: float) -> None:
        if self.broken:
            raise KafkaError("gone")
        self.log.append("acknowledged")

    def close(self, timeout: float) -> None:
        self.log.append("producer closed")


class Reading:
    """A consumer with one batch."""

    def __init__(self, log: list[str], values: list[bytes | None]) -> None:
        self.log = log
        self.batch = {
            "p": [SimpleNamespace(partition=0, offset=5 + number, value=value) for number, value in enumerate(values)]
        }
        self.ends: Any = None

    def subscribe(self, topics: list[str]) -> None:
        self.log.append(f"subscribed {topics}")

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return {0} if topic == "theirs" else None

    def poll(self, timeout: int) -> Any:
        batch, self.batch = self.batch, {}
        return batch

    def commit(self, ends: Any, timeout_ms: int) -> None:
        self.log.append("commit")
        self.ends = ends

    def close(self, autocommit: bool, timeout_ms: int) -> None:
        self.log.append("consumer closed")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Any:
    log: list[str] = []
    stage = SimpleNamespace(log=log, sending=Sending(log), reading=None, asked={})

    def build(values: list[bytes | None], one: Source | None = None) -> Follower:
        stage.reading = Reading(log, values)
        return Follower(SETTINGS, "gauges", one or source())

    def consumer(settings: Settings, group: str, **options: Any) -> Reading:
        stage.asked = {"brokers": settings.brokers, "group": group, **options}
        return stage.reading  # type: ignore[no-any-return]

    monkeypatch.setattr(follow, "ensure_topics", lambda _: [])
    monkeypatch.setattr(follow, "producer", lambda _: stage.sending)
    monkeypatch.setattr(follow, "consumer", consumer)
    stage.build = build
    return stage


GOOD = json.dumps({"id": "a", "at": "2026-07-21T16:42:00+08:00", "mm": 1}).encode()


def test_what_came_is_committed_after_it_was_acknowledged(stage: Any) -> None:
    tally = Tally()
    stage.build([GOOD, b"not json", None, b'{"id": "test"}']).turn(tally)
    assert stage.log == ["subscribed ['theirs']", "flush", *["acknowledged"] * 3, "commit"]
    assert stage.reading.ends["p"].offset == 9
    assert {(topic, tuple(headers)) for topic, _, headers in stage.sending.sent} == {
        ("yiping.iot", (("yiping-source", b"gauges"),))
    }
    assert (tally.records, tally.skipped, tally.messages) == (4, 1, 3)
    assert tally.rejected["not_json"] == tally.rejected["empty"] == 1
    assert tally.examples["not_json"][0].line == "partition 0 offset 6"


def test_what_is_skipped_is_committed_too(stage: Any) -> None:
    stage.build([b'{"id": "test"}']).turn(Tally())
    assert stage.log[1:] == ["commit"]


def test_nothing_is_committed_when_an_acknowledgement_fails(stage: Any) -> None:
    stage.sending.broken = True
    tally = Tally()
    with pytest.raises(BrokerUnavailable):
        stage.build([GOOD]).turn(tally)
    assert "commit" not in stage.log
    assert tally.messages == 0


def test_a_quiet_topic_commits_nothing(stage: Any) -> None:
    follower = stage.build([])
    stage.reading.batch = {}
    follower.turn(Tally())
    assert stage.log[1:] == []
    assert follower.there()
    follower.close()
    assert stage.log[1:] == ["consumer closed", "producer closed"]


def test_a_source_names_brokers_group_and_start(stage: Any) -> None:
    stage.build([], source(brokers=["their:9092"], group="g", start="latest"))
    assert stage.asked == {"brokers": ("their:9092",), "group": "g", "auto_offset_reset": "latest"}
    stage.build([])
    assert stage.asked == {
        "brokers": SETTINGS.brokers,
        "group": "yiping.follow.gauges",
        "auto_offset_reset": "earliest",
    }


def test_our_own_topic_is_not_followed() -> None:
    with pytest.raises(CannotFollow, match="our own topic"):
        foreign_topic(SETTINGS, "gauges", source(topic="yiping.iot"))
    assert foreign_topic(SETTINGS, "gauges", source(topic="yiping.iot", brokers=["their:9092"])).topic == "yiping.iot"


def test_a_source_without_a_topic_is_not_followed() -> None:
    with pytest.raises(CannotFollow, match=r"add `kafka: \{topic: THEIRS\}` to it"):
        foreign_topic(SETTINGS, "gauges", source(topic=""))
