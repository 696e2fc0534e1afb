"""Which basins cells lie in: asked together as asked one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from layers.basin import basin_of, basins_of
from tests.dashboard.moments import city


@given(cells=st.sets(st.sampled_from([0, *city().grid.cells[::7]]), max_size=30))
def test_cells_lie_in_the_basins_that_each_of_them_lies_in(cells: set[int]) -> None:
    basins = city().basins
    assert basins_of(basins, cells) == {basin_of(basins, cell) for cell in cells} - {""}


def test_a_city_without_basins_has_none() -> None:
    assert basins_of((), city().grid.cells[:3]) == set()
