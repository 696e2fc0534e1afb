"""A city as GeoJSON for the browser: cells, districts, borders, rivers, stations. Pure."""

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

DIGITS = 5  # decimals of a degree: one metre

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
            "geometry": {"type": "Polygon", "coordinates": [[_rounded(point) for point in outline(cell)]]},
        }
        for row, cell in enumerate(grid.cells)
    ]


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
    """The outer border once, and the lines between districts once: two features."""
    outer = close_gaps(shapes).boundary
    inner = shapely.union_all([shape.boundary for shape in shapes]).difference(outer.buffer(SLIVER))
    return [
        {"type": "Feature", "properties": {"kind": kind}, "geometry": geometry(shapely.line_merge(line))}
        for kind, line in (("outer", outer), ("inner", inner))
    ]


def rivers(rows: Iterable[Mapping[Any, Any]]) -> list[Feature]:
    """River lines; a schematic one (示意) must be labelled so wherever it is drawn."""
    return [
        {
            "type": "Feature",
            "properties": {"name": names(row), "schematic": bool(row.get("schematic", False))},
            "geometry": geometry(row["geometry"]),
        }
        for row in rows
    ]


def names(row: Mapping[Any, Any]) -> dict[str, str]:
    """The names in a feature's properties: `short_name` or `name` is Chinese, `name_en` English."""
    found = {"zh-CN": row.get("short_name") or row.get("name"), "en": row.get("name_en")}
    return {language: str(name) for language, name in found.items() if name}


def stations(gauges: Iterable[Station]) -> list[Feature]:
    """River gauges as points."""
    return [
        {
            "type": "Feature",
            "properties": {"id": station.id, "name": dict(station.name), "river": dict(station.river)},
            "geometry": {"type": "Point", "coordinates": _rounded((station.lon, station.lat))},
        }
        for station in gauges
    ]


def geometry(shape: BaseGeometry) -> dict[str, Any]:
    """A shape as GeoJSON geometry, its coordinates rounded to a metre."""
    found = dict(mapping(shape))
    found["coordinates"] = _rounded(found["coordinates"])
    return found


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, int | float):
        return round(float(coordinates), DIGITS)
    return [_rounded(one) for one in coordinates]
