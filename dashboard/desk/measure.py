"""The value a rule looks at, at each reading: what its thresholds can be held against. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dashboard.inflow import Point
from layers.marks import rate

Held = Sequence[Point]


def measured(points: Sequence[Point], measure: str, window: timedelta, since: datetime) -> tuple[Point, ...]:
    """For each reading at or after `since`, the rule's `measure` over the `window` that ends there.

    `points` oldest first and reaching back to `since - window`. A measure of `last` is the readings themselves; a
    slope that fewer than three readings support is left out.
    """
    take = _TAKES.get(measure, _last)
    held: deque[Point] = deque()
    found: list[Point] = []
    for point in points:
        held.append(point)
        while held[0].at <= point.at - window and len(held) > 1:
            held.popleft()
        value = take(tuple(held)) if point.at >= since else None
        if value is not None:
            found.append(Point(point.at, value, point.quality))
    return tuple(found)


def _last(held: Held) -> float | None:
    return held[-1].value


def _values(held: Held) -> list[float]:
    return [point.value for point in held]


def _mean(held: Held) -> float | None:
    return sum(_values(held)) / len(held)


_TAKES: dict[str, Callable[[Held], float | None]] = {
    "sum": lambda held: sum(_values(held)),
    "avg": _mean,
    "max": lambda held: max(_values(held)),
    "min": lambda held: min(_values(held)),
    "count": lambda held: float(len(held)),
    "change": lambda held: held[-1].value - held[0].value,
    "distinct": lambda held: float(len(set(_values(held)))),
    "rate_per_hour": lambda held: rate([(point.at, point.value) for point in held]),
}
