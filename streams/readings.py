"""Readings on their way to their table, held by column. Pure.

Not by row: ten thousand objects a batch keep Python's garbage collector busy, fall out of the processor's cache, and
must be taken apart again. Plain readings, which nearly all are, come a few hundred at a time (wire.py) and are encoded
at once; those that came one by one wait until a few hundred of them share where they came from.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from streams.columns import Coded, Texts
from streams.parse_fields import OUTSIDE, UNUSABLE, marked
from streams.parse_place import NO_PLACE, SWAPPED
from streams.places import NOWHERE, Places, Spot
from streams.records import Reading
from streams.wire import Said, by_column

PLACED = "placed"  # a mark: the coordinates told were no place, these are the registered ones of the device
NO_DEGREES = math.nan  # absent is not zero: (0, 0) is a place in the sea


class Carriage(NamedTuple):
    """What long runs of rows share: received (epoch ms), epoch and partition."""

    received: int
    epoch: str
    partition: int


class Readings:
    """Grows by `add` and `extend`, in order; `columns` are those of the table."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._at, self._received = array("q"), array("q")
        self._value, self._lat, self._lon = array("d"), array("f"), array("f")
        self._cell, self._offset = array("Q"), array("Q")
        self._partition, self._item = array("H"), array("H")
        self._device = Texts()
        self._metric, self._quality, self._district = Coded(), Coded(), Coded()
        self._source, self._epoch = Coded(), Coded()
        self._run: tuple[str, Carriage] = ("", Carriage(0, "", 0))  # source and carriage of those that wait
        self._waiting: list[Reading] = []
        self._numbers: list[tuple[int, int]] = []  # offset and item of each that waits

    def __len__(self) -> int:
        return len(self._at) + len(self._waiting)

    def add(
        self, readings: Sequence[Reading], items: Iterable[int], offset: int, source: str, carriage: Carriage
    ) -> None:
        """Readings of one message, and their numbers in it."""
        if self._run != (source, carriage):
            self._settle()
            self._run = source, carriage
        self._waiting += readings
        self._numbers += zip(repeat(offset, len(readings)), items, strict=True)

    def extend(
        self, said: Said, offsets: Iterable[int], items: Iterable[int], source: str | Sequence[str], carriage: Carriage
    ) -> None:
        """Readings of one or of many messages; `source` is of all of them, or of each."""
        self._settle()
        self._encode(said, offsets, items, source, carriage)

    def columns(self) -> dict[str, Sequence[Any]]:
        """In the order of the table."""
        self._settle()
        return {
            "at": self._at,
            "device": self._device,
            "metric": self._metric,
            "value": self._value,
            "quality": self._quality,
            "lat": self._lat,
            "lon": self._lon,
            "cell": self._cell,
            "district": self._district,
            "source": self._source,
            "received": self._received,
            "epoch": self._epoch,
            "partition": self._partition,
            "offset": self._offset,
            "item": self._item,
        }

    def _settle(self) -> None:
        """Encode those that wait."""
        if self._waiting:
            offsets, items = zip(*self._numbers, strict=True)
            self._encode(by_column(self._waiting), offsets, items, *self._run)
            self._waiting, self._numbers = [], []

    def _encode(
        self, said: Said, offsets: Iterable[int], items: Iterable[int], source: str | Sequence[str], carriage: Carriage
    ) -> None:
        """The one place where all columns grow, and by the same number of rows."""
        count = len(said.at)
        said, where = _placed(said, self._places)
        cells, districts = zip(*where, strict=True)
        self._at.extend(said.at)
        self._device.extend(said.device)
        self._metric.extend(said.metric)
        self._value.extend(said.value)
        quality = said.quality if all(districts) else list(map(_quality, said.quality, where))
        if any(quality):
            self._quality.extend(quality)
        else:
            self._quality.repeat("", count)
        self._lat.extend(_degrees(said.lat))
        self._lon.extend(_degrees(said.lon))
        self._cell.extend(cells)
        self._district.extend(districts)
        if isinstance(source, str):
            self._source.repeat(source, count)
        else:
            self._source.extend(source)
        self._received += array("q", (carriage.received,)) * count
        self._epoch.repeat(carriage.epoch, count)
        self._partition += array("H", (carriage.partition,)) * count
        self._offset.extend(_offsets(offsets))
        self._item.extend(items)


def _placed(said: Said, places: Places) -> tuple[Said, Sequence[Spot]]:
    """Where they are; all of them at once where all points are remembered as they are, which is nearly always."""
    points = list(zip(said.lat, said.lon, strict=True))
    where = list(map(places.known.get, points))
    if all(where):
        return said, where  # type: ignore[return-value]  # mypy does not see that none is None
    found = [spot or places(*point) for spot, point in zip(where, points, strict=True)]
    if len(places.registry) or not places.mirrored.keys().isdisjoint(points):
        said = _mended(said, found, places)
    return said, found


def _mended(said: Said, where: list[Spot], places: Places) -> Said:
    """Those that say no place get the registered one of their device, if it has one; those mirrored are turned."""
    lat, lon, quality = list(said.lat), list(said.lon), list(said.quality)
    for row, spot in enumerate(where):
        post = places.registry.post(said.device[row]) if spot == NOWHERE else None
        if post is not None:
            lat[row], lon[row], where[row] = post
            quality[row] = ",".join(PLACED if mark == NO_PLACE else mark for mark in quality[row].split(","))
        elif (lat[row], lon[row]) in places.mirrored:
            lat[row], lon[row] = lon[row], lat[row]
            quality[row] = marked(quality[row], (SWAPPED,))
    return said._replace(lat=lat, lon=lon, quality=quality)


def _degrees(said: Sequence[float | None]) -> array[float]:
    try:
        return array("f", said)  # type: ignore[arg-type]
    except TypeError:  # some tell none
        return array("f", [NO_DEGREES if one is None else one for one in said])


def _offsets(found: Iterable[int]) -> array[int]:
    """As a column; a run without a gap, as they mostly are, is not walked through."""
    if isinstance(found, list) and found[-1] - found[0] == len(found) - 1:
        return array("Q", np.arange(found[0], found[-1] + 1, dtype=np.uint64).tobytes())
    return array("Q", found)


def _quality(said: str, spot: Spot) -> str:
    """What the reading says of itself; or that it comes from elsewhere, which no figure of this city may use."""
    cell, district = spot
    return OUTSIDE if cell and not district and said not in UNUSABLE else said
