"""Several windows of a metric from one question: rings between their beginnings, put together again. Pure.

A storm rule looks over 12 h, 6 h, 3 h and 30 min: asked one by one, the last half hour is read four times.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Ring(NamedTuple):
    """One device between the beginnings of two windows (columns of sql/readings.sql); `at` epoch ms of its newest."""

    device: str
    ring: int
    at: int
    last: float
    sum: float
    max: float
    min: float
    readings: int
    spot: tuple[float, float, int, str]


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


Rows = Mapping[str, Row]
"""Rows of one window by device."""


def windows(rings: Iterable[Ring], patience: Sequence[int]) -> list[dict[str, Row]]:
    """The rows of each window, oldest beginning first, as the question's edges.

    `patience` is for each window the time (epoch ms) since which a device must have been heard to be in it at all.
    """
    by_device: dict[str, list[Ring]] = defaultdict(list)
    for ring in rings:
        by_device[ring.device].append(ring)
    found: list[dict[str, Row]] = [{} for _ in patience]
    for device, several in by_device.items():
        several.sort(key=lambda ring: -ring.ring)  # the newest first
        newest = several[0].at
        for number, row in enumerate(_rows(several, len(patience))):
            if newest > patience[number]:
                found[number][device] = row
    return found


def _rows(rings: Sequence[Ring], windows: int) -> list[Row]:
    """A row for each window: the one numbered n holds the rings above n, so each holds all of the next one's."""
    spot = next((ring.spot for ring in rings if ring.spot[2]), (math.nan, math.nan, 0, ""))
    rows: list[Row] = []
    whole, within = _NOTHING, 0
    for number in reversed(range(windows)):
        begun = within
        while within < len(rings) and rings[within].ring > number:
            whole = _with(whole, rings[within])
            within += 1
        if not rows or within > begun:
            rows.append(_row(rings[0], whole, spot))
        else:
            rows.append(rows[-1])
    return rows[::-1]


class _Whole(NamedTuple):
    """What several rings come to."""

    sum: float
    max: float
    min: float
    readings: int


_NOTHING = _Whole(0.0, math.nan, math.nan, 0)


def _with(whole: _Whole, ring: Ring) -> _Whole:
    if not whole.readings:
        return _Whole(ring.sum, ring.max, ring.min, ring.readings)
    high, low = max(whole.max, ring.max), min(whole.min, ring.min)
    return _Whole(whole.sum + ring.sum, high, low, whole.readings + ring.readings)


def _row(newest: Ring, whole: _Whole, spot: tuple[float, float, int, str]) -> Row:
    mean = whole.sum / whole.readings if whole.readings else math.nan
    return Row(
        *(newest.device, newest.at, newest.last, whole.sum, mean, whole.max, whole.min, whole.readings),
        *spot,
    )
