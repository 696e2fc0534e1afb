"""Which rows of the database lie in a place: a range of H3 cells, a district, or a polygon. Pure.

At one resolution the cells below an H3 cell are one range of numbers, so `cell BETWEEN low AND high` is as good as the
parent and much cheaper; it holds for cells of the store's resolution, which is all that the tables have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import h3.api.basic_int as h3

from layers.area import Point, Ring, around, middle, spot_covered

SPOT_RESOLUTION = 8
"""What lies "here" at a single point is what lies in its cell of this resolution, 900 m across."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """What lies in any of `ranges` (none: anywhere) and in `district` ('': any) and in `ring` (none: anywhere)."""

    ranges: tuple[Range, ...] = ()
    district: str = ""
    ring: Ring = ()

    def params(self) -> Mapping[str, object]:
        """As the questions named inside_... want it."""
        ranges, ring = self.ranges or ((0, 0),), self.ring or ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0))
        return {
            "anywhere": int(not self.ranges),
            "lows": [low for low, _ in ranges],
            "highs": [high for _, high in ranges],
            "district": self.district,
            "shapeless": int(not self.ring),
            "lons": [lon for _, lon in ring],
            "lats": [lat for lat, _ in ring],
        }

    def holds(self, cell: int, district: str, lat: float | None, lon: float | None) -> bool:
        """Whether a row lies in it, as the questions have it."""
        return (
            (not self.ranges or any(low <= cell <= high for low, high in self.ranges))
            and self.district in ("", district)
            and (not self.ring or spot_covered(self.ring, lat, lon, cell))
        )


@dataclass(frozen=True, slots=True)
class Look:
    """One place looked at: what is `here`, what is `near` (here and the ring around it; None where there is no ring).

    `spot` is its middle, `cell` the H3 cell whose colour it is (0: it is a district or an area), `device` the one that
    is looked at, `place` how alerts name it ('' for none).
    """

    here: Scope
    near: Scope | None
    spot: Point
    cell: int = 0
    device: str = ""
    place: str = ""

    @property
    def widest(self) -> Scope:
        return self.near or self.here

    def params(self) -> Mapping[str, object]:
        """Of all that is near, with the cells that are here (all, where they are no single range)."""
        low, high = self.here.ranges[0] if len(self.here.ranges) == 1 else (0, 2**63)
        return {**self.widest.params(), "low": low, "high": high}


def below(cell: int, store: int) -> Range:
    """The first and the last cell of resolution `store` in a cell that is no finer."""
    low = int(h3.cell_to_center_child(cell, store))
    sixes = sum(6 << 3 * (15 - step) for step in range(h3.get_resolution(cell) + 1, store + 1))
    return low, low | sixes


def scope_of(cells: Iterable[int], store: int) -> Scope:
    """All that lies in some cells, each no finer than the store's resolution."""
    return Scope(tuple(sorted(below(cell, store) for cell in cells)))


def of_cell(cell: int, store: int) -> Look:
    """A cell of any resolution with the ring around it; one that is finer than the store's goes by its outline."""
    lat, lon = h3.cell_to_latlng(cell)
    if h3.get_resolution(cell) > store:
        here, near = Scope(ring=around(cell, 0)), Scope(ring=around(cell, 1))
    else:
        here, near = scope_of((cell,), store), scope_of(h3.grid_disk(cell, 1), store)
    return Look(here, near, (lat, lon), cell, place=str(h3.int_to_str(cell)))


def of_spot(spot: Point, store: int, shown: int, device: str = "", place: str = "") -> Look:
    """A point: its neighbourhood and the ring around that; its colour is that of its cell of resolution `shown`."""
    at = of_cell(int(h3.latlng_to_cell(*spot, min(SPOT_RESOLUTION, store))), store)
    return Look(at.here, at.near, spot, int(h3.latlng_to_cell(*spot, shown)), device, place or device)


def of_district(adcode: str, spot: Point) -> Look:
    """A district; what lies around it is in other districts, and is not told."""
    return Look(Scope(district=adcode), None, spot, place=adcode)


def of_ring(ring: Ring, place: str = "") -> Look:
    """A polygon."""
    return Look(Scope(ring=ring), None, middle(ring), place=place)
