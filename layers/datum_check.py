"""Is a map file in the datum that it says? Each is held against the others, as if it were in each datum. Pure.

A file read in the wrong datum lies some hundred metres off, always the same way: 170 m in Xining, 600 m in Anhui, a
kilometre for BD-09. So its points leave their districts, devices part from their namesakes, gauges from their rivers,
borders from those of the neighbours; and all of it fits again in the right datum, and in no other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from streams.datum import BD_09, GCJ_02, WGS_84, Point, from_wgs84, to_wgs84

DATUMS = (WGS_84, GCJ_02, BD_09)
METRES = 111_195  # of a degree of latitude
EDGE = 30.0
"""Metres that a point may stand outside: a border is drawn to some metres, a datum's offset is hundred or more."""
FAR = 60.0
"""Metres of a usual distance that want an explanation: half of the least offset of GCJ-02 in China, about 120 m."""
BETTER = 3.0  # so many times fewer points outside, or metres apart, are no accident
FEWEST = 3  # points outside that count as evidence
STEP, REACH = 300.0, 1_500.0
"""Metres between samples of a border; how far off another may lie to be the same one: BD-09's offset and more."""
MOST_SAMPLES = 400


class Spot(NamedTuple):
    """A known point, WGS-84 as its file says. `key` is what it shares with a namesake, `district` an adcode or ''."""

    lat: float
    lon: float
    key: str = ""
    district: str = ""


@dataclass(frozen=True)
class Fit:
    """How a file fits others in each datum: `misfit` is a number of points (of `n`) outside, or metres apart.

    `about` is a key of words `city.fit.`: districts, outline (both count), twins, rivers, neighbours or border.
    """

    file: str
    about: str
    other: str
    declared: str
    n: int
    misfit: Mapping[str, float]

    @property
    def counted(self) -> bool:
        """Points outside were counted, not metres measured."""
        return self.about in ("districts", "outline")

    @property
    def better(self) -> str:
        """The datum in which it fits plainly better than in the declared one; '' when there is none."""
        told = self.misfit[self.declared]
        best = min(self.misfit, key=lambda one: self.misfit[one])
        least = FEWEST if self.counted else FAR
        return best if told >= least and self.misfit[best] * BETTER <= told else ""


def as_if(point: Point, declared: str, datum: str) -> Point:
    """Where a point (WGS-84, as its file says) would be if its file were in another datum."""
    return point if declared == datum else to_wgs84(*from_wgs84(*point, declared), datum)


def seen_from(point: Point, declared: str, datum: str) -> Point:
    """Where a true point stands among the shapes of a file, as they were read, if that file were in another datum."""
    return point if declared == datum else to_wgs84(*from_wgs84(*point, datum), declared)


@dataclass(frozen=True, eq=False)
class Plane:
    """Metres east and north of nowhere, near a latitude: for distances of some kilometres."""

    lat: float

    def point(self, lat: float, lon: float) -> BaseGeometry:
        return shapely.Point(lon * METRES * math.cos(math.radians(self.lat)), lat * METRES)

    def shape(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, lambda points: points * (METRES * math.cos(math.radians(self.lat)), METRES))

    def back(self, point: Any) -> Point:
        return point.y / METRES, point.x / METRES / math.cos(math.radians(self.lat))


@dataclass(frozen=True, eq=False)
class Borders:
    """The districts of a city as they were read, in metres."""

    plane: Plane
    districts: Mapping[str, BaseGeometry]
    outline: BaseGeometry
    declared: str
    file: str


def borders(shapes: Mapping[str, BaseGeometry], declared: str, file: str) -> Borders:
    """Districts (adcode -> WGS-84 degrees, valid) ready to be measured."""
    plane = Plane(shapely.union_all(list(shapes.values())).centroid.y)
    found = {adcode: plane.shape(shape) for adcode, shape in shapes.items()}
    outline = shapely.union_all([shape.buffer(EDGE, join_style="mitre") for shape in found.values()])
    shapely.prepare(outline)
    return Borders(plane, found, outline, declared, file)


# --- points and districts ------------------------------------------------------------------------------------------
def of_points(file: str, declared: str, spots: Sequence[Spot], ground: Borders) -> Iterator[Fit]:
    """Whether points would rather be in their districts if their file, or if the districts', were in another datum."""
    if not spots:
        return
    mine = {one: _outside(spots, ground, partial(as_if, declared=declared, datum=one)) for one in DATUMS}
    yield Fit(file, "districts", ground.file, declared, len(spots), mine)


def of_districts(spots: Sequence[Spot], ground: Borders) -> Iterator[Fit]:
    """The same, blaming the districts: all points of all files together."""
    if spots:
        told = ground.declared
        theirs = {one: _outside(spots, ground, partial(seen_from, declared=told, datum=one)) for one in DATUMS}
        yield Fit(ground.file, "outline", "", told, len(spots), theirs)


def _outside(spots: Iterable[Spot], ground: Borders, moved: Callable[[Point], Point]) -> float:
    """How many stand outside the district that they name, or outside all where they name none."""
    return sum(_is_outside(spot, ground.plane.point(*moved((spot.lat, spot.lon))), ground) for spot in spots)


