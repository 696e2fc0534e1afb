"""Which rows lie in a place."""

from __future__ import annotations

import h3.api.basic_int as h3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.scope import ALL, Scope, of_cell, of_district, of_ring, of_spot, scope_of
from streams.question import Question
from tests.layers.test_area import SQUARE

LATS, LONS = st.floats(36.2, 37.5), st.floats(100.9, 102.0)


@given(LATS, LONS, st.integers(5, 9), LATS, LONS)
def test_the_mask_names_the_parent(lat: float, lon: float, resolution: int, other_lat: float, other_lon: float) -> None:
    cell = int(h3.latlng_to_cell(lat, lon, resolution))
    scope = scope_of((cell,), 9)
    for one in (int(h3.latlng_to_cell(lat, lon, 9)), int(h3.latlng_to_cell(other_lat, other_lon, 9))):
        assert scope.holds(one, "", None, None) == (h3.cell_to_parent(one, resolution) == cell)


def test_the_cells_that_are_here_lie_between_the_first_and_the_last() -> None:
    cell = int(h3.latlng_to_cell(36.62, 101.77, 7))
    children = sorted(h3.cell_to_children(cell, 9))
    params = of_cell(cell, 9).range()
    assert params["low"] == children[0]
    assert int(str(params["high"])) >= children[-1]
    beside = sorted(h3.cell_to_children(max(h3.grid_ring(cell, 1)), 9))
    assert not int(str(params["low"])) <= beside[0] <= int(str(params["high"]))
    assert scope_of((children[0],), 9).cells == (children[0],)
    assert of_district("1", (36.6, 101.7)).range()["high"] == 2**63


def test_a_cell_has_a_ring_and_a_district_has_none() -> None:
    cell = int(h3.latlng_to_cell(36.62, 101.77, 8))
    look = of_cell(cell, 9)
    beside = sorted(set(h3.grid_disk(cell, 1)) - {cell})[0]
    there = int(h3.cell_to_center_child(beside, 9))
    assert look.widest is look.near
    assert look.near is not None
    assert look.near.holds(there, "", None, None)
    assert not look.here.holds(there, "", None, None)
    assert (look.place, look.cell) == (f"{cell:x}", cell)
    district = of_district("630102", (36.6, 101.7))
    assert district.widest is district.here
    assert district.here.holds(0, "630102", None, None)
    assert not district.here.holds(there, "630103", None, None)


def test_a_cell_finer_than_the_tables_goes_by_its_outline() -> None:
    look = of_cell(int(h3.latlng_to_cell(36.62, 101.77, 10)), 9)
    assert look.here.holds(0, "", 36.62, 101.77)
    assert not look.here.holds(0, "", 36.63, 101.77)
    assert look.here.condition().startswith("pointInPolygon")


def test_a_point_looks_at_its_neighbourhood() -> None:
    look = of_spot((36.62, 101.77), 9, 7, "rain-001")
    assert (h3.get_resolution(look.cell), look.device, look.place) == (7, "rain-001", "rain-001")
    assert look.here.holds(int(h3.latlng_to_cell(36.62, 101.77, 9)), "", None, None)


def test_a_polygon_holds_what_lies_in_it() -> None:
    look = of_ring(SQUARE, "area:a1")
    assert look.here.holds(0, "", 36.63, 101.75)
    assert not look.here.holds(0, "", 36.5, 101.75)
    assert look.here.params()["lons"] == [101.70, 101.80, 101.80, 101.70]


def test_anywhere_is_everything() -> None:
    assert Scope().holds(0, "", None, None)
    assert Scope().condition() == "1"


def test_a_condition_says_what_is_asked_and_names_what_is_told() -> None:
    one = Scope(cells=(7,), mask=ALL, district="630102")
    assert one.condition() == "bitAnd(cell, {mask:UInt64}) IN {cells:Array(UInt64)} AND district = {district:String}"
    for scope in (one, of_ring(SQUARE).here):
        assert set(Question("q", scope.condition()).params) <= scope.params().keys()


def test_many_cells() -> None:
    cells = h3.grid_disk(int(h3.latlng_to_cell(36.62, 101.77, 8)), 1)
    assert len(scope_of(cells, 9).cells) == 7
    with pytest.raises(Exception, match="resolution"):
        scope_of((int(h3.latlng_to_cell(36.62, 101.77, 10)),), 9)
