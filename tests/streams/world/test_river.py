from __future__ import annotations

import numpy as np

from config.city import Marks, Station
from streams.world import river
from streams.world.devices import MINUTE_MS, WATER
from tests.streams.world.made import ANCHOR, fleet, profile, xining

STATIONS = profile().stations


def _levels(station: int, start: int = 0, count: int = 90) -> np.ndarray:
    world = xining()
    at = ANCHOR + (start + np.arange(count)) * MINUTE_MS
    return river.levels(STATIONS, fleet(world, WATER), world.scene.sky, np.full(count, station), at)


def _marked() -> list[tuple[Station, Marks, np.ndarray]]:
    return [(one, one.marks, _levels(number)) for number, one in enumerate(STATIONS) if one.marks]


def test_stations_pass_the_warning_one_after_the_other_and_fall_again() -> None:
    passed = [
        int(np.argmax(levels >= marks.warning)) for _, marks, levels in _marked() if levels.max() >= marks.warning
    ]
    assert len(passed) >= 5
    assert len(set(passed)) >= 4
    assert min(passed) >= 4
    assert max(passed) <= 15
    for _, marks, levels in _marked():
        assert levels[:4].max() < marks.warning
        assert levels[30:].max() < marks.warning


def test_some_pass_the_guarantee_and_one_at_most_the_highest() -> None:
    guarantee = [one.id for one, marks, levels in _marked() if levels.max() >= marks.guarantee]
    highest = [one.id for one, marks, levels in _marked() if marks.highest and levels.max() >= marks.highest]
    assert 3 <= len(guarantee) <= 5
    assert len(highest) == 1


def test_without_a_storm_the_river_stands_near_its_ordinary_level() -> None:
    for number, one in enumerate(STATIONS):
        assert np.abs(_levels(number, start=-600, count=600) - one.base).max() < 0.1


def test_a_station_without_marks_rises_too() -> None:
    number = next(number for number, one in enumerate(STATIONS) if one.marks is None)
    assert _levels(number).max() > STATIONS[number].base + 1


def test_the_wave_has_no_jump() -> None:
    wave = river.shape(np.linspace(-20, 60, 4801))
    assert np.abs(np.diff(wave)).max() < 0.01
    assert wave.max() == 1.0
    assert wave[0] == 0
