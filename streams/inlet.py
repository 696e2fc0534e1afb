"""Kafka as ingest sees it: what is assigned, what came, what is committed. Every error is BrokerUnavailable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from kafka import ConsumerRebalanceListener
from kafka.errors import IllegalStateError
from kafka.structs import OffsetAndMetadata

from config.settings import Settings
from streams.ends import Ends
from streams.kafka import PARTITIONS, STREAMS, KafkaError, Topics, broker_errors, consumer, group
from streams.records import Stream

CLOSE_MS = 1_000


class _Changes(ConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    """Notes that partitions were given or taken."""

    def __init__(self) -> None:
        self.seen = False
        self.before_leaving: Callable[[], None] = lambda: None
        self.stay: Callable[[], None] = lambda: None

    def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002 - the library's
        self.seen = True
        self.stay()
        self.before_leaving()

    def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002
        self.seen = True


class Inlet:
    """A member of ingest's group. Raises BrokerUnavailable when it cannot join; build another then."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.streams: dict[str, Stream] = {settings.topic(stream): stream for stream in STREAMS}
        self._topics = Topics(settings)
        self._topics.create(1 if settings.kafka_embedded else PARTITIONS)
        self._held: frozenset[str] = frozenset()
        self._ends, self._sought = Ends(settings), dict[Any, int]()
        self._changes = _Changes()
        self._consumer = consumer(settings, group(settings))
        # kafka-python 3.0.12 forgets, when a poll ends before the group's answer is there, that it joins because a
        # topic has more partitions now; then it takes no answer, sends no heartbeat, and has no partitions for good.
        self._changes.stay = self._consumer._coordinator.request_rejoin
        self._consumer.subscribe(list(self.streams), listener=self._changes)

    def poll(self, timeout_ms: int) -> dict[Any, list[Any]]:
        """Messages by partition, in order."""
        with broker_errors(self._settings):
            return dict(self._consumer.poll(timeout_ms))

    def changed(self) -> bool:
        """Were partitions given or taken since `settled`?"""
        return self._changes.seen

    def settled(self) -> None:
        """We take `assigned` as it is now."""
        self._changes.seen = False

    def before_leaving(self, call: Callable[[], None]) -> None:
        """`call` before partitions go to another member."""
        self._changes.before_leaving = call

    def assigned(self) -> set[Any]:
        return set(self._consumer.assignment())

    def epochs(self) -> dict[str, str]:
        """Identity of each topic, by name."""
        return self._topics.epochs()

    def committed(self, partition: Any, epoch: str) -> int:
        """Where the group goes on reading; 0 when it never read this life of the topic.

        A commit tells the life it is of, as its note. The embedded broker keeps no notes: then it is left to the
        caller to doubt.
        """
        with broker_errors(self._settings):
            found = self._consumer.committed(partition, metadata=True, timeout_ms=5_000)
        return 0 if found is None or (found.metadata or epoch) != epoch else max(int(found.offset), 0)

    def seek(self, partition: Any, offset: int) -> None:
        with broker_errors(self._settings):
            self._consumer.seek(partition, offset)
        self._sought[partition] = offset

    def commit(self, ends: Mapping[Any, tuple[int, str]]) -> None:
        """Ends, and the epochs they are of. Refused when the group has gone on without us since the last poll."""
        with broker_errors(self._settings):
            offsets = {partition: OffsetAndMetadata(end, epoch, -1) for partition, (end, epoch) in ends.items()}
            self._consumer.commit(offsets, timeout_ms=5_000)

    def pause(self, yes: bool) -> None:
        """Fetch nothing for a while, or again all but what is held; the group still sees us as `poll` is called."""
        for one in self.assigned():
            call = self._consumer.pause if yes or self.streams[one.topic] in self._held else self._consumer.resume
            with suppress(KeyError):  # the library's own thread may give it away between the two lines
                call(one)

    def hold(self, streams: frozenset[str]) -> None:
        """Fetch nothing of these streams until told otherwise."""
        self._held = streams
        self.pause(False)
        held = [one for one in self.assigned() if self.streams[one.topic] in streams]
        self._ends.watch({one: self._sought.get(one, 0) for one in held})

    def high(self, partition: Any) -> int | None:
        """The end of a partition as of the last fetch; of a held one, which is not fetched, as of the last look.

        None when nothing was fetched yet, and when it is not ours any more.
        """
        with suppress(IllegalStateError):
            value = self._ends.high(partition) or self._consumer.highwater(partition)
            return None if value is None else int(value)
        return None

    def close(self) -> None:
        self._ends.close()
        with suppress(KafkaError, OSError):
            self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
        self._topics.close()
