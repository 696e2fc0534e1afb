"""Answers in the datum that somebody asks for: inside all is WGS-84, Chinese map services want GCJ-02 or BD-09."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import AfterValidator

from dashboard.answers import Answer
from streams.datum import WGS_84, datum, from_wgs84

Found = TypeVar("Found", bound=Answer)
DIGITS = 6  # decimals of a degree: a tenth of a metre, as precise as the conversion
Asked = Annotated[
    str,
    AfterValidator(datum),
    Query(description="of lat and lon in the answer: wgs84 (also if absent), gcj02 or bd09", max_length=40),
]
"""A query's `datum`, as WGS-84, GCJ-02 or BD-09; FastAPI answers 422 for any other."""


def told_in(answer: Found, wanted: str) -> Found:
    """An answer of WGS-84 with every lat and lon in it, and its field `datum` if it has one, in another datum."""
    return answer if wanted == WGS_84 else answer.model_copy(update=_changes(answer, wanted))


def drawn_in(body: bytes, wanted: str) -> bytes:
    """A GeoJSON FeatureCollection of WGS-84 in another datum; it says in a member `datum` of which it is."""
    collection = json.loads(body)
    for feature in collection["features"]:
        feature["geometry"]["coordinates"] = _moved(feature["geometry"]["coordinates"], wanted)
    return json.dumps({**collection, "datum": wanted}, ensure_ascii=False, separators=(",", ":")).encode()


def _moved(coordinates: Any, wanted: str) -> Any:
    """A position [lon, lat], or lists of them to any depth, as GeoJSON nests them."""
    if coordinates and not isinstance(coordinates[0], list):
        lat, lon = from_wgs84(coordinates[1], coordinates[0], wanted)
        return [round(lon, DIGITS), round(lat, DIGITS)]
    return [_moved(one, wanted) for one in coordinates]


def _changes(answer: Answer, wanted: str) -> dict[str, Any]:
    told = {name: _told(value, wanted) for name, value in answer if isinstance(value, Answer | tuple)}
    lat, lon = getattr(answer, "lat", None), getattr(answer, "lon", None)
    if lat is not None and lon is not None:
        told["lat"], told["lon"] = (round(one, DIGITS) for one in from_wgs84(lat, lon, wanted))
    return told | ({"datum": wanted} if "datum" in type(answer).model_fields else {})


def _told(value: Any, wanted: str) -> Any:
    if isinstance(value, Answer):
        return told_in(value, wanted)
    return tuple(_told(one, wanted) for one in value) if isinstance(value, tuple) else value
