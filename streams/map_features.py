"""A map file's bytes as checked features in WGS-84, or every mistake with the feature or line and the mend. Pure.

GeoJSON and CSV say the same things: a property of one is a column of the other. A CSV has points only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from config.load import ConfigError
from streams.datum import UnknownDatum, datum, shape_to_wgs84, to_wgs84
from streams.map_forms import Form
from streams.sheet import Heads, Mistake, Row, WrongSheet, alike, as_number, further, read_rows

MOST_TOLD = 50
LONGEST = 256  # characters of a text
FLAGS = {"true": True, "1": True, "是": True, "yes": True, "false": False, "0": False, "否": False, "no": False}
WORLD = ("CRS84", "4326", "4490")
"""Ends of the names of coordinate systems in degrees of WGS-84, or within a metre of it."""

Told = dict[str, Any]


@dataclass(frozen=True, eq=False)
class MapFeature:
    """One thing of a file: where it stands there ("line 3", "feature 2"), what is said of it, its shape in WGS-84.

    `told` has our names; numbers are floats, flags bools, all else texts. `shape` is None for a row of a H3 cell.
    """

    where: str
    told: Mapping[str, Any]
    shape: BaseGeometry | None


class WrongMap(ConfigError):
    """A map file cannot be used; a line a kind of mistake: file, feature or line, what is wrong, how to mend it."""


Wrong = list[tuple[str, str]]
"""(where, what is wrong; and its mend)."""


def read_features(content: bytes, file: str, form: Form, source: str) -> tuple[MapFeature, ...]:
    """The features of a file whose coordinates are in `source`. Raises WrongMap with all mistakes found."""
    wrong: Wrong = []
    rows = _csv(content, file, form, wrong) if file.endswith(".csv") else _geojson(content, file, form, wrong)
    found = [_feature(one, form, source, wrong) for one in rows]
    wrong += _twice([one for one in found if one], form)
    if not found and not wrong:
        wrong.append(("the file", "holds nothing; add a feature, or take the file out of city.yaml"))
    if wrong:
        lines = [_told(file, some) for some in alike(wrong, lambda one: one)]
        more = [f"{file}: and {len(lines) - MOST_TOLD} more kinds of mistake"] if len(lines) > MOST_TOLD else []
        lines = lines[:MOST_TOLD]
        raise WrongMap("\n".join([*lines, *more]))
    return tuple(one for one in found if one)


def _told(file: str, some: Wrong) -> str:
    (where, text), *rest = some
    return f"{file}, {where}: {text}{further([place for place, _ in rest])}"


# --- the two formats -----------------------------------------------------------------------------------------------
Raw = tuple[str, Told, Any]
"""Where it stands, what is said, and its geometry: a shape, or None."""


def _csv(content: bytes, file: str, form: Form, wrong: Wrong) -> list[Raw]:
    mistakes: list[Mistake] = []
    heads = Heads(form.columns, tuple(name for name in form.must if name in form.columns))
    try:
        rows = read_rows(content, file, heads, mistakes)
    except WrongSheet as error:
        raise WrongMap(str(error)) from None
    wrong += [(f"line {one.line}, {one.column}", f"{one.wrong}; {one.mend}") for one in mistakes]
    return [(f"line {row.line}", dict(row.cells), _point(row, form, wrong)) for row in rows]


def _point(row: Row, form: Form, wrong: Wrong) -> BaseGeometry | None:
    lat, lon = (as_number(row.cells.get(name, "")) for name in ("lat", "lon"))
    if "cell" in form.columns and "cell" in row.cells:
        return None
    if "lat" not in row.cells or "lon" not in row.cells:
        wrong.append((f"line {row.line}", "lat and lon are wanted; write both in degrees, as 36.6475 and 101.6900"))
    return None if lat is None or lon is None else Point(lon, lat)


def _geojson(content: bytes, file: str, form: Form, wrong: Wrong) -> list[Raw]:
    tree = _tree(content, file)
    features = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(features, list) or tree.get("type") != "FeatureCollection":
        raise WrongMap(f"{file}: is no GeoJSON FeatureCollection; export it as GeoJSON, or as CSV with lat and lon")
    system = str(((tree.get("crs") or {}).get("properties") or {}).get("name", "CRS84"))
    if not system.endswith(WORLD):
        raise WrongMap(f"{file}: its coordinates are in {system[:60]}; export it as EPSG:4326, in degrees")
    return [_raw(number, one, form, wrong) for number, one in enumerate(features, 1)]


def _tree(content: bytes, file: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongMap(f"{file}, line {line}: not UTF-8; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise WrongMap(
            f"{file}, line {error.lineno}: cannot be read as GeoJSON: {error.msg}; export it again"
        ) from None
    except RecursionError:
        raise WrongMap(f"{file}: cannot be read as GeoJSON: nested too deep; export it again") from None
    except _NoNumber as error:
        raise WrongMap(f"{file}: holds {error}, which is no number; take its feature out, or export it again") from None


class _NoNumber(ValueError):
    """NaN or Infinity, which some write into JSON."""


def _no_number(text: str) -> float:
    raise _NoNumber(text)


def _raw(number: int, feature: Any, form: Form, wrong: Wrong) -> Raw:
    told = feature.get("properties") if isinstance(feature, dict) else None
    told = {str(key): value for key, value in (told or {}).items() if value is not None}
    if "name" in told and "name_zh" not in told:
        told["name_zh"] = told.pop("name")
    where = f"feature {number}{_called(told.get('name_zh'))}"
    wrong += [(where, text) for text in _strangers(told, form)]
    return where, {key: value for key, value in told.items() if key in form.columns}, _shape(where, feature, wrong)


def _called(name: Any) -> str:
    return f" ({name})" if isinstance(name, str) and name.isprintable() and len(name) <= LONGEST else ""


def _strangers(told: Told, form: Form) -> Iterator[str]:
    """Properties that look like a slip of ours; others are somebody's own, and are not read."""
    for key in told:
        close = get_close_matches(key, form.columns, 1, 0.85)
        if key not in form.columns and close and close[0] not in told:
            yield f"the property {key} is none of ours; did you mean {close[0]}?"


