"""Rain at a place and moment: storms, and a light rain that comes the evening before (14 h before the anchor)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from streams.world.devices import MINUTE_MS
from streams.world.dice import Floats, Ints
from streams.world.storm import PACE, Storm, intensity, numbers, storm

DAY_MS = 24 * 60 * MINUTE_MS
DRIZZLE_BEFORE_MS = 14 * 60 * MINUTE_MS
DRIZZLE_MINUTES = 150.0
DRIZZLE_MM_H = 2.2
MEMORY = 90.0  # minutes after a storm's start beyond which wells, sumps and streets have forgotten it
_PAUSE = 2.0  # minutes between the looks back of `soaked`


@dataclass(frozen=True)
class Sky:
    """What falls: a function of the anchor (epoch ms of the first start) and the seed. `offset`: local time, ms."""

    anchor: int
    seed: int
    offset: int = 0

    def storm(self, number: int) -> Storm:
        return storm(self.anchor, self.seed, number)

    def rate(self, east: Floats, north: Floats, at: Ints) -> Floats:
        """mm an hour of the clock at places (km from the city's middle) and moments (epoch ms), pair by pair."""
        rain = self._drizzle(east, north, at)
        for one, rows, minutes in self._storms(at):
            rain[rows] += PACE * intensity(one, east[rows], north[rows], minutes)
        return rain

    def fallen(self, east: Floats, north: Floats, at: Ints, span: Ints) -> Floats:
        """mm that fell in the `span` ms before each moment."""
        rain = np.zeros(len(at))
        rounds = max(1, int(span.max(initial=0)) // MINUTE_MS)
        for turn in range(rounds):
            moment = at - (span * (2 * turn + 1)) // (2 * rounds)
            rain += self.rate(east, north, moment)
        return rain / rounds * span / (60 * MINUTE_MS)

    def soaked(self, east: Floats, north: Floats, at: Ints, drain: float) -> Floats:
        """mm of the last storm still on its way through pipes that empty to 37 % in `drain` minutes."""
        water = np.zeros(len(at))
        for one, rows, minutes in self._storms(at):
            water[rows] = _held(one, east[rows], north[rows], minutes, drain)
        return water

    def shaped(self, at: Ints, shape: Callable[[Storm, Ints, Floats], Floats]) -> Floats:
        """`shape(storm, rows, minutes since its start)` where a storm is remembered, 0 elsewhere."""
        result = np.zeros(len(at))
        for one, rows, minutes in self._storms(at):
            result[rows] = shape(one, rows, minutes)
        return result

    def _storms(self, at: Ints) -> Iterator[tuple[Storm, Ints, Floats]]:
        """Each storm still remembered at some of the moments, the rows of these, and minutes since it began."""
        number = numbers(self.anchor, at)
        for one in np.unique(number[number >= 0]).tolist():
            found = self.storm(one)
            minutes = (at - found.start) / MINUTE_MS
            rows = np.nonzero((number == one) & (minutes <= MEMORY))[0]
            if len(rows):
                yield found, rows, minutes[rows]

    def _drizzle(self, east: Floats, north: Floats, at: Ints) -> Floats:
        """A weak front, once a day, in slow patches."""
        minutes = ((at - self.anchor + DRIZZLE_BEFORE_MS) % DAY_MS) / MINUTE_MS
        swell = np.clip(np.sin(np.pi * minutes / DRIZZLE_MINUTES), 0, None) * (minutes < DRIZZLE_MINUTES)
        patch = np.cos(east / 11.0 - minutes / 30.0) + np.cos(north / 14.0 + minutes / 42.0)
        return np.asarray(DRIZZLE_MM_H * swell * np.clip(0.5 + 0.35 * patch, 0, None), dtype=np.float64)


def _held(one: Storm, east: Floats, north: Floats, minutes: Floats, drain: float) -> Floats:
    water = np.zeros(len(minutes))
    for back in np.arange(_PAUSE / 2, 3.5 * drain, _PAUSE):
        water += intensity(one, east, north, minutes - back) * np.exp(-back / drain)
    return np.asarray(water * PACE * _PAUSE / 60.0, dtype=np.float64)
