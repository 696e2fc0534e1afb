"""Areas of CAP messages, `lat,lon` pairs as text: one point in them, and the rings that a map draws. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from shapely.geometry import LineString, Polygon

from streams.datum import Point
from streams.parse_fields import Refusal

MOST_POLYGONS = 1_000  # that are looked at: an alert for every county of a province has a hundred
MOST_CORNERS = 10_000  # of a polygon: of one with more, or one that crosses itself, only the hull is looked at, since
# to untie a knot of a megabyte takes minutes
MOST_RINGS, MOST_KEPT = 100, 2_000  # rings, and corners of all of them, that are kept to be drawn: the largest, and as
# many corners as a screen can show of a border
ROUND = 48  # corners of a circle
FARTHEST_KM = 2_000.0  # of a circle; a larger one is nobody's warning
KM_OF_DEGREE = 111.32
DIGITS = 4  # decimals of a degree: 11 m


def point(polygons: Sequence[str], circles: Sequence[str]) -> tuple[Point | None, bool]:
    """(a point inside the largest polygon, or the first circle's centre; whether lat and lon were the other way round).

    None when there is neither. Raises Refusal: bad_place.
    """
    rings = [corners(text) for text in polygons[:MOST_POLYGONS] if text.strip()]
    centres = [corners(text.split()[0]) for text in circles if text.strip()]
    found = _inside(rings) if rings else centres[0][0] if centres else None
    if found is None:
        return None, False
    lat, lon = found
    return _checked((lon, lat), True) if abs(lat) > 90 >= abs(lon) else _checked(found, False)


def outline(polygons: Sequence[str], circles: Sequence[str]) -> str:
    """The rings of an area, largest first, closed: `lat,lon lat,lon ...;...` in CAP's own way; '' where it has none.

    Where a latitude cannot be one, all are taken the other way round. Raises Refusal: bad_place.
    """
    rings = [corners(text) for text in polygons[:MOST_POLYGONS]] + [_circle(text) for text in circles if text.strip()]
    if any(abs(lat) > 90 for ring in rings for lat, _ in ring):
        rings = [[(lat, lon) for lon, lat in ring] for ring in rings]
    shapes = [Polygon(_thin(ring)) for ring in rings if len(set(ring)) > 2 and all(map(_on_earth, ring))]
    largest = sorted(shapes, key=lambda shape: -shape.area)[:MOST_RINGS]
    return ";".join(_text(ring) for ring in _simple(largest))


def mirrored(rings: str) -> str:
    """Rings as `outline` writes them with lat and lon the other way round."""
    return ";".join(_text([(lon, lat) for lat, lon in corners(ring)]) for ring in rings.split(";") if ring)


def _circle(text: str) -> list[Point]:
    """The ring of `lat,lon radius` (km); nothing of one without a radius: it is a point."""
    centre, *radius = text.split()
    ((lat, lon),) = corners(centre)
    try:
        km = min(float(" ".join(radius) or 0), FARTHEST_KM)
    except ValueError:
        raise Refusal("bad_place", f"{text[:40]!r} is not a CAP circle or polygon") from None
    if not km > 0 or abs(lat) >= 90:
        return []
    high, wide = km / KM_OF_DEGREE, km / KM_OF_DEGREE / math.cos(math.radians(lat))
    turns = (math.tau * step / ROUND for step in range(ROUND))
    ring = [(lat + high * math.sin(turn), lon + wide * math.cos(turn)) for turn in turns]
    return [*ring, ring[0]]


def _simple(shapes: list[Polygon]) -> list[list[Point]]:
    """Their borders with as few corners as may be kept: each time twice as coarse, from 50 m on.

    As lines: of polygons that cross themselves the library unties the knots, which takes minutes.
    """
    lines = [LineString(shape.exterior.coords) for shape in shapes]
    rings, coarse = [_ring(line) for line in lines], 0.0005
    while sum(map(len, rings)) > MOST_KEPT and coarse < 10:
        rings = [_ring(line.simplify(coarse, preserve_topology=False)) for line in lines]
        rings, coarse = [ring for ring in rings if len(ring) > 3], coarse * 2
    return rings


def _ring(line: LineString) -> list[Point]:
    return [(x, y) for x, y, *_ in line.coords]


def _text(ring: Sequence[Point]) -> str:
    return " ".join(f"{round(lat, DIGITS)},{round(lon, DIGITS)}" for lat, lon in ring)


def corners(text: str) -> list[Point]:
    """(lat, lon) of `lat,lon lat,lon ...`. Raises Refusal: bad_place."""
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


def _thin(ring: Sequence[Point]) -> Sequence[Point]:
    """At most MOST_CORNERS of its corners, evenly."""
    return ring[:: -(-len(ring) // MOST_CORNERS)]


def _on_earth(corner: Point) -> bool:
    return abs(corner[0]) <= 90 and abs(corner[1]) <= 180


def _finite(corner: Point) -> bool:
    return abs(corner[0]) <= 180 and abs(corner[1]) <= 180


def _checked(found: Point, turned: bool) -> tuple[Point, bool]:
    lat, lon = found
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # also of NaN
        raise Refusal("bad_place", f"{lat:g},{lon:g} is out of range")
    return found, turned
