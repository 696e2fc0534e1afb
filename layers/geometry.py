"""Reads the files of a city's profile: its districts become the grid and the drawings of the map.

The geometry of a city never changes while it runs: it is made once, and served as the same bytes with the same tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import geopandas
from shapely.geometry.base import BaseGeometry

from config.city import CityProfile
from config.load import ConfigError
from config.read import city_file
from config.settings import CITIES
from layers import drawing
from layers.drawing import District, Drawing
from layers.grid import CityGrid, build_grid

__all__ = ["City", "District", "Drawing", "load_city"]


@dataclass(frozen=True, eq=False)
class City:
    """A city as every screen needs it, loaded once.

    `bounds` is (west, south, east, north). `drawings` has the keys cells (feature id = row of the grid), districts
    (id = adcode), borders (kind inner or outer), rivers (schematic or not) and stations (points).
    """

    profile: CityProfile
    grid: CityGrid
    zone: ZoneInfo
    districts: tuple[District, ...]
    bounds: tuple[float, float, float, float]
    drawings: Mapping[str, Drawing]

    def district(self, adcode: str) -> District | None:
        return next((district for district in self.districts if district.adcode == adcode), None)

    def district_at(self, lat: float, lon: float) -> District | None:
        """The district of the cell a place is in (to a cell's width); None outside the city."""
        row = self.grid.row_at(lat, lon)
        return None if row is None else self.district(self.grid.district[row])


def load_city(profile: CityProfile, folder: Path = CITIES) -> City:
    """A city's grid and drawings from the files of its profile: load it once and keep it.

    Raises ConfigError: a file is missing, is not GeoJSON, lacks a property, or is not in WGS-84.
    """
    if profile.datum != "WGS-84":
        raise ConfigError(f"{profile.id}: its files are in {profile.datum}; convert them to WGS-84, then say so")
    table = _read(city_file(profile, profile.districts, folder), ("adcode", "name"))
    shapes = {str(int(adcode)): shape for adcode, shape in zip(table["adcode"], table.geometry, strict=True)}
    districts = tuple(_district(row) for row in table.to_dict("records"))
    grid = _grid(profile, shapes)
    west, south, east, north = (float(edge) for edge in table.total_bounds)
    drawn = {
        "cells": drawing.cells(grid, list(shapes)),
        "districts": drawing.areas(districts, shapes),
        "borders": drawing.borders(list(shapes.values())),
        "rivers": drawing.rivers(_rivers(profile, folder)),
        "stations": drawing.stations(profile.stations),
    }
    drawings = MappingProxyType({key: drawing.draw(features) for key, features in drawn.items()})
    return City(profile, grid, profile.zone, districts, (west, south, east, north), drawings)


def _read(path: Path, wanted: tuple[str, ...]) -> Any:
    try:
        table = geopandas.read_file(path)
    except Exception as error:
        raise ConfigError(f"{path}: cannot be read as GeoJSON: {error}") from None
    missing = [column for column in wanted if column not in table.columns]
    if missing or table.empty:
        lacking = ", ".join(missing) or "features"
        raise ConfigError(f"{path}: every feature needs {', '.join(wanted)}; missing: {lacking}")
    return table


def _grid(profile: CityProfile, shapes: Mapping[str, BaseGeometry]) -> CityGrid:
    try:
        return build_grid(shapes, profile.resolutions.city)
    except ValueError as error:
        raise ConfigError(f"{profile.id}: {error}") from None


def _district(row: Mapping[Any, Any]) -> District:
    spot = row["geometry"].representative_point()
    lat, lon = row.get("label_lat") or spot.y, row.get("label_lon") or spot.x
    return District(str(int(row["adcode"])), drawing.names(row), float(lat), float(lon))


def _rivers(profile: CityProfile, folder: Path) -> list[dict[Any, Any]]:
    if profile.rivers is None:
        return []
    return list(_read(city_file(profile, profile.rivers, folder), ("name",)).to_dict("records"))
