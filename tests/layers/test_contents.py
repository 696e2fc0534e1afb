"""What lies in a place, made from rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import h3.api.basic_int as h3
import pytest

from layers.contents import Steps, amount, nearest, series, within
from layers.scope import Scope, scope_of
from layers.sites import Facility, Weight
from tests.layers.test_area import SQUARE

NOW = datetime(2026, 7, 21, 8, 42, tzinfo=UTC)
HOUR = timedelta(hours=1)
FULL_S = round(NOW.replace(minute=0).timestamp())


def facility(id: str, kind: str, lat: float) -> Facility:
    return Facility(id, kind, {"zh-CN": id}, lat, 101.75)


ALL = (
    facility("h1", "hospital", 36.61),
    facility("h2", "hospital", 36.62),
    facility("s1", "shelter", 36.70),
    facility("h3", "hospital", 36.63),
)


def test_the_nearest_of_each_kind_is_told_before_others() -> None:
    found = nearest(ALL, (36.60, 101.75), most=2)
    assert [(near.facility.id, round(near.km, 1)) for near in found] == [("h1", 1.1), ("s1", 11.1)]
    assert [near.facility.id for near in nearest(ALL, (36.60, 101.75))] == ["h1", "h2", "h3", "s1"]
    assert nearest((), (36.60, 101.75)) == ()


def test_facilities_in_a_polygon() -> None:
    assert [one.id for one in within(ALL, Scope(ring=SQUARE), 9, lambda *_: "")] == ["h1", "h2", "h3"]


def test_a_step_that_nobody_spoke_in_is_unknown() -> None:
    rows = [
        {"its_metric": "rain", "start_s": FULL_S - 7200, "collected": 2.0, "mean": 0.5},
        {"its_metric": "pm25", "start_s": FULL_S, "collected": 80.0, "mean": 40.0},
    ]
    steps = Steps(NOW.replace(minute=0) - 2 * HOUR, HOUR, NOW)
    rain, air = series(rows, ["rain", "noise", "pm25"], ["rain"], steps)
    assert (rain.key, rain.values) == ("rain", (2.0, None, None))
    assert (air.key, air.values) == ("pm25", (None, None, 40.0))
    assert air.times[-1] <= NOW < air.times[-1] + HOUR
    assert air.times[0] == steps.since


def test_people_in_a_polygon_a_cell_and_a_district() -> None:
    inside, outside = int(h3.latlng_to_cell(36.63, 101.75, 8)), int(h3.latlng_to_cell(36.80, 101.75, 8))
    people = Weight("people", {"en": "People"}, {"en": "people"}, "made up", True, ((inside, 700.0), (outside, 70.0)))

    def district_at(lat: float, lon: float) -> str:
        return "1" if lat < 36.7 else "2"

    assert amount(people, Scope(), 9, district_at) == pytest.approx(770)
    assert amount(people, Scope(ring=SQUARE), 9, district_at) == pytest.approx(700)
    assert amount(people, Scope(district="2"), 9, district_at) == pytest.approx(70)
    assert amount(people, scope_of((int(h3.cell_to_parent(inside, 7)),), 9), 9, district_at) == pytest.approx(700)
    assert amount(people, scope_of((int(h3.cell_to_center_child(inside, 9)),), 9), 9, district_at) == pytest.approx(100)
