"""From items of messages to rows of tables: which table, which columns, in which order. Pure.

Every row names the item of the message it came from: (epoch, partition, offset, item).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from streams.parse_area import mirrored
from streams.parse_fields import OUTSIDE
from streams.parse_place import SWAPPED
from streams.places import Places
from streams.readings import NO_DEGREES, Carriage, Readings
from streams.records import CaseStep, CityEvent, DeviceEntry, Item, Reading, Rejected

Row = tuple[Any, ...]

_ORIGIN = ("source", "received", "epoch", "partition", "offset", "item")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "readings": ("at", "device", "metric", "value", "quality", "lat", "lon", "cell", "district", *_ORIGIN),
    "case_steps": (
        *("case", "at", "stage", "category", "title", "text", "lat", "lon", "cell", "district"),
        *("channel", "department", "due", "contact", "marks", *_ORIGIN),
    ),
    "city_events": (
        *("event", "at", "kind", "class", "grade", "title", "text", "lat", "lon", "cell", "area", "district"),
        *("status", "sender", "marks", "expires", "outline", "message", *_ORIGIN),
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

Origin = tuple[str, int, str, int, int]
"""Where a message came from, and when, as every table ends: source (header `yiping-source`), received (epoch ms),
epoch, partition, offset; the item's number follows."""


class Rows:
    """Rows on their way to the tables, in the order of arrival."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._tables: dict[str, list[Row]] = {table: [] for table in TABLES if table != "readings"}
        self.readings = Readings(places)
        self.rejected: Counter[str] = Counter()  # by stream
        self._others = 0  # rows that are no readings

    @property
    def length(self) -> int:
        return len(self.readings) + self._others

    def add(self, stream: str, items: Sequence[Item], origin: Origin, skip: Collection[int] = ()) -> None:
        """One row for each item of a message, but for the item numbers in `skip`, which are stored already."""
        kept = [number for number in range(len(items)) if number not in skip] if skip else range(len(items))
        readings = [number for number in kept if type(items[number]) is Reading]
        if readings:
            source, received, epoch, partition, offset = origin
            said = [items[number] for number in readings]
            self.readings.add(said, readings, offset, source, Carriage(received, epoch, partition))  # type: ignore[arg-type]
        if len(readings) < len(kept):
            for number in kept:
                self._add(stream, items[number], (*origin, number))

    def _add(self, stream: str, item: Item, tail: Row) -> None:
        if isinstance(item, Reading):
            return
        self._others += 1
        if isinstance(item, Rejected):
            self.rejected[stream] += 1
            self._tables["rejects"].append((stream, item.reason, item.detail, item.raw, *tail))
        else:
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
        return len(self.readings if table == "readings" else self._tables[table])


def _degrees(item: CaseStep | CityEvent | DeviceEntry) -> tuple[float, float]:
    return (NO_DEGREES, NO_DEGREES) if item.lat is None or item.lon is None else (item.lat, item.lon)


def _settled(item: CaseStep | CityEvent, places: Places) -> tuple[float, float, int, str, str]:
    """lat, lon, cell, district and marks, once it is known where the item is."""
    lat, lon = _degrees(item)
    cell, district = places(item.lat, item.lon)
    if (item.lat, item.lon) in places.mirrored:
        return lon, lat, cell, district, _and(item.marks, SWAPPED)
    return lat, lon, cell, district, item.marks if district or not cell else _and(item.marks, OUTSIDE)


def _and(marks: str, mark: str) -> str:
    return f"{marks},{mark}" if marks else mark


def _case_step(item: CaseStep, places: Places) -> Row:
    """A case outside counts, but its cell is nowhere: no map and no neighbourhood is to have it."""
    lat, lon, cell, district, marks = _settled(item, places)
    return (
        *(item.case, item.at, item.stage, item.category, item.title, item.text, lat, lon, cell if district else 0),
        *(district or item.district, item.channel, item.department, item.due, item.contact, marks),
    )


def _city_event(item: CityEvent, places: Places) -> Row:
    lat, lon, cell, district, marks = _settled(item, places)
    rings = mirrored(item.outline) if (item.lat, item.lon) in places.mirrored else item.outline
    return (
        *(item.event, item.at, item.kind, item.class_, item.grade, item.title, item.text, lat, lon, cell),
        *(item.area, district, item.status, item.sender, marks, item.expires, rings, item.message),
    )


def _device_entry(item: DeviceEntry, places: Places) -> Row:
    spot, (lat, lon) = places(item.lat, item.lon), _degrees(item)
    if (item.lat, item.lon) in places.mirrored:
        lat, lon = lon, lat
    return (
        *(item.device, item.at, item.state, item.kind, item.metrics, item.units, lat, lon, item.datum, *spot),
        *(item.interval, item.thresholds, item.gateway, item.owner, item.name_zh, item.name_en),
    )


_ROW_OF: Mapping[type, tuple[str, Callable[[Any, Places], Row]]] = {
    CaseStep: ("case_steps", _case_step),
    CityEvent: ("city_events", _city_event),
    DeviceEntry: ("device_entries", _device_entry),
}
