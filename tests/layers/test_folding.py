"""Cells made one, and values carried to where nothing measures."""

from __future__ import annotations

import h3.api.basic_int as h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.read import read_city
from layers.catalog import layer
from layers.folding import Found, box_of, fold, meets, parent, resolution_of, spread_to, worst
from layers.geometry import City, load_city

SPOT = h3.latlng_to_cell(36.62, 101.77, 9)


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(read_city("xining"))


def found(values: dict[int, float], weights: dict[int, float] | None = None) -> Found:
    return Found(values, weights or {}, len(values), 0, None)


def test_a_mean_counts_devices_not_cells() -> None:
    values, weights = {1: 10.0, 2: 40.0, 3: 7.0}, {1: 3.0, 2: 1.0}
    assert fold(values, weights, lambda cell: "a" if cell < 3 else None, "mean") == {"a": 17.5}
    assert fold(values, weights, lambda cell: "a" if cell < 3 else "b", "max") == {"a": 40.0, "b": 7.0}
    assert fold(values, weights, lambda _: "all", "sum") == {"all": 57.0}


def test_the_worst_of_a_cell() -> None:
    assert worst([(1, 2.0), (2, -1.0), (1, 1.0)]) == {1: 2.0, 2: -1.0}


@given(st.integers(0, 9))
def test_parents(resolution: int) -> None:
    assert resolution_of(parent(SPOT, resolution)) == resolution
    assert parent(SPOT, 15) == SPOT, "what is coarser than asked stays what it is"


@pytest.mark.parametrize("resolution", [6, 7, 8, 9])
def test_fine_cells_show_their_own_value_or_that_of_the_city_cell_around_them(city: City, resolution: int) -> None:
    fine = h3.cell_to_parent(SPOT, max(resolution, 7))
    values = spread_to(found({fine: 12.0}), city.grid, layer("rain"), resolution, city.bounds)
    assert values[parent(fine, resolution)] == 12.0
    assert set(values.values()) == {12.0}
    assert {resolution_of(cell) for cell in values} == {resolution}
    assert len(values) > 3 * 7 ** (resolution - 7)


def test_finer_cells_are_filled_in_the_box_only(city: City) -> None:
    rain = found({SPOT: 12.0})
    whole, part = (spread_to(rain, city.grid, layer("rain"), 9, box) for box in (city.bounds, box_of(SPOT)))
    assert SPOT in part
    assert 7**2 <= len(part) < len(whole) / 2


@settings(max_examples=20)
@given(st.integers(0, 1500), st.integers(0, 342))
def test_no_child_in_a_box_is_missed(row: int, child: int) -> None:
    cell = load().grid.cells[row]
    assert meets(cell, box_of(list(h3.cell_to_children(cell, 10))[child]))


def load() -> City:
    if not LOADED:
        LOADED.append(load_city(read_city("xining")))
    return LOADED[0]


LOADED: list[City] = []
