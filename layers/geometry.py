"""Reads the files of a city's profile: its districts become the grid and the drawings of the map.

The geometry of a city never changes while it runs: it is made once, and served as the same bytes with the same tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import shapely
from shapely.geometry.base import BaseGeometry

from config.city import CityProfile
from config.ground import Datum, MapFile
from config.load import ConfigError
from config.read import city_file
from config.settings import CITIES
from config.words import Names
from layers import basin, catalog, drawing, labels, quantities, sites
from layers.basin import Basins
from layers.catalog import Layer
from layers.drawing import District, Drawing
from layers.grid import CityGrid, build_grid
from layers.ground_tiles import TileSet, open_tiles
from layers.sites import Camera, Facility, Weight
from streams import map_forms as forms
from streams.map_features import MapFeature, read_features
from streams.map_files import read_map

__all__ = ["Camera", "City", "District", "Drawing", "Facility", "Weight", "load_city"]

Found = tuple[MapFeature, ...]


@dataclass(frozen=True, eq=False)
class City:
    """A city as every screen needs it, loaded once. All of it is WGS-84, whatever its files are in.

    `bounds` is (west, south, east, north). `drawings` has the keys cells (feature id = row of the grid), districts
    (id = adcode), borders (kind inner or outer), rivers (schematic or not), stations (points); and, empty where the
    profile gives none, roads (class), water, facilities, cameras and labels (where names stand). `over` is all that
    lies over coloured cells, once more (part).
    """

    profile: CityProfile
    grid: CityGrid
    zone: ZoneInfo
    districts: tuple[District, ...]
    bounds: tuple[float, float, float, float]
    drawings: Mapping[str, Drawing]
    facilities: tuple[Facility, ...] = ()
    cameras: tuple[Camera, ...] = ()
    weights: tuple[Weight, ...] = ()
    tiles: TileSet | None = None
    basins: Basins = ()

    def district(self, adcode: str) -> District | None:
        return next((district for district in self.districts if district.adcode == adcode), None)

    def district_at(self, lat: float, lon: float) -> District | None:
        """The district of the cell a place is in (to a cell's width); None outside the city."""
        row = self.grid.row_at(lat, lon)
        return None if row is None else self.district(self.grid.district[row])

    def facility(self, id: str) -> Facility | None:
        return next((one for one in self.facilities if one.id == id), None)

    def camera(self, id: str) -> Camera | None:
        return next((one for one in self.cameras if one.id == id), None)

    @cached_property
    def places(self) -> Mapping[str, Names]:
        """Names of the places of alerts that have one of their own: the city and its districts (adcode), its basins."""
        whole = {str(self.profile.adcode): self.profile.name}
        return {
            **whole,
            **{one.adcode: one.name for one in self.districts},
            **{one.place: one.name for one in self.basins},
        }

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """All layers of its map: the catalog's and its own."""
        return quantities.layers(self.weights, self.grid)

    def layer(self, key: str) -> Layer:
        """The layer of a key, or of another name for it (see catalog.meant). KeyError as catalog.layer."""
        return catalog.layer(catalog.meant(key, [one.key for one in self.layers]), self.layers)

    def weight(self, key: str) -> Weight | None:
        return next((one for one in self.weights if one.key == key), None)


@dataclass(frozen=True, eq=False)
class Ground:
    """What the map files of a profile hold, checked and in WGS-84."""

    districts: Found
    rivers: Found
    roads: Found
    water: Found
    basins: Found
    names: Found
    facilities: tuple[Facility, ...]
    cameras: tuple[Camera, ...]
    weights: tuple[Weight, ...]


def load_city(profile: CityProfile, folder: Path = CITIES) -> City:
    """A city's grid and drawings from the files of its profile: load it once and keep it.

    Raises ConfigError: a file is missing, or all that is wrong in it, with line or feature and mend.
    """
    ground = read_ground(profile, folder)
    shapes = {one.told["adcode"]: valid(one.shape) for one in ground.districts if one.shape is not None}
    districts = tuple(map(_district, ground.districts))
    grid = _grid(profile, shapes)
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(list(shapes.values())))
    drawn = {
        "cells": drawing.cells(grid, list(shapes)),
        "districts": drawing.areas(districts, shapes),
        "borders": drawing.borders(list(shapes.values())),
        **_drawn(profile, ground),
    }
    drawn["over"] = drawing.over(drawn["borders"], **{part: drawn[part] for part in ("water", "roads", "rivers")})
    drawings = MappingProxyType({key: drawing.draw(features) for key, features in drawn.items()})
    fixed = (ground.facilities, ground.cameras, ground.weights)
    tiles = open_tiles(profile, folder)
    edges = (west, south, east, north)
    return City(profile, grid, profile.zone, districts, edges, drawings, *fixed, tiles, _basins(ground.basins))


