"""How much of each stream waits in Kafka: what ingest's group committed, and the ends, by asking as a reader would."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from config.settings import Settings
from streams.kafka import STREAMS, BrokerUnavailable, KafkaError, TopicPartition, Topics, broker_errors, consumer, group

ANSWER_S = 5.0


@dataclass(frozen=True)
class Depth:
    """One partition of a stream: `committed` messages are stored, `end` there are."""

    stream: str
    epoch: str
    partition: int
    committed: int
    end: int

    @property
    def waiting(self) -> int:
        return max(self.end - self.committed, 0)


def depths(settings: Settings) -> tuple[Depth, ...]:
    """Every partition of our streams, in their order. Raises BrokerUnavailable."""
    topics = Topics(settings)
    reader = consumer(settings, None, fetch_max_wait_ms=10, max_partition_fetch_bytes=1024)
    try:
        epochs, committed = topics.epochs(), topics.committed(group(settings))
        found = []
        for stream in STREAMS:
            partitions = _partitions(settings, reader, settings.topic(stream))
            ends = _ends(settings, reader, {one: committed.get(one, 0) for one in partitions})
            found += [
                Depth(stream, epochs.get(one.topic, ""), one.partition, committed.get(one, 0), ends[one])
                for one in partitions
            ]
        return tuple(found)
    finally:
        topics.close()
        with suppress(KafkaError, OSError):
            reader.close(timeout_ms=1_000)


def _partitions(settings: Settings, reader: Any, topic: str) -> list[Any]:
    with broker_errors(settings):
        return [TopicPartition(topic, number) for number in sorted(reader.partitions_for_topic(topic) or ())]


def _ends(settings: Settings, reader: Any, starts: dict[Any, int]) -> dict[Any, int]:
    """By fetching: the embedded broker's own answer about its ends is wrong."""
    if not starts:
        return {}
    until = time.monotonic() + ANSWER_S
    with broker_errors(settings):
        reader.assign(list(starts))
        for partition, offset in starts.items():
            reader.seek(partition, offset)
        while time.monotonic() < until:
            reader.poll(20)
            ends = {partition: reader.highwater(partition) for partition in starts}
            if None not in ends.values():
                return {partition: int(end or 0) for partition, end in ends.items()}
    raise BrokerUnavailable(f"Kafka tells no end of {', '.join(sorted({one.topic for one in starts}))}")


def waiting(found: Sequence[Depth], stream: str) -> int:
    """Messages of a stream that are not stored yet."""
    return sum(one.waiting for one in found if one.stream == stream)
