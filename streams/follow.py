"""`yiping follow --source NAME`: a foreign Kafka topic, mapped to ours as it grows.

At least once: their offset is committed after our messages are acknowledged, so what was under way when this process or
a broker died is sent again. The same foreign message always gives the same bytes, so a repetition can be known as one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Event
from typing import Any

import structlog
from kafka.structs import OffsetAndMetadata

from config.city import CityProfile
from config.faults import Fault
from config.read import read_source
from config.settings import Settings
from config.sources import ForeignTopic, Source
from streams.batch import SOURCE_HEADER
from streams.feed_mapping import Mapped, Mapper
from streams.feed_records import records_in
from streams.feed_tally import Tally
from streams.kafka import STREAMS, BrokerUnavailable, KafkaError, broker_errors, consumer, ensure_topics, producer

log = structlog.get_logger("follow")

POLL_MS = 500
AGAIN_S = 1.0
ACKNOWLEDGED_S = 30.0
TELL_S = 60.0  # between two lines that say how much was mapped


class CannotFollow(Fault, ValueError):
    """The source names no topic that can be followed; the text says what to write."""


class Follower:
    """Reads their topic, maps, sends to ours, commits: call `turn` again and again.

    Raises BrokerUnavailable when either side fails; build another then.
    """

    def __init__(self, settings: Settings, name: str, source: Source) -> None:
        self._ours, self._name, self._source = settings, name, source
        self._foreign = foreign_topic(settings, name, source)
        self._theirs = replace(settings, kafka_brokers=self._foreign.brokers or settings.kafka_brokers)
        self._mapper = Mapper(name, source)
        ensure_topics(settings)
        self._producer = producer(settings)
        group = self._foreign.group or f"{settings.topic_prefix}.follow.{name}"
        try:
            self._consumer = consumer(self._theirs, group, auto_offset_reset=self._foreign.start)
        except BrokerUnavailable:
            self._producer.close(timeout=0)
            raise
        self._consumer.subscribe([self._foreign.topic])

    def there(self) -> bool:
        """Is their topic there? One that appears later is found within seconds."""
        with broker_errors(self._theirs):
            return bool(self._consumer.partitions_for_topic(self._foreign.topic))

    def turn(self, tally: Tally) -> None:
        """Map what came, send it, and commit once all of it is acknowledged."""
        with broker_errors(self._theirs):
            polled = self._consumer.poll(POLL_MS)
        made = [one for some in polled.values() for message in some for one in self._mapped(message, tally)]
        if made:
            self._send(made, tally)
        if polled:
            self._commit(polled)

    def _mapped(self, message: Any, tally: Tally) -> Sequence[Mapped]:
        place = f"partition {message.partition} offset {message.offset}"
        found = [self._mapper(record) for record in records_in(self._source, message.value, place)]
        tally.records += len(found)
        tally.skipped += sum(not made for made in found)
        return [one for made in found for one in made]

    def _send(self, made: Sequence[Mapped], tally: Tally) -> None:
        topic, headers = self._ours.topic(self._source.topic), [(SOURCE_HEADER, self._name.encode())]
        now = round(time.time() * 1000)
        with broker_errors(self._ours):
            sent = [self._producer.send(topic, one.payload, headers=headers) for one in made]
            self._producer.flush(timeout=ACKNOWLEDGED_S)
            for one in sent:
                one.get(timeout=ACKNOWLEDGED_S)
        for mapped in made:
            tally.judge(self._source.topic, mapped, now)

    def _commit(self, polled: Mapping[Any, Sequence[Any]]) -> None:
        ends = {partition: OffsetAndMetadata(some[-1].offset + 1, "", -1) for partition, some in polled.items()}
        with broker_errors(self._theirs):
            self._consumer.commit(ends, timeout_ms=5_000)

    def close(self) -> None:
        with suppress(KafkaError, OSError):
            self._consumer.close(autocommit=False, timeout_ms=1_000)
        with suppress(KafkaError, OSError):
            self._producer.close(timeout=1)


def foreign_topic(settings: Settings, name: str, source: Source) -> ForeignTopic:
    """The topic that a source names. Raises CannotFollow: none, or one of ours, which would feed itself."""
    if source.kafka is None:
        raise CannotFollow(f"source {name} names no topic to follow; add `kafka: {{topic: THEIRS}}` to it")
    ours = {settings.topic(stream) for stream in STREAMS}
    if source.kafka.topic in ours and set(source.kafka.brokers or settings.brokers) & set(settings.brokers):
        raise CannotFollow(f"source {name} follows {source.kafka.topic}, which is our own topic; name theirs")
    return source.kafka


def run(settings: Settings, profile: CityProfile, stop: Event, name: str) -> None:
    """Follow until `stop` is set: waits for either broker, at the start and whenever it goes away.

    Raises ConfigError or CannotFollow when the source cannot be used.
    """
    source = read_source(profile.id, name, prefix=settings.topic_prefix)
    foreign = foreign_topic(settings, name, source)
    log.info("following", source=name, topic=foreign.topic, brokers=",".join(foreign.brokers or settings.brokers))
    waiting = False
    while not stop.is_set():
        try:
            _work(settings, name, source, stop)
        except BrokerUnavailable as error:
            if not waiting:
                log.warning("waiting for broker", error=str(error))
            waiting = True
            stop.wait(AGAIN_S)


def _work(settings: Settings, name: str, source: Source, stop: Event) -> None:
    follower = Follower(settings, name, source)
    tally, told = Tally(), time.monotonic()
    try:
        if not follower.there():
            log.warning("their topic is not there yet", source=name)
        while not stop.is_set():
            follower.turn(tally)
            if time.monotonic() - told >= TELL_S:
                _tell(name, tally)
                tally, told = Tally(), time.monotonic()
    finally:
        _tell(name, tally)
        follower.close()


def _tell(name: str, tally: Tally) -> None:
    if tally.records:
        log.info(
            "mapped",
            source=name,
            records=tally.records,
            accepted=tally.accepted,
            mended=tally.mended,
            flagged=tally.flagged,
            rejected=dict(tally.rejected),
            skipped=tally.skipped,
        )
