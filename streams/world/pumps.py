"""The pumps that a storm puts out of work: three in its core, for a quarter of an hour each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from streams.world.devices import Fleet
from streams.world.dice import Floats, Ints
from streams.world.ground import Ground
from streams.world.storm import Storm

FAULTY, NO_POWER = 1.0, 2.0
_TROUBLES = (FAULTY, FAULTY, NO_POWER)
_LASTS = 15.0  # minutes
_FILLS, _EMPTIES = 8.0, 5.0  # minutes a sump needs to back up, and to come down again


@dataclass(frozen=True, eq=False)
class Row:
    """All pumps of a city, of which a storm may stop some; `index`: the pump of each reading that is asked for."""

    ground: Ground
    fleet: Fleet
    index: Ints

    def tripped(self, storm: Storm) -> Ints:
        """Indices of the three pumps that stop: nearest to the storm's axis and to the middle of the city."""
        _, across = storm.along(self.fleet.east, self.fleet.north)
        away = np.hypot(self.fleet.east, self.fleet.north) / self.ground.middle.radius
        return np.argsort(np.abs(across) + away, kind="stable")[: len(_TROUBLES)]

    def trouble(self, storm: Storm, rows: Ints, minutes: Floats) -> Floats:
        """FAULTY, NO_POWER or 0 for the given rows of `index`, `minutes` after the storm's start."""
        result = np.zeros(len(rows))
        for kind, mine, since in self._trips(storm, rows, minutes):
            result = np.where(mine & (since >= 0) & (since < _LASTS), kind, result)
        return result

    def backed_up(self, storm: Storm, rows: Ints, minutes: Floats) -> Floats:
        """How far a sump has backed up behind its standing pump, 0 to 1."""
        result = np.zeros(len(rows))
        for _, mine, since in self._trips(storm, rows, minutes):
            swell = np.clip(np.minimum(since / _FILLS, 1.0 - (since - _LASTS) / _EMPTIES), 0.0, 1.0)
            result = np.where(mine, swell, result)
        return result

    def _trips(self, storm: Storm, rows: Ints, minutes: Floats) -> Iterator[tuple[float, Ints, Floats]]:
        """For each tripped pump its trouble, the rows that are it, and minutes since it stopped; one a minute apart."""
        chosen = self.tripped(storm)
        arrival = storm.arrival(self.fleet.east[chosen], self.fleet.north[chosen])
        for turn, (pump, passed) in enumerate(zip(chosen.tolist(), arrival.tolist(), strict=True)):
            yield _TROUBLES[turn], self.index[rows] == pump, minutes - passed - turn
