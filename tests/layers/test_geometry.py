"""A city's files become a grid and drawings; what is wrong with a file is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from config.city import CityProfile
from config.load import ConfigError
from config.read import read_city
from config.settings import CITIES
from layers.geometry import City, load_city


@pytest.fixture(scope="module")
def xining() -> City:
    return load_city(read_city("xining"))


def features(city: City, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(city.drawings[key].body)["features"]
    return found


def test_cells_are_numbered_by_row(xining: City) -> None:
    cells = features(xining, "cells")
    assert [cell["id"] for cell in cells] == list(range(len(xining.grid)))
    places = [district.adcode for district in xining.districts]
    assert [places[cell["properties"]["d"]] for cell in cells] == list(xining.grid.district)


def test_drawings_are_small_and_precise_to_a_metre(xining: City) -> None:
    assert len(xining.drawings["cells"].body) < 260 * len(xining.grid)
    assert len(xining.drawings["borders"].body) < 20_000
    lon, lat = features(xining, "cells")[0]["geometry"]["coordinates"][0][0]
    assert (lon, lat) == (round(lon, 5), round(lat, 5))


def test_the_same_profile_draws_the_same_bytes(xining: City) -> None:
    again = load_city(read_city("xining"))
    assert {key: one.tag for key, one in again.drawings.items()} == {
        key: one.tag for key, one in xining.drawings.items()
    }
    assert len({one.tag for one in xining.drawings.values()}) == 5


def test_districts_have_names_and_a_label_inside(xining: City) -> None:
    assert len(xining.districts) == 7
    for district, feature in zip(xining.districts, features(xining, "districts"), strict=True):
        assert set(district.name) == {"zh-CN", "en"}
        assert feature["properties"]["name"] == dict(district.name)
        assert shape(feature["geometry"]).is_valid


def test_borders_are_drawn_once(xining: City) -> None:
    outer, inner = features(xining, "borders")
    assert (outer["properties"]["kind"], inner["properties"]["kind"]) == ("outer", "inner")
    edge = shape(outer["geometry"])
    assert edge.is_ring
    assert shape(inner["geometry"]).intersection(edge.buffer(0.0005)).length < 0.02


def test_rivers_say_that_they_are_schematic(xining: City) -> None:
    rivers = features(xining, "rivers")
    assert [river["properties"]["name"]["zh-CN"] for river in rivers] == ["湟水", "北川河", "南川河"]
    assert all(river["properties"]["schematic"] is True for river in rivers)


def test_stations_are_points(xining: City) -> None:
    stations = features(xining, "stations")
    assert len(stations) == len(xining.profile.stations)
    assert stations[0]["geometry"] == {"type": "Point", "coordinates": [101.69, 36.6475]}


def test_bounds_hold_the_city(xining: City) -> None:
    west, south, east, north = xining.bounds
    assert west < 101.7 < east
    assert south < 36.6 < north


def copied(folder: Path, districts: str) -> CityProfile:
    (folder / "xining").mkdir()
    (folder / "xining" / "districts.geojson").write_text(districts, "utf-8")
    return read_city("xining").model_copy(update={"rivers": None})


def test_a_city_without_rivers(tmp_path: Path) -> None:
    profile = copied(tmp_path, (CITIES / "xining" / "districts.geojson").read_text("utf-8"))
    assert features(load_city(profile, tmp_path), "rivers") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read as GeoJSON"),
        ('{"type":"FeatureCollection","features":[]}', "missing: adcode, name"),
        (
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"x"},'
            '"geometry":{"type":"Point","coordinates":[1,2]}}]}',
            "missing: adcode",
        ),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_city(copied(tmp_path, text), tmp_path)


def test_another_datum_is_refused_not_drawn_in_the_wrong_place() -> None:
    with pytest.raises(ConfigError, match="GCJ-02; convert them"):
        load_city(read_city("xining").model_copy(update={"datum": "GCJ-02"}))
