"""Values of cells made one: by a coarser cell, by district, and spread to where nothing measures. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeVar

import h3.api.basic_int as h3

from layers.spread import spread

if TYPE_CHECKING:
    from layers.catalog import Layer
    from layers.grid import CityGrid
    from layers.tiles import Box

Folds = Literal["mean", "max", "sum"]
Place = TypeVar("Place", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found: a value a cell, and how much each weighs in a mean (1 for one that is not there).

    `rest` is the value of every other cell: 0 where it is known that nothing is there, None where nobody knows.
    `devices` and `late` count as in layers.picture.Hexes.
    """

    values: Mapping[int, float]
    weights: Mapping[int, float]
    devices: int
    late: int
    newest: datetime | None
    rest: float | None = None


def worst(levels: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The largest value of each cell."""
    found: dict[int, float] = {}
    for cell, value in levels:
        found[cell] = max(found.get(cell, value), value)
    return found


def fold(
    values: Mapping[int, float], weights: Mapping[int, float], place: Callable[[int], Place | None], folds: Folds
) -> dict[Place, float]:
    """One value a place that cells lie in; cells that lie in none (None) are left out."""
    parts: dict[Place, list[tuple[float, float]]] = defaultdict(list)
    for cell, value in values.items():
        where = place(cell)
        if where is not None:
            parts[where].append((value, weights.get(cell, 1.0)))
    return {where: _one(some, folds) for where, some in parts.items()}


def _one(parts: list[tuple[float, float]], folds: Folds) -> float:
    if folds == "max":
        return max(value for value, _ in parts)
    if folds == "sum":
        return sum(value for value, _ in parts)
    return sum(value * weight for value, weight in parts) / sum(weight for _, weight in parts)


def spread_rows(found: Found, grid: CityGrid, layer: Layer) -> tuple[float | None, ...]:
    """A value a row of the grid, from cells of its resolution or finer, carried as far as the layer says."""
    coarse = fold(found.values, found.weights, lambda cell: parent(cell, grid.resolution), layer.folds)
    return spread(coarse, grid, layer.spread)


def spread_to(found: Found, grid: CityGrid, layer: Layer, resolution: int, box: Box) -> dict[int, float]:
    """By cell of a resolution: what was measured, else the value of the city's cell that it lies in, or of those in it.

    Cells finer than the city's are filled within the box only: there may be very many.
    """
    rows = {
        cell: value
        for cell, value in zip(grid.cells, spread_rows(found, grid, layer), strict=True)
        if value is not None
    }
    if resolution < grid.resolution:
        return fold(rows, {}, lambda cell: parent(cell, resolution), layer.folds)
    if resolution == grid.resolution:
        return {**rows, **found.values}
    near = (cell for cell in rows if meets(cell, box))
    filled = {child: rows[cell] for cell in near for child in h3.cell_to_children(cell, resolution)}
    return {**filled, **found.values}


def parent(cell: int, resolution: int) -> int:
    """The cell of a resolution that a cell lies in; itself where it is no finer."""
    return cell if resolution_of(cell) <= resolution else int(h3.cell_to_parent(cell, resolution))


def cell_at(lat: float, lon: float, resolution: int) -> int:
    """The cell that a place (WGS-84 degrees) is in."""
    return int(h3.latlng_to_cell(lat, lon, resolution))


def resolution_of(cell: int) -> int:
    """The resolution of a cell: four bits of its index."""
    return (cell >> 52) & 15


def box_of(cell: int) -> Box:
    """West, south, east and north of a cell."""
    lats, lons = zip(*h3.cell_to_boundary(cell), strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def meets(cell: int, box: Box) -> bool:
    """Whether a cell's children may lie in a box: they stick out of it, so its own box is taken twice as wide."""
    west, south, east, north = box_of(cell)
    wide, high = (east - west) / 2, (north - south) / 2
    return west - wide <= box[2] and east + wide >= box[0] and south - high <= box[3] and north + high >= box[1]
