"""Coordinates of Chinese maps become WGS-84, to less than a metre."""

from __future__ import annotations

import math

import geocoordinates_ffi as china
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon

from streams.datum import (
    BD_09,
    GCJ_02,
    WGS_84,
    Point,
    UnknownDatum,
    datum,
    from_wgs84,
    in_china,
    shape_to_wgs84,
    to_wgs84,
)


def metres(one: Point, other: Point) -> float:
    """Between two near points, on a sphere."""
    north = math.radians(one[0] - other[0])
    east = math.radians(one[1] - other[1]) * math.cos(math.radians(one[0]))
    return 6_371_000 * math.hypot(north, east)


def told(source: str, lat: float, lon: float) -> Point:
    """A WGS-84 point in another datum."""
    here = china.Wgs84(lat=lat, lon=lon)
    found = china.wgs84_to_gcj02(here) if source == GCJ_02 else china.wgs84_to_bd09(here)
    return found.lat, found.lon


XINING = (36.6171, 101.7782)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, GCJ_02) for name in ("GCJ-02", "gcj02", "gcj_02", " Gcj 02 ")),
        *((name, BD_09) for name in ("BD-09", "bd09", "bd09ll")),
        *((name, WGS_84) for name in ("", "  ", "WGS84", "wgs-84", "CGCS2000", "EPSG:4326")),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert datum(name) == expected


@pytest.mark.parametrize("name", ["Pulkovo 1942", "BD-09MC", "EPSG:3857", "-", "火"])
def test_a_name_of_nothing(name: str) -> None:
    with pytest.raises(UnknownDatum, match="GCJ-02"):
        datum(name)


def test_a_station_as_published_in_all_three() -> None:
    """Beijing's railway station, as the examples of the R package geoChina give it, to a hundred-thousandth degree."""
    published = (39.90105, 116.42079)
    assert metres(to_wgs84(39.90245, 116.42703, GCJ_02), published) < 2
    assert metres(to_wgs84(39.90851, 116.43351, BD_09), published) < 2


def test_the_offsets_are_what_they_are_known_to_be() -> None:
    assert metres(told(GCJ_02, *XINING), XINING) == pytest.approx(170, abs=15)
    assert 800 < metres(told(BD_09, *XINING), XINING) < 1_300
    assert metres(told(GCJ_02, 29.86, 117.72), (29.86, 117.72)) == pytest.approx(590, abs=30)  # Qimen


@pytest.mark.parametrize("source", [GCJ_02, BD_09])
@pytest.mark.parametrize("here", [XINING, (45.75, 126.65), (18.25, 109.5), (39.47, 75.99)])
def test_there_and_back_is_less_than_a_metre(source: str, here: Point) -> None:
    assert metres(to_wgs84(*told(source, *here), source), here) < 1


@settings(deadline=None)
@given(st.floats(20, 53), st.floats(75, 134), st.sampled_from((GCJ_02, BD_09)))
def test_there_and_back_anywhere(lat: float, lon: float, source: str) -> None:
    assert metres(to_wgs84(*told(source, lat, lon), source), (lat, lon)) < 1


def test_outside_china_gcj_is_wgs() -> None:
    for point in ((51.5, -0.1), (35.6, 139.7), (-33.9, 151.2)):
        assert to_wgs84(*point, GCJ_02) == point


def test_wgs_stays() -> None:
    assert to_wgs84(36.5, 101.5, WGS_84) == (36.5, 101.5)


def test_where_china_may_be() -> None:
    assert in_china(*XINING)
    assert not in_china(XINING[1], XINING[0])
    assert not in_china(51.5, -0.1)


@pytest.mark.parametrize("point", [(-90.0, 1.0), (90.0, 1.0), (1.0, 180.0), (1.0, -180.0)])
@pytest.mark.parametrize("source", [GCJ_02, BD_09])
def test_the_ends_of_the_world_are_no_error(point: Point, source: str) -> None:
    lat, lon = to_wgs84(*point, source)
    assert abs(lat) <= 90
    assert abs(lon) <= 180


@pytest.mark.parametrize("target", [GCJ_02, BD_09])
def test_out_again(target: str) -> None:
    assert from_wgs84(*XINING, target) == told(target, *XINING)
    assert metres(to_wgs84(*from_wgs84(*XINING, target), target), XINING) < 1


def test_out_as_published() -> None:
    assert metres(from_wgs84(39.90105, 116.42079, GCJ_02), (39.90245, 116.42703)) < 2
    assert metres(from_wgs84(39.90105, 116.42079, BD_09), (39.90851, 116.43351)) < 2
    assert from_wgs84(51.5, -0.1, GCJ_02) == (51.5, -0.1)
    assert from_wgs84(*XINING, WGS_84) == XINING


def test_shapes_are_moved_point_by_point() -> None:
    here = [(101.7, 36.6), (101.8, 36.6), (101.8, 36.7)]
    there = [told(GCJ_02, lat, lon)[::-1] for lon, lat in here]
    moved = shape_to_wgs84(Polygon(there), GCJ_02)
    assert moved.equals_exact(Polygon(here), 1e-5)
    assert shape_to_wgs84(LineString([(1, 2, 3), (4, 5, 6)]), WGS_84) == LineString([(1, 2), (4, 5)])
