"""Which rows of the database lie in a place: in some H3 cells, a district, or a polygon. Pure.

With the digits below its resolution put to zero, the index of a stored cell names the cell it lies in: `cell & mask` is
as good as the parent and much cheaper. It holds for cells of one resolution, and the tables have only the store's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import h3.api.basic_int as h3

from layers.area import Point, Ring, around, middle, spot_covered

ALL = 2**64 - 1
SPOT_RESOLUTION = 8
"""What lies "here" at a single point is what lies in its cell of this resolution, 900 m across."""

CONDITIONS = (
    "device IN {devices:Array(String)}",
    "bitAnd(cell, {mask:UInt64}) IN {cells:Array(UInt64)}",
    "district = {district:String}",
    "pointInPolygon((toFloat64(lon), toFloat64(lat)), arrayZip({lons:Array(Float64)}, {lats:Array(Float64)}))",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What lies in any of `cells` (their first cells of the store's resolution; `mask` is of their resolution) and in
    `district` and in `ring`, of `devices`; none of them, or '', is anywhere, and of any."""

    cells: tuple[int, ...] = ()
    mask: int = 0
    district: str = ""
    ring: Ring = ()
    devices: tuple[str, ...] = ()

    def condition(self) -> str:
        """What the questions about a place have for `$place`: of a row's device, cell, district, lat and lon.

        No more than is asked: a condition that is always true takes a millisecond to plan, too.
        """
        asked = (self.devices, self.cells, self.district, self.ring)
        return " AND ".join(told for told, given in zip(CONDITIONS, asked, strict=True) if given) or "1"

    def params(self) -> Mapping[str, object]:
        """What its condition names."""
        return {
            "mask": self.mask,
            "cells": list(self.cells),
            "district": self.district,
            "lons": [lon for _, lon in self.ring],
            "lats": [lat for lat, _ in self.ring],
            "devices": list(self.devices),
        }

    def holds(self, cell: int, district: str, lat: float | None, lon: float | None) -> bool:
        """Whether a row lies in it, as the questions have it, whatever device it is of."""
        return (
            (not self.cells or cell & self.mask in self.cells)
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

    def range(self) -> Mapping[str, int]:
        """The stored cells that are here lie from `low` to `high`; all, where they are no single range."""
        low = self.here.cells[0] if len(self.here.cells) == 1 else 0
        return {"low": low, "high": low | ALL & ~self.here.mask if low else 2**63}


def scope_of(cells: Collection[int], store: int) -> Scope:
    """All that lies in some cells of one resolution, no finer than the store's."""
    found = tuple(sorted(int(h3.cell_to_center_child(cell, store)) for cell in cells))
    return Scope(found, mask(h3.get_resolution(next(iter(cells))), store))


def mask(resolution: int, store: int) -> int:
    """What is kept of the index of a store's cell to name its parent of a resolution: three bits are a digit."""
    return ALL & ~sum(7 << 3 * (15 - step) for step in range(resolution + 1, store + 1))


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
