"""Polygons that people draw: which are taken, what lies in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import h3.api.basic_int as h3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import area as areas
from layers.area import Area, Ring, around, box, covers, fault, km2, meet, middle, ring_fault, spot_covered, tidy
from layers.grid import CityGrid
from tests.dashboard.moments import city

SQUARE: Ring = ((36.60, 101.70), (36.60, 101.80), (36.66, 101.80), (36.66, 101.70))
AREA = Area("a1", "老城", SQUARE, "李", "巡查", datetime(2026, 7, 21, tzinfo=UTC))


@pytest.fixture(scope="module")
def grid() -> CityGrid:
    return city().grid


def test_a_square_is_taken(grid: CityGrid) -> None:
    assert ring_fault(SQUARE, grid) == ""
    assert fault(AREA, grid) == ""
    assert km2(SQUARE) == pytest.approx(6.672 * 8.93, rel=0.01)
    assert box(SQUARE) == (101.70, 36.60, 101.80, 36.66)
    assert covers(SQUARE, *middle(SQUARE))


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        ((), "few"),
        (SQUARE[:2], "few"),
        (SQUARE * 60, "many"),
        ((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]), "crossing"),
        (((36.6, 101.7), (36.6, 101.75), (36.6, 101.8)), "flat"),
        (((36.6, 101.7), (36.60001, 101.7), (36.6, 101.70001)), "flat"),
        (((35.0, 99.0), (35.0, 104.0), (39.0, 104.0), (39.0, 99.0)), "large"),
        (((30.0, 101.7), (30.0, 101.8), (30.1, 101.8)), "outside"),
        (((float("nan"), 101.7), *SQUARE), "number"),
        (((91.0, 101.7), *SQUARE), "number"),
    ],
)
def test_what_is_no_area_says_why(ring: Ring, why: str, grid: CityGrid) -> None:
    assert ring_fault(ring, grid) == why


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 41}, "name_long"),
        ({"owner": ""}, "owner"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason_long"),
        ({"ring": SQUARE[:2]}, "few"),
    ],
)
def test_what_is_said_of_an_area_is_checked(wrong: dict[str, str], why: str, grid: CityGrid) -> None:
    assert fault(replace(AREA, **wrong), grid) == why  # type: ignore[arg-type]


def test_the_border_is_inside_and_nowhere_is_not() -> None:
    assert AREA.covers(36.60, 101.75)
    assert not AREA.covers(36.599, 101.75)
    assert not AREA.covers(None, 101.75)
    assert not AREA.covers(float("nan"), 101.75)
    cell = int(h3.latlng_to_cell(36.63, 101.75, 9))
    assert spot_covered(SQUARE, None, None, cell), "who only knows its cell stands in its middle"
    assert not spot_covered(SQUARE, None, None, 0)
    assert not spot_covered(SQUARE, 36.0, 101.75, cell), "what it says itself counts more"


def test_rings_meet_that_have_more_than_a_border_in_common() -> None:
    def moved(lat: float) -> Ring:
        return tuple((one + lat, lon) for one, lon in SQUARE)

    high = max(lat for lat, _ in SQUARE) - min(lat for lat, _ in SQUARE)
    assert meet(SQUARE, SQUARE)
    assert meet(SQUARE, moved(high / 2))
    assert not meet(SQUARE, moved(high))
    assert not meet(SQUARE, moved(high * 2))


def test_a_ring_of_cells_is_what_the_keyboard_draws(grid: CityGrid) -> None:
    cell = int(h3.latlng_to_cell(36.62, 101.77, 9))
    one, ten = around(cell, 0), around(cell, 10)
    assert len(one) == 6
    assert ring_fault(ten, grid) == "", "ten rings have fewer corners than the most that are taken"
    assert km2(around(cell, 1)) == pytest.approx(7 * km2(one), rel=0.01)
    assert all(covers(ten, *h3.cell_to_latlng(near)) for near in h3.grid_disk(cell, 10))


def test_corners_that_repeat_are_one() -> None:
    assert tidy([*SQUARE, SQUARE[-1], SQUARE[0]]) == SQUARE
    assert tidy([[1, 2], [1, 2]]) == ((1.0, 2.0),)


def test_an_area_is_named_in_places() -> None:
    assert AREA.place == "area:a1"


@given(st.floats(36.2, 37.2), st.floats(101.0, 102.0), st.floats(36.2, 37.2), st.floats(101.0, 102.0))
def test_ways_are_as_long_back(lat: float, lon: float, other_lat: float, other_lon: float) -> None:
    there = areas.kilometres((lat, lon), (other_lat, other_lon))
    assert there == pytest.approx(areas.kilometres((other_lat, other_lon), (lat, lon)))
    assert 0 <= there < 150


def test_a_degree_of_latitude() -> None:
    assert areas.kilometres((36.0, 101.0), (37.0, 101.0)) == pytest.approx(111.2, rel=0.005)
