"""A storm: a squall line that crosses the city from northwest to southeast, as a function of (anchor, place, moment).

Compressed on purpose, so that a visitor sees a whole storm over one cup of tea: it runs PACE times as fast as nature.
In storm time it is a strong but ordinary one: 160 mm/h in its core, which needs three quarters of an hour to pass a
place and leaves a good 100 mm there. The wall's clock sees all of it within half an hour, so a gauge in the core counts
up to 13 mm a minute. The first storm begins two minutes after the anchor, the next every four hours: long enough for
a sum over three hours to fall to nothing between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.world.devices import MINUTE_MS
from streams.world.dice import Floats, Ints, die

PACE = 4.6  # storm minutes in a minute of the clock
FIRST_MS = 2 * MINUTE_MS
EVERY_MS = 240 * MINUTE_MS
CROSSING = 20.0  # minutes of the clock from the first drop to the last of the core
OVER = 30.0  # nothing falls any more, minutes after the first drop
PEAK_MM_H = 160.0  # in storm time, in the core of the strongest
DWELL = 4.0  # minutes of the clock that the line needs to move by its own half width
UPWIND, DOWNWIND = 55.0, 40.0  # km before and after the city's middle: where the line is at the start and at CROSSING


@dataclass(frozen=True)
class Storm:
    """One storm. `heading`: degrees from north it moves to; `offset`: km its axis passes left of the city's middle."""

    number: int
    start: int  # epoch ms of the first drop
    strength: float
    heading: float
    offset: float
    ripple: tuple[float, float, float]  # phases of the cells along the line

    @property
    def end(self) -> int:
        return self.start + int(OVER * MINUTE_MS)

    def along(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Kilometres along its way (0 at the city's middle) and to the right of its axis."""
        sine, cosine = np.sin(np.radians(self.heading)), np.cos(np.radians(self.heading))
        return east * sine + north * cosine, east * cosine - north * sine + self.offset

    def arrival(self, east: Floats, north: Floats) -> Floats:
        """Minutes after the start at which the middle of the line passes a place."""
        ahead, across = self.along(east, north)
        return np.asarray((ahead + _bow(across) + UPWIND) / SPEED, dtype=np.float64)


SPEED = (UPWIND + DOWNWIND) / CROSSING  # km in a minute of the clock


def storm(anchor: int, seed: int, number: int) -> Storm:
    """The `number`th storm after the anchor (from 0). The first is the strongest and runs right over the city."""
    throw = die(seed, "storm", number)
    ripple = (throw.random() * 6.3, throw.random() * 6.3, throw.random() * 6.3)
    strength = 1.0 if number == 0 else throw.uniform(0.55, 0.95)
    offset = 0.0 if number == 0 else throw.uniform(-9.0, 9.0)
    heading = 135.0 if number == 0 else throw.uniform(120.0, 150.0)
    return Storm(number, anchor + FIRST_MS + number * EVERY_MS, strength, heading, offset, ripple)


def numbers(anchor: int, at: Ints) -> Ints:
    """For each moment the number of the last storm that began; negative before the first."""
    return (at - anchor - FIRST_MS) // EVERY_MS


def storms(anchor: int, seed: int, since: int, until: int) -> tuple[Storm, ...]:
    """The storms that begin in (since, until]."""
    first, last = (int(numbers(anchor, np.asarray([moment]))[0]) for moment in (since, until))
    return tuple(storm(anchor, seed, number) for number in range(max(0, first + 1), last + 1))


def intensity(one: Storm, east: Floats, north: Floats, minutes: Floats) -> Floats:
    """mm/h in storm time at places (km from the middle), `minutes` of the clock after the storm's start."""
    ahead, across = one.along(east, north)
    behind = SPEED * minutes - UPWIND - ahead - _bow(across)  # km since the line passed; negative before
    depth = SPEED * DWELL
    core = np.exp(-0.5 * (behind / np.where(behind < 0, 0.65 * depth, 1.5 * depth)) ** 2)
    core *= np.exp(-0.5 * (across / 16.0) ** 2) * _cells(one, across, behind)
    wake = behind - depth
    veil = 0.10 * np.exp(-0.5 * (wake / np.where(wake < 0, 1.1 * depth, 2.0 * depth)) ** 2 - 0.5 * (across / 34.0) ** 2)
    rain = PEAK_MM_H * one.strength * _life(minutes) * (core + veil)
    return np.asarray(np.where(rain < 0.6, 0.0, rain), dtype=np.float64)


def _bow(across: Floats) -> Floats:
    """The line lags at its ends (a bow echo), km."""
    return np.asarray(0.012 * across**2, dtype=np.float64)


def _cells(one: Storm, across: Floats, behind: Floats) -> Floats:
    """Single cells in the line: 0.6 to 1."""
    first = np.cos(across / 2.9 + one.ripple[0] + 0.05 * behind)
    second = np.cos(across / 5.3 - behind / 4.6 + one.ripple[1])
    third = np.cos(behind / 3.1 + across / 8.0 + one.ripple[2])
    return np.asarray(0.80 + 0.10 * first + 0.06 * second + 0.05 * third, dtype=np.float64)


def _life(minutes: Floats) -> Floats:
    """The storm grows for four minutes, keeps its strength, and dies after it has crossed: 0 to 1."""
    growth = np.clip(0.15 + 0.85 * minutes / 4.0, 0.0, 1.0)
    death = np.clip((OVER - minutes) / (OVER - CROSSING + 2.0), 0.0, 1.0)
    return np.asarray(np.where(minutes < 0, 0.0, growth * death), dtype=np.float64)
