"""When a rule is in force, and which number is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from alerts.beside import Beside
from alerts.measures import Asking
from alerts.memory import Memory
from alerts.steps import Active
from config.hours import Calendar
from config.read import read_city
from tests.alerts.made import MINUTE, rule
from tests.alerts.test_memory import said, values

ZONE = ZoneInfo("Asia/Shanghai")
PROFILE = read_city("xining")
LEVEL = {"metric": "level", "window": "10m"}


@pytest.mark.parametrize(
    ("given", "inside", "outside"),
    [
        ({"months": [6, 7]}, "2026-06-01T00:00", "2026-05-31T23:59"),
        ({"weekdays": [6, 7]}, "2026-11-21T12:00", "2026-11-20T12:00"),
        ({"days": "working"}, "2026-11-20T12:00", "2026-11-21T12:00"),
        ({"days": "off"}, "2026-10-01T12:00", "2026-09-30T12:00"),
        ({"hours": ["22:00-06:00"]}, "2026-11-21T22:00", "2026-11-21T21:59"),
        ({"months": [6], "hours": ["12:00-13:00"]}, "2026-06-01T12:59", "2026-05-01T12:59"),
    ],
)
def test_active(given: dict[str, Any], inside: str, outside: str) -> None:
    calendar = Calendar(holidays=(date(2026, 10, 1),))
    held = [
        Active.model_validate(given).holds(datetime.fromisoformat(f"{text}:00+08:00"), calendar)
        for text in (inside, outside)
    ]
    assert held == [True, False]


def test_a_rule_that_is_not_in_force_rules_its_places_out() -> None:
    made = rule(active={"hours": ["22:00-06:00"]})
    night, day = 1_795_190_400_000, 1_795_233_600_000  # 2026-11-21 00:00 and 12:00 in China
    assert datetime.fromtimestamp(night / 1000, ZONE).hour == 0
    for now, applies in ((night, True), (day, False)):
        memory = Memory(said(("a", now // MINUTE, 50.0)), {})
        (one,) = Asking(memory, PROFILE, [made], now).observe(made, ())
        assert one.applies is applies


REVISED = {"dated": [{"until": "2026-03-01", "at": 75}, {"from": "2026-03-01", "at": 60}]}


def test_numbers_follow_each_other() -> None:
    made = rule(levels={"blue": REVISED, "red": 250})
    numbers = [made.thresholds(None, day)["blue"] for day in (date(2026, 2, 28), date(2026, 3, 1))]
    assert numbers == [75, 60]
    assert made.thresholds(None)["blue"] == 60
    assert rule(levels={"blue": {"dated": [{"from": "2026-03-01", "at": 1}]}}).thresholds(None, date(2026, 1, 1)) == {}


def test_the_day_is_that_of_the_city() -> None:
    made = rule(levels={"blue": REVISED})
    midnight = 1_772_294_400_000  # 2026-03-01 00:00 in China, still February in UTC
    for now, number in ((midnight - MINUTE, 75), (midnight, 60)):
        (one,) = Asking(Memory(said(("a", now // MINUTE, 1.0)), {}), PROFILE, [made], now).observe(made, "a")
        assert one.thresholds == {"blue": number}


def test_what_the_registry_says_of_a_device_counts_more() -> None:
    marks = {"a": {"level": {"red": 99.0, "warning": 7.0}}, "b": {"other": {"red": 1.0}}}
    memory = Memory(said(("a", 1, 5.0), ("b", 1, 5.0)), {}, Beside(marks))
    own = rule(registered=True, levels={"blue": 10, "red": 40})
    found = {one.place: one.thresholds for one in Asking(memory, PROFILE, [own], MINUTE).observe(own, "ab")}
    assert found == {"a": {"blue": 10, "red": 99}, "b": {"blue": 10, "red": 40}}
    marked = rule(levels={"blue": {"mark": "warning", "offset": -0.5}, "red": {"mark": "highest"}})
    found = {one.place: one.thresholds for one in Asking(memory, PROFILE, [marked], MINUTE).observe(marked, "ab")}
    assert found == {"a": {"blue": 6.5}, "b": {}}


def test_measures_of_a_window() -> None:
    memory = Memory(said(("a", 1, 5.0), ("a", 2, 9.0), ("a", 3, 5.0), ("a", 4, 8.0)), {})
    expected: dict[str, float] = {"change": 3.0, "distinct": 3.0, "absent": 120.0}
    for measure, value in expected.items():
        assert values(memory, 6, watch=LEVEL | {"measure": measure}) == {"a": value}
    for q, value in ((0.0, 5.0), (0.5, 6.5), (1.0, 9.0)):
        assert values(memory, 6, watch=LEVEL | {"measure": "quantile", "q": q}) == {"a": value}


def test_absence_is_heard_now_and_is_forgotten_with_the_window() -> None:
    memory = Memory(said(("a", 1, 5.0)), {})
    watch = {"watch": {"metric": "level", "measure": "absent", "window": "1h"}}
    made = rule(**watch)
    (one,) = Asking(memory, PROFILE, [made], 50 * MINUTE).observe(made, ())
    assert (one.at, one.value) == (50 * MINUTE, 49 * 60.0)
    assert values(memory, 67, **watch) == {}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"enabled": False}, "says why"),
        ({"why_not": {"en": "x"}}, "says why"),
        ({"registered": True, "place": {"kind": "city", "across": "max"}}, "belong to a device"),
        ({"watch": LEVEL | {"measure": "quantile"}}, "wants q"),
        ({"watch": LEVEL | {"measure": "last", "q": 0.5}}, "wants q"),
        ({"levels": {"red": {"at": 1, "dated": [{"at": 2}]}}}, "either a number"),
    ],
)
def test_what_contradicts_itself(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        rule(**given)
