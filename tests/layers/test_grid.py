"""Cells of a city: none missing, none twice, each in a district."""

from __future__ import annotations

import h3.api.basic_int as h3
import pytest
from shapely.geometry import Point, box
from shapely.ops import unary_union

from config.read import read_city
from layers.geometry import City, load_city
from layers.grid import build_grid, close_gaps, disk, outline


@pytest.fixture(scope="module")
def xining() -> City:
    return load_city(read_city("xining"))


def test_xining_has_its_cells_in_order(xining: City) -> None:
    grid = xining.grid
    assert 1500 < len(grid) < 1700
    assert list(grid.cells) == sorted(set(grid.cells))
    assert {h3.get_resolution(cell) for cell in grid.cells} == {7}
    assert [grid.index[cell] for cell in grid.cells] == list(range(len(grid)))


def test_no_holes(xining: City) -> None:
    """A cell with all six neighbours in the city is in the city."""
    inside = set(xining.grid.cells)
    around = {near for cell in inside for near, _ in disk(cell, 1)} - inside
    assert not [cell for cell in around if {near for near, distance in disk(cell, 1) if distance} <= inside]


def test_each_cell_has_the_district_of_its_centre(xining: City) -> None:
    assert set(xining.grid.district) == {district.adcode for district in xining.districts}
    assert xining.grid.district[xining.grid.row_at(37.097, 101.558) or 0] == "630121"
    found = xining.district_at(36.929, 101.685)
    assert found is not None
    assert found.name["zh-CN"] == "大通县"
    assert xining.district_at(39.9, 116.4) is None


def test_a_sliver_between_districts_loses_no_cell() -> None:
    """Two boxes 60 m apart: what lies between belongs to the nearer one."""
    east, west = box(101.5003, 36.5, 101.7, 36.7), box(101.3, 36.5, 101.4997, 36.7)
    grid = build_grid({"1": west, "2": east}, 9)
    whole = build_grid({"1": box(101.3, 36.5, 101.7, 36.7)}, 9)
    assert set(grid.cells) == set(whole.cells)
    assert set(grid.district) == {"1", "2"}


def test_of_two_districts_over_a_centre_the_first_counts_and_of_a_gap_the_nearest() -> None:
    """Centres that one, both or neither district covers, each held to what shapely says of that centre alone."""
    districts = {
        "1": box(101.0, 36.0, 101.3, 36.4),
        "2": box(101.2, 36.0, 101.4, 36.4),
        "3": box(101.401, 36.0, 101.6, 36.4),
    }
    grid = build_grid(districts, 8)
    centres = [Point(lon, lat) for lat, lon in map(h3.cell_to_latlng, grid.cells)]
    over = [tuple(name for name, area in districts.items() if area.covers(centre)) for centre in centres]
    nearest = [min(districts, key=lambda name, at=centre: districts[name].distance(at)) for centre in centres]
    assert {(), ("1",), ("1", "2"), ("2",), ("3",)} == set(over)
    assert grid.district == tuple(found[0] if found else near for found, near in zip(over, nearest, strict=True))


def test_closing_gaps_changes_nothing_else() -> None:
    areas = [box(0, 0, 1, 1), box(1.0005, 0, 2, 1)]
    closed = close_gaps(areas)
    assert closed.geom_type == "Polygon"
    assert closed.area == pytest.approx(unary_union(areas).area, rel=1e-3)


def test_a_cell_just_outside_belongs_to_a_neighbour_and_a_far_one_to_nobody(xining: City) -> None:
    grid = xining.grid
    outside = next(near for cell in grid.cells for near, _ in disk(cell, 1) if near not in grid.index)
    row = grid.row(outside)
    assert row is not None
    assert h3.grid_distance(grid.cells[row], outside) == 1
    assert grid.row(h3.latlng_to_cell(39.9, 116.4, 7)) is None


def test_cells_and_their_parents(xining: City) -> None:
    fine = h3.latlng_to_cell(36.6475, 101.69, 9)
    assert xining.grid.parent(fine) == h3.cell_to_parent(fine, 7)
    assert h3.get_resolution(xining.grid.cell_at(36.6475, 101.69)) == 7


def test_a_resolution_too_coarse_says_so() -> None:
    with pytest.raises(ValueError, match="no H3 cell of resolution 3 has its centre in the districts"):
        build_grid({"1": box(101.70, 36.60, 101.71, 36.61)}, 3)


def test_outlines_are_closed_and_hold_their_centre(xining: City) -> None:
    cell = xining.grid.cells[7]
    ring = outline(cell)
    lat, lon = h3.cell_to_latlng(cell)
    assert ring[0] == ring[-1]
    assert len(ring) == 7
    assert min(x for x, _ in ring) < lon < max(x for x, _ in ring)
    assert min(y for _, y in ring) < lat < max(y for _, y in ring)
    assert Point(lon, lat).within(box(*xining.bounds).buffer(0.1))
