"""Coordinates of a decoded JSON object, as WGS-84 degrees. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from streams.datum import WGS_84, Point, UnknownDatum, datum, in_china, to_wgs84
from streams.parse_fields import DECIMAL, Refusal, finite, mend, optional_name

NO_PLACE, SWAPPED = "no_place", "swapped"
FILLERS = frozenset((999.0, 9999.0, 99999.0, 999999.0, 999.9, 9999.9))  # either sign: "no coordinate"
_COMMA = re.compile(r"[+-]?\d{1,3},\d+", re.ASCII)  # no degree has thousands, so the comma is a decimal one


def place(found: Mapping[str, Any]) -> tuple[float | None, float | None, bool]:
    """(lat, lon, doubtful): both coordinates or neither; doubtful when something was told that is no place.

    Latitude and longitude that are plainly the other way round are mended, other datums (field `datum`) become WGS-84.
    Raises Refusal: bad_place, unknown_datum.
    """
    source = _datum(found)
    lat, lon = _degrees(found, "lat"), _degrees(found, "lon")
    if not lat or not lon:  # not told, or 0, which stands for "not told" in many systems and in no city of ours
        told = any(found.get(field) not in (None, "") for field in ("lat", "lon"))
        return _nowhere(found, told)
    return *_in_wgs84(found, *_turned(found, lat, lon, source), source), False


def _nowhere(found: Mapping[str, Any], told: bool) -> tuple[None, None, bool]:
    if told:
        mend(found, NO_PLACE)
    return None, None, told


def _datum(found: Mapping[str, Any]) -> str:
    try:
        return datum(optional_name(found, "datum"))
    except UnknownDatum as error:
        raise Refusal("unknown_datum", str(error)) from None


def _degrees(found: Mapping[str, Any], field: str) -> float | None:
    """None when there is nothing, or what stands for nothing."""
    value = found.get(field)
    if isinstance(value, str):
        value = _of_text(found, value.strip())
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    degrees = finite(value, field, "bad_place")
    return None if abs(degrees) in FILLERS else degrees


def _of_text(found: Mapping[str, Any], value: str) -> float | str | None:
    """The number that a text is; the text itself when it is none."""
    plain = value.replace(",", ".") if _COMMA.fullmatch(value) else value
    if not DECIMAL.fullmatch(plain):
        return value or None
    mend(found, "text")
    return float(plain)


def _turned(found: Mapping[str, Any], lat: float, lon: float, source: str) -> Point:
    """(lat, lon), the other way round where only that can be meant."""
    mirrored = abs(lat) > 90 >= abs(lon)
    if source != WGS_84 and not in_china(lat, lon) and in_china(lon, lat):
        mirrored = True
    if mirrored and abs(lat) <= 180:
        mend(found, SWAPPED)
        return lon, lat
    return lat, lon


def _in_wgs84(found: Mapping[str, Any], lat: float, lon: float, source: str) -> Point:
    for field, degrees, limit in (("lat", lat, 90), ("lon", lon, 180)):
        if abs(degrees) > limit:
            hint = "; is it in metres? degrees are wanted" if abs(degrees) > 1_000 else ""
            raise Refusal("bad_place", f"{field} {degrees:g} is not between -{limit} and {limit} degrees{hint}")
    if source == WGS_84:
        return lat, lon
    mend(found, "datum")
    return to_wgs84(lat, lon, source)
