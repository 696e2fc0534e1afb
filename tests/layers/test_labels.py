"""Where names stand: inside, and where a wide one has room."""

from __future__ import annotations

import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from layers.labels import area_spot, line_spot, of_areas, of_lines, of_places, roomiest
from streams.map_features import MapFeature

TALL_AND_WIDE = Polygon([(0, 0), (2, 0), (2, 8), (6, 8), (6, 9.6), (0, 9.6)])
"""A shaft two wide and eight high, and at its top a hall six wide and 1.6 high."""


def feature(shape: shapely.Geometry, **told: object) -> MapFeature:
    return MapFeature("feature 1", {"name_zh": "名", **told}, shape)


def room(point: Point, area: Polygon, height: float) -> bool:
    """Whether a box of this height, 2.2 times wider, fits around a point."""
    return area.buffer(1e-9).contains(
        box(point.x - 1.1 * height, point.y - height / 2, point.x + 1.1 * height, point.y + height / 2)
    )


def test_a_name_stands_where_a_wide_one_has_room() -> None:
    spot = roomiest(TALL_AND_WIDE)
    assert room(spot, TALL_AND_WIDE, 1.2)
    narrow = shapely.maximum_inscribed_circle(TALL_AND_WIDE).coords[0]
    assert not room(Point(narrow), TALL_AND_WIDE, 1.2), "a circle's middle is no place for a wide name"


def test_a_name_is_inside_even_of_a_crescent_and_in_the_largest_part() -> None:
    crescent = Point(0, 0).buffer(3).difference(Point(0.6, 0).buffer(2.6))
    assert crescent.contains(roomiest(crescent))
    assert not crescent.contains(crescent.centroid)
    both = MultiPolygon([box(10, 10, 11, 11), box(0, 0, 5, 5)])
    assert box(0, 0, 5, 5).contains(roomiest(both))


def test_the_files_own_place_counts_when_it_is_inside() -> None:
    square = box(0, 0, 4, 4)
    assert area_spot(feature(square, label_lon=1.0, label_lat=3.0)) == Point(1, 3)
    assert square.contains(area_spot(feature(square, label_lon=9.0, label_lat=3.0)))


def test_a_river_is_named_once_on_its_longest_line() -> None:
    short, long = LineString([(0, 0), (1, 0)]), LineString([(0, 1), (10, 1)])
    (one,) = of_lines("river", [feature(short), feature(long, schematic=True)])
    assert (one.lat, one.note) == (1, "schematic")
    assert line_spot(MultiLineString([short, long]), 0.5) == Point(5, 1)


def test_what_has_no_name_has_no_label() -> None:
    nameless = MapFeature("feature 1", {}, box(0, 0, 1, 1))
    assert of_areas("water", [nameless]) == []
    assert of_lines("road", [MapFeature("feature 1", {}, LineString([(0, 0), (1, 0)]))]) == []


def test_places_are_written_by_rank() -> None:
    city, village = of_places([feature(Point(1, 2), rank=1.0), feature(Point(1, 2))], sample=True)
    assert (city.rank, city.zoom, city.note) == (4, 0.0, "sample")
    assert (village.rank, village.zoom) == (7, 12.5)
