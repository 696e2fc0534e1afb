"""Several windows of a metric from one question: rings between their beginnings, put together again. Pure.

A storm rule looks over 12 h, 6 h, 3 h and 30 min: asked one by one, the last half hour is read four times. Columns stay
columns: two hundred rules over a hundred thousand devices look at arrays, and at a device only when it matters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Row(NamedTuple):
    """One device over one window; `at` epoch ms of its newest reading, `last` that reading, wherever it lies.

    All else is of the window; `readings` says how many it comes from, `slope` is per hour, `absent` seconds.
    """

    device: str
    at: int
    last: float
    sum: float
    avg: float
    max: float
    min: float
    readings: int
    lat: float
    lon: float
    cell: int
    district: str
    slope: float = math.nan
    sloped: int = 0
    change: float = math.nan
    distinct: float = math.nan
    quantile: float = math.nan
    absent: float = math.nan


@dataclass(frozen=True, eq=False)
class Heard:
    """The devices of a metric, with the newest word of each (`at` epoch ms) and where it is; all windows share them."""

    devices: Sequence[str]
    at: Ints
    last: Floats
    lat: Floats
    lon: Floats
    cell: NDArray[np.uint64]
    district: Sequence[str]

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Position of each device."""
        return {device: place for place, device in enumerate(self.devices)}


@dataclass(frozen=True, eq=False)
class Window(Mapping[str, Row]):
    """Rows of one window by device. `here` says which of the devices it has; each other array is a column of Row.

    Arrays are as long as `heard.devices`; where a device is not here they say nothing.
    """

    heard: Heard
    here: Flags
    sum: Floats
    max: Floats
    min: Floats
    readings: Ints
    slope: Floats | None = None
    sloped: Ints | None = None
    change: Floats | None = None
    distinct: Floats | None = None
    quantile: Floats | None = None
    absent: Floats | None = None
    moved: Ints | None = None  # what stands for `at` where the newest word is not what is looked at

    @property
    def at(self) -> Ints:
        return self.heard.at if self.moved is None else self.moved

    @cached_property
    def avg(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.readings > 0, self.sum / self.readings, np.nan)

    @property
    def last(self) -> Floats:
        return self.heard.last

    def row(self, place: int) -> Row:
        """The row at a position of `heard.devices`."""
        heard = self.heard
        found = {name: column.item(place) for name, column in self._columns.items()}  # no number of numpy between
        return Row(heard.devices[place], district=heard.district[place], **found)

    @cached_property
    def _columns(self) -> Mapping[str, NDArray[Any]]:
        """The columns of Row that are there, by name."""
        heard = self.heard
        own = {name: getattr(self, name) for name in (*_OF_WINDOW, "avg", "at", "last")}
        places = {"lat": heard.lat, "lon": heard.lon, "cell": heard.cell}
        return {name: column for name, column in (own | places).items() if column is not None}

    def rows(self, places: Iterable[int]) -> list[Row]:
        return [self.row(place) for place in places]

    def told(self, devices: Sequence[str], **columns: Sequence[Any]) -> Window:
        """This window with more columns, given for some devices; the others say nothing (NaN, none)."""
        known = [(place, number) for number, name in enumerate(devices) if (place := self._place(name)) is not None]
        places, numbers = (np.array(part, np.int64) for part in zip(*known, strict=True)) if known else (_NONE, _NONE)
        more: dict[str, Any] = {}
        for name, column in columns.items():
            more[name] = np.zeros(len(self.here), np.int64) if name == "sloped" else np.full(len(self.here), np.nan)
            more[name][places] = np.asarray(column)[numbers]
        return replace(self, **more)

    def absent_at(self, now: int) -> Window:
        """This window with the seconds since each device was heard; that is known now."""
        return replace(self, absent=(now - self.heard.at) / 1000, moved=np.full(len(self.here), now))

    def beside(self, other: Window) -> Window:
        """This window with the columns that only `other`, the same one, was told."""
        more = {name: getattr(other, name) for name in _MORE if getattr(self, name) is None}
        return replace(self, **more)

    def _place(self, device: str) -> int | None:
        return self.heard.order.get(device)

    def __getitem__(self, device: str) -> Row:
        place = self.heard.order[device]
        if not self.here[place]:
            raise KeyError(device)
        return self.row(place)

    def __iter__(self) -> Iterator[str]:
        return (self.heard.devices[place] for place in np.flatnonzero(self.here).tolist())

    def __len__(self) -> int:
        return int(self.here.sum())


