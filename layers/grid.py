"""The city's hexagons: which H3 cells it has, their rows, their districts and their neighbours. Pure.

A cell is an H3 index as an integer; a row is the position of a cell in `CityGrid.cells`, from 0, and is what the
browser knows (H3 indexes do not fit JavaScript's numbers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import h3.api.basic_int as h3
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SLIVER = 0.001
"""Degrees, about 100 m. Districts simplified one by one leave gaps this wide along shared borders."""


@dataclass(frozen=True, eq=False)
class CityGrid:
    """The cells of a city at one resolution, ascending; `district[row]` is the adcode (text) of a cell's centre."""

    resolution: int
    cells: tuple[int, ...]
    index: Mapping[int, int]
    district: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.cells)

    def row(self, cell: int) -> int | None:
        """Row of a cell of this resolution. One just outside the border belongs to the first neighbour inside.

        Cells are chosen by their centre, so a place inside the border may lie in a cell that is not: without this a
        gauge or a case there would vanish from the map.
        """
        return next((row for row, _ in self.rows(cell, 1)), None)

    def rows(self, cell: int, rings: int) -> Iterator[tuple[int, int]]:
        """(row, distance in rings) of every cell of the grid within `rings` of `cell`, nearest first."""
        for near, distance in disk(cell, rings):
            row = self.index.get(near)
            if row is not None:
                yield row, distance

    def cell_at(self, lat: float, lon: float) -> int:
        """The cell of this resolution that a place (WGS-84 degrees) is in, in the city or not."""
        return int(h3.latlng_to_cell(lat, lon, self.resolution))

    def row_at(self, lat: float, lon: float) -> int | None:
        """Row of the cell a place (WGS-84 degrees) is in; None outside the city."""
        return self.row(self.cell_at(lat, lon))

    def parent(self, cell: int) -> int:
        """The cell of this resolution that a finer cell lies in."""
        return int(h3.cell_to_parent(cell, self.resolution))


@lru_cache(maxsize=65536)
def disk(cell: int, rings: int) -> tuple[tuple[int, int], ...]:
    """(cell, distance) of each cell within `rings` of `cell`, nearest first, then ascending."""
    return tuple((near, distance) for distance in range(rings + 1) for near in sorted(h3.grid_ring(cell, distance)))


def close_gaps(districts: Sequence[BaseGeometry]) -> BaseGeometry:
    """One area of all districts (degrees), the slivers between them closed."""
    wide = shapely.union_all([area.buffer(SLIVER, join_style="mitre") for area in districts])
    return wide.buffer(-SLIVER, join_style="mitre").simplify(SLIVER / 20)


def build_grid(districts: Mapping[str, BaseGeometry], resolution: int) -> CityGrid:
    """The grid of districts (adcode text -> WGS-84 polygon): every cell whose centre lies in one or in a gap between.

    Raises ValueError when no cell's centre lies inside: the resolution is too coarse for the area.
    """
    area = close_gaps(list(districts.values()))
    cells = tuple(sorted(int(cell) for cell in h3.geo_to_cells(area, resolution)))
    if not cells:
        raise ValueError(f"no H3 cell of resolution {resolution} has its centre in the districts; use a finer one")
    index = MappingProxyType({cell: row for row, cell in enumerate(cells)})
    return CityGrid(resolution, cells, index, _districts_of(cells, districts))


def _districts_of(cells: Sequence[int], districts: Mapping[str, BaseGeometry]) -> tuple[str, ...]:
    """The district that covers each centre, the first of two; of a centre in a gap between them the nearest."""
    names, areas = list(districts), list(districts.values())
    centres = shapely.points([(lon, lat) for lat, lon in map(h3.cell_to_latlng, cells)])
    covering, covered = shapely.STRtree(centres).query(areas, predicate="covers")
    place = np.full(len(cells), -1)
    place[covered[::-1]] = covering[::-1]
    gaps = place < 0
    if gaps.any():
        place[gaps] = shapely.STRtree(areas).nearest(centres[gaps])
    return tuple(names[position] for position in place)


def outline(cell: int) -> tuple[tuple[float, float], ...]:
    """Closed ring of a cell as (lon, lat) degrees, seven points (eight where a cell crosses an edge of the globe)."""
    ring = tuple((lon, lat) for lat, lon in h3.cell_to_boundary(cell))
    return (*ring, ring[0])
