"""Rules that speak of a named area."""

from __future__ import annotations

from typing import Any

import h3.api.basic_int as h3
import pytest
from pydantic import ValidationError

from alerts.areas import Borders, UnknownArea, inside
from alerts.beside import Beside
from alerts.explain import place_name
from alerts.gather import Tally, cases
from alerts.measures import Asking
from alerts.memory import Memory
from alerts.rules import Rule
from config.read import read_words
from layers.geometry import read_basins
from tests.alerts.made import MINUTE, rule
from tests.alerts.made_alerts import alert
from tests.alerts.test_memory import PROFILE, said
from tests.dashboard.moments import city
from tests.layers.test_area import AREA

IN, OUT = int(h3.latlng_to_cell(36.63, 101.75, 9)), int(h3.latlng_to_cell(36.70, 101.75, 9))
PLACE = {"kind": "area", "area": "a1", "across": "max"}


def seen(made: Rule, *areas: Any) -> dict[str, float | None]:
    """Two devices in the area, one outside."""
    points = said(("a", 1, 25.0), ("b", 1, 15.0), ("c", 1, 99.0), cell=[IN, IN, OUT])
    asking = Asking(Memory(points, {}, Beside(areas=areas)), PROFILE, [made], 2 * MINUTE)
    return {one.place: one.value for one in asking.observe(made, ())}


def test_an_area_is_as_bad_as_its_worst_device() -> None:
    assert seen(rule(place=PLACE), AREA) == {"area:a1": 25.0}


def test_it_carries_its_name() -> None:
    made = rule(place=PLACE)
    points = said(("a", 1, 25.0), cell=[IN])
    (one,) = Asking(Memory(points, {}, Beside(areas=(AREA,))), PROFILE, [made], 2 * MINUTE).observe(made, ())
    assert (one.detail["area"], one.device) == ("老城", "a")
    told = alert(place="area:a1", detail=dict(one.detail))
    assert place_name(told, read_words("zh-CN"), city()) == "老城"


def test_a_rule_of_an_area_that_is_not_there_fails_and_says_so() -> None:
    with pytest.raises(UnknownArea, match="rule made: there is no area 'a1' in force"):
        seen(rule(place=PLACE))


def test_other_rules_ask_for_no_area() -> None:
    assert seen(rule()) == {"a": 25.0, "b": 15.0, "c": 99.0}


def bound(made: Rule) -> Rule:
    return Borders(lambda: {"a1": AREA}, lambda: read_basins(PROFILE)).bound(made)


def test_cases_of_an_area_are_counted_by_the_middle_of_their_cell() -> None:
    made = bound(rule(place={"kind": "area", "area": "a1"}, watch={"cases": "reported", "window": "1h"}))
    tallies = [
        Tally(IN, "630104", 3, 36.63, 101.75),
        Tally(OUT, "630104", 9, 36.7, 101.75),
        Tally(0, "630104", 9, 0, 0),
    ]
    (one,) = cases(made, tallies, 5, ["area:a1"], PROFILE)
    assert (one.place, one.value) == ("area:a1", 3.0)


@pytest.mark.parametrize(
    "place",
    [
        {"kind": "area", "across": "max"},
        {"kind": "district", "area": "a1", "across": "max"},
        {"kind": "area", "area": "a1"},
        {"kind": "area", "area": "no such/id", "across": "max"},
        {"kind": "area", "area": "a1", "across": "max", "border": []},
    ],
)
def test_what_contradicts_itself_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rule(place=place)


def test_a_border_changes_no_version() -> None:
    made = rule(place=PLACE)
    assert bound(made).version == made.version
    assert inside(AREA.ring, IN)
    assert not inside(AREA.ring, OUT)


NORTH, SOUTH = int(h3.latlng_to_cell(36.95, 101.68, 9)), int(h3.latlng_to_cell(36.55, 101.75, 9))
BASIN = {"kind": "basin", "across": "avg"}


def test_each_basin_of_the_profile_is_a_place_and_has_a_name() -> None:
    points = said(("a", 1, 25.0), ("b", 1, 15.0), ("c", 1, 90.0), cell=[NORTH, NORTH, SOUTH])
    made = rule(place=BASIN)
    found = Asking(Memory(points, {}, Beside()), PROFILE, [made], 2 * MINUTE).observe(made, ())
    assert {one.place: one.value for one in found} == {"basin:beichuan": 20.0, "basin:nanchuan": 90.0}
    told = alert(place="basin:beichuan")
    assert (place_name(told, read_words("zh-CN"), city()), place_name(told, read_words("en"), city())) == (
        "北川河流域",
        "Beichuan basin",
    )


def test_cases_are_counted_by_basin() -> None:
    made = bound(rule(place={"kind": "basin"}, watch={"cases": "reported", "window": "1h"}))
    tallies = [Tally(NORTH, "", 3, 36.95, 101.68), Tally(0, "", 9, 0, 0)]
    (one,) = cases(made, tallies, 5, [], PROFILE)
    assert (one.place, one.value) == ("basin:beichuan", 3.0)


def test_a_city_that_draws_no_basin_has_none() -> None:
    ground = PROFILE.ground.model_copy(update={"basins": None})
    bare = PROFILE.model_copy(update={"ground": ground})
    made = rule(place=BASIN)
    asking = Asking(Memory(said(("a", 1, 25.0), cell=[NORTH]), {}, Beside()), bare, [made], 2 * MINUTE)
    assert asking.observe(made, ()) == []
