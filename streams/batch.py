"""What one insert holds: the rows of some messages, and how far each partition is read once they are stored. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from streams.messages import Stream, parse
from streams.parse_fields import AHEAD, OLDEST
from streams.places import Places
from streams.rows import TABLE_OF, Rows
from streams.wire import plain_reading

SOURCE_HEADER = "yiping-source"
MOST_ROWS = 10_000  # inserts take 860 k rows/s at 10 k a batch, 100 k at 1 k; 20 k fall out of the processor's cache
LONGEST_WAIT_S = 0.3  # after the first row: what a quiet stream waits for the screen


class Partition(Protocol):
    """Names one partition of one topic."""

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int: ...


class Record(Protocol):
    """One message as the client gives it."""

    offset: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True)
class Lane:
    """One partition as read by us: its topic's identity, where reading starts, and what is stored from there on."""

    stream: Stream
    epoch: str
    start: int
    stored: Mapping[int, frozenset[int]]  # item numbers by offset


def stored_items(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """Item numbers by offset of (offset, item) pairs."""
    found: dict[int, set[int]] = {}
    for offset, item in pairs:
        found.setdefault(offset, set()).add(item)
    return {offset: frozenset(items) for offset, items in found.items()}


def open_lane(stream: Stream, epoch: str, committed: int, stored: Mapping[int, frozenset[int]]) -> Lane | None:
    """The lane to read, given what is stored from `committed - 1` on; None when `committed` cannot be believed.

    Every message leaves at least one row, so the message before a committed offset must be stored under this epoch. It
    is not when the topic was created anew, or when the broker came back empty and the commit is of its former life.
    """
    if committed and committed - 1 not in stored:
        return None
    return Lane(stream, epoch, committed, {offset: items for offset, items in stored.items() if offset >= committed})


@dataclass
class Batch:
    """Grows by `take`; `ends` says where each partition may be committed once the rows are stored."""

    places: Places
    rows: Rows = field(init=False)
    ends: dict[Any, int] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rows = Rows(self.places)

    def take(self, partition: Any, lane: Lane, records: Sequence[Record], now: int) -> int:
        """Add messages, in order, until the batch is full; returns how many were taken. `now` is epoch ms."""
        taken = self._fill(lane, partition.partition, records, now)
        if taken:
            self.ends[partition] = records[taken - 1].offset + 1
            self.messages[lane.stream] += taken
        return taken

    def _fill(self, lane: Lane, partition: int, records: Sequence[Record], now: int) -> int:
        """The loop that has to be tight: it turns once for every message of the city.

        A plain single reading, which nearly all are, goes straight into its columns: nothing is made for it that the
        garbage collector would have to follow. Every other message takes the long way, `_add`, which knows all.
        """
        readings, known, places = self.rows.readings, self.places.known, self.places
        said, where, sources = readings.said, readings.where, readings.source
        offsets, numbers = readings.offset, readings.item
        single, stored, oldest, newest = lane.stream == "iot", lane.stored, now - OLDEST, now + AHEAD
        readings.begin(now, lane.epoch, partition)
        most, taken = self._most_readings(), 0
        for taken, record in enumerate(records, 1):  # noqa: B007 - how many is the answer
            offset = record.offset
            reading = plain_reading(record.value, oldest, newest) if single and offset not in stored else None
            if reading is None:
                self._add(lane, partition, record, now)
                most = self._most_readings()
            else:
                headers = record.headers
                said.append(reading)
                where.append(known.get((reading.lat, reading.lon)) or places(reading.lat, reading.lon))
                sources.append(source_of(headers) if headers else "")
                offsets.append(offset)
                numbers.append(0)
            if len(said) >= most:
                break
        return taken

    def _most_readings(self) -> int:
        """So many readings there may be until the batch is full, given the rows that are none."""
        return MOST_ROWS - (self.rows.length - self.rows.count("readings"))

    def _add(self, lane: Lane, partition: int, record: Record, now: int) -> None:
        """All that a message holds, but for what is stored of it already."""
        origin = (source_of(record.headers), now, lane.epoch, partition, record.offset)
        self.rows.add(lane.stream, parse(lane.stream, record.value, now), origin, lane.stored.get(record.offset, ()))

    @property
    def full(self) -> bool:
        return self.rows.length >= MOST_ROWS

    def counts(self) -> tuple[Counter[str], Counter[str]]:
        """(accepted, rejected): rows by stream."""
        accepted = Counter({stream: self.rows.count(table) for stream, table in TABLE_OF.items()})
        return accepted, Counter(self.rows.rejected)


def source_of(headers: Sequence[tuple[str, bytes | None]]) -> str:
    """Who sent a message: the header `yiping-source`, '' when there is none or it is not text."""
    for key, value in headers:
        if key == SOURCE_HEADER and value:
            return value[:256].decode("utf-8", "replace")
    return ""
