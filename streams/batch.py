"""What one insert holds: the rows of some messages, and how far each partition is read once they are stored. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Protocol

from streams.ages import AS_PARSED, Ages, young
from streams.messages import BIGGEST, Stream, parse
from streams.parse_fields import SKEW
from streams.parse_reading import MOST_READINGS
from streams.places import Places
from streams.readings import Carriage
from streams.rows import TABLE_OF, Rows
from streams.wire import LONGEST, Said, plain_batch, plain_readings

SOURCE_HEADER = "yiping-source"
MOST_ROWS = 30_000  # 3 MB of columns; what comes in 0.3 s at full speed, so no insert is made smaller than it must be
AT_ONCE = 256  # messages decoded together: what becomes of them stays in the processor's cache
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
    ages: Ages = AS_PARSED
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
        """Some hundred single readings at a time, if they are plain, as nearly all are; else one by one."""
        taken, carriage = 0, Carriage(now, lane.epoch, partition)
        while taken < len(records) and (room := MOST_ROWS - self.rows.length) > 0:
            some = records[taken : taken + min(AT_ONCE, room)]
            if self._add_plain(lane, carriage, some):
                taken += len(some)
            else:
                taken += self._add_each(lane, carriage, some)
        return taken

    def _add_plain(self, lane: Lane, carriage: Carriage, records: Sequence[Record]) -> bool:
        """Messages that are one reading each; False, and nothing is added, when about one of them there is a doubt."""
        if lane.stream != "iot":
            return False
        offsets, now = [record.offset for record in records], carriage.received
        if lane.stored and not lane.stored.keys().isdisjoint(offsets):
            return False
        said = plain_readings([record.value for record in records], now - self.ages.iot, now + SKEW)
        if said is None or not self._in_our_units(said):
            return False
        source = _sources([record.headers for record in records])
        self.rows.readings.extend(said, offsets, bytes(len(offsets)), source, carriage)  # each of them is item 0
        return True

    def _add_each(self, lane: Lane, carriage: Carriage, records: Sequence[Record]) -> int:
        """Until the batch is full; returns how many."""
        taken = 0
        for taken, record in enumerate(records, 1):  # noqa: B007 - how many is the answer
            if not self._add_gateway(lane, carriage, record):
                self._add(lane, carriage, record)
            if self.full:
                break
        return taken

    def _add_gateway(self, lane: Lane, carriage: Carriage, record: Record) -> bool:
        """A message with many readings; False, and nothing is added, when it is none or there is a doubt about it."""
        payload, now = record.value, carriage.received
        if lane.stream != "iot" or not payload or len(payload) <= LONGEST or record.offset in lane.stored:
            return False
        said = plain_batch(payload, now - self.ages.iot, now + SKEW) if len(payload) <= BIGGEST else None
        if said is None or len(said.at) > MOST_READINGS or not self._in_our_units(said):
            return False
        offsets, items = repeat(record.offset, len(said.at)), range(len(said.at))
        self.rows.readings.extend(said, offsets, items, source_of(record.headers), carriage)
        return True

    def _in_our_units(self, said: Said) -> bool:
        """No device is registered with a unit that is not ours; the values of such are converted, the careful way."""
        return self.places.registry.units.keys().isdisjoint(said.device) if self.places.registry.units else True

    def _add(self, lane: Lane, carriage: Carriage, record: Record) -> None:
        """All that a message holds, but for what is stored of it already."""
        origin = (source_of(record.headers), *carriage, record.offset)
        items = parse(lane.stream, record.value, carriage.received, self.places.registry.units)
        items = young(items, lane.stream, carriage.received, self.ages, record.value)
        self.rows.add(lane.stream, items, origin, lane.stored.get(record.offset, ()))

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


def _sources(headers: list[Sequence[tuple[str, bytes | None]]]) -> str | list[str]:
    """Who sent each of some messages; once, when all of them say the same, as they mostly do."""
    first = headers[0]
    if headers.count(first) == len(headers):
        return source_of(first)
    return [source_of(one) for one in headers]
