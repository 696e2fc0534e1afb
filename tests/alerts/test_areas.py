"""Rules that speak of a named area."""

from __future__ import annotations

from typing import Any

import h3.api.basic_int as h3
import pytest
from pydantic import ValidationError

from alerts.areas import UnknownArea, bound, inside
from alerts.beside import Beside
from alerts.explain import place_name
from alerts.gather import Tally, cases
from alerts.measures import Asking
from alerts.memory import Memory
from alerts.rules import Rule
from config.read import read_words
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


def test_cases_of_an_area_are_counted_by_the_middle_of_their_cell() -> None:
    made = bound(rule(place={"kind": "area", "area": "a1"}, watch={"cases": "reported", "window": "1h"}), {"a1": AREA})
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
    assert bound(made, {"a1": AREA}).version == made.version
    assert inside(AREA.ring, IN)
    assert not inside(AREA.ring, OUT)
