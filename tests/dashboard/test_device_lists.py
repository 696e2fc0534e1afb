"""`yiping devices`: a file checked, the registry listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.read import read_city, read_words
from config.settings import CITIES
from dashboard import device_lists
from dashboard.cli import app
from streams.device_file import read_devices
from streams.places import Places
from streams.registrar import FILE
from tests.dashboard.desk_city import Lists, lists
from tests.dashboard.moments import NOW
from tests.streams.test_places import DISTRICTS, square

EN = read_words("en")


@pytest.fixture
def database() -> Lists:
    return lists(lambda: NOW)


def test_a_right_file_and_what_it_leaves_open(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_text("device,metric,lat,lon,interval,state\na,rain,36.6,101.8,60,\nb,rain,,,,\nc,,,,,retired\n", "utf-8")
    assert device_lists.check(file, EN, 0) == [
        "2 devices with 2 metrics are right; 1 retired",
        "1 have no coordinates (b): readings that do not tell theirs will be on no map",
        "1 have no interval (b): nobody will see when they are silent",
    ]


def test_a_file_says_who_stands_outside_or_the_wrong_way_round(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_text("device,metric,lat,lon,interval\na,rain,36.5,101.5,60\nb,rain,30.5,101.5,60\n", "utf-8")
    assert device_lists.check(file, EN, 0, Places(9, DISTRICTS))[1:] == [
        "1 stand outside the city (b): readings that take their place from here are in no figure; "
        "look at lat, lon and datum"
    ]
    file.write_text("device,metric,lat,lon,interval\nu,rain,87.6,36.8,60\n", "utf-8")
    west = Places(9, {"type": "FeatureCollection", "features": [square(650102, 87.0)]})
    assert device_lists.check(file, EN, 0, west)[1:] == [
        "1 have lat and lon the other way round (u): they are changed over; write them right"
    ]


def test_the_command_says_every_mistake_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    file.write_text("device,metric,lat,lon\na,rain,north,101.8\n,rain,,\n", "utf-8")
    result = CliRunner().invoke(app, ["devices", "check", str(file)])
    assert result.exit_code == 2
    assert "line 2, column lat: 'north' is no number" in result.output
    assert "line 3, column device: is blank" in result.output
    assert CliRunner().invoke(app, ["devices", "check", str(tmp_path / "no.csv")]).exit_code == 2


@pytest.mark.parametrize("path", sorted(CITIES.glob(f"*/{FILE}")), ids=lambda path: path.parent.name)
def test_files_of_the_profiles_are_right_and_agree_with_city_yaml(path: Path) -> None:
    """警戒 and 保证 stand in city.yaml for the screens, and here for the registry."""
    entries = {one.entry.device: one.entry for one in read_devices(path.read_bytes(), str(path), 0)}
    for station in read_city(path.parent.name).stations:
        entry, marks = entries[station.id], station.marks
        assert (entry.lat, entry.lon, entry.name_zh) == (station.lat, station.lon, station.name["zh-CN"])
        told = f'{{"water_level":{{"warning":{marks.warning},"guarantee":{marks.guarantee}}}}}' if marks else ""
        assert entry.thresholds == told


def test_registered_devices_stand_under_their_heads(database: Lists) -> None:
    lines = list(device_lists.every(database, EN))  # type: ignore[arg-type]
    assert [line.split() for line in lines] == [
        ["device", "kind", "metrics", "interval", "gateway", "owner"],
        *(["wl-" + str(number), "water", "water_level", "60.0", "gw-1", "水务局"] for number in range(3)),
    ]


def test_unknown_and_silent_ones(database: Lists) -> None:
    unknown = device_lists.unknown(database, EN, NOW)  # type: ignore[arg-type]
    assert unknown[1].split() == ["pump-9", "sump_level", "7", "1", "min", "ago", "36.60000,101.80000"]
    silent = device_lists.silent(database, EN, NOW)  # type: ignore[arg-type]
    assert silent[1].split() == ["gateway", "gw-1", "2", "—", "10", "min", "ago"]


def test_columns_know_that_chinese_is_wide_and_steer_no_terminal() -> None:
    assert device_lists.columns(["a", "b"], [["水务", "\x1b[31m"], ["x", "y"]]) == ["a     b", "水务  ?[31m", "x     y"]
