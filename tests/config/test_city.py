import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config.city import CityProfile, Marks
from config.load import ConfigError
from config.read import city_file, read_city

SMALL: dict[str, Any] = {
    "id": "somewhere",
    "adcode": 1,
    "name": {"en": "Somewhere"},
    "timezone": "Asia/Shanghai",
    "view": {"lat": 1, "lon": 2, "zoom": 3},
}


def test_xining_has_seven_districts_and_its_rivers() -> None:
    profile = read_city("xining")
    districts = json.loads(city_file(profile, profile.districts.file).read_text("utf-8"))["features"]
    assert len(districts) == 7
    assert {station.river["zh-CN"] for station in profile.stations} == {"湟水", "北川河", "南川河"}
    assert profile.sample, "the marks are sample values until the bureau's are known"


def test_rivers_say_that_they_are_schematic() -> None:
    profile = read_city("xining")
    assert profile.rivers
    rivers = json.loads(city_file(profile, profile.rivers.file).read_text("utf-8"))["features"]
    assert all(river["properties"]["schematic"] for river in rivers)


def test_four_stations_stand_on_the_wall() -> None:
    assert len([station for station in read_city("xining").stations if station.on_wall]) == 4


def test_an_unknown_city_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="there are: xining"):
        read_city("atlantis")


def test_a_folder_must_have_the_name_of_its_city(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "city.yaml").write_text(json.dumps(SMALL), "utf-8")
    with pytest.raises(ConfigError, match="make them the same"):
        read_city("elsewhere", tmp_path)


def test_a_missing_map_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"names lakes\.geojson"):
        city_file(read_city("xining"), "lakes.geojson")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("view", {"lat": 91, "lon": 0, "zoom": 1}),
        ("datum", "CGCS"),
        ("id", "Xi Ning"),
        ("colour", 1),
    ],
)
def test_a_profile_that_cannot_be_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        CityProfile.model_validate({**SMALL, key: value})


def test_marks_must_rise() -> None:
    with pytest.raises(ValidationError, match="must rise"):
        Marks(warning=4.5, guarantee=4.0)


def station(name: str, above: str = "", hours: float = 1.0) -> dict[str, object]:
    found: dict[str, object] = {"id": name, "name": {"en": name}, "river": {"en": "River"}, "lat": 36.6, "lon": 101.7}
    return found | ({"upstream": {"station": above, "hours": hours}} if above else {})


def test_a_station_names_the_next_one_up_its_river() -> None:
    profile = CityProfile.model_validate({**SMALL, "stations": [station("b", "a", 1.5), station("a")]})
    assert profile.longest_way == 5_400_000
    assert CityProfile.model_validate({**SMALL, "stations": [station("a")]}).longest_way == 0


def test_a_station_names_several_where_branches_meet() -> None:
    meeting = [{"station": "a", "hours": 2}, {"station": "c", "hours": 3, "share": 0.3}]
    profile = CityProfile.model_validate(
        {**SMALL, "stations": [station("b") | {"upstream": meeting}, station("a"), station("c")]}
    )
    assert [(one.station, one.hours, one.share) for one in profile.stations[0].upstream] == [
        ("a", 2, None),
        ("c", 3, 0.3),
    ]
    assert profile.longest_way == 3 * 3_600_000


TWICE = station("b") | {"upstream": [{"station": "a", "hours": 1}, {"station": "a", "hours": 2}]}


@pytest.mark.parametrize(
    ("stations", "error"),
    [
        ([TWICE, station("a")], "b: a is upstream twice"),
        ([station("b", "c")], "b: no station 'c' to be upstream; there are b"),
        ([station("b", "b")], "b: the way upstream leads back to it"),
        ([station("a", "c"), station("b", "a"), station("c", "b")], "leads back to it"),
        ([station("a"), station("b", "a", 0.0)], "greater than 0"),
        ([station("a"), station("b", "a", 73.0)], "less than or equal to 72"),
    ],
)
def test_water_flows_one_way(stations: list[dict[str, object]], error: str) -> None:
    with pytest.raises(ValidationError, match=error):
        CityProfile.model_validate({**SMALL, "stations": stations})
