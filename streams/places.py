"""Where a row is: the H3 cell and the district of a point, remembered, since devices seldom move. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import h3.api.basic_int as h3
from shapely import STRtree, points
from shapely.geometry import shape

REMEMBERED = 200_000  # points; a province's devices, about 40 MB
Spot = tuple[int, str]
"""Cell and district's adcode."""
NEAR = 0.02  # degrees, 2 km: boundaries are simplified, and leave gaps between districts
NOWHERE: Spot = (0, "")


class Places:
    """Cells at `resolution` and districts by adcode.

    `districts` is a GeoJSON FeatureCollection of polygons in WGS-84 with a property `adcode`.
    """

    def __init__(self, resolution: int, districts: Mapping[str, Any]) -> None:
        features = districts["features"]
        self._resolution = resolution
        self._tree = STRtree([shape(feature["geometry"]) for feature in features])
        self._adcodes = [str(feature["properties"]["adcode"]) for feature in features]
        self.known: dict[tuple[float | None, float | None], Spot] = {}

    def __call__(self, lat: float | None, lon: float | None) -> Spot:
        """(cell, adcode) of a point in degrees; cell 0 when there is no point, adcode '' when no district has it."""
        if lat is None or lon is None:
            return NOWHERE
        key = (lat, lon)
        found = self.known.get(key)
        return found if found is not None else self._look_up(key)

    def _look_up(self, key: tuple[float, float]) -> Spot:
        if len(self.known) >= REMEMBERED:  # moving devices: begin anew rather than grow
            self.known.clear()
        lat, lon = key
        found = (h3.latlng_to_cell(lat, lon, self._resolution), self._district(lat, lon))
        self.known[key] = found
        return found

    def _district(self, lat: float, lon: float) -> str:
        point = points(lon, lat)
        inside = self._tree.query(point, predicate="intersects")
        if not len(inside):
            inside = self._tree.query_nearest(point, max_distance=NEAR)
        return self._adcodes[int(inside.min())] if len(inside) else ""
