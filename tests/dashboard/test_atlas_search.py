"""What a searched text means, and in which order it is told."""

from __future__ import annotations

import time
from typing import Any

import h3.api.basic_int as h3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.atlas.points import Spot, cell, spot
from dashboard.atlas.search import Entry, Keys, joined, keys, search

BOX = (100.9, 36.2, 101.95, 37.5)


@pytest.mark.parametrize(
    "text",
    [
        "36.62,101.77", "101.77,36.62", "36.62 101.77", " 101.77，36.62 ", "36.62N 101.77E", "E101.77 N36.62",
        "北纬36.62 东经101.77", "36°37.2′N 101°46.2′E", "36°37'12\"N, 101°46'12\"E", "36度37分12秒 101度46分12秒",
        "wgs84:36.62,101.77", "+36.62, +101.77", "36.62°, 101.77°", "北纬36度37分12秒东经101度46分12秒",
        "(101.77, 36.62)", "（36.62，101.77）", "[101.77,36.62]", "lat=36.62 lon=101.77", "lng: 101.77, lat: 36.62",
        "纬度36.62，经度101.77", "经度：101.77 纬度：36.62", "36 37 12, 101 46 12", "36:37:12N 101:46:12E",
        "３６．６２，１０１．７７", "geo:36.62,101.77", "101.77，36.62（WGS-84）", "longitude 101.77 latitude 36.62",
    ],
)  # fmt: skip
def test_coordinates_as_people_write_them(text: str) -> None:
    found = spot(text, BOX)
    assert found is not None
    assert (found.lat, found.lon) == pytest.approx((36.62, 101.77), abs=1e-5)


@pytest.mark.parametrize(
    "text",
    ["", "36.62", "西宁", "36.62,", "136.62,201.77", "36.62N 101.77S", "36.62,101.77,5", "wl-001", "630102",
     "36 62 101", "3662101", "mars: 1,2", "36.62.1,101", "lat 36.62", "gcj02", "36 37 12 101 46 12 7",
     "lat=36.62 lat=37"],
)  # fmt: skip
def test_what_is_no_point(text: str) -> None:
    assert spot(text, BOX) is None


def test_another_datum_is_converted() -> None:
    plain, moved = spot("36.62,101.77", BOX), spot("gcj:36.62,101.77", BOX)
    assert plain is not None
    assert moved is not None
    assert moved.source == "GCJ-02"
    assert 0.001 < abs(moved.lon - plain.lon) < 0.01
    for text in (
        "GCJ-02：36.62，101.77",
        "gcj02 101.77,36.62",
        "36.62,101.77 (GCJ-02)",
        "高德 36.62,101.77",
        "36.62 101.77 gcj",
    ):
        assert spot(text, BOX) == moved, text
    assert spot("百度：36.62,101.77", BOX) == spot("36.62,101.77（bd09）", BOX) == spot("bd:36.62,101.77", BOX)
    baidu = spot("bd:36.62,101.77", BOX)
    assert baidu is not None
    assert baidu.source == "BD-09"


def test_south_and_west_are_negative() -> None:
    assert spot("33°52′S 151°12′E", BOX) == Spot(-33.866667, 151.2, "WGS-84")
    assert spot("-33.5,-70.5", BOX) == Spot(-33.5, -70.5, "WGS-84")


@given(st.floats(36.2, 37.5), st.floats(100.9, 101.95))
def test_either_order_is_the_same_point_in_the_city(lat: float, lon: float) -> None:
    lat, lon = round(lat, 5), round(lon, 5)
    assert spot(f"{lat},{lon}", BOX) == spot(f"{lon},{lat}", BOX) == Spot(lat, lon, "WGS-84")


def test_an_h3_index() -> None:
    found = int(h3.latlng_to_cell(36.62, 101.77, 8))
    assert cell(f"{found:x}") == cell(f" {found:X}") == cell(f"cell:{found:x}") == found
    assert (cell("8839b8c5c3fffffff"), cell("f" * 15), cell("630102")) == (None, None, None)


def made(kind: str, id: str, zh: str = "", en: str = "", **given: Any) -> Keys:
    names = {language: name for language, name in (("zh-CN", zh), ("en", en)) if name}
    return keys(Entry(f"{kind}:{id}", kind, id, names, **given))


ALL = (
    made("district", "630104", "城西区", "Chengxi"),
    made("station", "wl-xigangqiao", "西钢桥", "Xigang Bridge"),
    made("facility", "hospital-1", "西宁市第一医院", "First Hospital", others=("医院", "hospital")),
    made("area", "a1", "西山片区"),
    made("device", "rain-017"),
    made("device", "rain-0171"),
    made("device", "mh-rain-1"),
)


def found(text: str) -> list[str]:
    return [entry.id for entry in search(text, ALL)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("西钢桥", ["wl-xigangqiao"]),
        ("西", ["wl-xigangqiao", "hospital-1", "a1"]),
        ("xgq", ["wl-xigangqiao"]),
        ("xigang", ["wl-xigangqiao"]),
        ("XIGANG  bridge", ["wl-xigangqiao"]),
        ("cxq", ["630104"]),
        ("rain-017", ["rain-017", "rain-0171"]),
        ("rain", ["rain-017", "rain-0171", "mh-rain-1"]),
        ("ｒａｉｎ－０１７", ["rain-017", "rain-0171"]),
        ("hospital", ["hospital-1"]),
        ("医院", ["hospital-1"]),
        ("63010", ["630104"]),
        ("bridge", ["wl-xigangqiao"]),
        ("nothing like it", []),
        ("", []),
        ("   ", []),
    ],
)
def test_the_likeliest_is_first(text: str, ids: list[str]) -> None:
    assert found(text) == ids


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    assert len(search(text, ALL)) <= len(ALL)
    spot(text, BOX)
    cell(text)


@given(st.permutations(ALL))
def test_the_order_of_the_entries_does_not_matter(entries: list[Keys]) -> None:
    assert search("西", entries) == search("西", ALL)


def test_a_thing_that_two_lists_name_stands_once() -> None:
    station, device = ALL[1].entry, ALL[4].entry
    assert joined((station,), (station, device)) == (station, device)


def test_five_thousand_places_are_searched_in_time() -> None:
    entries = [made("facility", f"f-{number}", f"第{number}号避难所") for number in range(5000)]
    began = time.process_time()
    search("bns", entries)
    assert time.process_time() - began < 0.25, "50 ms on a quiet machine"
