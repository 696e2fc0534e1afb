"""The ends of partitions that ingest does not read: a held stream is not fetched, so nobody would tell how much waits.

A thread with a reader of its own asks, so that ingest waits for none of it; a broker that does not answer leaves what
was known. It asks by fetching, for the embedded broker's own answer about its ends is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import structlog

from config.settings import Settings
from streams.kafka import BrokerUnavailable, KafkaError, broker_errors, consumer
from streams.pulse import EVERY_S

log = structlog.get_logger("ingest")

POLLS, POLL_MS = 2, 200  # a look: the first may still bring the answer to what was asked before
FETCH_BYTES = 1024  # a message or two: only the end is wanted


class Ends:
    """Looks every two seconds while something is to be watched. `close` ends it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._starts: Mapping[Any, int] = {}
        self._found: dict[Any, int] = {}
        self._stop = Event()
        self._thread: Thread | None = None

    def watch(self, starts: Mapping[Any, int]) -> None:
        """Watch these partitions and no others; each from an offset that is not behind its end."""
        self._found = {one: end for one, end in self._found.items() if end >= starts.get(one, end + 1)}
        self._starts = dict(starts)
        if starts and self._thread is None:
            self._thread = Thread(target=self._run, name="ends", daemon=True)
            self._thread.start()

    def high(self, partition: Any) -> int | None:
        """The end as of the last look; None when it is not watched or not known yet."""
        return self._found.get(partition)

    def close(self) -> None:
        """The thread goes once its look is over, and closes its reader."""
        self._stop.set()

    def _run(self) -> None:
        reader = None
        try:
            while not self._stop.is_set():
                reader = self._looked(reader)
                self._stop.wait(EVERY_S)
        finally:
            _close(reader)

    def _looked(self, reader: Any) -> Any:
        """The reader after a look; None when it failed, and another is to be made."""
        starts = self._starts
        if not starts:
            return reader
        try:
            reader = reader or consumer(self._settings, None, max_partition_fetch_bytes=FETCH_BYTES)
            with broker_errors(self._settings):
                ends = _look(reader, {one: self._found.get(one, start) for one, start in starts.items()})
        except BrokerUnavailable as error:
            log.debug("ends of held partitions are not known", error=str(error))
            _close(reader)
            return None
        if starts is self._starts:  # else they belong to what was watched before
            self._found = {**self._found, **ends}
        return reader


def _look(reader: Any, offsets: Mapping[Any, int]) -> dict[Any, int]:
    if reader.assignment() != set(offsets):
        reader.assign(list(offsets))
    for partition, offset in offsets.items():
        reader.seek(partition, offset)
    for _ in range(POLLS):
        reader.poll(POLL_MS)
    found = {partition: reader.highwater(partition) for partition in offsets}
    return {partition: int(end) for partition, end in found.items() if end is not None}


def _close(reader: Any) -> None:
    if reader is not None:
        with suppress(KafkaError, OSError):
            reader.close(timeout_ms=1_000)
