"""From items of messages to rows of tables: which table, which columns, in which order. Pure.

Every row names the item of the message it came from: (epoch, partition, offset, item).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import repeat
from typing import Any

from streams.parse_fields import DOUBTED, OUTSIDE
from streams.places import Places, Spot
from streams.records import CaseStep, CityEvent, DeviceEntry, Item, Reading, Rejected
from streams.wire import WireReading

Row = tuple[Any, ...]

_ORIGIN = ("source", "received", "epoch", "partition", "offset", "item")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "readings": ("at", "device", "metric", "value", "quality", "lat", "lon", "cell", "district", *_ORIGIN),
    "case_steps": (
        *("case", "at", "stage", "category", "title", "text", "lat", "lon", "cell", "district"),
        *("channel", "department", "due", "contact", *_ORIGIN),
    ),
    "city_events": (
        *("event", "at", "kind", "class", "grade", "title", "text", "lat", "lon", "cell", "area", "district"),
        *("status", "sender", *_ORIGIN),
    ),
    "device_entries": (
        *("device", "at", "state", "kind", "metrics", "units", "lat", "lon", "datum", "cell", "district"),
        *("interval", "thresholds", "gateway", "owner", "name_zh", "name_en", *_ORIGIN),
    ),
    "rejects": ("stream", "reason", "detail", "raw", *_ORIGIN),
}
TABLES = tuple(COLUMNS)
TABLE_OF: Mapping[str, str] = {
    "iot": "readings",
    "cases": "case_steps",
    "events": "city_events",
    "devices": "device_entries",
}

NO_DEGREES = math.nan  # absent is not zero: (0, 0) is a place in the sea


Origin = tuple[str, int, str, int, int]
"""Where a message came from, and when, as every table ends: source (header `yiping-source`), received (epoch ms),
epoch, partition, offset; the item's number follows."""


class Readings:
    """Readings on their way to their table, held by column.

    Not by row: ten thousand tuples a batch keep Python's garbage collector busy, which was a third of ingest's work.
    The lists are public for the one loop that has to be tight (batch.py) and must stay in step.
    """

    def __init__(self) -> None:
        self.said: list[WireReading | Reading] = []
        self.where: list[Spot] = []
        self.source: list[str] = []
        self.offset: list[int] = []
        self.item: list[int] = []
        self._runs: list[tuple[int, int, str, int]] = []  # what long runs of rows share, and from which row on

    def begin(self, received: int, epoch: str, partition: int) -> None:
        """What is added from here on came of this partition, at this time."""
        self._runs.append((len(self.said), received, epoch, partition))

    def extend(
        self, readings: Sequence[Reading], numbers: Sequence[int], where: Sequence[Spot], origin: Origin
    ) -> None:
        """Readings of one message, their numbers in it, and where they are."""
        source, received, epoch, partition, offset = origin
        self.begin(received, epoch, partition)
        self.said += readings
        self.where += where
        self.source += repeat(source, len(readings))
        self.offset += repeat(offset, len(readings))
        self.item += numbers

    def columns(self) -> dict[str, Sequence[Any]]:
        """In the order of the table."""
        said, runs = self.said, self._runs
        ends = [start for start, *_ in runs[1:]] + [len(said)]
        lengths = [end - run[0] for run, end in zip(runs, ends, strict=True)]

        def shared(number: int) -> list[Any]:
            return [value for run, length in zip(runs, lengths, strict=True) for value in repeat(run[number], length)]

        return {
            "at": [one.at for one in said],
            "device": [one.device for one in said],
            "metric": [one.metric for one in said],
            "value": [one.value for one in said],
            "quality": [
                one.quality if spot[1] else _quality(one, spot) for one, spot in zip(said, self.where, strict=True)
            ],  # nearly all are inside, and a call for each of them would be felt
            "lat": [NO_DEGREES if one.lat is None else one.lat for one in said],
            "lon": [NO_DEGREES if one.lon is None else one.lon for one in said],
            "cell": [cell for cell, _ in self.where],
            "district": [district for _, district in self.where],
            "source": self.source,
            "received": shared(1),
            "epoch": shared(2),
            "partition": shared(3),
            "offset": self.offset,
            "item": self.item,
        }


