"""What is on its way down a river: the rise at a gauge upstream, shifted by the hours it travels. Pure.

Only a rise beyond the one that has arrived already counts: a steady upstream changes nothing, and one that falls is
not believed to save anybody, because rain between the two gauges is not seen by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from alerts.lines import HOUR, NEEDED, POINTS, RISING, Line, Point, line_of, recent, through
from alerts.recordings import Floats
from config.city import Marks, Station, way_up

QUIET = 0.03
"""m: a gauge reads to the centimetre and the wind moves it; so much of a rise is none."""
MOVED = 0.10
"""m that the water upstream must have moved before its gain is learnt from it."""
GAINS = (0.1, 4.0)
"""No river rises less or more than this for one metre upstream: what is learnt beyond it is chance."""
UNSURE = 0.5
"""A gain that only the marks tell may be so much less or more, as a part of it."""


class Way(NamedTuple):
    """A gauge upstream, hours from there, and metres here for one there, as the two stations' marks have it.

    `branch` names the branch of the river that it stands at, `share` how much of the water here comes by that.
    """

    station: str
    hours: float
    gain: float
    share: float = 1.0
    branch: str = ""


class Gain(NamedTuple):
    """Metres here for one metre upstream."""

    likely: float
    least: float
    most: float


class Coming(NamedTuple):
    """What is on its way: (hours from now, metres upstream) beyond what has come, in order; then `slope` per hour."""

    steps: tuple[tuple[float, float], ...]
    slope: float
    gain: Gain

    @property
    def most(self) -> float:
        """Metres upstream."""
        return max((rise for _, rise in self.steps), default=0.0)


STILL = Coming((), 0.0, Gain(1.0, 1.0, 1.0))


def ways(stations: Sequence[Station]) -> dict[str, tuple[Way, ...]]:
    """By station what is upstream of it, where anything is."""
    known = {one.id: one for one in stations}
    above = {one.id: [up.station for up in one.upstream] for one in stations}
    return {one.id: _ways(one, known, above) for one in stations if one.upstream}


def _ways(here: Station, known: Mapping[str, Station], above: Mapping[str, Sequence[str]]) -> tuple[Way, ...]:
    branches = {up.station: _branch(up.station, above[here.id], above) for up in here.upstream}
    equal = 1 / len({*branches.values()})
    return tuple(
        Way(
            station=up.station,
            hours=up.hours,
            gain=_by_marks(here, known[up.station]),
            share=equal if up.share is None else up.share,
            branch=branches[up.station],
        )
        for up in here.upstream
    )


def _branch(station: str, names: Sequence[str], above: Mapping[str, Sequence[str]]) -> str:
    """The lowest of these gauges that this one is up the river of; itself when there is none."""
    lower = [name for name in names if station in way_up(name, above)]
    return next((name for name in lower if not any(name in way_up(other, above) for other in lower)), station)


def _by_marks(here: Station, there: Station) -> float:
    """A flood that fills one reach to its mark fills the next one to its: the ratio of 警戒 above ordinary water."""
    if here.marks is None or there.marks is None:
        return 1.0
    rises = _height(here.marks, here.base), _height(there.marks, there.base)
    return float(np.clip(rises[0] / rises[1], *GAINS)) if min(rises) > 0 else 1.0


def _height(marks: Marks, base: float) -> float:
    return marks.warning - base


def coming(way: Way, here: Sequence[Point], there: Sequence[Point], window: int) -> Coming | None:
    """What the gauge upstream has seen that is not here yet, as of the newest reading here; None when it says too
    little. Both are (epoch ms, m), oldest first; `window` (ms) is what a line goes through."""
    at = here[-1][0]
    left = at - round(way.hours * HOUR)
    split = through(there, left)
    arrived, after = there[:split], there[split:]
    trend = line_of(recent(arrived, window), left)
    if trend is None or not after:
        return None
    times, values = _smooth(after)
    rises = values - (trend.level + trend.slope * (times - left) / HOUR) - QUIET
    steps = tuple(zip(((times - left) / HOUR).tolist(), np.clip(rises, 0.0, None).tolist(), strict=True))
    if not rises.max() > 0:
        return STILL
    slope = _faster(trend, recent(there, window)) if rises[-1] > 0 else 0.0
    return Coming(steps, slope, _learnt(way, here[-POINTS:], arrived) or told(way))


def _faster(trend: Line, points: Sequence[Point]) -> float:
    """m/h by which the river upstream rises faster now than it did, if it surely rises at all."""
    newest = line_of(points, points[-1][0])
    return max(0.0, newest.slope - trend.slope) if newest and newest.least > RISING else 0.0


def _smooth(points: Sequence[Point]) -> tuple[Floats, Floats]:
    """Times, and the medians of three neighbours: one wild reading is no wave."""
    times, values = columns(points)
    if len(values) < 3:
        return times, np.full_like(values, values.min())
    inner = np.median(np.stack((values[:-2], values[1:-1], values[2:])), axis=0)
    return times, np.concatenate(([values[:2].min()], inner, [values[-2:].min()]))


def told(way: Way) -> Gain:
    """As the marks tell it; of several branches any one may bring it all."""
    likely = way.gain * way.share
    return Gain(likely, likely * (1 - UNSURE), way.gain * (1 + UNSURE))


def _learnt(way: Way, here: Sequence[Point], arrived: Sequence[Point]) -> Gain | None:
    """The gain by what was here, and there so many hours before; None when the water there did not move enough."""
    then, levels = columns(arrived)
    times, values = columns([one for one in here if one[0] - way.hours * HOUR >= then[0]])
    return gain_of(values, np.interp(times - way.hours * HOUR, then, levels))


def gain_of(values: Floats, before: Floats) -> Gain | None:
    """The gain by the slopes between all pairs of levels here against those of then upstream; None when the water
    there did not move enough to tell."""
    first, second = np.triu_indices(len(values), 1)
    moved = before[second] - before[first]
    far = np.abs(moved) >= MOVED
    if far.sum() < NEEDED:
        return None
    slopes = np.clip((values[second] - values[first])[far] / moved[far], *GAINS)
    least, likely, most = (float(part) for part in np.quantile(slopes, (0.05, 0.5, 0.95)))
    return Gain(likely, least, most)


def columns(points: Sequence[Point]) -> tuple[Floats, Floats]:
    """Times and values."""
    return np.array([at for at, _ in points], np.float64), np.array([value for _, value in points], np.float64)
