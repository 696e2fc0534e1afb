from __future__ import annotations

import numpy as np

from streams.world.devices import KINDS, MINUTE_MS, RAIN, TRAFFIC, WATER
from tests.streams.world.made import ANCHOR, HOUR_MS, fleet, profile, xining


def test_about_two_thousand_devices_all_inside_the_city() -> None:
    world = xining()
    assert sum(len(one.ids) for one in world.fleets) == 2_000
    for one in world.fleets:
        assert len(set(one.ids)) == len(one.ids)
        assert world.scene.ground.inside(one.lat, one.lon).all()


def test_the_stations_of_the_profile_are_devices() -> None:
    assert fleet(xining(), WATER).ids == tuple(one.id for one in profile().stations)


def test_backfill_steps_are_multiples_of_live_ones() -> None:
    assert all(kind.past % kind.live == 0 for kind in KINDS)


def test_each_device_speaks_once_an_interval() -> None:
    traffic = fleet(xining(), TRAFFIC)
    index, at = traffic.due(ANCHOR, ANCHOR + MINUTE_MS)
    assert sorted(index.tolist()) == list(range(300))
    assert (np.diff(at) >= 0).all()
    busiest = np.bincount((at - ANCHOR) // 10_000, minlength=6)
    assert busiest.min() > 25


def test_the_past_ends_where_live_readings_begin() -> None:
    rain = fleet(xining(), RAIN)
    index, at = rain.past(ANCHOR - HOUR_MS, ANCHOR, ANCHOR - HOUR_MS, ANCHOR)
    last = np.zeros(412, dtype=np.int64)
    np.maximum.at(last, index, at)
    next_index, next_at = rain.due(ANCHOR, ANCHOR + MINUTE_MS)
    assert (next_at - last[next_index] == MINUTE_MS).all()
    assert len(at) == 412 * 12


def test_parts_of_the_past_make_the_whole() -> None:
    rain = fleet(xining(), RAIN)
    since, middle = ANCHOR - HOUR_MS, ANCHOR - 17 * MINUTE_MS
    whole = rain.past(since, ANCHOR, since, ANCHOR)[1]
    parts = [rain.past(since, ANCHOR, low, high)[1] for low, high in ((since, middle), (middle, ANCHOR))]
    assert sorted(np.concatenate(parts)) == sorted(whole)
