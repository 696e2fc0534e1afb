"""The rings of an area as they are kept to be drawn."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from streams.parse_area import MOST_KEPT, MOST_RINGS, ROUND, mirrored, outline, point
from streams.parse_fields import Refusal

SQUARE = "36.5,101.8 36.6,101.8 36.6,101.9 36.5,101.9 36.5,101.8"


def rings(text: str) -> list[list[tuple[float, ...]]]:
    return [[tuple(map(float, pair.split(","))) for pair in ring.split()] for ring in text.split(";") if ring]


def test_a_polygon_stays_what_it_is() -> None:
    assert outline([SQUARE], []) == SQUARE
    assert outline([SQUARE, ""], [""]) == SQUARE
    assert outline([], []) == ""


def test_the_largest_comes_first_and_the_smallest_go() -> None:
    small = [f"36.{place:02},101.1 36.{place:02},101.11 36.{place:02}5,101.1" for place in range(10, 99)] * 2
    found = rings(outline([*small, SQUARE], []))
    assert len(found) == MOST_RINGS
    assert found[0] == rings(SQUARE)[0]


def test_one_that_is_open_is_closed() -> None:
    (ring,) = rings(outline([SQUARE.rsplit(" ", 1)[0]], []))
    assert ring[0] == ring[-1]


@pytest.mark.parametrize(
    "text", ["36.5,101.8", "36.5,101.8 36.6,101.8 36.5,101.8", "nan,nan nan,1 2,3", "95,0 0,95 95,1"]
)
def test_what_has_no_area_has_no_ring(text: str) -> None:
    assert outline([text], []) == ""


@pytest.mark.parametrize("polygons", [["here"], ["36.5,101.8,5 1,2"]])
def test_what_cannot_be_read_is_refused(polygons: list[str]) -> None:
    with pytest.raises(Refusal, match="polygon"):
        outline(polygons, [])
    with pytest.raises(Refusal, match="circle"):
        outline([], ["36.5,101.8 far"])


def test_the_other_way_round_is_turned() -> None:
    assert outline([mirrored(SQUARE)], []) == SQUARE
    assert mirrored(mirrored(SQUARE + ";" + SQUARE)) == SQUARE + ";" + SQUARE


@given(lat=st.floats(-80, 80), lon=st.floats(-170, 170), km=st.floats(0.1, 100))
def test_a_circle_is_round(lat: float, lon: float, km: float) -> None:
    (ring,) = rings(outline([], [f"{lat},{lon} {km}"]))
    assert len(ring) == ROUND + 1
    wide = math.cos(math.radians(lat))
    far = [math.hypot(y - lat, (x - lon) * wide) * 111.32 for y, x in ring]
    assert max(far) == pytest.approx(km, abs=0.02)
    assert min(far) == pytest.approx(km, abs=0.02)


def test_a_circle_without_a_radius_is_a_point() -> None:
    assert outline([], ["36.5,101.8 0", "36.5,101.8"]) == ""


@pytest.mark.parametrize(("corners", "wave"), [(3_000, 0.0), (9_000, 0.05), (20_000, 0.2)])
def test_a_border_of_many_corners_keeps_its_shape(corners: int, wave: float) -> None:
    turns = [math.tau * step / corners for step in range(corners)]
    far = [1 + wave * math.sin(40 * turn) for turn in turns]
    told = [(36 + one * math.sin(turn), 101 + one * math.cos(turn)) for turn, one in zip(turns, far, strict=True)]
    (ring,) = rings(outline([" ".join(f"{lat},{lon}" for lat, lon in told)], []))
    assert len(ring) <= MOST_KEPT
    assert Polygon(ring).symmetric_difference(Polygon(told).buffer(0)).area < 0.01 * math.pi


def test_the_point_lies_in_the_ring() -> None:
    where, turned = point([SQUARE], [])
    assert not turned
    assert where is not None
    assert Polygon(rings(outline([SQUARE], []))[0]).contains(Point(where))
