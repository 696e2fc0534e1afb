"""A water level against what it means: marks, rate of rise, time to the next mark. Pure. Levels are metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from config.city import Marks, Station
from layers.smoothing import smoothed

FULL_MANHOLE = 2.5
"""Metres from the bottom of a manhole to its lid: at this level water comes out."""

RISING = 0.01
"""m/h. Slower than this a river is steady: a gauge reads to the centimetre."""

HORIZON_S = 24 * 3600
"""A straight line drawn further ahead than a day says nothing."""

POINTS = 3
"""Fewer readings than this make no rate; this many of the newest say which way the river is going."""

RATE_OVER = timedelta(minutes=10)
"""The rate of rise is that of the straight line through this much: the window of the yellow of rule river_rise."""

ETA_STEP_S = 300
"""A time to a mark is no better known than this, so it is rounded up to a whole number of these."""

Points = Sequence[tuple[datetime, float]]
"""(time, metres), oldest first."""

MARK_PERCENT = {"warning": 100.0, "guarantee": 110.0, "highest": 120.0}
"""One scale for every station: its ordinary level is 0 %, its marks stand here, straight lines between."""


def ladder(marks: Marks | None) -> tuple[tuple[str, float], ...]:
    """The marks a station has, as (name, metres), rising."""
    if marks is None:
        return ()
    named = (("warning", marks.warning), ("guarantee", marks.guarantee), ("highest", marks.highest))
    return tuple((name, level) for name, level in named if level is not None)


def percent(level: float, station: Station) -> float | None:
    """A level on the scale of MARK_PERCENT; at least 0. None when the station has no marks to measure by.

    Above the last mark the last line goes on, so a record flood does not stop at 120.
    """
    steps = _steps(station)
    if len(steps) < 2:
        return None
    for (low, below), (high, above) in pairwise(steps):
        if level < high or (high, above) == steps[-1]:
            return max(0.0, below + (above - below) * (level - low) / (high - low))
    return None


def _steps(station: Station) -> list[tuple[float, float]]:
    """(metres, percent), metres strictly rising: marks that stand at one level count once, as the higher."""
    steps = {station.base: 0.0}
    for name, level in ladder(station.marks):
        if level >= station.base:
            steps[level] = MARK_PERCENT[name]
    return sorted(steps.items())


def manhole_percent(level: float) -> float:
    """How full a manhole is, %: 100 when water reaches the lid."""
    return max(0.0, 100.0 * level / FULL_MANHOLE)


def over(level: float, marks: Marks | None) -> str | None:
    """The highest mark that a level has reached, or None."""
    return next((name for name, mark in reversed(ladder(marks)) if level >= mark), None)


def next_mark(level: float, marks: Marks | None) -> str | None:
    """The first mark above a level, or None: no marks, or above them all."""
    return next((name for name, mark in ladder(marks) if level < mark), None)


def course(points: Points) -> float | None:
    """Rise in m/h over RATE_OVER before the newest reading; that of the newest readings alone once the river turned.

    None for fewer than three different times.
    """
    whole, last = rate(_window(points)), rate(_tail(points))
    if whole is None or last is None:
        return None
    return last if whole * last < 0 else whole


def climbing(points: Points) -> bool:
    """The newest readings rise: only then is a mark ahead."""
    last = rate(_tail(points))
    return last is not None and last > RISING


def _window(points: Points) -> Points:
    """What is no older than RATE_OVER before the newest; the newest few where they come slowly."""
    near = [point for point in points if points[-1][0] - point[0] <= RATE_OVER]
    return near if len({at for at, _ in near}) >= POINTS else _tail(points)


def _tail(points: Points) -> Points:
    """The newest few, one a time."""
    return list(dict(points).items())[-POINTS:]


def rate(points: Points) -> float | None:
    """Rise in m/h of the straight line nearest to (time, level) points, single wild ones taken out (smoothing.py).

    None for fewer than three different times.
    """
    if len({at for at, _ in points}) < POINTS:
        return None
    first = points[0][0]
    hours = [(at - first).total_seconds() / 3600 for at, _ in points]
    raw = np.array([level for _, level in points], float)
    levels: list[float] = smoothed(raw, np.array([0]), np.array([len(points)])).tolist()
    mid, mean = sum(hours) / len(hours), sum(levels) / len(levels)
    slope = sum((hour - mid) * (level - mean) for hour, level in zip(hours, levels, strict=True))
    return slope / sum((hour - mid) ** 2 for hour in hours)


def eta(level: float, rise: float | None, marks: Marks | None) -> float | None:
    """Seconds until the next mark at this rate (m/h), up to whole ETA_STEP_S.

    None: not rising, no mark above, or more than a day away.
    """
    mark = dict(ladder(marks)).get(next_mark(level, marks) or "")
    if mark is None or rise is None or rise <= RISING:
        return None
    seconds = (mark - level) / rise * 3600
    return _stepped(seconds) if seconds <= HORIZON_S else None


def _stepped(seconds: float) -> float:
    return float(max(1, math.ceil(round(seconds) / ETA_STEP_S)) * ETA_STEP_S)