def _quality(reading: Reading | WireReading, spot: Spot) -> str:
    """What the reading says of itself; or that it comes from elsewhere, which no figure of this city may use."""
    cell, district = spot
    return OUTSIDE if cell and not district and reading.quality not in DOUBTED else reading.quality


class Rows:
    """Rows on their way to the tables, in the order of arrival."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._tables: dict[str, list[Row]] = {table: [] for table in TABLES if table != "readings"}
        self.readings = Readings()
        self.rejected: Counter[str] = Counter()  # by stream

    @property
    def length(self) -> int:
        return sum(map(self.count, TABLES))

    def add(self, stream: str, items: Sequence[Item], origin: Origin, skip: Collection[int] = ()) -> None:
        """One row for each item of a message, but for the item numbers in `skip`, which are stored already."""
        kept = [number for number in range(len(items)) if number not in skip] if skip else range(len(items))
        readings = [number for number in kept if type(items[number]) is Reading]
        if readings:
            self._add_readings([items[number] for number in readings], readings, origin)  # type: ignore[misc]
        if len(readings) < len(kept):
            for number in kept:
                self._add(stream, items[number], (*origin, number))

    def _add_readings(self, readings: Sequence[Reading], numbers: Sequence[int], origin: Origin) -> None:
        known, places = self._places.known, self._places
        where = [known.get((one.lat, one.lon)) or places(one.lat, one.lon) for one in readings]
        self.readings.extend(readings, numbers, where, origin)

    def _add(self, stream: str, item: Item, tail: Row) -> None:
        if isinstance(item, Rejected):
            self.rejected[stream] += 1
            self._tables["rejects"].append((stream, item.reason, item.detail, item.raw, *tail))
        elif not isinstance(item, Reading):
            table, read = _ROW_OF[type(item)]
            self._tables[table].append((*read(item, self._places), *tail))

    def columns(self, table: str) -> dict[str, Sequence[Any]]:
        """The rows of a table as columns; {} when there are none."""
        if not self.count(table):
            return {}
        if table == "readings":
            return self.readings.columns()
        return dict(zip(COLUMNS[table], map(list, zip(*self._tables[table], strict=True)), strict=True))

    def count(self, table: str) -> int:
        return len(self.readings.said if table == "readings" else self._tables[table])


def _degrees(item: CaseStep | CityEvent | DeviceEntry) -> tuple[float, float]:
    return (NO_DEGREES, NO_DEGREES) if item.lat is None or item.lon is None else (item.lat, item.lon)


def _case_step(item: CaseStep, places: Places) -> Row:
    cell, district = places(item.lat, item.lon)
    return (
        *(item.case, item.at, item.stage, item.category, item.title, item.text, *_degrees(item), cell),
        *(district or item.district, item.channel, item.department, item.due, item.contact),
    )


def _city_event(item: CityEvent, places: Places) -> Row:
    cell, district = places(item.lat, item.lon)
    return (
        *(item.event, item.at, item.kind, item.class_, item.grade, item.title, item.text, *_degrees(item), cell),
        *(item.area, district, item.status, item.sender),
    )


def _device_entry(item: DeviceEntry, places: Places) -> Row:
    return (
        *(item.device, item.at, item.state, item.kind, item.metrics, item.units, *_degrees(item), item.datum),
        *places(item.lat, item.lon),
        *(item.interval, item.thresholds, item.gateway, item.owner, item.name_zh, item.name_en),
    )


_ROW_OF: Mapping[type, tuple[str, Callable[[Any, Places], Row]]] = {
    CaseStep: ("case_steps", _case_step),
    CityEvent: ("city_events", _city_event),
    DeviceEntry: ("device_entries", _device_entry),
}
