"""From items of messages to rows of tables: which table, which columns, in which order. Pure.

Every row names the item of the message it came from: (epoch, partition, offset, item).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streams.places import NOWHERE, Places
from streams.records import CaseStep, CityEvent, Item, Reading, Rejected

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
    "rejects": ("stream", "reason", "detail", "raw", *_ORIGIN),
}
TABLES = tuple(COLUMNS)
TABLE_OF: Mapping[str, str] = {"iot": "readings", "cases": "case_steps", "events": "city_events"}

NO_DEGREES = math.nan  # absent is not zero: (0, 0) is a place in the sea


Origin = tuple[str, int, str, int, int]
"""Where a message came from, and when, as every table ends: source (header `yiping-source`), received (epoch ms),
epoch, partition, offset; the item's number follows."""


class Rows:
    """Rows on their way to the tables, in the order of arrival."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._tables: dict[str, list[Row]] = {table: [] for table in TABLES}
        self._readings = self._tables["readings"]
        self.length = 0
        self.rejected: Counter[str] = Counter()  # by stream

    def add(self, stream: str, items: Sequence[Item], origin: Origin, skip: frozenset[int] | None = None) -> None:
        """One row for each item of a message, but for the item numbers in `skip`, which are stored already."""
        for number, item in enumerate(items):
            if skip is None and type(item) is Reading:  # nearly all there is
                self._readings.append((*_reading(item, self._places), *origin, number))
                self.length += 1
            elif skip is None or number not in skip:
                self._add(stream, item, (*origin, number))
                self.length += 1

    def _add(self, stream: str, item: Item, tail: Row) -> None:
        if isinstance(item, Rejected):
            self.rejected[stream] += 1
            self._tables["rejects"].append((stream, item.reason, item.detail, item.raw, *tail))
        else:
            table, read = _ROW_OF[type(item)]
            self._tables[table].append((*read(item, self._places), *tail))

    def columns(self, table: str) -> dict[str, Sequence[Any]]:
        """The rows of a table as columns; {} when there are none."""
        rows = self._tables[table]
        return dict(zip(COLUMNS[table], map(list, zip(*rows, strict=True)), strict=True)) if rows else {}

    def count(self, table: str) -> int:
        return len(self._tables[table])


def _degrees(item: CaseStep | CityEvent) -> tuple[float, float]:
    return (NO_DEGREES, NO_DEGREES) if item.lat is None or item.lon is None else (item.lat, item.lon)


def _reading(item: Reading, places: Places) -> Row:
    lat, lon = item.lat, item.lon
    if lat is None or lon is None:
        lat = lon = NO_DEGREES
        cell, district = NOWHERE
    else:
        cell, district = places.known.get((lat, lon)) or places(lat, lon)
    return (item.at, item.device, item.metric, item.value, item.quality, lat, lon, cell, district)


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


_ROW_OF: Mapping[type, tuple[str, Callable[[Any, Places], Row]]] = {
    Reading: ("readings", _reading),
    CaseStep: ("case_steps", _case_step),
    CityEvent: ("city_events", _city_event),
}
