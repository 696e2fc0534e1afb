"""Warnings that cover a place are told in its panel, after those that lie in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import h3.api.basic_int as h3
import pytest

from alerts.alert import Alert
from config.read import read_words
from dashboard.atlas.covering import Warned, warned
from dashboard.atlas.panel_alerts import alerts, counted
from dashboard.atlas.place import Chosen, Facts
from dashboard.atlas.telling import Reader
from dashboard.atlas.view import Place, View
from dashboard.telling import Teller
from layers.area import Area
from layers.basin import basin_of
from layers.scope import Look, of_cell, of_district, of_ring, of_spot
from tests.dashboard.moments import NOW, book, city
from tests.dashboard.moments import alerts as storm
from tests.dashboard.test_desk import text

COUNTY = "630106"
NEAR_BY = (36.63, 101.50)
"""In that county."""
SPOT = of_spot(NEAR_BY, 9, 7, "rain-7")
CELL = int(h3.latlng_to_cell(*NEAR_BY, 8))
RED, *_ = storm(NOW)
CITY = replace(RED, id="c", place="630100", lat=36.9, lon=101.7, district="630121")


def ring(lat: float, lon: float, half: float = 0.01) -> tuple[tuple[float, float], ...]:
    return tuple((lat + half * y, lon + half * x) for y, x in ((-1, -1), (-1, 1), (1, 1), (1, -1)))


AREA = Area("a1", "河谷", ring(*NEAR_BY), "李", "山洪", NOW - timedelta(days=1))


def at(look: Look, *known: Alert) -> list[tuple[str, bool, str]]:
    return [(one.alert.id, one.here, one.over) for one in warned(known, look, city(), (AREA,))]


def of(place: str) -> Alert:
    """A warning of a place whose worst device is elsewhere."""
    return replace(RED, id=place, place=place, lat=36.9, lon=101.7, district="630121")


def test_a_river_that_rises_fast_is_told_where_it_rises() -> None:
    """The rule speaks for the city, of the gauge at which it is worst."""
    assert at(SPOT, replace(CITY, detail={"device": "wl-xigangqiao"})) == []
    assert at(SPOT, replace(CITY, detail={"device": "rain-101"})) == [("c", False, "city")]


@pytest.mark.parametrize(
    "look", [SPOT, of_cell(CELL, 9), of_cell(int(h3.cell_to_parent(CELL, 5)), 9), of_ring(ring(*NEAR_BY))]
)
def test_what_lies_in_a_county_is_told_of_its_warnings_and_of_the_citys(look: Look) -> None:
    county = replace(RED, lat=36.5, lon=101.7)
    there = replace(storm(NOW)[2], lat=NEAR_BY[0], lon=NEAR_BY[1], cell=int(h3.latlng_to_cell(*NEAR_BY, 9)))
    found = at(look, CITY, county, there, storm(NOW)[3])
    assert found == [(there.id, True, ""), (CITY.id, False, "city"), (county.id, False, "district")]


def test_a_district_is_told_of_its_own_and_of_the_citys_alone() -> None:
    found = at(of_district(COUNTY, NEAR_BY), CITY, RED, of(AREA.place), of("630121"))
    assert found == [(RED.id, True, ""), (CITY.id, False, "city")]


def test_a_warning_that_is_worst_here_says_over_what_it_is() -> None:
    worst = replace(RED, lat=NEAR_BY[0], lon=NEAR_BY[1], cell=int(h3.latlng_to_cell(*NEAR_BY, 9)))
    assert at(SPOT, worst) == [(RED.id, True, "district")]


def test_areas_basins_and_wider_cells_that_hold_a_place_are_told() -> None:
    wide = h3.int_to_str(h3.cell_to_parent(CELL, 7))
    basin = basin_of(city().basins, int(h3.latlng_to_cell(*NEAR_BY, 9)))
    assert basin, "the place lies in a basin of the profile"
    known = (of(AREA.place), of(basin), of(wide))
    told = [(AREA.place, False, "area"), (basin, False, "basin"), (wide, False, "cell")]
    assert at(SPOT, *known) == told
    assert at(of_cell(CELL, 9), *known) == told
    elsewhere = of_spot((36.93, 101.60), 9, 7)
    assert [one for one in at(elsewhere, of(AREA.place), of(wide)) if one[1:] != (True, "")] == []


def test_a_cell_within_is_no_cover_and_neither_is_one_beside_it() -> None:
    look = of_cell(int(h3.cell_to_parent(CELL, 7)), 9)
    beside = next(one for one in h3.grid_ring(look.cell, 1))
    assert at(look, of(h3.int_to_str(CELL)), of(h3.int_to_str(beside)), of("rain"), of("ffffffffffffff0")) == []


def test_a_polygon_over_a_border_has_the_warnings_of_both_sides() -> None:
    north = max(city().districts, key=lambda one: one.lat)
    wide = of_ring(((36.55, 101.5), (36.55, 101.55), (36.95, 101.65), (36.95, 101.6)))
    found = at(wide, replace(RED, id="south", lat=36.4, lon=101.2), of(north.adcode))
    assert [(one, over) for one, _, over in found] == [("south", "district"), (north.adcode, "district")]


def told(found: tuple[Warned, ...], language: str, **given: object) -> str:
    words = read_words(language)
    reader = Reader(View("rain", language=language), Teller(book(), city(), words), NOW)
    facts = Facts(Chosen(Place("cell", f"{CELL:x}"), of_cell(CELL, 9)), NOW, alerts=found)
    return " ".join([*map(text, alerts(facts, reader)), *counted(facts, reader)])


@pytest.mark.parametrize(
    ("language", "county", "whole", "head", "none"),
    [
        ("zh-CN", "湟中区全境", "全市", "涵盖这里的 2 起", "这里没有"),
        ("en", "all of Huangzhong", "whole city", "2 that cover this place", "No warning"),
    ],
)
def test_the_panel_says_all_of_what_and_none_only_where_there_is_none(
    language: str, county: str, whole: str, head: str, none: str
) -> None:
    said = told((Warned(RED, False, "district"), Warned(CITY, False, "city")), language)
    assert county in said
    assert whole in said
    assert head in said
    assert none not in said
    assert none in told((), language)
    assert head.replace("2", "1") not in told((Warned(RED, True),), language)


def test_an_area_is_called_by_its_name() -> None:
    assert "河谷全域" in told((Warned(replace(of(AREA.place), detail={"area": "河谷"}), False, "area"),), "zh-CN")