def _shape(where: str, feature: Any, wrong: Wrong) -> BaseGeometry | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not geometry:
        wrong.append((where, "has no geometry; draw it, or take the feature out"))
        return None
    try:
        return shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        wrong.append((where, f"its geometry cannot be read: {str(error)[:100]}; export it again"))
        return None


# --- the checks ----------------------------------------------------------------------------------------------------
def _feature(raw: Raw, form: Form, source: str, wrong: Wrong) -> MapFeature | None:
    where, told, part = raw
    mistakes = list(_said(told, form)) or list(_placed(part, form) if part is not None else ())
    wrong += [(where, text) for text in mistakes]
    if mistakes or (part is None and "cell" not in told):
        return None
    try:
        its = datum(str(told.pop("datum", source)))
    except UnknownDatum as error:
        wrong.append((where, f"{error}; write one of them, or leave it blank"))
        return None
    if {"label_lat", "label_lon"} <= told.keys():
        told["label_lat"], told["label_lon"] = to_wgs84(told["label_lat"], told["label_lon"], its)
    return MapFeature(where, told, None if part is None else shape_to_wgs84(part, its))


def _said(told: Told, form: Form) -> Iterator[str]:
    """What is wrong with the properties; those that are right become values in place."""
    for name in form.must:
        if told.get(name) in (None, ""):
            yield f"{name} is missing; fill it in"
    for name, value in list(told.items()):
        mistake = _wrong_value(name, value, told, form)
        if mistake:
            yield mistake


def _wrong_value(name: str, value: Any, told: Told, form: Form) -> str:
    if name in form.numbers:
        return _number(name, value, told, *form.numbers[name])
    if name in form.flags:
        told[name] = FLAGS.get(str(value).lower())
        return "" if told[name] is not None else f"{name}: {str(value)[:40]!r} is neither true nor false; write one"
    value = int(value) if isinstance(value, float) and value.is_integer() else value  # some write codes so
    told[name] = text = str(value).strip()
    if isinstance(value, dict | list) or len(text) > LONGEST or not all(map(str.isprintable, text)):
        return f"{name} is no line of text of at most {LONGEST} characters; shorten it"
    if name in form.choices and text not in form.choices[name]:
        close = get_close_matches(text, form.choices[name], 1)
        meant = f"did you mean {close[0]}?" if close else f"write one of {', '.join(form.choices[name])}"
        return f"{name}: {text[:40]!r} is not known; {meant}"
    pattern, called = form.texts.get(name, (None, ""))
    return f"{name}: {text[:40]!r} is no {called}; change it" if pattern and not pattern.fullmatch(text) else ""


def _number(name: str, value: Any, told: Told, least: float, greatest: float) -> str:
    number = as_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        return f"{name}: {str(value)[:40]!r} is no number; write one such as 36.5"
    if not least <= number <= greatest:
        return f"{name}: {number:g} is not from {least:g} to {greatest:g}; {_turned(name, number)}"
    told[name] = float(number)
    return ""


def _turned(name: str, number: float) -> str:
    swapped = name.endswith("lat") and abs(number) <= 180
    return "are latitude and longitude changed over?" if swapped else "write the number that is meant"


def _placed(part: BaseGeometry, form: Form) -> Iterator[str]:
    """What is wrong with a shape."""
    if part.geom_type not in form.shapes:
        yield f"is a {part.geom_type}; {' or '.join(form.shapes)} is wanted"
    if part.is_empty:
        yield "has no coordinates; draw it, or take the feature out"
        return
    points = shapely.get_coordinates(part)
    if abs(points).max() > 180:
        yield "has coordinates beyond 180; export it in degrees (EPSG:4326), not in metres"
    elif abs(points[:, 1]).max() > 90:
        yield "lies beyond a pole; change latitude and longitude over: GeoJSON wants longitude first"


def _twice(found: Sequence[MapFeature], form: Form) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for one in found:
        key = one.told.get(form.unique, "") if form.unique else ""
        if key and key in seen:
            yield one.where, f"{form.unique} {key} is that of {seen[key]} already; give each its own"
        seen.setdefault(str(key), one.where)
