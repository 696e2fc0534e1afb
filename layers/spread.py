"""Values of some cells spread to their neighbours by inverse distance, so that a sparse network fills a map. Pure.

This is drawing, not measuring: a layer that spreads says so in its legend, and no rule ever reads a spread value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layers.grid import CityGrid

POWER = 2
"""A measuring cell two rings away weighs a quarter of one that is next door (Shepard's usual exponent)."""


def spread(measured: Mapping[int, float], grid: CityGrid, rings: int) -> tuple[float | None, ...]:
    """One value a row of the grid, from values of cells (also cells just outside the grid).

    A cell that measures keeps its own value exactly; another takes the mean of the measuring cells within `rings`,
    each weighing 1 / distance ** 2 with the distance in rings; one with none within `rings` is None.
    """
    values = _mean(grid, *_gather(measured, grid, rings))
    for cell, value in measured.items():
        row = grid.index.get(cell)
        if row is not None:
            values[row] = value
    return tuple(values)


def _gather(measured: Mapping[int, float], grid: CityGrid, rings: int) -> tuple[list[float], list[float]]:
    """Weighted sums and weights of each row, from the cells around it."""
    sums, weights = [0.0] * len(grid), [0.0] * len(grid)
    for cell, value in measured.items():
        for row, distance in grid.rows(cell, rings):
            if distance:
                weight = 1.0 / distance**POWER
                sums[row] += weight * value
                weights[row] += weight
    return sums, weights


def _mean(grid: CityGrid, sums: list[float], weights: list[float]) -> list[float | None]:
    return [sums[row] / weights[row] if weights[row] else None for row in range(len(grid))]


def place(measured: Mapping[int, float], grid: CityGrid, merge: Callable[[float, float], float]) -> dict[int, float]:
    """Values by row; a cell just outside the border counts to its neighbour inside, `merge` joins two of one row."""
    rows: dict[int, float] = {}
    for cell, value in measured.items():
        row = grid.row(cell)
        if row is not None:
            rows[row] = merge(rows[row], value) if row in rows else value
    return rows
