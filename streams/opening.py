"""How ingest begins with its partitions: fence, committed offset, what is stored, what a person passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from streams.batch import Lane, open_lane
from streams.brake import Brake
from streams.elapsed import passed
from streams.fence import Fence
from streams.kafka import BrokerUnavailable
from streams.sides import Sink, Source

log = structlog.get_logger("ingest")

GONE_S = 3.0  # a topic that is missing for longer is not just being created anew

Opened = tuple[Fence, dict[Any, Lane]]


def reached(lane: Lane, held: frozenset[str]) -> int:
    """Up to where a lane is done, as far as is known when it is opened.

    What is stored of a held one, though no commit says so (a broker that was killed may have forgotten it), does not
    wait. It is only counted, not committed: of a message with many items perhaps not all are stored.
    """
    return lane.start + (sum(offset >= lane.start for offset in lane.stored) if lane.stream in held else 0)


class Opening:
    """Opens all lanes that the group gave us, at once."""

    def __init__(self, source: Source, sink: Sink, brake: Brake, clock: Callable[[], float]) -> None:
        self._source, self._sink, self._brake, self._clock = source, sink, brake, clock
        self._missing: float | None = None  # since when a topic is

    def open(self) -> Opened | None:
        """The fence, and each partition's lane, read from its start on; None when it is not yet time.

        Raises BrokerUnavailable when a topic stays missing, and what the database raises.
        """
        epochs, assigned = self._source.epochs(), self._source.assigned()
        if not self.all_there(epochs) or not assigned:
            return None
        self._brake.look(self._clock(), frozenset(self._source.streams.values()))
        fence = self._sink.open([(epochs[partition.topic], partition.partition) for partition in assigned])
        lanes = {partition: self._lane(partition, epochs[partition.topic]) for partition in assigned}
        for partition, lane in lanes.items():
            self._source.seek(partition, lane.start)
        return fence, lanes

    def all_there(self, epochs: Mapping[str, str]) -> bool:
        """Do all our topics exist? One that is being created anew is missing for some milliseconds, and no longer.

        Of one that is gone the group soon gives partitions to nobody; so all are asked for, not those that we have.
        Raises BrokerUnavailable when one stays missing: who joins anew creates it.
        """
        missing = sorted(self._source.streams.keys() - epochs.keys())
        now = self._clock()
        self._missing = (self._missing or now) if missing else None
        if self._missing is not None and passed(self._missing, now) > GONE_S:
            raise BrokerUnavailable(f"no topic {', '.join(missing)}")
        return not missing

    def _lane(self, partition: Any, epoch: str) -> Lane:
        stream = self._source.streams[partition.topic]
        committed = self._source.committed(partition, epoch)
        stored = self._sink.stored(stream, epoch, partition.partition, max(committed - 1, 0))
        lane = open_lane(stream, epoch, committed, stored)
        if lane is None:
            log.warning("committed offset is of another life", topic=partition.topic, offset=committed)
            lane = open_lane(stream, epoch, 0, self._sink.stored(stream, epoch, partition.partition, 0))
        assert lane is not None  # noqa: S101 - 0 is always believed
        skip = self._brake.skip(stream, epoch, partition.partition)
        return lane if skip <= lane.start else self._skipped(partition, lane, skip)

    def _skipped(self, partition: Any, lane: Lane, skip: int) -> Lane:
        """A person said that what is before is not to be read."""
        log.warning("passed over", topic=partition.topic, first=lane.start, next=skip)
        self._source.commit({partition: (skip, lane.epoch)})
        return replace(lane, start=skip)
