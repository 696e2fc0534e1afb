"""A city's files become a grid and drawings; what is wrong with a file is said."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from shapely.geometry import Point, mapping, shape

from config.city import CityProfile
from config.ground import Ground
from config.load import ConfigError
from config.read import read_city
from config.settings import CITIES
from layers.geometry import City, load_city
from streams.datum import from_wgs84
from streams.map_forms import FACILITY_KINDS


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
    assert len({one.tag for one in xining.drawings.values()}) == len(xining.drawings)


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


def test_what_lies_over_the_cells_is_there_once_more_and_outside_is_all_but_the_city(xining: City) -> None:
    over = features(xining, "over")
    for part in ("water", "roads", "rivers", "borders"):
        mine = [one for one in over if one["properties"].get("part") == part]
        assert [one["geometry"] for one in mine] == [one["geometry"] for one in features(xining, part)]
    outside = shape(over[0]["geometry"])
    assert over[0]["properties"] == {"part": "outside"}
    assert outside.contains(Point(116.4, 39.9))
    for district in xining.districts:
        assert not outside.contains(Point(district.lon, district.lat))


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
    return read_city("xining").model_copy(update={"rivers": None, "ground": Ground()})


def test_a_city_without_rivers(tmp_path: Path) -> None:
    profile = copied(tmp_path, (CITIES / "xining" / "districts.geojson").read_text("utf-8"))
    assert features(load_city(profile, tmp_path), "rivers") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read as GeoJSON"),
        ('{"type":"FeatureCollection","features":[]}', "the file: holds nothing"),
        (
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"x"},'
            '"geometry":{"type":"Point","coordinates":[1,2]}}]}',
            r"feature 1 \(x\): adcode is missing; fill it in",
        ),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_city(copied(tmp_path, text), tmp_path)


def test_a_city_of_one_district(tmp_path: Path) -> None:
    whole = {"type": "Polygon", "coordinates": [[[101, 36], [102, 36], [102, 37], [101, 37], [101, 36]]]}
    one = {"type": "Feature", "properties": {"adcode": 990101, "name": "区"}, "geometry": whole}
    city = load_city(copied(tmp_path, json.dumps({"type": "FeatureCollection", "features": [one]})), tmp_path)
    assert [border["properties"]["kind"] for border in features(city, "borders")] == ["outer"]


def test_files_in_another_datum_are_drawn_in_the_right_place(tmp_path: Path) -> None:
    """The districts moved to GCJ-02 by hand, and said to be so, are where they were, to a few metres."""
    plain = json.loads((CITIES / "xining" / "districts.geojson").read_text("utf-8"))
    moved = shapely.transform(
        [shape(one["geometry"]) for one in plain["features"]],
        lambda points: np.array([from_wgs84(lat, lon, "GCJ-02")[::-1] for lon, lat in points]),
    )
    for one, area in zip(plain["features"], moved, strict=True):
        one["geometry"] = mapping(area)
    profile = copied(tmp_path, json.dumps(plain)).model_copy(update={"datum": "GCJ-02", "ground": Ground()})
    there, here = load_city(profile, tmp_path), load_city(read_city("xining"))
    assert there.grid.cells == here.grid.cells
    assert there.bounds == pytest.approx(here.bounds, abs=1e-5)
    label = features(there, "labels")[0]["geometry"]["coordinates"]
    assert metres(label, (101.841, 36.589)) == pytest.approx(170, abs=20), "the label was left in WGS-84: it moves"


def metres(one: Any, other: Any) -> float:
    """Between two near points (lon, lat)."""
    return 111_195 * math.hypot((one[0] - other[0]) * math.cos(math.radians(one[1])), one[1] - other[1])


def test_what_the_profile_gives_stands_in_the_city(xining: City) -> None:
    assert {one.kind for one in xining.facilities} == set(FACILITY_KINDS)
    assert all(one.sample for one in (*xining.facilities, *xining.cameras, *xining.weights))
    for one in (*xining.facilities, *xining.cameras):
        here = xining.district_at(one.lat, one.lon)
        assert here is not None, one.id
    assert xining.facility("pump-01") in xining.facilities
    assert xining.facility("none") is None


def test_what_is_drawn_says_its_names_and_that_it_is_schematic(xining: City) -> None:
    for key in ("roads", "water"):
        for one in features(xining, key):
            assert set(one["properties"]["name"]) == {"zh-CN", "en"}
            assert one["properties"]["schematic"] is True
            assert one["properties"]["sample"] is True
    first = features(xining, "facilities")[0]["properties"]
    assert first == {
        "id": "hospital-01", "kind": "hospital", "sample": True, "capacity": 750.0,
        "name": {"zh-CN": "城中示例医院1", "en": "Chengzhong sample hospital 1"},
    }  # fmt: skip
    assert features(xining, "cameras")[0]["properties"]["link"] == "https://video.example/cameras/xigangqiao"


def test_schematic_lines_are_labelled_so(xining: City) -> None:
    labels = [one["properties"] for one in features(xining, "labels")]
    assert [one["rank"] for one in labels] == sorted(one["rank"] for one in labels)
    notes = {(one["kind"], one["note"]) for one in labels}
    assert notes == {
        ("district", ""),
        ("river", "schematic"),
        ("road", "schematic"),
        ("water", "schematic"),
        ("place", ""),
    }
    assert len([one for one in labels if one["name"]["zh-CN"] == "湟水"]) == 1


def test_residents_are_as_many_at_any_resolution(xining: City) -> None:
    people = xining.weight("people")
    assert people is not None
    assert people.native == 8
    for resolution in (5, 6, 7, 8, 9, 10):
        found = people.at(resolution)
        assert sum(found.values()) == pytest.approx(people.total)
        assert {h3.get_resolution(cell) for cell in found} == {resolution}
    assert len(people.at(9)) == 7 * len(people.at(8))
