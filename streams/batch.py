"""What one insert holds: the rows of some messages, and how far each partition is read once they are stored. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from streams.messages import Stream, parse
from streams.places import Places
from streams.rows import TABLE_OF, Rows

SOURCE_HEADER = "yiping-source"
MOST_ROWS = 10_000  # 860 k rows/s at 10 k a batch, 100 k rows/s at 1 k
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
        rows, stream, stored = self.rows, lane.stream, lane.stored
        epoch, number = lane.epoch, partition.partition
        taken = 0
        for record in records:
            if rows.length >= MOST_ROWS:
                break
            offset, headers = record.offset, record.headers
            origin = (source_of(headers) if headers else "", now, epoch, number, offset)
            skip = stored.get(offset) if stored else None
            rows.add(stream, parse(stream, record.value, now), origin, skip)
            taken += 1
        if taken:
            self.ends[partition] = records[taken - 1].offset + 1
            self.messages[stream] += taken
        return taken

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
