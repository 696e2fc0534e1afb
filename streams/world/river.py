"""How high the rivers stand: ordinary level, and the flood wave of each storm.

The wave is scripted, not computed from a basin: a visitor shall see 警戒 passed between minute 4 and 14 after the
anchor, at one station after the other down the storm's way, 保证 at half of them, the highest known at one at most
and only in the first storm, and all of them below 警戒 again half an hour after the anchor. Nature needs hours.
"""

from __future__ import annotations

import math

import numpy as np

from config.city import Marks, Station
from streams.world.devices import MINUTE_MS, Fleet
from streams.world.dice import Floats, Ints, bell, uniform
from streams.world.storm import Storm
from streams.world.weather import Sky

CRESTS = (3.15, 2.55, 2.35, 2.20, 2.05, 1.70, 1.35)
"""Crests of the strongest storm by nearness to its axis: 0 ordinary, 1 warning, 2 guarantee, 3 highest; others LOW."""
LOW = 1.08
FIRST_CREST, LAST_CREST = 5.2, 13.0  # minutes after the storm's start, from the first station on its way to the last
RISE = 5.0  # minutes from the ordinary level to the crest
FALL = 11.0  # minutes in which what stands above the ordinary level falls to 37 %, at first slowly:
STEEP = 2.0


def levels(stations: tuple[Station, ...], fleet: Fleet, sky: Sky, index: Ints, at: Ints) -> Floats:
    """Metres above each station's zero, for pairs of station index and moment (epoch ms)."""
    base = np.array([one.base for one in stations])
    slow = 0.05 * np.sin(2 * np.pi * (at / (26 * 60 * MINUTE_MS) + uniform(fleet.purpose, index)))
    ripple = 0.006 * bell(fleet.purpose, index, at)

    def wave(storm: Storm, rows: Ints, minutes: Floats) -> Floats:
        height, crest = crests(stations, fleet, storm)
        return height[index[rows]] * shape(minutes - crest[index[rows]])

    return np.asarray(base[index] + slow + ripple + sky.shaped(at, wave), dtype=np.float64)


def crests(stations: tuple[Station, ...], fleet: Fleet, storm: Storm) -> tuple[Floats, Floats]:
    """For each station how far the wave lifts it (m) and when (minutes after the storm's start) it stands highest."""
    ahead, across = storm.along(fleet.east, fleet.north)
    way = _ranks(ahead) / max(1, len(stations) - 1)
    ladder = np.array([_mark(rank, storm.strength) for rank in _ranks(_farness(stations, across)).tolist()])
    height = [_lift(one, mark) for one, mark in zip(stations, ladder.tolist(), strict=True)]
    return np.array(height), FIRST_CREST + (LAST_CREST - FIRST_CREST) * way


def _ranks(values: Floats) -> Ints:
    """0 for the least value, 1 for the next and so on."""
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


def _farness(stations: tuple[Station, ...], across: Floats) -> Floats:
    """Distance to the storm's axis; the nearest station that knows its highest level comes first of all."""
    far = np.abs(across)
    famous = [number for number, one in enumerate(stations) if one.marks and one.marks.highest is not None]
    if famous:
        far[min(famous, key=lambda number: float(far[number]))] = -1.0
    return far


def _mark(rank: int, strength: float) -> float:
    """How far up its ladder a station is lifted; lesser storms reach less."""
    return (CRESTS[rank] if rank < len(CRESTS) else LOW) * math.sqrt(strength)


def _lift(station: Station, mark: float) -> float:
    """Metres above the ordinary level of a place on the station's ladder."""
    rungs = _ladder(station.marks, station.base)
    lower = min(int(mark), len(rungs) - 2)
    return rungs[lower] + (rungs[lower + 1] - rungs[lower]) * (mark - lower) - station.base


def _ladder(marks: Marks | None, base: float) -> tuple[float, float, float, float, float]:
    if marks is None:
        marks = Marks(warning=base + 1.4, guarantee=base + 1.9)
    step = marks.guarantee - marks.warning
    highest = marks.guarantee + step if marks.highest is None else marks.highest
    return base, marks.warning, marks.guarantee, highest, highest + step


def shape(minutes: Floats) -> Floats:
    """The wave, 0 to 1, at minutes after its crest: a quick smooth rise, a slower fall."""
    rise = np.clip(1.0 + minutes / RISE, 0.0, 1.0)
    fall = np.exp(-((np.clip(minutes, 0.0, None) / FALL) ** STEEP))
    return np.asarray(np.where(minutes < 0, rise * rise * (3.0 - 2.0 * rise), fall), dtype=np.float64)
