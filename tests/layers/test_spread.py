"""Spreading draws between what was measured, and never beyond it."""

from __future__ import annotations

from operator import add

import h3.api.basic_int as h3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from layers.grid import build_grid, disk
from layers.spread import place, spread

GRID = build_grid({"1": box(101.3, 36.5, 101.7, 36.8)}, 7)
MIDDLE = h3.latlng_to_cell(36.65, 101.5, 7)
cells = st.sampled_from(GRID.cells)
measured = st.dictionaries(cells, st.floats(0, 500), min_size=1, max_size=30)


def test_one_gauge_colours_its_rings_and_no_more() -> None:
    values = spread({MIDDLE: 42.0}, GRID, 2)
    known = {GRID.cells[row] for row, value in enumerate(values) if value is not None}
    assert known == {cell for cell, _ in disk(MIDDLE, 2)}
    assert set(values) == {42.0, None}


def test_nearer_gauges_weigh_more() -> None:
    """A cell one ring from 10 and two rings from 20: (10 + 20/4) / (1 + 1/4) = 12."""
    line = h3.grid_path_cells(MIDDLE, h3.latlng_to_cell(36.65, 101.6, 7))
    values = spread({line[0]: 10.0, line[3]: 20.0}, GRID, 2)
    assert values[GRID.index[line[1]]] == pytest.approx(12.0)


def test_no_rings_is_the_cells_themselves() -> None:
    values = spread({MIDDLE: 1.0}, GRID, 0)
    assert [row for row, value in enumerate(values) if value is not None] == [GRID.index[MIDDLE]]


def test_a_gauge_outside_the_grid_still_tells_about_the_inside() -> None:
    outside = next(near for cell in GRID.cells for near, _ in disk(cell, 1) if near not in GRID.index)
    assert 5.0 in spread({outside: 5.0}, GRID, 1)


def test_nothing_measured_is_nothing_drawn() -> None:
    assert set(spread({}, GRID, 2)) == {None}


@given(measured)
def test_values_stay_between_the_measured_ones(values: dict[int, float]) -> None:
    drawn = [value for value in spread(values, GRID, 2) if value is not None]
    assert min(values.values()) - 1e-9 <= min(drawn)
    assert max(drawn) <= max(values.values()) + 1e-9


@given(measured)
def test_what_was_measured_is_drawn_as_measured(values: dict[int, float]) -> None:
    drawn = spread(values, GRID, 2)
    assert all(drawn[GRID.index[cell]] == value for cell, value in values.items())


def test_placing_merges_what_falls_into_one_row() -> None:
    outside = next(near for cell in GRID.cells for near, _ in disk(cell, 1) if near not in GRID.index)
    row = GRID.row(outside)
    assert row is not None
    both = {outside: 2.0, GRID.cells[row]: 3.0}
    assert place(both, GRID, add) == {row: 5.0}
    assert place(both, GRID, max) == {row: 3.0}
    assert place({h3.latlng_to_cell(0, 0, 7): 1.0}, GRID, add) == {}
