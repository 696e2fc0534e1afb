"""Where a row of an answer is. Pure."""

from __future__ import annotations

import math
from typing import Protocol

from alerts.alert import Spot


class Located(Protocol):
    """A row that says where it is: lat and lon are NaN when not told."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def cell(self) -> int: ...
    @property
    def district(self) -> str: ...


def spot_of(row: Located) -> Spot:
    """Where a row is."""
    return spot_at((row.lat, row.lon, row.cell, row.district))


def spot_at(spot: tuple[float, float, int, str]) -> Spot:
    """(lat, lon, cell, district) of an answer as a Spot."""
    lat, lon, cell, district = spot
    located = math.isfinite(lat) and math.isfinite(lon)
    return Spot(lat if located else None, lon if located else None, cell, district)
