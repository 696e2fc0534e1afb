"""Areas of CAP messages, `lat,lon` pairs as text, as the one point that a map can show. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry import Polygon

from streams.datum import Point
from streams.parse_fields import Refusal

MOST_POLYGONS = 1_000  # that are looked at: an alert for every county of a province has a hundred
MOST_CORNERS = 10_000  # of a polygon: of one with more, or one that crosses itself, only the hull is looked at, since
# to untie a knot of a megabyte takes minutes


def point(polygons: Sequence[str], circles: Sequence[str]) -> tuple[Point | None, bool]:
    """(a point inside the largest polygon, or the first circle's centre; whether lat and lon were the other way round).

    None when there is neither. Raises Refusal: bad_place.
    """
    rings = [_corners(text) for text in polygons[:MOST_POLYGONS] if text]
    centres = [_corners(text.split()[0]) for text in circles if text]
    found = _inside(rings) if rings else centres[0][0] if centres else None
    if found is None:
        return None, False
    lat, lon = found
    return _checked((lon, lat), True) if abs(lat) > 90 >= abs(lon) else _checked(found, False)


def _corners(text: str) -> list[Point]:
    try:
        return [(float(lat), float(lon)) for lat, lon in (pair.split(",") for pair in text.split())]
    except ValueError:
        raise Refusal("bad_place", f"{text[:40]!r} is not a CAP circle or polygon") from None


def _inside(rings: Sequence[Sequence[Point]]) -> Point:
    shapes = [Polygon(ring) for ring in rings if len(set(ring)) > 2 and all(map(_finite, ring))]
    largest = max(shapes, key=lambda shape: shape.area, default=None)
    if largest is None or not largest.area:
        return rings[0][0]
    simple = len(largest.exterior.coords) <= MOST_CORNERS and largest.is_valid
    inside = (largest if simple else largest.convex_hull).representative_point()
    return inside.x, inside.y


def _finite(corner: Point) -> bool:
    return abs(corner[0]) <= 180 and abs(corner[1]) <= 180


def _checked(found: Point, turned: bool) -> tuple[Point, bool]:
    lat, lon = found
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # also of NaN
        raise Refusal("bad_place", f"{lat:g},{lon:g} is out of range")
    return found, turned
