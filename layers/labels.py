"""Where names stand on the map, so that a short Chinese name and a long English one both have room. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import affinity
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from config.words import Names
from layers.sites import names
from streams.map_features import MapFeature

WIDE = 2.2
"""How much wider than high the room for a name should be: between 城北区 (2.5) and Datong County (7), which wraps."""
NEAR_ENOUGH = 0.002  # of an area's height: how precisely its best place is sought
ZOOMS = {"district": 0.0, "river": 8.0, "water": 10.0, "road": 11.0}
RANKS = {"district": 2, "river": 3, "water": 5, "road": 6}
PLACE_ZOOMS = {1: 0.0, 2: 9.0, 3: 10.5, 4: 12.5}
"""Smallest zoom at which a named place of rank 1 (a city) to 4 (a village) is written."""
ALONG = {"river": 0.36, "road": 0.5}
"""Share of a line's length at which its name stands: rivers meet at their ends and middles, so a third along."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a place (WGS-84 degrees, its middle): `rank` 1 first, from `zoom` on.

    `kind` is district, river, water, road or place; `note` is schematic, sample or '': a word that must follow it.
    """

    kind: str
    name: Names
    lat: float
    lon: float
    rank: int
    zoom: float
    note: str = ""


def of_areas(kind: str, found: Iterable[MapFeature], sample: bool = False) -> list[Label]:
    """A label for each area that has a name: where the file says, if that is inside, else where there is room."""
    return [_label(kind, one, area_spot(one), sample) for one in found if one.shape is not None and names(one.told)]


def of_lines(kind: str, found: Iterable[MapFeature], sample: bool = False) -> list[Label]:
    """A label for each name of lines, on the longest line that has it."""
    longest: dict[tuple[str, ...], MapFeature] = {}
    for one in found:
        key = tuple(names(one.told).values())
        if one.shape is not None and key and (key not in longest or one.shape.length > longest[key].shape.length):  # type: ignore[union-attr]
            longest[key] = one
    return [_label(kind, one, line_spot(one.shape, ALONG[kind]), sample) for one in longest.values()]


def of_places(found: Iterable[MapFeature], sample: bool = False) -> list[Label]:
    """Named places; without a rank they are villages."""
    return [
        Label("place", names(one.told), point.y, point.x, 3 + rank, PLACE_ZOOMS[rank], _note(one, sample))
        for one in found
        if isinstance(point := one.shape, Point) and (rank := int(one.told.get("rank", 4)))
    ]


def area_spot(one: MapFeature) -> Point:
    """Where an area's name stands."""
    given = Point(one.told.get("label_lon", math.nan), one.told.get("label_lat", math.nan))
    inside = {"label_lon", "label_lat"} <= one.told.keys() and one.shape is not None and one.shape.contains(given)
    return given if inside or one.shape is None else roomiest(one.shape)


def roomiest(shape: BaseGeometry) -> Point:
    """The middle of the largest room WIDE times wider than high within an area (degrees); always inside of it."""
    part = max(getattr(shape, "geoms", [shape]), key=lambda one: one.area)
    wide = WIDE / math.cos(math.radians(part.centroid.y))
    squeezed = affinity.scale(part, 1 / wide, 1, origin=(0, 0))
    high = squeezed.bounds[3] - squeezed.bounds[1]
    x, y = shapely.maximum_inscribed_circle(squeezed, tolerance=NEAR_ENOUGH * high).coords[0]
    return Point(x * wide, y)


def line_spot(line: BaseGeometry | None, share: float) -> Point:
    """The point a share along the longest part of a line."""
    part: Any = max(getattr(line, "geoms", [line]), key=lambda one: one.length)
    return Point(part.interpolate(share, normalized=True))


def _label(kind: str, one: MapFeature, spot: Point, sample: bool) -> Label:
    return Label(kind, names(one.told), spot.y, spot.x, RANKS[kind], ZOOMS[kind], _note(one, sample))


def _note(one: MapFeature, sample: bool) -> str:
    return "schematic" if one.told.get("schematic") else "sample" if sample else ""