def _is_outside(spot: Spot, point: BaseGeometry, ground: Borders) -> bool:
    its = ground.districts.get(spot.district)
    return not ground.outline.contains(point) if its is None else its.distance(point) > EDGE


def telling(spots: Iterable[Spot], ground: Borders, reach: float) -> int:
    """How many points lie so near to the border of their district that an offset of `reach` metres could show."""
    edges = {adcode: shape.boundary for adcode, shape in ground.districts.items()}
    whole = ground.outline.boundary
    return sum(
        edges.get(spot.district, whole).distance(ground.plane.point(spot.lat, spot.lon)) <= reach for spot in spots
    )


def offset(lat: float, lon: float) -> float:
    """Metres between WGS-84 and GCJ-02 at a place."""
    plane = Plane(lat)
    return float(plane.point(lat, lon).distance(plane.point(*from_wgs84(lat, lon, GCJ_02))))


# --- things apart --------------------------------------------------------------------------------------------------
def of_twins(
    file: str, declared: str, spots: Iterable[Spot], known: Mapping[str, Point], plane: Plane
) -> Iterator[Fit]:
    """Whether points would be nearer to those of the same name in city.yaml if their file were in another datum."""
    pairs = [(spot, known[spot.key]) for spot in spots if spot.key in known]

    def apart(datum: str) -> float:
        return median(_apart(as_if((spot.lat, spot.lon), declared, datum), other, plane) for spot, other in pairs)

    if pairs:
        yield Fit(file, "twins", "city.yaml", declared, len(pairs), {one: apart(one) for one in DATUMS})


def of_lines(
    file: str, declared: str, points: Sequence[tuple[Point, str]], lines: Mapping[str, BaseGeometry], plane: Plane
) -> Iterator[Fit]:
    """Whether gauges would be nearer to their rivers (by name) if the rivers' file were in another datum."""
    pairs = [(point, plane.shape(lines[name])) for point, name in points if name in lines]

    def apart(datum: str) -> float:
        found = [line.distance(plane.point(*seen_from(point, declared, datum))) for point, line in pairs]
        return float(median(found))

    if len(pairs) >= FEWEST:
        yield Fit(file, "rivers", "city.yaml", declared, len(pairs), {one: apart(one) for one in DATUMS})


def of_neighbours(ground: Borders, others: Mapping[str, BaseGeometry]) -> Iterator[Fit]:
    """Whether the border would lie nearer to that of another profile (WGS-84 degrees) in another datum."""
    edge = shapely.union_all(list(ground.districts.values())).boundary
    for name, other in others.items():
        samples = _near(ground.plane.shape(other).boundary, edge)
        yield from _edges(ground, edge, samples, ("neighbours", name))


def of_parts(ground: Borders) -> Iterator[Fit]:
    """Whether one district would fit the others better in another datum: files are put together from many sources."""
    for adcode, shape in ground.districts.items():
        others = shapely.union_all([one.boundary for code, one in ground.districts.items() if code != adcode])
        yield from _edges(ground, shape.boundary, _near(others, shape.boundary), ("border", adcode))


def _edges(ground: Borders, edge: BaseGeometry, samples: Sequence[Any], what: tuple[str, str]) -> Iterator[Fit]:
    if len(samples) < 10 * FEWEST:
        return
    places, told = [ground.plane.back(point) for point in samples], ground.declared
    apart = {one: drift(edge, [ground.plane.point(*seen_from(place, told, one)) for place in places]) for one in DATUMS}
    yield Fit(ground.file, *what, told, len(samples), apart)


def drift(edge: BaseGeometry, points: Sequence[Any]) -> float:
    """Metres by which points of the same line, drawn by somebody else, lie off it all in one direction.

    From each point to the nearest of the line only the part of a shift across the line is seen. The shift that explains
    all of these best (least squares) is free of what two hands draw differently, which goes to all sides.
    """
    ways = shapely.get_coordinates(shapely.shortest_line(list(points), edge)).reshape(-1, 2, 2)
    ways = ways[:, 1] - ways[:, 0]
    lengths = np.hypot(*ways.T)
    if np.median(lengths) < 1:
        return 0.0
    across = ways[lengths > 0] / lengths[lengths > 0, None]
    return float(np.hypot(*np.linalg.lstsq(across.T @ across, ways.sum(axis=0), rcond=None)[0]))


def _near(line: BaseGeometry, edge: BaseGeometry) -> list[Any]:
    """Points of a line, evenly, that are near to another."""
    close = line.intersection(edge.buffer(REACH))
    step = max(STEP, close.length / MOST_SAMPLES)
    parts = [part for part in getattr(close, "geoms", [close]) if part.length > step]
    return [part.interpolate(step * (0.5 + at)) for part in parts for at in range(int(part.length / step))]


def _apart(one: Point, other: Point, plane: Plane) -> float:
    return float(plane.point(*one).distance(plane.point(*other)))
