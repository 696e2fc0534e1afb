"""What each kind of sensor says: arrays of (device index, moment in epoch ms) in, one array of values a metric out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from config.city import Station
from streams.world import pumps, rhythm, river
from streams.world.devices import AIR, MANHOLE, MINUTE_MS, NOISE, PUMP, RAIN, SMOKE, TRAFFIC, WATER, Fleet, Kind
from streams.world.dice import Floats, Ints, bell, uniform
from streams.world.ground import Ground
from streams.world.weather import Sky

LID = 2.5  # m: water in a well cannot stand much higher than its lid
TIP = 0.1  # mm: what tips a gauge's bucket
STOPPED, RUNNING, FAULT = 0.0, 1.0, 2.0
_DAY_MS = 24 * 60 * MINUTE_MS


@dataclass(frozen=True, eq=False)
class Scene:
    """What the sensors stand in. `fires`: (smoke device, from, to in epoch ms) in a span."""

    sky: Sky
    ground: Ground
    stations: tuple[Station, ...]
    fires: Callable[[int, int], tuple[tuple[int, int, int], ...]]


@dataclass(frozen=True, eq=False)
class Ask:
    """Which readings: device indices, moments, and how many ms of rain each gauge counts since its last reading."""

    index: Ints
    at: Ints
    span: Ints


Values = tuple[Floats, ...]


def read(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    """The values of every metric of the fleet's kind, in the order of `kind.metrics`."""
    return _SENSORS[fleet.kind](scene, fleet, ask)


def _trait(fleet: Fleet, ask: Ask, part: int, low: float, high: float) -> Floats:
    """A number between `low` and `high` that belongs to each device for ever."""
    return np.asarray(low + (high - low) * uniform(fleet.purpose + part, ask.index), dtype=np.float64)


def _noise(fleet: Fleet, ask: Ask, part: int, size: float) -> Floats:
    return np.asarray(size * bell(fleet.purpose + part, ask.index, ask.at), dtype=np.float64)


def _soaked(scene: Scene, fleet: Fleet, ask: Ask, drain: float) -> Floats:
    return scene.sky.soaked(fleet.east[ask.index], fleet.north[ask.index], ask.at, drain)


def _rain(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    fallen = scene.sky.fallen(fleet.east[ask.index], fleet.north[ask.index], ask.at, ask.span)
    caught = fallen * _trait(fleet, ask, 20, 0.92, 1.08)
    return (TIP * np.floor(caught / TIP + uniform(fleet.purpose + 21, ask.index, ask.at)),)


def _water(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    return (river.levels(scene.stations, fleet, scene.sky, ask.index, ask.at),)


def _manhole(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    hour, _ = rhythm.local(ask.at, scene.sky.offset)
    dry = _trait(fleet, ask, 20, 0.12, 0.40) + 0.22 * rhythm.sewage(hour)
    badly_drained = _trait(fleet, ask, 21, 0.0, 1.0) < 0.045
    gain = np.where(badly_drained, _trait(fleet, ask, 22, 0.026, 0.042), _trait(fleet, ask, 22, 0.005, 0.013))
    level = dry + gain * _soaked(scene, fleet, ask, 12.0) + _noise(fleet, ask, 23, 0.012)
    return (np.clip(level, 0.02, LID + 0.12),)


def _pump(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    period = _trait(fleet, ask, 20, 18.0, 40.0)
    turn = (ask.at / MINUTE_MS / period + _trait(fleet, ask, 21, 0.0, 1.0)) % 1.0
    cycle = np.where(turn < 0.65, turn / 0.65, (1.0 - turn) / 0.35)  # fills, then is pumped empty
    row = pumps.Row(scene.ground, fleet, ask.index)
    trouble, backed_up = scene.sky.shaped(ask.at, row.trouble), scene.sky.shaped(ask.at, row.backed_up)
    level = 0.9 + 0.9 * cycle + 0.008 * _soaked(scene, fleet, ask, 9.0) + 1.9 * backed_up
    state = np.select([trouble == pumps.FAULTY, trouble == pumps.NO_POWER], [FAULT, STOPPED], RUNNING)
    state = np.where(_serviced(scene, fleet, ask), STOPPED, state)
    return state, np.clip(level + _noise(fleet, ask, 22, 0.01), 0.3, 4.4)


def _serviced(scene: Scene, fleet: Fleet, ask: Ask) -> Floats:
    """One pump a night, or none, is stopped for half an hour's work after two o'clock."""
    day = (ask.at + scene.sky.offset) // _DAY_MS
    hour, _ = rhythm.local(ask.at, scene.sky.offset)
    return np.asarray((uniform(fleet.purpose + 23, ask.index, day) < 0.015) & (hour >= 2.0) & (hour < 2.5))


def _air(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    hour, _ = rhythm.local(ask.at, scene.sky.offset)
    days = ask.at / _DAY_MS
    spell = 1.0 + 0.22 * np.sin(2 * np.pi * days / 5.3) + 0.13 * np.sin(2 * np.pi * days / 2.17 + 1.0)
    washed = 1.0 - 0.5 * np.clip(_soaked(scene, fleet, ask, 25.0) / 40.0, 0, 1)
    fine = rhythm.haze(hour) * spell * washed * _trait(fleet, ask, 20, 0.78, 1.22) + _noise(fleet, ask, 21, 2.2)
    coarse = 1.55 * fine + _trait(fleet, ask, 22, 5.0, 28.0) * washed + _noise(fleet, ask, 23, 4.0)
    return np.clip(fine, 2.0, None), np.clip(coarse, 4.0, None)


def _loudness(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    hour, _ = rhythm.local(ask.at, scene.sky.offset)
    rain = 6.0 * np.clip(_soaked(scene, fleet, ask, 4.0) / 25.0, 0, 1)
    return (rhythm.loud(hour) + _trait(fleet, ask, 20, -5.0, 6.0) + rain + _noise(fleet, ask, 21, 1.3),)


def _traffic(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    busy = rhythm.busy(*rhythm.local(ask.at, scene.sky.offset))
    wet = np.clip(_soaked(scene, fleet, ask, 8.0) / 40.0, 0, 1)
    jam = busy * _trait(fleet, ask, 20, 0.25, 0.62)
    speed = _trait(fleet, ask, 21, 34.0, 64.0) * (1.0 - jam) * (1.0 - 0.5 * wet) + _noise(fleet, ask, 22, 1.8)
    flow = _trait(fleet, ask, 23, 9.0, 46.0) * (0.04 + busy) * (1.0 - 0.45 * wet) + _noise(fleet, ask, 24, 1.2)
    return np.clip(speed, 3.0, None), np.clip(flow, 0.0, None)


def _smoke(scene: Scene, fleet: Fleet, ask: Ask) -> Values:
    clean = np.abs(_trait(fleet, ask, 20, 0.02, 0.10) + _noise(fleet, ask, 21, 0.02))
    if not len(ask.at):
        return (clean,)
    for device, start, end in scene.fires(int(ask.at.min()), int(ask.at.max())):
        burning = (ask.index == device) & (ask.at >= start) & (ask.at < end)
        clean = np.where(burning, 8.0 + 4.0 * uniform(fleet.purpose + 22, ask.index, ask.at), clean)
    return (clean,)


_SENSORS: Mapping[Kind, Callable[[Scene, Fleet, Ask], Values]] = {
    RAIN: _rain,
    WATER: _water,
    MANHOLE: _manhole,
    PUMP: _pump,
    AIR: _air,
    NOISE: _loudness,
    TRAFFIC: _traffic,
    SMOKE: _smoke,
}
