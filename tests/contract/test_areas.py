"""Named areas in the database: kept, ended, and what was is still there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from layers import areas
from layers.area import Area
from layers.areas import AreaRefused
from layers.grid import CityGrid
from streams.clickhouse import Database, Question
from tests.alerts.made_alerts import NOW
from tests.dashboard.moments import city
from tests.layers.test_area import AREA

pytestmark = pytest.mark.contract
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def grid() -> CityGrid:
    return city().grid


def drawn(database: Database, grid: CityGrid, **given: str) -> Area:
    return areas.keep(database, grid, replace(AREA, **given), NOW)  # type: ignore[arg-type]


def test_an_area_is_read_back_as_it_was_drawn(database: Database, grid: CityGrid) -> None:
    kept = drawn(database, grid, name=" 老城 ")
    assert areas.areas(database, NOW) == (kept,)
    assert (kept.name, kept.ring, kept.at, kept.ended) == ("老城", AREA.ring, NOW, None)
    assert areas.areas(database, NOW - MINUTE) == (), "the past does not know it yet"


def test_the_same_one_pressed_twice_is_one_and_a_name_is_given_once(database: Database, grid: CityGrid) -> None:
    kept = drawn(database, grid)
    assert drawn(database, grid) == kept
    with pytest.raises(AreaRefused, match="taken"):
        drawn(database, grid, reason="另一件事")
    assert len(areas.areas(database, NOW)) == 1


def test_an_ended_area_stays_in_the_journal(database: Database, grid: CityGrid) -> None:
    kept = drawn(database, grid)
    ended = areas.end(database, kept.id, "己班", "画错了", NOW + MINUTE)
    assert ended == replace(kept, ended=NOW + MINUTE, ended_by="己班")
    assert areas.areas(database, NOW + MINUTE) == ()
    assert areas.every(database, NOW + MINUTE) == (ended,)
    assert areas.areas(database, NOW) == (kept,), "as of then it stood"
    assert areas.end(database, kept.id, "赵六", "", NOW + 2 * MINUTE) == ended, "it is over already"
    rows = Question("rows", "SELECT kind FROM areas ORDER BY kind")
    assert list(database.ask(rows).column("kind")) == ["drawn", "ended"]
    again = areas.keep(database, grid, AREA, NOW + 2 * MINUTE)
    assert again.id != kept.id, "its name is free again"


@pytest.mark.parametrize(("area", "actor", "why"), [("nothing", "李", "unknown"), ("nothing", " ", "owner")])
def test_what_cannot_be_ended_says_why(database: Database, area: str, actor: str, why: str) -> None:
    with pytest.raises(AreaRefused, match=why):
        areas.end(database, area, actor, "", NOW)


def test_what_is_no_area_is_refused(database: Database, grid: CityGrid) -> None:
    with pytest.raises(AreaRefused, match="few"):
        areas.keep(database, grid, replace(AREA, ring=AREA.ring[:2]), NOW)
    assert areas.every(database, NOW) == ()
