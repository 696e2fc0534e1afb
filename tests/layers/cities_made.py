"""Two made-up cities side by side near Xining, with ragged borders, as files in any datum."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Polygon, mapping

from streams.datum import from_wgs84

WEST, MIDDLE, EAST, SOUTH, NORTH = 101.4, 101.7, 102.0, 36.4, 36.8
YAML = """
id: {id}
adcode: 990100
name: {{zh-CN: 测试, en: Test}}
timezone: Asia/Shanghai
view: {{lat: 36.6, lon: 101.7, zoom: 8}}
resolutions: {{store: 9, city: 6}}
districts: {{file: districts.geojson, datum: {datum}}}
"""


def ragged(fixed: float, begin: float, end: float, upright: bool) -> list[tuple[float, float]]:
    """A line at a longitude (upright) or latitude, that leaves it by up to a kilometre to both sides."""
    steps = [begin + (end - begin) * at / 60 for at in range(61)]
    wave = [0.008 * math.sin(37 * step + 50 * fixed) * math.sin(math.pi * at / 60) for at, step in enumerate(steps)]
    return [(fixed + off, step) if upright else (step, fixed + off) for step, off in zip(steps, wave, strict=True)]


def block(west: float, east: float, south: float, north: float) -> Polygon:
    """An area between four ragged lines; neighbours share theirs point by point."""
    ring = ragged(west, south, north, True) + ragged(north, west, east, False)
    return Polygon(ring + ragged(east, south, north, True)[::-1] + ragged(south, west, east, False)[::-1])


def districts(west: float, east: float, first: int) -> dict[str, Polygon]:
    half = (SOUTH + NORTH) / 2
    return {str(first): block(west, east, SOUTH, half), str(first + 1): block(west, east, half, NORTH)}


def moved(shape: Polygon, datum: str) -> Polygon:
    """A WGS-84 shape as a file in another datum would say it."""
    return shapely.transform(shape, lambda points: [from_wgs84(lat, lon, datum)[::-1] for lon, lat in points])


def write(folder: Path, id: str, shapes: Mapping[str, Polygon], declared: str = "WGS-84", more: str = "") -> Path:
    """A profile's folder."""
    here = folder / id
    here.mkdir(exist_ok=True)
    features: list[Any] = [
        {"type": "Feature", "properties": {"adcode": code, "name": "区", "name_en": "D"}, "geometry": mapping(shape)}
        for code, shape in shapes.items()
    ]
    (here / "districts.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    (here / "city.yaml").write_text(YAML.format(id=id, datum=declared) + more, "utf-8")
    return here
