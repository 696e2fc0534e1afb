"""What is wrong with a city's profile and what it lacks, as findings: frozen, in no language. Pure.

A finding is `wrong` (it must be mended before the map can be trusted), a `gap` (something will be missing on a screen)
or a `note`. Its words are `city.<key>`, filled with its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from config.city import CityProfile
from config.words import LANGUAGES, Names
from layers.datum_check import Borders, Fit, Spot
from layers.geometry import Ground
from layers.grid import SLIVER
from layers.sites import names

Grade = Literal["wrong", "gap", "note"]
WIDE = 200.0
"""Metres across which districts may overlap or part: two slivers as simplification leaves them (grid.SLIVER)."""
SEVERAL = 3  # of a list that are named
LARGE = 5_000_000
"""Bytes of a map file that want simplifying: what is drawn of it is loaded by every screen."""


@dataclass(frozen=True)
class Finding:
    grade: Grade
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def verdict(findings: Iterable[Finding]) -> int:
    """0 when the profile can be used, 1 when something in it is wrong."""
    return int(any(one.grade == "wrong" for one in findings))


# --- shapes --------------------------------------------------------------------------------------------------------
def of_shapes(ground: Ground, files: Mapping[str, str]) -> Iterator[Finding]:
    """Outlines that cross themselves, by `files` (districts, water, basins): the map draws what can be made of them."""
    for what, found in (("districts", ground.districts), ("water", ground.water), ("basins", ground.basins)):
        for one in found:
            if one.shape is not None and not one.shape.is_valid:
                why = shapely.is_valid_reason(one.shape)
                yield Finding("wrong", "invalid", {"file": files[what], "where": one.where, "why": why})


def of_seams(ground: Borders) -> Iterator[Finding]:
    """Districts that lie upon each other, and holes between them, wider than what simplification leaves."""
    for (one, shape), (other, its) in combinations(ground.districts.items(), 2):
        both = shape.intersection(its) if shape.intersects(its) else shape.boundary.intersection(its.boundary)
        if not both.buffer(-WIDE / 2).is_empty:
            yield Finding("wrong", "overlap", {"one": one, "other": other, "km2": round(both.area / 1e6, 2)})
    whole = shapely.union_all(list(ground.districts.values()))
    parts = getattr(whole, "geoms", [whole])
    for hole in (shapely.Polygon(ring) for part in parts for ring in part.interiors):
        if not hole.buffer(-WIDE / 2).is_empty:
            lat, lon = ground.plane.back(hole.representative_point())
            yield Finding("gap", "hole", {"lat": round(lat, 4), "lon": round(lon, 4), "km2": round(hole.area / 1e6, 2)})


def of_labels(ground: Ground) -> Iterator[Finding]:
    """Places that a file tells for a district's name, and that lie outside of it."""
    away = [one.where for one in ground.districts if _label_away(one.told, one.shape)]
    if away:
        yield Finding("gap", "label", _several(away))


def _label_away(told: Mapping[str, Any], shape: BaseGeometry | None) -> bool:
    if shape is None or not {"label_lat", "label_lon"} <= told.keys():
        return False
    return bool(shape.distance(shapely.Point(told["label_lon"], told["label_lat"])) > SLIVER)


# --- what is said --------------------------------------------------------------------------------------------------
def of_names(profile: CityProfile, ground: Ground) -> Iterator[Finding]:
    """Things without a name in one of the languages of the screens."""
    for what, some in _named(profile, ground).items():
        for language in LANGUAGES:
            lacking = [key for key, its in some if its and not its.get(language)]
            if lacking:
                yield Finding("gap", "nameless", {"what": what, "language": language, **_several(lacking)})


