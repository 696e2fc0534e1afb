"""A named area: a polygon that somebody drew, with who did and why; which places lie in it, and what is none. Pure.

A ring is (lat, lon) corners in WGS-84 degrees, not closed: the last corner is joined to the first. What lies on the
border lies inside.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon

from layers.grid import CityGrid
from layers.prepared import Prepared

Point = tuple[float, float]
"""(lat, lon), degrees."""
Ring = tuple[Point, ...]

PREFIX = "area:"
"""How the place of an alert, or of an address, names an area: `area:<id>`."""

CORNERS_MOST = 200
"""A border that a person draws has fewer; each is looked at for every device."""
NAME_LONGEST, OWNER_LONGEST, REASON_LONGEST = 40, 40, 500
SMALLEST_KM2 = 1e-4
"""100 m2, a house: less is a slip of the hand."""
DEGREE_KM = 111.195
"""Of latitude, on a sphere of 6,371 km."""
NEAR = 1e-6  # degrees, 0.1 m: corners closer than this are one


@dataclass(frozen=True, slots=True)
class Area:
    """An area as it was drawn. `ended_by` ended it, at `ended`; an ended one is kept for what already speaks of it."""

    id: str
    name: str
    ring: Ring
    owner: str
    reason: str
    at: datetime
    ended: datetime | None = None
    ended_by: str = ""

    @property
    def place(self) -> str:
        """Its name as a place."""
        return PREFIX + self.id

    def covers(self, lat: float | None, lon: float | None) -> bool:
        """Whether a place is inside or on the border; nowhere is not."""
        return covers(self.ring, lat, lon)


def covers(ring: Ring, lat: float | None, lon: float | None) -> bool:
    """Whether a place lies in a ring or on it."""
    if lat is None or lon is None or not math.isfinite(lat + lon):
        return False
    return bool(_prepared(ring).covers(np.array(lon), np.array(lat)))


def covered(ring: Ring, lats: NDArray[np.float64], lons: NDArray[np.float64]) -> NDArray[np.bool_]:
    """As `covers`, of many places at once."""
    return _prepared(ring).covers(lons, lats)


def spot_covered(ring: Ring, lat: float | None, lon: float | None, cell: int) -> bool:
    """Whether something lies in a ring; who only knows its H3 cell (0: none) stands in the middle of that."""
    if (lat is None or lon is None or not math.isfinite(lat + lon)) and cell:
        lat, lon = h3.cell_to_latlng(cell)
    return covers(ring, lat, lon)


def meet(one: Ring, other: Ring) -> bool:
    """Whether two rings have a place in common that is more than a piece of border."""
    return bool(_shape(one).relate_pattern(_shape(other), "T********"))


@lru_cache(maxsize=512)
def _prepared(ring: Ring) -> Prepared:
    return Prepared(_shape(ring))


def _shape(ring: Ring) -> Polygon:
    return Polygon([(lon, lat) for lat, lon in ring])


def known(areas: Iterable[Area]) -> Mapping[str, Area]:
    """Areas by id."""
    return {one.id: one for one in areas}


# -- sizes and outlines ---------------------------------------------------------------------------------------------


def km2(ring: Ring) -> float:
    """Size in km2, flat: right to a few per mille for anything as small as a city."""
    middle = math.radians(sum(lat for lat, _ in ring) / len(ring))
    return float(_shape(ring).area) * DEGREE_KM**2 * math.cos(middle)


def middle(ring: Ring) -> Point:
    """A point that surely lies inside."""
    spot = _shape(ring).representative_point()
    return float(spot.y), float(spot.x)


def box(ring: Ring) -> tuple[float, float, float, float]:
    """(west, south, east, north)."""
    lats, lons = [lat for lat, _ in ring], [lon for _, lon in ring]
    return min(lons), min(lats), max(lons), max(lats)


def around(cell: int, rings: int) -> Ring:
    """The outline of a cell and all cells within so many rings of it: what the keyboard draws instead of a hand."""
    shape = h3.cells_to_h3shape(h3.grid_disk(cell, rings))
    return tuple((float(lat), float(lon)) for lat, lon in shape.outer)


def kilometres(one: Point, other: Point) -> float:
    """The way along the great circle, on the mean sphere: right to half a per cent."""
    return float(h3.great_circle_distance(one, other, unit="km"))


# -- as text ---------------------------------------------------------------------------------------------------------


def read_ring(text: str) -> Ring:
    """A ring from its JSON."""
    return tuple((lat, lon) for lon, lat in json.loads(text))


def write_ring(ring: Ring) -> str:
    """A ring as JSON, [[lon, lat], ...], to a tenth of a metre."""
    return json.dumps([[round(lon, 6), round(lat, 6)] for lat, lon in ring], separators=(",", ":"))


# -- what may be drawn ----------------------------------------------------------------------------------------------


def tidy(corners: Iterable[Sequence[float]]) -> Ring:
    """Corners as a ring: the closing one dropped, and such as repeat the one before."""
    kept: list[Point] = []
    for lat, lon in corners:
        if not kept or not _same(kept[-1], (lat, lon)):
            kept.append((float(lat), float(lon)))
    while len(kept) > 1 and _same(kept[0], kept[-1]):
        kept.pop()
    return tuple(kept)


def _same(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < NEAR and abs(one[1] - other[1]) < NEAR


def ring_fault(ring: Ring, grid: CityGrid) -> str:
    """Why a polygon is refused, as a key below `atlas_area.refused`; '' when it may be asked about and kept."""
    if not all(math.isfinite(lat + lon) and abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in ring):
        return "number"
    if len(ring) < 3:
        return "few"
    if len(ring) > CORNERS_MOST:
        return "many"
    return _shape_fault(ring, grid)


def _shape_fault(ring: Ring, grid: CityGrid) -> str:
    if not Polygon(ring).is_valid:
        return "flat" if km2(ring) < SMALLEST_KM2 and len(set(ring)) < 4 else "crossing"
    size = km2(ring)
    if size < SMALLEST_KM2:
        return "flat"
    if size > largest(grid):
        return "large"
    return "" if _touches(ring, grid) else "outside"


def largest(grid: CityGrid) -> float:
    """km2 of an area at most: what all cells of the city come to, with some room for a border drawn around it."""
    return 1.5 * len(grid) * float(h3.average_hexagon_area(grid.resolution, unit="km^2"))


def _touches(ring: Ring, grid: CityGrid) -> bool:
    """Whether any of it lies in a cell of the city: a corner, its middle, or a cell's middle in it."""
    corners = (*ring, middle(ring))
    if any(grid.row_at(lat, lon) is not None for lat, lon in corners):
        return True
    shape = h3.LatLngPoly(list(ring))
    return any(cell in grid.index for cell in h3.h3shape_to_cells(shape, grid.resolution))


def fault(area: Area, grid: CityGrid) -> str:
    """Why an area may not be kept, as a key below `atlas_area.refused`; '' when it may."""
    checks = (
        ("name", not area.name.strip()),
        ("name_long", len(area.name) > NAME_LONGEST),
        ("owner", not area.owner.strip()),
        ("owner_long", len(area.owner) > OWNER_LONGEST),
        ("reason", not area.reason.strip()),
        ("reason_long", len(area.reason) > REASON_LONGEST),
    )
    return next((key for key, wrong in checks if wrong), "") or ring_fault(area.ring, grid)
