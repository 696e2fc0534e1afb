"""A robust line through what a gauge said, with an interval. Pure.

The line is Theil's and Sen's: the median of the slopes between all pairs of readings, which a fifth of wild readings
does not move. Its interval (90 %) is Sen's, by the ranks of the same slopes.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

NEEDED = 6
"""Readings: the interval of fewer is all slopes there are."""
POINTS = 120
"""The newest readings that are looked at: the pairs of more are many and say no more."""
NORMAL_90 = 1.645
RISING = 0.01
"""Per hour, in the metric's unit. Slower than this a river is steady: a gauge reads to the centimetre."""
HOUR = 3_600_000

Point = tuple[int, float]
"""Epoch ms, value."""


class Line(NamedTuple):
    """Where a device is at a time by its line, and its slope per hour: the likeliest, the least and the most."""

    level: float
    slope: float
    least: float
    most: float


def recent(points: Sequence[Point], window: int) -> Sequence[Point]:
    """The readings of the `window` (ms) up to the newest, at most POINTS; the newest NEEDED if those are more."""
    if not points:
        return points
    within = len(points) - through(points, points[-1][0] - window)
    return points[-max(min(within, POINTS), NEEDED) :]


def through(points: Sequence[Point], at: int) -> int:
    """How many of the readings, oldest first, were said up to `at`."""
    return bisect_right(points, at, key=itemgetter(0))


def line_of(points: Sequence[Point], at: int) -> Line | None:
    """The line through (epoch ms, value), oldest first, as of `at`; None for fewer than NEEDED different times.

    Its level is at least the middle of the newest three: a flood that came within minutes stands above its own line.
    """
    if len(points) < NEEDED:
        return None
    times, values = (np.asarray(column, float) for column in zip(*dict(points).items(), strict=True))
    count = len(times)
    if count < NEEDED:
        return None
    first, second = np.triu_indices(count, 1)
    hours = (times - at) / HOUR
    slopes = np.sort((values[second] - values[first]) / (hours[second] - hours[first]))
    reach = NORMAL_90 * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low = max(0, math.floor((len(slopes) - reach) / 2))
    slope = float(np.median(slopes))
    level = max(float(np.median(values - slope * hours)), float(np.median(values[-3:])))
    return Line(level, slope, float(slopes[low]), float(slopes[len(slopes) - 1 - low]))
