"""A wrong datum is seen: in points, namesakes, rivers and borders; and a right one is not blamed."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon, shape

from config.settings import ROOT
from layers.datum_check import (
    DATUMS,
    Borders,
    Spot,
    as_if,
    borders,
    drift,
    of_districts,
    of_lines,
    of_neighbours,
    of_parts,
    of_points,
    of_twins,
    offset,
    seen_from,
    telling,
)
from streams.datum import from_wgs84, shape_to_wgs84
from tests.layers.cities_made import EAST, MIDDLE, WEST, districts, moved

OURS, THEIRS = districts(WEST, MIDDLE, 990101), districts(MIDDLE, EAST, 990201)
SHARED = Path(os.environ.get("PUBLISHED_BOUNDARIES", ROOT.parent / "shared" / "data"))
"""A folder of boundaries that others published, which are not ours to give on: docs/testing.md."""
PAIR = ("xining_districts_tianditu.geojson", "xining_districts_gcj02.geojson")


def ground(true: dict[str, Polygon], lies_in: str, declared: str) -> Borders:
    """Districts whose file is in one datum and is read in another."""
    return borders({code: shape_to_wgs84(moved(one, lies_in), declared) for code, one in true.items()}, declared, "d")


def near_the_border() -> list[Spot]:
    """Points a hundred metres inside their districts, all the way round."""
    inner = {code: one.buffer(-0.001) for code, one in OURS.items()}
    lines = {code: one.exterior for code, one in inner.items()}
    return [
        Spot(point.y, point.x, f"{code}-{at}", code)
        for code, line in lines.items()
        for at in range(30)
        for point in (line.interpolate(at / 30, normalized=True),)
    ]


def test_a_point_in_each_datum() -> None:
    here = (36.6, 101.7)
    for datum in DATUMS:
        said = from_wgs84(*here, datum)  # what a file in this datum writes; read as WGS-84 it stays so
        assert as_if(said, "WGS-84", datum) == pytest.approx(here, abs=1e-5)
        assert seen_from(here, "WGS-84", datum) == pytest.approx(said, abs=1e-9)
    assert offset(*here) == pytest.approx(170, abs=15)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_points_in_another_datum_leave_their_districts(datum: str) -> None:
    true = near_the_border()
    said = [Spot(*from_wgs84(one.lat, one.lon, datum), one.key, one.district) for one in true]
    (fit,) = of_points("facilities.csv", "WGS-84", said, ground(OURS, "WGS-84", "WGS-84"))
    assert fit.better == datum
    assert fit.misfit[datum] == 0
    (fit,) = of_points("facilities.csv", "WGS-84", true, ground(OURS, "WGS-84", "WGS-84"))
    assert fit.better == ""
    (fit,) = of_districts(said, ground(OURS, "WGS-84", "WGS-84"))
    assert fit.better == "", "the districts are not to blame: no datum of theirs explains it"


@pytest.mark.parametrize(("lies", "declared"), [("GCJ-02", "WGS-84"), ("BD-09", "GCJ-02"), ("WGS-84", "GCJ-02")])
def test_districts_in_another_datum_leave_all_points(lies: str, declared: str) -> None:
    (fit,) = of_districts(near_the_border(), ground(OURS, lies, declared))
    assert (fit.better, fit.misfit[lies]) == (lies, 0)
    (fit,) = of_districts(near_the_border(), ground(OURS, lies, lies))
    assert fit.better == ""


def test_two_points_outside_are_no_proof() -> None:
    said = [Spot(*from_wgs84(one.lat, one.lon, "BD-09"), one.key, one.district) for one in near_the_border()]
    whole = ground(OURS, "WGS-84", "WGS-84")
    outside = [one for one in said if next(of_points("f", "WGS-84", [one], whole)).misfit["WGS-84"]]
    assert next(of_points("f", "WGS-84", outside[:2], whole)).better == ""
    assert next(of_points("f", "WGS-84", outside[:3], whole)).better == "BD-09"


def test_how_many_points_can_tell() -> None:
    whole = ground(OURS, "WGS-84", "WGS-84")
    assert telling(near_the_border(), whole, 170) == 60
    assert telling([Spot(36.5, 101.55, "middle", "990101")], whole, 170) == 0


def test_namesakes_are_apart_by_the_offset() -> None:
    plane = ground(OURS, "WGS-84", "WGS-84").plane
    known = {"a": (36.6, 101.6)}
    said = [Spot(*from_wgs84(36.6, 101.6, "GCJ-02"), "a"), Spot(1, 1, "b")]
    (fit,) = of_twins("devices.csv", "WGS-84", said, known, plane)
    assert (fit.better, fit.n) == ("GCJ-02", 1)
    assert fit.misfit["WGS-84"] == pytest.approx(170, abs=15)
    assert list(of_twins("devices.csv", "WGS-84", said[1:], known, plane)) == []


def test_gauges_are_off_their_river() -> None:
    true = LineString([(101.4, 36.5), (101.6, 36.55), (101.7, 36.7)])
    gauges = [((one.y, one.x), "湟水") for one in (true.interpolate(at / 6, normalized=True) for at in range(1, 6))]
    plane = ground(OURS, "WGS-84", "WGS-84").plane
    for lies, better in (("GCJ-02", "GCJ-02"), ("WGS-84", "")):
        lines = {"湟水": moved(true, lies)}  # type: ignore[arg-type]
        (fit,) = of_lines("rivers.geojson", "WGS-84", gauges, lines, plane)
        assert fit.better == better
    assert list(of_lines("rivers.geojson", "WGS-84", gauges[:2], {"湟水": true}, plane)) == []


@pytest.mark.parametrize(("lies", "declared"), [("GCJ-02", "WGS-84"), ("WGS-84", "GCJ-02"), ("BD-09", "WGS-84")])
def test_the_border_leaves_that_of_the_neighbours(lies: str, declared: str) -> None:
    other = {"east": shapely.union_all(list(THEIRS.values()))}
    (fit,) = of_neighbours(ground(OURS, lies, declared), other)
    assert (fit.better, fit.other) == (lies, "east")
    (fit,) = of_neighbours(ground(OURS, lies, lies), other)
    assert fit.better == ""


def test_one_district_of_another_source_is_seen() -> None:
    mixed = {**OURS, "990102": moved(OURS["990102"], "BD-09")}
    found = {fit.other: fit.better for fit in of_parts(borders(mixed, "WGS-84", "d"))}
    assert found["990102"] == "BD-09"
    assert {fit.better for fit in of_parts(borders(OURS, "WGS-84", "d"))} == {""}


def test_a_drift_is_found_under_what_two_hands_draw_differently() -> None:
    dice = np.random.default_rng(1)
    turns = np.linspace(0, 2 * np.pi, 400)
    ring = np.column_stack([np.cos(turns), np.sin(turns)]) * 10_000
    points = [shapely.Point(x + 120 + dice.normal(0, 150), y - 90 + dice.normal(0, 150)) for x, y in ring]
    assert drift(shapely.LineString(ring), points) == pytest.approx(150, abs=30)
    assert drift(shapely.LineString(ring), [shapely.Point(*one) for one in ring]) == 0


@cache
def shared(name: str) -> dict[str, Polygon]:
    tree = json.loads((SHARED / name).read_text("utf-8"))["features"]
    return {str(one["properties"]["adcode"]): shape(one["geometry"]).buffer(0) for one in tree}


@pytest.mark.skipif(not all((SHARED / name).exists() for name in PAIR), reason="no pair of published boundaries here")
def test_published_boundaries_of_two_makers() -> None:
    """One in WGS-84 and simplified, one in GCJ-02: what each is, is found against the other."""
    plain, amap = (shared(name) for name in PAIR)
    other = {"tianditu": shapely.union_all(list(plain.values()))}
    (fit,) = of_neighbours(borders(amap, "WGS-84", "d"), other)
    assert fit.better == "GCJ-02"
    right = {code: shape_to_wgs84(one, "GCJ-02") for code, one in amap.items()}
    (fit,) = of_neighbours(borders(right, "GCJ-02", "d"), other)
    assert fit.better == ""
    assert fit.misfit["GCJ-02"] < 60