_MORE = ("slope", "sloped", "change", "distinct", "quantile", "absent", "moved")
_NONE = np.zeros(0, np.int64)
_OF_WINDOW = tuple(one.name for one in fields(Window) if one.name in Row._fields)

Rows = Mapping[str, Row]
"""Rows of one window by device."""

Columns = Sequence[Sequence[Any]]
"""The columns of sql/readings.sql."""


def windows(rings: Columns, patience: Sequence[int]) -> list[Window]:
    """The rows of each window, oldest beginning first, as the question's edges.

    `patience` is for each window the time (epoch ms) since which a device must have been heard to be in it at all.
    """
    if not rings or not len(rings[0]):
        return [_window(_NOBODY, *_nothing(0), since) for since in patience]
    order: dict[str, int] = {}
    device = np.fromiter((order.setdefault(name, len(order)) for name in rings[0]), np.int64, len(rings[0]))
    ring = np.asarray(rings[1], np.int64)
    heard = _heard(list(order), device, ring, rings)
    cube = np.full((4, len(patience) + 1, len(order)), np.nan)
    for column, (values, nothing) in enumerate(zip(rings[4:8], _NOTHING, strict=True)):
        cube[column] = nothing
        cube[column, ring, device] = values
    found: list[Window] = []
    whole = _nothing(len(order))
    for number in reversed(range(len(patience))):  # window n holds the rings above n, so all of the window after it
        whole = _with(whole, cube[:, number + 1])
        found.append(_window(heard, *whole, patience[number]))
    return found[::-1]


_NOTHING = (0.0, np.nan, np.nan, 0.0)
"""What a ring without readings adds: to the sum, the greatest, the least, the number."""


def _nothing(devices: int) -> tuple[Floats, Floats, Floats, Floats]:
    total, most, least, count = (np.full(devices, nothing) for nothing in _NOTHING)
    return total, most, least, count


def _with(whole: tuple[Floats, Floats, Floats, Floats], ring: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    total, most, least, count = whole
    return total + ring[0], np.fmax(most, ring[1]), np.fmin(least, ring[2]), count + ring[3]


def _window(heard: Heard, total: Floats, most: Floats, least: Floats, count: Floats, since: int) -> Window:  # noqa: PLR0913, PLR0917 - a column each
    return Window(heard, heard.at > since, total, most, least, count.astype(np.int64))


def _heard(devices: list[str], device: Ints, ring: Ints, rings: Columns) -> Heard:
    """Of each device what its newest ring says, and where the newest that says so puts it."""
    rising = np.argsort(ring, kind="stable")
    newest = _newest(device, rising, len(devices))
    lat, lon, cell = np.asarray(rings[8], float), np.asarray(rings[9], float), np.asarray(rings[10], np.uint64)
    placed = _newest(device, rising[cell[rising] > 0], len(devices))
    nowhere = placed < 0
    return Heard(
        devices,
        np.asarray(rings[2], np.int64)[newest],
        np.asarray(rings[3], float)[newest],
        np.where(nowhere, np.nan, lat[placed]),
        np.where(nowhere, np.nan, lon[placed]),
        np.where(nowhere, np.uint64(0), cell[placed]),
        ["" if one < 0 else rings[11][one] for one in placed.tolist()],
    )


def _newest(device: Ints, rising: Ints, devices: int) -> Ints:
    """By device the last of the rows `rising`, -1 for none: of several written to one place the last one stays."""
    found = np.full(devices, -1)
    found[device[rising]] = rising
    return found


_EMPTY = np.zeros(0)
_NOBODY = Heard([], np.zeros(0, np.int64), _EMPTY, _EMPTY, _EMPTY, np.zeros(0, np.uint64), [])
