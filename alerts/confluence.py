"""What comes down a river from several gauges upstream, as one rise here: each after its own hours. Pure.

Gauges of one branch (one of them is up the river of another) see the same water: the most that any of them tells
counts. Gauges of different branches see different water: what they tell adds up, and so do the least of all, and the
most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from alerts.lines import HOUR, POINTS, Point, through
from alerts.recordings import Floats
from alerts.upstream import Coming, Gain, Way, columns, gain_of, told

ROUNDS = 3
"""So often each branch's gain is learnt from what the gains of the others leave: more changes no second digit."""


@dataclass(frozen=True, slots=True)
class Part:
    """What comes by one way, and all that its gauge said."""

    way: Way
    rise: Coming
    there: Sequence[Point]


class Inflow(NamedTuple):
    """The rise here that is on its way, beyond what has come: (hours from now, m) by gain, in order; then per hour."""

    hours: tuple[float, ...] = ()
    rises: tuple[tuple[float, ...], ...] = ()
    slopes: tuple[float, ...] = (0.0, 0.0, 0.0)

    @property
    def most(self) -> float:
        """m by the likeliest gain."""
        return max(self.rises[LIKELY], default=0.0) if self.rises else 0.0

    def steps(self, which: int) -> Sequence[tuple[float, float]]:
        """(hours, m) by the gain LIKELY, LEAST or MOST."""
        return list(zip(self.hours, self.rises[which], strict=True)) if self.rises else ()


NOTHING = Inflow()
LIKELY, LEAST, MOST = range(3)


def inflow(parts: Sequence[Part], here: Sequence[Point]) -> Inflow:
    """All ways together; `here` is what this gauge said, oldest first."""
    coming = [part for part in parts if part.rise.steps]
    if not coming:
        return NOTHING
    gains = _gains(parts, here)
    hours = np.unique(np.concatenate([[after for after, _ in part.rise.steps] for part in coming]))
    branches: dict[str, list[tuple[Floats, Floats]]] = {}
    for part in coming:
        gain = np.array(gains[part.way.station])
        rise = gain[:, None] * _at(part.rise, hours)
        branches.setdefault(part.way.branch, []).append((rise, gain * part.rise.slope))
    rises = sum(np.max([rise for rise, _ in one], axis=0) for one in branches.values())
    slopes = sum(np.max([slope for _, slope in one], axis=0) for one in branches.values())
    assert isinstance(rises, np.ndarray)  # noqa: S101 - there is a branch
    assert isinstance(slopes, np.ndarray)  # noqa: S101
    return Inflow(tuple(hours.tolist()), tuple(map(tuple, rises.tolist())), tuple(slopes.tolist()))


def _at(rise: Coming, hours: Floats) -> Floats:
    """m upstream at these hours from now: from nothing now through the steps, and on at the slope."""
    known, metres = (np.array(column, float) for column in zip((0.0, 0.0), *rise.steps, strict=True))
    found: Floats = np.interp(hours, known, metres) + rise.slope * np.clip(hours - known[-1], 0.0, None)
    return found


def _gains(parts: Sequence[Part], here: Sequence[Point]) -> Mapping[str, Gain]:
    """By gauge. What several branches did at the same time is parted: each is learnt from what the others leave."""
    if len({part.way.branch for part in parts}) < 2:
        return {part.way.station: part.rise.gain for part in parts}
    found = {part.way.station: told(part.way) for part in parts}
    times, values = columns(here[-POINTS:])
    before = [_then(part, times) for part in parts]
    whole = np.isfinite(values) & np.all([np.isfinite(one) for one in before], axis=0)
    for _ in range(ROUNDS):
        for part, then in zip(parts, before, strict=True):
            rest = values - _others(part, parts, before, found)
            found[part.way.station] = gain_of(rest[whole], then[whole]) or found[part.way.station]
    return found


def _then(part: Part, times: Floats) -> Floats:
    """The level there so many hours before; NaN before its first reading."""
    at = times - part.way.hours * HOUR
    known, levels = columns(part.there[: through(part.there, round(at[-1]))])
    return np.interp(at, known, levels, left=np.nan) if len(known) else np.full(len(at), np.nan)


def _others(part: Part, parts: Sequence[Part], before: Sequence[Floats], gains: Mapping[str, Gain]) -> Floats:
    """What the other branches brought here, each by the first of its gauges."""
    first: dict[str, Floats] = {}
    for one, then in zip(parts, before, strict=True):
        if one.way.branch != part.way.branch:
            first.setdefault(one.way.branch, gains[one.way.station].likely * then)
    return np.sum(list(first.values()), axis=0) if first else np.zeros(len(before[0]))
