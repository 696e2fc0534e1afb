"""Where a row is: the H3 cell and the district of a point, remembered, since devices seldom move. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import h3.api.basic_int as h3
from shapely import STRtree, points
from shapely.geometry import shape

from streams.registry import Registry

REMEMBERED = 200_000  # points; a province's devices, about 40 MB
Spot = tuple[int, str]
"""Cell and district's adcode."""
NEAR = 0.02  # degrees, 2 km: boundaries are simplified, and leave gaps between districts
NOWHERE: Spot = (0, "")


class Places:
    """Cells at `resolution` and districts by adcode.

    `districts` is a GeoJSON FeatureCollection of polygons in WGS-84 with a property `adcode`. `registry` knows where
    the devices stand that do not say it themselves; it is empty until somebody fills it. `known` are points looked up
    before; `mirrored` those that are outside while the point with latitude and longitude changed over is in a district:
    whoever asks for one gets the spot of the other, and must look here.
    """

    def __init__(self, resolution: int, districts: Mapping[str, Any]) -> None:
        features = districts["features"]
        self._resolution = resolution
        self._tree = STRtree([shape(feature["geometry"]) for feature in features])
        self._adcodes = [str(feature["properties"]["adcode"]) for feature in features]
        self.registry = Registry()
        self.known: dict[tuple[float | None, float | None], Spot] = {}
        self.mirrored: dict[tuple[float | None, float | None], Spot] = {}

    def __call__(self, lat: float | None, lon: float | None) -> Spot:
        """(cell, adcode) of a point in degrees; cell 0 when there is no point, adcode '' when no district has it."""
        if lat is None or lon is None:
            return NOWHERE
        key = (lat, lon)
        return self.known.get(key) or self.mirrored.get(key) or self._look_up(lat, lon)

    def _look_up(self, lat: float, lon: float) -> Spot:
        here = self._spot(lat, lon)
        there = NOWHERE if here[1] or abs(lon) > 90 else self._spot(lon, lat)
        memory, found = (self.mirrored, there) if there[1] else (self.known, here)
        if len(memory) >= REMEMBERED:  # moving devices: begin anew rather than grow
            memory.clear()
        memory[lat, lon] = found
        return found

    def _spot(self, lat: float, lon: float) -> Spot:
        return h3.latlng_to_cell(lat, lon, self._resolution), self._district(lat, lon)

    def _district(self, lat: float, lon: float) -> str:
        point = points(lon, lat)
        inside = self._tree.query(point, predicate="intersects")
        if not len(inside):
            inside = self._tree.query_nearest(point, max_distance=NEAR)
        return self._adcodes[int(inside.min())] if len(inside) else ""
