"""A city as GeoJSON for the browser: cells, districts, borders, rivers, roads, water, points. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from config.city import Station
from config.words import Names
from layers.grid import SLIVER, CityGrid, close_gaps, outline
from layers.labels import Label
from layers.sites import Camera, Facility, names
from streams.map_features import MapFeature

DIGITS = 5  # decimals of a degree: one metre
WORLD = (-180, -85, 180, 85)  # west, south, east, north: as far as a Mercator map reaches

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class District:
    """A district: adcode as text, names, and where its label stands (WGS-84 degrees)."""

    adcode: str
    name: Names
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A GeoJSON FeatureCollection as the bytes to serve; `tag` changes when they do (for an ETag)."""

    body: bytes
    tag: str

    @property
    def empty(self) -> bool:
        return self.body.endswith(b'"features":[]}')


def draw(features: Iterable[Feature]) -> Drawing:
    """A FeatureCollection as compact UTF-8 JSON."""
    collection = {"type": "FeatureCollection", "features": list(features)}
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return Drawing(body, hashlib.sha256(body).hexdigest()[:16])


def cells(grid: CityGrid, adcodes: list[str]) -> list[Feature]:
    """Whole hexagons. `d` is the district's place in the list of districts: small, for a hover or a filter."""
    place = {adcode: number for number, adcode in enumerate(adcodes)}
    return [
        {
            "type": "Feature",
            "id": row,
            "properties": {"d": place[grid.district[row]]},
            "geometry": {"type": "Polygon", "coordinates": [_ring(cell)]},
        }
        for row, cell in enumerate(grid.cells)
    ]


def _ring(cell: int) -> list[tuple[float, float]]:
    return [(round(lon, DIGITS), round(lat, DIGITS)) for lon, lat in outline(cell)]


def areas(districts: Iterable[District], shapes: Mapping[str, BaseGeometry]) -> list[Feature]:
    """Districts, with their names and where the label stands."""
    return [
        {
            "type": "Feature",
            "id": int(district.adcode),
            "properties": {"name": dict(district.name), "label": _rounded((district.lon, district.lat))},
            "geometry": geometry(shapes[district.adcode]),
        }
        for district in districts
    ]


def borders(shapes: list[BaseGeometry]) -> list[Feature]:
    """The outer border once, and the lines between districts once: two features, or one where a district is all."""
    outer = close_gaps(shapes).boundary
    inner = shapely.union_all([shape.boundary for shape in shapes]).difference(outer.buffer(SLIVER))
    return [
        {"type": "Feature", "properties": {"kind": kind}, "geometry": geometry(shapely.line_merge(line))}
        for kind, line in (("outer", outer), ("inner", inner))
        if not line.is_empty
    ]


def over(borders: list[Feature], **parts: Iterable[Feature]) -> list[Feature]:
    """All that lies over the coloured cells as one source: a map cuts each of its sources to tiles of their own.

    Each feature says as `part` which drawing it is of; part `outside` is all of the world but the city.
    """
    named = {**parts, "borders": borders}
    found = [{**one, "properties": {**one["properties"], "part": part}} for part in named for one in named[part]]
    return [{"type": "Feature", "properties": {"part": "outside"}, "geometry": _outside(borders)}, *found]


def _outside(borders: list[Feature]) -> dict[str, Any]:
    """A Polygon: the world (as far as Mercator reaches) with the outer border as its holes."""
    outer = next(one["geometry"] for one in borders if one["properties"]["kind"] == "outer")
    lines = outer["coordinates"] if outer["type"] == "MultiLineString" else [outer["coordinates"]]
    west, south, east, north = WORLD
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring, *lines]}


def things(found: Iterable[MapFeature], sample: bool = False, *more: str) -> list[Feature]:
    """Lines or areas with their names and the properties named in `more`.

    A schematic one (示意) must be labelled so wherever it is drawn, and so must what was made up (sample).
    """
    return [
        {
            "type": "Feature",
            "properties": {
                "name": names(one.told),
                "schematic": bool(one.told.get("schematic", False)),
                **({"sample": True} if sample else {}),
                **{key: one.told[key] for key in more if key in one.told},
            },
            "geometry": geometry(one.shape),
        }
        for one in found
        if one.shape is not None
    ]


def facilities(found: Iterable[Facility]) -> list[Feature]:
    """Facilities as points."""
    return [
        _point(one.lat, one.lon, id=one.id, kind=one.kind, name=dict(one.name), sample=one.sample, **one.detail)
        for one in found
    ]


def cameras(found: Iterable[Camera]) -> list[Feature]:
    """Cameras as points with a link; whoever draws them opens it in a window of its own."""
    return [_point(one.lat, one.lon, id=one.id, name=dict(one.name), link=one.link, sample=one.sample) for one in found]


def stations(gauges: Iterable[Station]) -> list[Feature]:
    """River gauges as points."""
    return [_point(one.lat, one.lon, id=one.id, name=dict(one.name), river=dict(one.river)) for one in gauges]


def labels(found: Iterable[Label]) -> list[Feature]:
    """Where names stand, those that must be read first first."""
    return [
        _point(one.lat, one.lon, kind=one.kind, name=dict(one.name), rank=one.rank, zoom=one.zoom, note=one.note)
        for one in sorted(found, key=lambda one: one.rank)
    ]


def _point(lat: float, lon: float, **properties: Any) -> Feature:
    where = {"type": "Point", "coordinates": _rounded((lon, lat))}
    return {"type": "Feature", "properties": properties, "geometry": where}


def geometry(shape: BaseGeometry) -> dict[str, Any]:
    """A shape as GeoJSON geometry, its coordinates rounded to a metre."""
    found = dict(mapping(shape))
    found["coordinates"] = _rounded(found["coordinates"])
    return found


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, int | float):
        return round(float(coordinates), DIGITS)
    return [_rounded(one) for one in coordinates]