def read_basins(profile: CityProfile, folder: Path = CITIES) -> Basins:
    """The basins that a profile draws, the same ones each time while its file stays. Raises ConfigError."""
    file = profile.ground.basins
    return _read_basins(city_file(profile, file.file, folder), profile.datum_of(file)) if file else ()


class Named(NamedTuple):
    """A district by all its names, also the short one, and where its label stands (WGS-84 degrees)."""

    adcode: str
    names: tuple[str, ...]
    lat: float
    lon: float


def read_districts(profile: CityProfile, folder: Path = CITIES) -> tuple[Named, ...]:
    """The districts of a profile, the same ones each time while its file stays. Raises ConfigError."""
    return _read_districts(city_file(profile, profile.districts.file, folder), profile.datum_of(profile.districts))


@lru_cache(maxsize=16)
def _read_districts(path: Path, datum: Datum) -> tuple[Named, ...]:
    return tuple(map(_named, read_features(path.read_bytes(), str(path), forms.DISTRICTS, datum)))


def _named(one: MapFeature) -> Named:
    names = (str(one.told[key]) for key in ("name", "short_name", "name_en") if one.told.get(key))
    spot = labels.area_spot(one)
    return Named(one.told["adcode"], tuple(names), spot.y, spot.x)


@lru_cache(maxsize=16)
def _read_basins(path: Path, datum: Datum) -> Basins:
    return _basins(read_features(path.read_bytes(), str(path), forms.BASINS, datum))


def _basins(found: Found) -> Basins:
    return basin.of_features((one, valid(one.shape)) for one in found if one.shape is not None)


def read_ground(profile: CityProfile, folder: Path = CITIES) -> Ground:
    """Every map file of a profile. Raises ConfigError."""

    def read(file: MapFile | None, form: forms.Form) -> Found:
        return read_map(profile, file, form, folder) if file else ()

    given = profile.ground
    at = folder / profile.id
    cameras = given.cameras
    return Ground(
        districts=read(profile.districts, forms.DISTRICTS),
        rivers=read(profile.rivers, forms.RIVERS),
        roads=read(given.roads, forms.ROADS),
        water=read(given.water, forms.WATER),
        basins=read(given.basins, forms.BASINS),
        names=read(given.names, forms.PLACES),
        facilities=sites.facilities(read(given.facilities, forms.FACILITIES), made_up(given.facilities)),
        cameras=sites.cameras(read(cameras, forms.CAMERAS), cameras, str(at / cameras.file)) if cameras else (),
        weights=tuple(
            sites.weight(key, file, read(file, forms.WEIGHTS), str(at / file.file))
            for key, file in given.weights.items()
        ),
    )


def valid(shape: BaseGeometry) -> BaseGeometry:
    """An area whose outline crosses itself, mended as far as can be; `yiping city check` names it."""
    return shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)


def made_up(file: MapFile | None) -> bool:
    """Whether a file says that it is a sample."""
    return file is not None and file.sample


def _drawn(profile: CityProfile, ground: Ground) -> dict[str, list[drawing.Feature]]:
    given = profile.ground
    roads, water, places = made_up(given.roads), made_up(given.water), made_up(given.names)
    rivers = made_up(profile.rivers)
    return {
        "rivers": drawing.things(ground.rivers, rivers),
        "stations": drawing.stations(profile.stations),
        "roads": drawing.things(ground.roads, roads, "class"),
        "water": drawing.things(ground.water, water),
        "facilities": drawing.facilities(ground.facilities),
        "cameras": drawing.cameras(ground.cameras),
        "labels": drawing.labels(
            [
                *labels.of_areas("district", ground.districts),
                *labels.of_lines("river", ground.rivers, rivers),
                *labels.of_areas("water", ground.water, water),
                *labels.of_lines("road", ground.roads, roads),
                *labels.of_places(ground.names, places),
            ]
        ),
    }


def _grid(profile: CityProfile, shapes: Mapping[str, BaseGeometry]) -> CityGrid:
    try:
        return build_grid(shapes, profile.resolutions.city)
    except ValueError as error:
        raise ConfigError(f"{profile.id}: {error}") from None


def _district(one: MapFeature) -> District:
    spot = labels.area_spot(one)
    return District(one.told["adcode"], sites.names(one.told), spot.y, spot.x)
