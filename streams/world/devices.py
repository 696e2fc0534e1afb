"""The sensors of the city: what kinds there are, how many, where each stands and when it speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from config.city import CityProfile
from streams.world.dice import Floats, Ints, key, uniform
from streams.world.ground import Ground, even, streets

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Kind:
    """One kind of sensor. `live`, `past`: ms between readings in real time and in a backfill (a multiple of live)."""

    name: str
    prefix: str
    count: int
    metrics: tuple[str, ...]
    live: int
    past: int
    gateway: bool = True  # its readings come in batches; without one, each is a message of its own


RAIN = Kind("rain", "rain", 412, ("rain",), MINUTE_MS, 5 * MINUTE_MS, gateway=False)
WATER = Kind("water", "wl", 0, ("water_level",), MINUTE_MS, 5 * MINUTE_MS, gateway=False)  # the profile's stations
MANHOLE = Kind("manhole", "mh", 420, ("manhole_level",), 2 * MINUTE_MS, 10 * MINUTE_MS)
PUMP = Kind("pump", "pump", 60, ("pump_state", "sump_level"), MINUTE_MS, 10 * MINUTE_MS, gateway=False)
AIR = Kind("air", "air", 80, ("pm25", "pm10"), 5 * MINUTE_MS, 10 * MINUTE_MS)
NOISE = Kind("noise", "noise", 120, ("noise",), MINUTE_MS, 10 * MINUTE_MS)
TRAFFIC = Kind("traffic", "tr", 300, ("traffic_speed", "traffic_flow"), MINUTE_MS, 10 * MINUTE_MS)
SMOKE = Kind("smoke", "smoke", 600, ("smoke",), 2 * MINUTE_MS, 10 * MINUTE_MS)
KINDS = (RAIN, WATER, MANHOLE, PUMP, TRAFFIC, NOISE, AIR, SMOKE)

DECIMALS = {
    "rain": 1,
    "water_level": 2,
    "manhole_level": 2,
    "pump_state": 0,
    "sump_level": 2,
    "pm25": 0,
    "pm10": 0,
    "noise": 1,
    "traffic_speed": 1,
    "traffic_flow": 0,
    "smoke": 2,
}


@dataclass(frozen=True, eq=False)
class Fleet:
    """All sensors of one kind; a device is an index into `ids`, `lat`, `lon` (degrees), `east`, `north` (km), `phase`.

    `phase` (ms): a device speaks at the moments that leave this rest when divided by the kind's live interval.
    `purpose`: the number its throws of the dice start from.
    """

    kind: Kind
    ids: tuple[str, ...]
    lat: Floats
    lon: Floats
    east: Floats
    north: Floats
    phase: Ints
    purpose: int

    def due(self, since: int, until: int) -> tuple[Ints, Ints]:
        """The live readings in (since, until], oldest first: device index and moment (epoch ms) of each."""
        return self._back_from(until, since, self.kind.live)

    def past(self, since: int, until: int, low: int, high: int) -> tuple[Ints, Ints]:
        """The sparse readings in (low, high] of a backfill of (since, until], oldest first.

        They are counted back from each device's last live moment, so that live readings continue them without a hole.
        """
        index, at = self._back_from(until, max(since, low), self.kind.past)
        chosen = at <= high
        return index[chosen], at[chosen]

    def _back_from(self, until: int, since: int, step: int) -> tuple[Ints, Ints]:
        last = until - (until - self.phase) % self.kind.live
        rounds = max(0, -(-(until - since) // step))
        at = last[:, None] - np.arange(rounds, dtype=np.int64)[None, :] * step
        index, turn = np.nonzero(at > since)
        moments = at[index, turn]
        order = np.lexsort((index, moments))
        return index[order], moments[order]


def fleets(profile: CityProfile, ground: Ground, seed: int) -> tuple[Fleet, ...]:
    """Every sensor of a city, by kind; the same for the same profile, ground and seed."""
    return tuple(_fleet(kind, profile, ground, seed) for kind in KINDS)


def _fleet(kind: Kind, profile: CityProfile, ground: Ground, seed: int) -> Fleet:
    ids, lat, lon = _stations(profile) if kind is WATER else _placed(kind, ground, seed)
    east, north = ground.plane(lat, lon)
    purpose = key(seed, kind.name)
    phase = (uniform(key(seed, kind.name, "phase"), np.arange(len(ids))) * kind.live).astype(np.int64)
    return Fleet(kind, ids, lat, lon, east, north, phase, purpose)


def _stations(profile: CityProfile) -> tuple[tuple[str, ...], Floats, Floats]:
    stations = profile.stations
    lat, lon = ([getattr(one, axis) for one in stations] for axis in ("lat", "lon"))
    return tuple(one.id for one in stations), np.array(lat, dtype=np.float64), np.array(lon, dtype=np.float64)


def _placed(kind: Kind, ground: Ground, seed: int) -> tuple[tuple[str, ...], Floats, Floats]:
    if kind is RAIN:
        lat, lon = even(ground, kind.count)
    else:
        lat, lon = streets(ground, f"{seed}/{kind.name}", kind.count)
    ids = tuple(f"{kind.prefix}-{number:03d}" for number in range(1, kind.count + 1))
    return ids, np.round(lat, 5), np.round(lon, 5)


def batches(count: int, size: int) -> Iterator[slice]:
    """Slices of at most `size` that cover `count` items."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
