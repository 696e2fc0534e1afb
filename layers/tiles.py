"""The city's cells at any resolution, in tiles: all children of one coarse parent that touch the city. Pure.

A tile never changes while the city's districts stay, so a browser keeps it for ever; values come apart from it, one
byte a cell, in the tile's order. Cells are chosen by their whole outline, not by their centre, so that no device near
the border is without a cell; the map covers what lies outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import chain

import h3.api.basic_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.grid import close_gaps, disk
from layers.prepared import Prepared

DEPTH = 3
"""Resolutions between a tile and its cells: up to 343 cells a tile, 32 bytes each."""

CHILDREN: int = 7**3
"""Cells of a whole tile."""

RESOLUTIONS = range(6, 11)
"""What the map shows, from a district's width (6 km) down to a block of houses (130 m)."""

FRINGE = 0.2
"""Of a parent's box: how far its children may stick out of it (each generation is turned by 19 degrees)."""

CORNERS = 6
STEPS = 65535

Box = tuple[float, float, float, float]
"""West, south, east, north; WGS-84 degrees."""


@dataclass(frozen=True, eq=False)
class Tile:
    """The cells (ascending) of one parent and their outlines as bytes; `tag` changes when they do (for an ETag)."""

    parent: int
    cells: NDArray[np.uint64]
    body: bytes
    tag: str


@dataclass(frozen=True, eq=False)
class Tiling:
    """All tiles of a city, made when they are asked for."""

    area: BaseGeometry
    ground: Prepared

    @classmethod
    def of(cls, districts: Iterable[BaseGeometry]) -> Tiling:
        """The tiles of a city's districts (WGS-84 polygons)."""
        area = close_gaps(list(districts))
        return cls(area, Prepared(area))

    def tile(self, parent: int) -> Tile:
        """The tile of a parent; one without a cell in the city is empty."""
        return _tile(self, parent)

    def tiles(self, resolution: int, box: Box) -> tuple[Tile, ...]:
        """Tiles that may have a cell in the box, ascending by parent; empty ones are left out."""
        parents, boxes = _parents(self, resolution - DEPTH)
        west, south, east, north = box
        meets = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        found = (self.tile(parents[place]) for place in np.flatnonzero(meets))
        return tuple(tile for tile in found if len(tile.cells))

    def cells(self, resolution: int, box: Box) -> int:
        """About how many cells the box has at most, without making a tile."""
        _, boxes = _parents(self, resolution - DEPTH)
        west, south, east, north = box
        meets = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        return int(meets.sum()) * CHILDREN


@lru_cache(maxsize=64)
def _parents(tiling: Tiling, resolution: int) -> tuple[list[int], NDArray[np.float64]]:
    """Every parent that may have a cell in the city, ascending, and the boxes of their children."""
    inside = h3.h3shape_to_cells_experimental(h3.geo_to_h3shape(tiling.area), resolution, contain="overlap")
    parents = sorted({near for cell in inside for near, _ in disk(int(cell), 1)})
    return parents, np.array([_wide_box(parent) for parent in parents])


def _wide_box(parent: int) -> Box:
    lats, lons = zip(*h3.cell_to_boundary(parent), strict=True)
    east, north = FRINGE * (max(lons) - min(lons)), FRINGE * (max(lats) - min(lats))
    return min(lons) - east, min(lats) - north, max(lons) + east, max(lats) + north


@lru_cache(maxsize=8192)
def _tile(tiling: Tiling, parent: int) -> Tile:
    children = sorted(int(cell) for cell in h3.cell_to_children(parent, h3.get_resolution(parent) + DEPTH))
    rings = _rings(children)
    touches = tiling.ground.touches(shapely.polygons(rings[:, :, ::-1]))
    cells = np.array(children, dtype=np.uint64)[touches]
    body = encode(cells, rings[touches])
    return Tile(parent, cells, body, sha256(body).hexdigest()[:16])


def _rings(cells: Sequence[int]) -> NDArray[np.float64]:
    """(cells, 6, 2) of (lat, lon) degrees."""
    flat = chain.from_iterable(chain.from_iterable(map(_ring, cells)))  # a third quicker than from lists in lists
    return np.fromiter(flat, np.float64, 2 * CORNERS * len(cells)).reshape(-1, CORNERS, 2)


def _ring(cell: int) -> Sequence[Sequence[float]]:
    """Six corners as (lat, lon). A boundary that bends over an edge of the globe has more points, a pentagon fewer."""
    ring: Sequence[Sequence[float]] = h3.cell_to_boundary(cell)
    if len(ring) != CORNERS:
        corners = [h3.vertex_to_latlng(vertex) for vertex in h3.cell_to_vertexes(cell)]
        ring = [*corners, *corners[-1:] * (CORNERS - len(corners))]
    return ring


def encode(cells: NDArray[np.uint64], rings: NDArray[np.float64]) -> bytes:
    """A tile for the browser, little-endian; `rings` is (cells, 6, 2) of (lat, lon) degrees.

    u32 count, u32 zero, f64 west, north, width, height (Mercator, the world 0..1 from the north-west corner), then a
    u64 H3 index a cell, then 12 u16 a cell: six corners x, y in 65535ths of that box.
    """
    head = np.array([len(cells), 0], dtype="<u4").tobytes()
    if not len(cells):
        return head + np.zeros(4, dtype="<f8").tobytes()
    flat = mercator(rings)
    low = flat.min(axis=(0, 1))
    size = flat.max(axis=(0, 1)) - low
    corners = np.rint((flat - low) / size * STEPS).astype("<u2")
    body: bytes = np.concatenate([low, size]).astype("<f8").tobytes()
    return head + body + bytes(cells.astype("<u8").tobytes()) + bytes(corners.tobytes())


def bundle(tiles: Sequence[Tile]) -> bytes:
    """Many tiles in one answer, little-endian: u64 how many, a u64 parent and a u64 length each, then their bytes."""
    head = [len(tiles), *(part for one in tiles for part in (one.parent, len(one.body)))]
    return np.array(head, dtype="<u8").tobytes() + b"".join(one.body for one in tiles)


def mercator(rings: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., (lat, lon)) degrees as (..., (x, y)), the world from 0 to 1 (EPSG:3857, as MapLibre counts)."""
    lats, lons = np.radians(rings[..., 0]), rings[..., 1]
    y = 0.5 - np.log(np.tan(np.pi / 4 + lats / 2)) / (2 * np.pi)
    return np.stack([lons / 360 + 0.5, y], axis=-1)
