"""What ingest knows of the registered devices, in memory: where each stands, and in which unit it speaks. Pure.

One device is one short string of bytes in one dict: a million of them are some 200 MB, and nothing that the garbage
collector would have to follow.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from streams.parse_device import RETIRED, in_ours
from streams.parse_fields import Refusal

_POST = struct.Struct("<qddQH")  # at, lat, lon, cell, number of the district
_GONE = 0xFFFF  # instead of the district's number: the device is retired
_Units = Mapping[str, str]
"""Unit by metric, of those that are not ours."""


class Post(NamedTuple):
    """Where a device stands: WGS-84 degrees, cell and district's adcode."""

    lat: float
    lon: float
    spot: tuple[int, str]


class Told(NamedTuple):
    """One entry as the database tells it; lat and lon are NaN when not told."""

    device: str
    at: int
    state: str
    lat: float
    lon: float
    cell: int
    district: str
    metrics: tuple[str, ...]
    units: tuple[str, ...]


class Registry:
    """Devices by id. One thread may learn while others look up."""

    def __init__(self) -> None:
        self._posts: dict[str, bytes] = {}
        self._districts: list[str] = []
        self.units: dict[str, _Units] = {}  # of devices that speak in a unit that is not ours; of most there are none

    def __len__(self) -> int:
        """How many devices were ever registered."""
        return len(self._posts)

    def post(self, device: str) -> Post | None:
        """Where a device stands; None when it is not registered, retired, or registered without a place."""
        packed = self._posts.get(device)
        if packed is None:
            return None
        _, lat, lon, cell, district = _POST.unpack(packed)
        return None if district == _GONE or math.isnan(lat) else Post(lat, lon, (cell, self._districts[district]))

    def learn(self, entries: Iterable[Told]) -> None:
        """Take in entries, in any order: of each device the one with the latest `at` counts, of equals the last."""
        for entry in entries:
            before = self._posts.get(entry.device)
            if before is None or _POST.unpack(before)[0] <= entry.at:
                self._posts[entry.device] = self._packed(entry)
                self._learn_units(entry)

    def _packed(self, entry: Told) -> bytes:
        number = _GONE if entry.state == RETIRED else self._number(entry.district)
        return _POST.pack(entry.at, entry.lat, entry.lon, entry.cell, number)

    def _number(self, district: str) -> int:
        if district not in self._districts:
            self._districts.append(district)
        return self._districts.index(district)

    def _learn_units(self, entry: Told) -> None:
        found = foreign_units(tuple(entry.metrics), tuple(entry.units)) if any(entry.units) else {}
        if found:
            self.units[entry.device] = found
        else:
            self.units.pop(entry.device, None)


@lru_cache(1_024)
def foreign_units(metrics: tuple[str, ...], units: tuple[str, ...]) -> _Units:
    """Those that have to be converted: not ours, of a metric that we know."""
    return {metric: unit for metric, unit in zip(metrics, units, strict=False) if unit and _foreign(unit, metric)}


def _foreign(unit: str, metric: str) -> bool:
    try:
        return (in_ours(0.0, unit, metric), in_ours(1.0, unit, metric)) != (0.0, 1.0)
    except Refusal:  # an entry of before we knew the metric
        return False
