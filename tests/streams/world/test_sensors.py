from __future__ import annotations

import numpy as np

from streams.world import pumps
from streams.world.devices import AIR, KINDS, MANHOLE, MINUTE_MS, NOISE, PUMP, RAIN, TRAFFIC, Kind
from streams.world.dice import Floats
from streams.world.outages import speaks
from streams.world.sensors import LID, Ask, read
from tests.streams.world.made import ANCHOR, HOUR_MS, fleet, same, xining


def _read(kind: Kind, at: int) -> tuple[Floats, ...]:
    """The values of all devices of a kind at one moment."""
    world = xining()
    one = fleet(world, kind)
    count = len(one.ids)
    return read(world.scene, one, Ask(np.arange(count), same(at, count), same(kind.live, count)))


def _after(minutes: float) -> int:
    return round(ANCHOR + minutes * MINUTE_MS)


def test_values_are_possible() -> None:
    limits: dict[str, tuple[float, float]] = {
        "pm25": (2, 150),
        "pm10": (4, 250),
        "noise": (25, 85),
        "traffic_speed": (3, 90),
        "traffic_flow": (0, 60),
    }
    limits |= {"manhole_level": (0, 2.7), "sump_level": (0.3, 4.4), "pump_state": (0, 2), "smoke": (0, 13)}
    limits |= {"rain": (0, 20), "water_level": (0.8, 6)}
    for kind in KINDS:
        for minutes in (-600, 8, 16, 300):
            for metric, values in zip(kind.metrics, _read(kind, _after(minutes)), strict=True):
                low, high = limits[metric]
                assert low <= values.min() <= values.max() <= high, (metric, minutes)


def test_rush_hour_is_slow_and_full() -> None:
    rush, night = (_read(TRAFFIC, ANCHOR + hours * HOUR_MS) for hours in (-2, -7))  # 08:00 and 03:00 on a working day
    assert rush[0].mean() < 0.75 * night[0].mean()
    assert rush[1].mean() > 5 * night[1].mean()


def test_mornings_are_hazier_and_evenings_louder_than_nights() -> None:
    assert _read(AIR, ANCHOR - 2 * HOUR_MS)[0].mean() > 1.3 * _read(AIR, ANCHOR - 7 * HOUR_MS)[0].mean()
    assert _read(NOISE, ANCHOR + 8 * HOUR_MS)[0].mean() > 12 + _read(NOISE, ANCHOR - 7 * HOUR_MS)[0].mean()


def test_wells_fill_in_the_storm_and_empty_again() -> None:
    before, during, later = (_read(MANHOLE, _after(minutes))[0] for minutes in (1, 20, 75))
    assert before.max() < 1
    assert 5 <= (during > 1.5).sum() <= 40
    assert during.max() > LID
    assert later.max() < 1


def test_two_pumps_fail_and_one_loses_power_in_the_core() -> None:
    states = [sorted(_read(PUMP, _after(minutes))[0].tolist()) for minutes in (5, 22, 50)]
    assert states[1].count(2.0) == 2
    assert states[1].count(0.0) == 1
    for calm in (states[0], states[2]):
        assert set(calm) == {1.0}


def test_the_sump_behind_a_failed_pump_backs_up() -> None:
    world = xining()
    one = fleet(world, PUMP)
    row = pumps.Row(world.scene.ground, one, np.arange(60))
    chosen = row.tripped(world.scene.sky.storm(0))
    levels = _read(PUMP, _after(24))[1]
    assert levels[chosen].min() > 3
    assert np.delete(levels, chosen).max() < 3


def test_rain_slows_traffic() -> None:
    before, during = (_read(TRAFFIC, _after(minutes))[0].mean() for minutes in (1, 18))
    assert during < 0.75 * before


def test_tipping_buckets_count_tenths_and_lose_nothing() -> None:
    world, total = xining(), 0.0
    one = fleet(world, RAIN)
    for minute in range(1, 40):
        values = _read(RAIN, _after(minute))[0]
        assert np.allclose(values * 10, np.round(values * 10))
        total += values.sum()
    fallen = world.scene.sky.fallen(one.east, one.north, same(_after(39), 412), same(39 * MINUTE_MS, 412)).sum()
    assert abs(total / fallen - 1) < 0.02


def test_a_few_devices_are_silent_for_a_while() -> None:
    world = xining()
    for one in world.fleets:
        count = len(one.ids)
        moments = ANCHOR - np.arange(288) * 5 * MINUTE_MS
        index, at = np.repeat(np.arange(count), 288), np.tile(moments, count)
        quiet = 1 - speaks(one, index, at).mean()
        assert quiet < 0.03
        assert quiet > 0 or count < 200
