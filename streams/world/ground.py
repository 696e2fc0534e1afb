"""Where things can stand: inside the districts, evenly or in the streets. Degrees are WGS-84, distances kilometres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from config.city import CityProfile, Town
from streams.world.dice import Floats, key

KM_PER_DEGREE = 111.2
GRID_POINTS = 9_000  # candidates for an even spread: 0.9 km apart in a city of Xining's size


@dataclass(frozen=True, eq=False)
class Ground:
    """The territory: its outline, its districts by adcode, the built-up areas (the first is the middle of the city)."""

    outline: Any
    districts: Mapping[str, Any]
    towns: tuple[Town, ...]

    @property
    def middle(self) -> Town:
        return self.towns[0]

    @property
    def squeeze(self) -> float:
        """How much shorter a degree of longitude is than one of latitude here."""
        return float(np.cos(np.radians(self.middle.lat)))

    def plane(self, lat: Any, lon: Any) -> tuple[Floats, Floats]:
        """Kilometres east and north of the middle of the city."""
        east = (np.asarray(lon) - self.middle.lon) * KM_PER_DEGREE * self.squeeze
        return np.asarray(east, dtype=np.float64), np.asarray((np.asarray(lat) - self.middle.lat) * KM_PER_DEGREE)

    def inside(self, lat: Floats, lon: Floats) -> Any:
        """A bool for each place: is it within the territory."""
        return shapely.contains_xy(self.outline, lon, lat)

    def district(self, lat: float, lon: float) -> str:
        """The adcode of the district around a place, '' outside."""
        found = (code for code, area in self.districts.items() if shapely.contains_xy(area, lon, lat))
        return next(found, "")


def survey(profile: CityProfile, districts: Mapping[str, Any]) -> Ground:
    """The ground of a city from its district GeoJSON (features with `adcode`, maybe `label_lat`, `label_lon`)."""
    features = districts["features"]
    areas = {str(one["properties"]["adcode"]): shape(one["geometry"]) for one in features}
    for area in areas.values():
        shapely.prepare(area)
    outline = shapely.union_all(list(areas.values()))
    shapely.prepare(outline)
    return Ground(outline, areas, profile.towns or tuple(_label(one, areas) for one in features))


def _label(feature: Mapping[str, Any], areas: Mapping[str, Any]) -> Town:
    """A town where a map would write the district's name, for a profile that lists none."""
    given = feature["properties"]
    point = areas[str(given["adcode"])].representative_point()
    name = {"zh-CN": str(given.get("name_zh", given["adcode"]))}
    return Town(name=name, lat=given.get("label_lat", point.y), lon=given.get("label_lon", point.x))


def even(ground: Ground, count: int) -> tuple[Floats, Floats]:
    """`count` places (lat, lon) spread over the whole territory so that no part of it is far from one."""
    lat, lon = _grid(ground)
    east, north = ground.plane(lat, lon)
    chosen = _farthest(east, north, count)
    for _ in range(2):
        chosen = _recentre(east, north, chosen)
    return lat[chosen], lon[chosen]


def _grid(ground: Ground) -> tuple[Floats, Floats]:
    west, south, right, top = ground.outline.bounds
    share = ground.outline.area / ((right - west) * (top - south))
    step = np.sqrt((right - west) * ground.squeeze * (top - south) * share / GRID_POINTS)
    lon, lat = np.meshgrid(np.arange(west, right, step / ground.squeeze), np.arange(south, top, step))
    within = ground.inside(lat.ravel(), lon.ravel())
    return lat.ravel()[within], lon.ravel()[within]


def _farthest(east: Floats, north: Floats, count: int) -> Any:
    """Each next point is the one farthest from all before it (Gonzalez 1985: at most twice the best radius)."""
    chosen = [int(np.argmin(east**2 + north**2))]
    gap = np.full(len(east), np.inf)
    while len(chosen) < count:
        last = chosen[-1]
        gap = np.minimum(gap, (east - east[last]) ** 2 + (north - north[last]) ** 2)
        chosen.append(int(np.argmax(gap)))
    return np.asarray(chosen)


def _recentre(east: Floats, north: Floats, chosen: Any) -> Any:
    """Moves each point to the middle of what is nearest to it (one round of Lloyd's), staying on the grid."""
    points = np.column_stack([east, north])
    tree = shapely.STRtree(shapely.points(points[chosen]))
    owner = tree.query_nearest(shapely.points(points), all_matches=False)[1]
    weight = np.bincount(owner, minlength=len(chosen))
    middles = np.column_stack([np.bincount(owner, axis, len(chosen)) / weight for axis in points.T])
    return shapely.STRtree(shapely.points(points)).query_nearest(shapely.points(middles), all_matches=False)[1]


def streets(ground: Ground, purpose: str, count: int) -> tuple[Floats, Floats]:
    """`count` places (lat, lon) in the built-up areas, denser towards the middle of each."""
    throw = np.random.default_rng(key("streets", purpose))
    weights = np.array([town.weight for town in ground.towns])
    lat, lon = np.empty(0), np.empty(0)
    while len(lat) < count:
        town = throw.choice(len(weights), size=2 * count, p=weights / weights.sum())
        more_lat, more_lon = _around(ground, town, throw)
        within = ground.inside(more_lat, more_lon)
        lat, lon = np.append(lat, more_lat[within]), np.append(lon, more_lon[within])
    return np.round(lat[:count], 5), np.round(lon[:count], 5)


def _around(ground: Ground, town: Any, throw: np.random.Generator) -> tuple[Floats, Floats]:
    """One place near each given town; three of four lie within its radius."""
    middle = np.array([(one.lat, one.lon, one.radius) for one in ground.towns])[town]
    offset = throw.normal(size=(len(town), 2)) * middle[:, 2:] * 0.6 / KM_PER_DEGREE
    return middle[:, 0] + offset[:, 0], middle[:, 1] + offset[:, 1] / ground.squeeze
