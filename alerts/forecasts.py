"""When a river reaches its next mark: a robust line through what its gauge said, with an interval. Pure.

The line is Theil's and Sen's: the median of the slopes between all pairs of readings, which a fifth of wild readings
does not move. Its interval (90 %) is Sen's, by the ranks of the same slopes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from alerts.alert import Number, Observation
from alerts.gather import DIGITS
from alerts.rules import Rule
from alerts.spots import spot_at
from alerts.watches import Forecast

NEEDED = 6
"""Readings: the interval of fewer is all slopes there are."""
POINTS = 120
"""The newest readings that are looked at: the pairs of more are many and say no more."""
NORMAL_90 = 1.645
RISING = 0.01
"""Per hour, in the metric's unit. Slower than this a river is steady: a gauge reads to the centimetre."""
HOUR, MINUTE = 3_600_000, 60_000


class Sample(NamedTuple):
    """One reading, epoch ms."""

    device: str
    at: int
    value: float
    spot: tuple[float, float, int, str]


class Line(NamedTuple):
    """Where a device is at a time by its line, and its slope per hour: the likeliest, the least and the most."""

    level: float
    slope: float
    least: float
    most: float


def forecasts(
    rule: Rule, samples: Iterable[Sample], marks: Mapping[str, Mapping[str, float]], now: int
) -> list[Observation]:
    """Observations of devices with marks; `samples` by device, oldest first."""
    watch = rule.watch
    if not isinstance(watch, Forecast):
        return []
    found = [
        _of_device(rule, watch, list(of_one), marks, now) for _, of_one in groupby(samples, key=lambda one: one.device)
    ]
    return [one for one in found if one is not None]


def _of_device(
    rule: Rule, watch: Forecast, samples: Sequence[Sample], marks: Mapping[str, Mapping[str, float]], now: int
) -> Observation | None:
    newest = samples[-1]
    line = line_of([(one.at, one.value) for one in samples[-POINTS:]], newest.at)
    if line is None:
        return None
    value, told = ahead(line, marks.get(newest.device, {}), watch.horizon / MINUTE)
    past = (now - newest.at) / MINUTE  # the line begins at the newest reading
    return Observation(
        place=newest.device,
        at=newest.at,
        value=round(max(0.0, value - (past if told else 0.0)), 1),
        thresholds=rule.thresholds(None),
        device=newest.device,
        spot=spot_at(newest.spot),
        detail=told,
    )


def line_of(points: Sequence[tuple[int, float]], at: int) -> Line | None:
    """The line through (epoch ms, value) as of `at`; None for fewer than NEEDED different times."""
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
    level = float(np.median(values - slope * hours))
    return Line(level, slope, float(slopes[low]), float(slopes[len(slopes) - 1 - low]))


def ahead(line: Line, marks: Mapping[str, float], horizon: float) -> tuple[float, dict[str, Number]]:
    """Minutes to the next mark above the line, and what is to be told of it; the horizon and nothing without one.

    A river rises when even the least slope does: noise of a quiet one is no forecast.
    """
    above = sorted((height, name) for name, height in marks.items() if name in MARKS and height > line.level)
    if not above or line.least <= RISING:
        return horizon, {}
    height, name = above[0]
    minutes = (height - line.level) / line.slope * 60
    if minutes >= horizon:
        return horizon, {}
    soonest, latest = ((height - line.level) / slope * 60 for slope in (line.most, line.least))
    told: dict[str, Number] = {"mark": name, "height": height, "slope": round(line.slope, DIGITS)}
    return minutes, told | {"soonest": round(soonest, 1), "latest": round(latest, 1)}


MARKS = ("warning", "guarantee", "highest")
