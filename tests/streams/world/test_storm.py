from __future__ import annotations

import numpy as np

from streams.world.devices import MINUTE_MS, RAIN
from streams.world.storm import EVERY_MS, FIRST_MS, intensity, storm, storms
from tests.streams.world.made import ANCHOR, HOUR_MS, fleet, xining


def _minutes(anchor: int = ANCHOR, count: int = 60) -> np.ndarray:
    """mm of each minute (row) at each gauge (column) after the anchor, as gauges would add them up."""
    world = xining(anchor)
    rain = fleet(world, RAIN)
    rows = []
    for minute in range(1, count + 1):
        at = np.full(len(rain.ids), anchor + minute * MINUTE_MS)
        rows.append(world.scene.sky.fallen(rain.east, rain.north, at, np.full(len(at), MINUTE_MS)))
    return np.array(rows)


def test_the_first_storm_begins_two_minutes_after_the_anchor() -> None:
    rain = _minutes()
    assert rain[:2].max() == 0
    assert rain[2].max() > 0
    assert rain[32:].max() == 0


def test_sums_pass_every_mark_and_only_the_core_reaches_a_hundred() -> None:
    sums = _minutes().sum(axis=0)
    assert (sums > 20).sum() > (sums > 30).sum() > (sums > 50).sum() > (sums > 100).sum() > 2
    assert (sums > 100).mean() < 0.15
    assert sums.max() < 150
    assert (sums < 20).mean() > 0.3


def test_marks_are_passed_one_after_the_other() -> None:
    highest = np.cumsum(_minutes(), axis=0).max(axis=1)
    passed = [int(np.argmax(highest > mark)) + 1 for mark in (20, 30, 50, 100)]
    assert passed == sorted(set(passed))
    assert passed[0] <= 7
    assert passed[-1] <= 20


def test_it_moves_from_northwest_to_southeast() -> None:
    world, rain = xining(), fleet(xining(), RAIN)
    falls = _minutes()
    middles = [
        (np.average(rain.east, weights=falls[minute]), np.average(rain.north, weights=falls[minute]))
        for minute in (4, 9, 14, 19)
    ]
    east, north = zip(*middles, strict=True)
    assert list(east) == sorted(east)
    assert list(north) == sorted(north, reverse=True)
    assert world.scene.sky.storm(0).heading == 135.0


def test_the_core_is_no_heavier_than_a_strong_natural_storm() -> None:
    east, north = np.meshgrid(np.linspace(-80, 40, 121), np.linspace(-40, 80, 121))
    one = storm(ANCHOR, 1, 0)
    peaks = [
        intensity(one, east.ravel(), north.ravel(), np.full(east.size, float(minute))).max() for minute in range(31)
    ]
    assert 120 <= max(peaks) <= 180


def test_before_the_anchor_there_is_only_a_light_rain() -> None:
    world, rain = xining(), fleet(xining(), RAIN)
    hours = ANCHOR - np.arange(24) * HOUR_MS
    sums = [
        world.scene.sky.fallen(rain.east, rain.north, np.full(412, at), np.full(412, HOUR_MS)).max() for at in hours
    ]
    assert 0.3 < max(sums) < 5
    assert sum(fallen > 0 for fallen in sums) <= 4


def test_storms_recur_and_differ() -> None:
    found = storms(ANCHOR, 1, ANCHOR - 10 * EVERY_MS, ANCHOR + 3 * EVERY_MS)
    assert [one.number for one in found] == [0, 1, 2]
    assert [one.start for one in found] == [ANCHOR + FIRST_MS + number * EVERY_MS for number in range(3)]
    assert found[0].strength == 1.0 > max(one.strength for one in found[1:])
    assert storms(ANCHOR, 1, found[1].start, found[1].start) == ()


def test_a_sum_over_three_hours_is_dry_before_the_next_storm() -> None:
    world, rain = xining(), fleet(xining(), RAIN)
    at = np.full(412, ANCHOR + EVERY_MS)
    assert world.scene.sky.fallen(rain.east, rain.north, at, np.full(412, 3 * HOUR_MS)).max() < 20
