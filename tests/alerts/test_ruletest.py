"""The form in which tests of rules are written, and what they judge."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from alerts.ruletest import Case, Expected, RuleTests, Series, Verdict, judge
from config.read import read_city
from tests.alerts.made import MINUTE, rule

PROFILE = read_city("xining")


def nowhere(_lat: float | None, _lon: float | None) -> tuple[int, str]:
    return 0, "d"


def case(**given: Any) -> Case:
    plain = {"rule": "made", "title": "t", "place": "a", "expect": []}
    return Case.model_validate(plain | given)


def ran(values: list[Any], expect: list[str], **given: Any) -> Verdict:
    made = case(readings=[{"device": "a", "metric": "level", "values": values}], expect=expect, **given)
    return judge(made, rule(), PROFILE, nowhere)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ([1, 2.5, None], (1, 2.5, None)),
        (["3 x 3"], (3, 3, 3)),
        (["null x 2", 1], (None, None, 1)),
        (["1 +0.1 x 4"], (1, 1.1, 1.2, 1.3)),
        (["1 - 1 x 3"], (1, 0, -1)),
        (["-2 x 1"], (-2,)),
    ],
)
def test_values(written: list[Any], values: tuple[float | None, ...]) -> None:
    found = Series.model_validate({"device": "a", "metric": "level", "values": written}).values
    assert found == values


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2.5 blue", Expected(150_000, "blue")),
        ("1h30m clear", Expected(5_400_000, "clear")),
        ("3 red 41.5", Expected(180_000, "red", 41.5)),
    ],
)
def test_transitions(written: str, meant: Expected) -> None:
    assert case(expect=[written]).expect == (meant,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"expect": ["blue"]},
        {"expect": ["1 violet"]},
        {"expect": ["1 blue high"]},
        {"expect": "1 blue"},
        {"expect": {"a": ["1 blue"]}},
        {"place": None},
        {"readings": [{"device": "a", "metric": "m", "values": ["3 times 5"]}]},
        {"readings": [{"device": "a", "metric": "m", "values": 3}]},
        {"readings": [{"device": "a", "metric": "m", "values": [True]}]},
        {"steps": [{"at": 1, "stage": "begun"}]},
        {"start": "2026-07-21T08:00:00"},
        {"colour": "red"},
    ],
)
def test_what_is_no_test(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        case(**wrong)


def test_a_file_without_its_own_rules_is_of_the_default_ones() -> None:
    assert RuleTests.model_validate({"cases": []}).rules == ()


def test_what_comes_as_expected_is_right() -> None:
    assert ran([1, 25, 1], ["1 yellow 25", "2 clear 1"]).right


@pytest.mark.parametrize(
    "expect", [[], ["1 yellow"], ["1 yellow", "3 clear"], ["1 blue", "2 clear"], ["1 yellow 24", "2 clear"]]
)
def test_what_comes_otherwise_is_not(expect: list[str]) -> None:
    assert not ran([1, 25, 1], expect).right


def test_nothing_else_may_come_where_places_are_told() -> None:
    said = [{"device": name, "metric": "level", "values": [25]} for name in ("a", "b")]
    one = case(readings=said, place=None, expect={"a": ["0 yellow"]})
    both = case(readings=said, place=None, expect={"a": ["0 yellow"], "b": ["0 yellow"]})
    assert not judge(one, rule(), PROFILE, nowhere).right
    assert judge(both, rule(), PROFILE, nowhere).right
    assert judge(case(readings=said, expect=["0 yellow"]), rule(), PROFILE, nowhere).right


def test_a_reading_marked_bad_is_not_used() -> None:
    said = [{"device": "a", "metric": "level", "values": [25], "quality": "bad"}]
    assert judge(case(readings=said), rule(), PROFILE, nowhere).right


def test_a_series_may_begin_later_and_a_test_end_later() -> None:
    said = [{"device": "a", "metric": "level", "values": [25], "start": 3}]
    assert judge(case(readings=said, expect=["3 yellow"]), rule(), PROFILE, nowhere).right
    assert judge(case(readings=said, expect=["3 yellow", "8.5 stale"], until="9m"), rule(), PROFILE, nowhere).right


def test_a_test_may_have_gauges_of_its_own() -> None:
    made = rule(watch={"metric": "level", "measure": "last", "window": "5m"}, levels={"red": {"mark": "guarantee"}})
    gauge = {"id": "a", "name": {"en": "A"}, "river": {"en": "R"}, "lat": 36.6, "lon": 101.7}
    said = [{"device": "a", "metric": "level", "values": [4.0]}]
    marked = gauge | {"marks": {"warning": 3.0, "guarantee": 4.0}}
    assert judge(case(readings=said, stations=[marked], expect=["0 red"]), made, PROFILE, nowhere).right
    assert judge(case(readings=said, stations=[gauge]), made, PROFILE, nowhere).right
    with pytest.raises(ValueError, match="no station 'b' to be upstream"):
        judge(case(stations=[marked | {"upstream": {"station": "b", "hours": 1}}]), made, PROFILE, nowhere)


def test_cases_are_of_their_own_unless_they_are_named() -> None:
    made = rule(watch={"cases": "reported", "window": "1h"}, place={"kind": "city"}, levels={"blue": 3})
    city = str(PROFILE.adcode)
    several = case(place=city, steps=[{"at": ["0 x 2", 1], "stage": "reported"}], expect=["1 blue"])
    assert judge(several, made, PROFILE, nowhere).right
    same = case(place=city, steps=[{"at": [0, 0, 1], "stage": "reported", "case": "c"}])
    assert judge(same, made, PROFILE, nowhere).right


def test_the_end_is_when_the_last_series_is_over() -> None:
    assert case(readings=[{"device": "a", "metric": "level", "values": [1, 2]}]).end == 2 * MINUTE
