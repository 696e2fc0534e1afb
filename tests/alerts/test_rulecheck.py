"""What is said of rules that can be read."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.rulebook import read_rulebook
from alerts.rulecheck import findings
from config.read import read_words
from config.words import LANGUAGES
from tests.alerts.made import rule

WORDS = read_words("en")


def found(**given: Any) -> list[tuple[bool, str]]:
    return [(one.error, one.key) for one in findings(rule(**given), WORDS)]


def water(**given: Any) -> dict[str, Any]:
    return {"watch": {"metric": "water_level", "measure": "last", "window": "10m"} | given}


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_our_rules_there_is_nothing_to_say(language: str) -> None:
    rules = read_rulebook().rules
    known = {rule.key for rule in rules}
    assert [one for rule in rules for one in findings(rule, read_words(language), known)] == []


def test_a_metric_that_nobody_knows_is_worth_a_look() -> None:
    assert found(**water(metric="water_levle")) == [(False, "unknown_metric")]


def test_a_threshold_that_no_sensor_reaches_is_worth_a_look() -> None:
    assert found(**water(), levels={"blue": 3, "red": 50_000}) == [(False, "out_of_reach")]
    assert found(**water(measure="rate_per_hour"), unit="m_per_h", levels={"red": 50_000}) == []


def test_an_area_is_known_to_the_database_only() -> None:
    place = {"kind": "area", "area": "a1", "across": "max"}
    assert found(**water(), place=place) == [(False, "area_unseen")]


def test_a_rule_that_is_not_there_is_worth_a_look() -> None:
    parts = [{"rule": "rain_huor"}, {"rule": "known"}]
    made = rule(
        watch={"all_of": parts}, place={"kind": "cell"}, unit="level", inhibits=["river_levle"], levels={"blue": 1}
    )
    told = [(one.error, one.key, one.at) for one in findings(made, WORDS, {"known"})]
    assert told == [
        (False, "unknown_rule", ("watch", "all_of", 0, "rule")),
        (False, "unknown_rule", ("inhibits", 0)),
    ]


def test_looks_between_which_readings_are_lost_are_worth_a_look() -> None:
    assert found(**water(), every="1d") == [(False, "blind")]
    assert found(**water(), every="12m", stale_after="15m") == []
    assert found(**water(window="400d")) == [(False, "long_window")]


def test_a_language_without_words_and_wide_quotes_are_worth_a_look() -> None:
    assert found(**water(), names={"en": "Made"}) == [(False, "not_said")]
    assert found(**water(), names={"en": "Made", "zh-CN": "“试验”"}) == [(False, "wide_quotes")]


def test_a_unit_without_words_is_wrong() -> None:
    assert found(**water(), unit="furlong") == [(True, "unknown_unit")]


@pytest.mark.parametrize(("unit", "wrong"), [("m", False), ("mm", True), ("ug_m3", True), ("", True)])
def test_a_unit_of_something_else_is_wrong(unit: str, wrong: bool) -> None:
    assert found(**water(), unit=unit) == ([(True, "other_unit")] if wrong else [])


def test_a_rate_or_a_number_of_readings_is_not_in_the_metrics_unit() -> None:
    assert found(**water(measure="rate_per_hour"), unit="m_per_h") == []
    assert found(**water(measure="count"), unit="level") == []


WORTH = (rule(**water(window="400d"), every="500d"), rule(names={"en": "“a”"}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_words(language: str) -> None:
    words = read_words(language)
    for made in (rule(unit="furlong"), rule(**water(), unit="mm"), rule(**water(), levels={"red": 1e6}), *WORTH):
        for one in findings(made, WORDS):
            assert words(f"rules.{one.key}", **one.values)