def _named(profile: CityProfile, ground: Ground) -> dict[str, list[tuple[str, Names]]]:
    features = {"districts": ground.districts, "rivers": ground.rivers, "roads": ground.roads, "water": ground.water}
    features |= {"basins": ground.basins}
    found: dict[str, list[tuple[str, Names]]] = {
        what: [(one.where, names(one.told)) for one in some] for what, some in features.items()
    }
    return {
        "city": [(profile.id, profile.name)],
        "stations": [(one.id, one.name) for one in profile.stations],
        "towns": [(next(iter(one.name.values())), one.name) for one in profile.towns],
        **found,
        "names": [(one.where, names(one.told)) for one in ground.names],
        "facilities": [(one.id, one.name) for one in ground.facilities],
        "cameras": [(one.id, one.name) for one in ground.cameras],
        "weights": [(one.key, its) for one in ground.weights for its in (one.name, one.unit)],
    }


def texts(profile: CityProfile, ground: Ground) -> dict[str, set[str]]:
    """The characters that each kind of thing wants drawn."""
    return {
        what: {letter for _, its in some for text in its.values() for letter in text}
        for what, some in _named(profile, ground).items()
    }


def of_letters(wanted: Mapping[str, set[str]], drawable: set[str]) -> Iterator[Finding]:
    """Characters that the screens' own font has not: they would be empty boxes."""
    for what, letters in wanted.items():
        missing = sorted(letters - drawable)
        if missing:
            told = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing[:10])
            yield Finding("gap", "tofu", {"what": what, "n": len(missing), "some": told})


def of_stations(profile: CityProfile) -> Iterator[Finding]:
    """Stations that no rule can watch."""
    without = [one.id for one in profile.stations if one.marks is None]
    if without:
        yield Finding("gap", "markless", _several(without))


# --- where things stand --------------------------------------------------------------------------------------------
def of_places(what: str, spots: Sequence[Spot], ground: Borders) -> Iterator[Finding]:
    """Points outside every district, and those that name a district which there is not."""
    outside = [one.key for one in spots if not ground.outline.contains(ground.plane.point(one.lat, one.lon))]
    unknown = [one.key for one in spots if one.district and one.district not in ground.districts]
    if outside:
        yield Finding("gap", "outside", {"what": what, **_several(outside)})
    if unknown:
        yield Finding("wrong", "unknown_district", {"what": what, **_several(unknown)})


def of_fits(fits: Sequence[Fit], points: int, near: int, reach: float) -> Iterator[Finding]:
    """A file that fits plainly better in another datum; or what the check rests on, where all fits."""
    wrong = [one for one in fits if one.better]
    for one in wrong:
        told, best = one.misfit[one.declared], one.misfit[one.better]
        values = {"file": one.file, "declared": one.declared, "better": one.better, "other": one.other, "n": one.n}
        yield Finding("wrong", f"fit.{one.about}", {**values, "told": round(told), "best": round(best)})
    if not wrong:
        others = sum(one.about in ("twins", "rivers", "neighbours") for one in fits)  # parts of one file prove nothing
        values = {"points": points, "near": near, "reach": round(reach), "others": others}
        unproved = "unproved" if points else "pointless"
        yield Finding("note", "fits" if near or others else unproved, values)


# --- sizes ---------------------------------------------------------------------------------------------------------
def of_sizes(sizes: Mapping[str, tuple[int, str]], drawn: int, seconds: float) -> Iterator[Finding]:
    """Each file with its size and datum; those that are large; what a screen loads, and how long a start takes."""
    for file, (size, datum) in sizes.items():
        large = size > LARGE
        yield Finding(
            "gap" if large else "note",
            "large" if large else "file",
            {"file": file, "kb": -(-size // 1000), "datum": datum},
        )
    yield Finding("note", "drawn", {"kb": -(-drawn // 1000), "seconds": f"{seconds:.1f}"})


def of_basemap(profile: CityProfile, key: bool, covered: bool) -> Iterator[Finding]:
    """A foreign map without its key, and tiles of somewhere else."""
    if any("{key}" in one.address for one in profile.ground.basemap.wmts) and not key:
        yield Finding("gap", "keyless")
    if not covered:
        yield Finding("gap", "uncovered")


def _several(some: Sequence[str]) -> dict[str, Any]:
    more = ", …" if len(some) > SEVERAL else ""
    return {"n": len(some), "some": ", ".join(some[:SEVERAL]) + more}
