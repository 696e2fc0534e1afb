"""Devices against themselves: the mean of now and those of the same hour of the week, robustly. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from alerts.alert import Observation
from alerts.rules import Rule
from alerts.sieve import DIGITS
from alerts.spots import spot_at
from alerts.watches import Anomaly

KNOWN = 6
"""Means of before that a device must have: a median of fewer says little of what is usual."""
NORMAL = 1.4826
"""The median distance from the median times this is a normal distribution's standard deviation."""
WEEK = 7 * 86_400_000
HOUR = 3_600_000


class Mean(NamedTuple):
    """A device's mean in a window: slot 1 is the hour of now, 0 and 2 are after and before; `week` 0 is this one."""

    device: str
    week: int
    slot: int
    mean: float
    at: int
    spot: tuple[float, float, int, str]


def hours(watch: Anomaly, now: int) -> list[int]:
    """The hours (epoch ms of their beginnings) that the windows of now and of before touch."""
    spans = [(now - watch.window, now)]
    spans += [(now - n * WEEK - 2 * watch.window, now - n * WEEK + watch.window) for n in range(1, watch.weeks + 1)]
    return sorted({hour for first, last in spans for hour in range(first // HOUR * HOUR, last + 1, HOUR)})


def anomalies(rule: Rule, means: Iterable[Mean]) -> list[Observation]:
    """Observations of the devices that spoke now and are known well enough."""
    watch = rule.watch
    if not isinstance(watch, Anomaly):
        return []
    by_device: dict[str, list[Mean]] = defaultdict(list)
    for mean in means:
        by_device[mean.device].append(mean)
    found = (_of_device(rule, watch, of_one) for of_one in by_device.values())
    return [one for one in found if one is not None]


def _of_device(rule: Rule, watch: Anomaly, means: Sequence[Mean]) -> Observation | None:
    current = next((one for one in means if one.week == 0), None)
    before = [one.mean for one in means if one.week]
    if current is None or len(before) < KNOWN:
        return None
    usual, spread = usual_of(before, watch.least)
    told = {"mean": round(current.mean, DIGITS), "usual": round(usual, DIGITS), "spread": round(spread, DIGITS)}
    return Observation(
        place=current.device,
        at=current.at,
        value=round((current.mean - usual) / spread, DIGITS),
        thresholds=rule.thresholds(None),
        device=current.device,
        spot=spot_at(current.spot),
        detail=told,
    )


def usual_of(before: Sequence[float], least: float) -> tuple[float, float]:
    """What is usual of these means, and how far from it is usual: at least `least`."""
    usual = median(before)
    return usual, max(least, NORMAL * median(abs(mean - usual) for mean in before))
