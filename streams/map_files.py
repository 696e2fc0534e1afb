"""Reads the map files of a profile: the same places for ingest, the invented city and the screens, all in WGS-84."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shapely.geometry import mapping

from config.city import CityProfile
from config.ground import MapFile
from config.read import city_file
from config.settings import CITIES
from streams.map_features import MapFeature, read_features
from streams.map_forms import DISTRICTS, Form
from streams.places import Places


def read_map(profile: CityProfile, file: MapFile, form: Form, folder: Path = CITIES) -> tuple[MapFeature, ...]:
    """The things a file of the profile names. Raises ConfigError: it is not there, or every mistake that it has."""
    path = city_file(profile, file.file, folder)
    return read_features(path.read_bytes(), str(path), form, profile.datum_of(file))


def read_districts(profile: CityProfile, folder: Path = CITIES) -> dict[str, Any]:
    """The districts as a GeoJSON FeatureCollection in WGS-84, properties by our names. Raises ConfigError."""
    found = read_map(profile, profile.districts, DISTRICTS, folder)
    features = [{"type": "Feature", "properties": dict(one.told), "geometry": mapping(one.shape)} for one in found]
    return {"type": "FeatureCollection", "features": features}


def read_places(profile: CityProfile) -> Places:
    """Cells and districts of a city. Raises ConfigError when its file is not there, or is wrong."""
    return Places(profile.resolutions.store, read_districts(profile))
