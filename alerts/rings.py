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
    for found in by_device.values():
        found.sort(key=lambda ring: -ring.ring)  # the newest first
    return [
        {device: _row(found, number) for device, found in by_device.items() if found[0].at > heard}
        for number, heard in enumerate(patience)
    ]


def _row(rings: Sequence[Ring], window: int) -> Row:
    """The window numbered `window` begins where its ring does: rings above it are within."""
    newest, within = rings[0], [ring for ring in rings if ring.ring > window]
    readings, total = sum(ring.readings for ring in within), math.fsum(ring.sum for ring in within)
    lat, lon, cell, district = next((ring.spot for ring in rings if ring.spot[2]), (math.nan, math.nan, 0, ""))
    return Row(
        newest.device,
        newest.at,
        newest.last,
        total,
        total / readings if readings else math.nan,
        max((ring.max for ring in within), default=math.nan),
        min((ring.min for ring in within), default=math.nan),
        readings,
        lat,
        lon,
        cell,
        district,
    )
