"""From the datums of Chinese maps to WGS-84, and back for those who ask for it. Pure.

GCJ-02 (Amap, Tencent, most data made in China) lies up to 700 m from WGS-84, 170 m in Xining; BD-09 (Baidu) about a
kilometre. Neither formula is published by its owner: the package `geocoordinates-rs` carries the known ones and turns
them around by iteration, to less than a metre. CGCS2000 is WGS-84 within a metre, and is taken for it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

WGS_84, GCJ_02, BD_09 = "WGS-84", "GCJ-02", "BD-09"
REMEMBERED = 65_536  # points: devices seldom move
_NAMES = {
    **dict.fromkeys(("wgs84", "cgcs2000", "epsg4326", "epsg4490", "crs84"), WGS_84),
    **dict.fromkeys(("gcj02", "gcj", "mars", "amap"), GCJ_02),
    **dict.fromkeys(("bd09", "bd09ll", "baidu"), BD_09),
}
_SIGNS = re.compile(r"[\s_:\-.]+")
CHINA = (0.0, 60.0, 70.0, 140.0)  # lat and lon from, to: a box around it, wider than the formulas'

Point = tuple[float, float]
"""(lat, lon), degrees."""


class UnknownDatum(ValueError):
    """No datum has this name."""


def datum(name: str) -> str:
    """WGS-84, GCJ-02 or BD-09, of a name in any case and with any signs; '' is WGS-84. Raises UnknownDatum."""
    found = _NAMES.get(_SIGNS.sub("", name).lower()) if name.strip() else WGS_84
    if found is None:
        raise UnknownDatum(f"datum {name[:40]!r} is none of {WGS_84}, {GCJ_02}, {BD_09}")
    return found


def in_china(lat: float, lon: float) -> bool:
    """Roughly: where a point of GCJ-02 or BD-09 can be at all."""
    south, north, west, east = CHINA
    return south <= lat <= north and west <= lon <= east


@lru_cache(REMEMBERED)
def to_wgs84(lat: float, lon: float, source: str) -> Point:
    """The WGS-84 point of a valid (lat, lon) of `source`, to less than a metre. Outside China GCJ-02 is WGS-84."""
    if source == WGS_84:
        return lat, lon
    import geocoordinates_ffi as china  # 40 ms, and few sources need it

    try:
        found: Any = (
            china.gcj02_to_wgs84_refined(china.Gcj02(lat=lat, lon=lon))
            if source == GCJ_02
            else china.bd09_to_wgs84_refined(china.Bd09(lat=lat, lon=lon))
        )
    except china.GeoError:  # it would lie beyond a pole or the date line, so it is in no city of these datums
        return lat, lon
    return found.lat, found.lon


@lru_cache(REMEMBERED)
def from_wgs84(lat: float, lon: float, target: str) -> Point:
    """A valid WGS-84 point in another datum; outside China GCJ-02 is WGS-84."""
    if target == WGS_84:
        return lat, lon
    import geocoordinates_ffi as china

    here = china.Wgs84(lat=lat, lon=lon)
    try:
        found: Any = china.wgs84_to_gcj02(here) if target == GCJ_02 else china.wgs84_to_bd09(here)
    except china.GeoError:
        return lat, lon
    return found.lat, found.lon


def shape_to_wgs84(shape: BaseGeometry, source: str) -> BaseGeometry:
    """The same shape (lon, lat) in WGS-84, without heights, each of its points to less than a metre."""
    if source == WGS_84:
        return shapely.force_2d(shape)
    return shapely.transform(shape, lambda points: np.array([_lon_lat(lon, lat, source) for lon, lat in points]))


def _lon_lat(lon: float, lat: float, source: str) -> Point:
    return to_wgs84(float(lat), float(lon), source)[::-1]
