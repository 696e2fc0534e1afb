"""The list of warnings beside the map: the worst first, of the moment shown, and honest about what it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.quiet import Verdict
from config.read import read_words
from dashboard.atlas.alert_list import MOST, listed, place_shown
from dashboard.state import Moment
from dashboard.telling import Teller
from tests.alerts.made_alerts import alert
from tests.dashboard import moments

NOW = moments.NOW
BOOK = moments.book()


def teller(language: str = "zh-CN") -> Teller:
    return Teller(BOOK, moments.city(), read_words(language))


def told(moment: Moment, *, past: bool = False, language: str = "zh-CN") -> dict[str, Any]:
    return listed(moment, teller(language), past=past)


def test_the_worst_first_each_with_level_place_age_and_value() -> None:
    found = told(moments.moment())
    first = found["lines"][0]
    assert (first["level"], first["sign"]) == ("red", "■ 红色")
    assert first["where"]
    assert first["since"].startswith("已 ")
    assert first["state"] in {"未签收", "已签收"}
    assert [level for level, _, _ in found["levels"]] == ["red", "orange", "yellow", "blue"]
    assert found["count"] == sum(n for _, _, n in found["levels"]) == len(found["lines"])
    assert found["doubt"] == found["more"] == found["renamed"] == ""


def test_english_has_no_chinese_in_it() -> None:
    first = told(moments.moment(), language="en")["lines"][0]
    assert all(ord(letter) < 0x2E80 for key in ("sign", "since", "state") for letter in first[key])


def test_of_a_picture_that_stands_still_or_that_nobody_judges_it_says_so() -> None:
    shown = moments.moment()
    assert "研判" in told(replace(shown, watched=NOW - timedelta(hours=5)))["doubt"]
    assert told(replace(shown, at=NOW + timedelta(minutes=3)))["doubt"]
    assert "磁盘已满" in told(replace(shown, free=1))["doubt"]
    assert told(Moment(NOW))["doubt"] == "尚未读到警情", "no warnings read is not no warnings"


def test_what_is_hidden_and_what_is_too_much_is_counted() -> None:
    many = moments.many(NOW, MOST + 6)
    found = told(replace(moments.moment(), alerts=many, verdicts={many[0].id: Verdict("silence")}))
    assert len(found["lines"]) == MOST
    assert found["count"] == MOST + 5
    assert found["more"] == "另有 5 起，见值班台；1 起静默或并入，见值班台"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"detail": {"device": "rain-001"}, "place": "630102"}, "device:rain-001"),
        ({"place": "630102"}, "630102"),
        ({"place": "area:north-9"}, "area:north-9"),
        ({"place": "88248b00c9fffff"}, "cell:88248b00c9fffff"),
        ({"place": "city"}, ""),
    ],
)
def test_a_press_leads_to_device_district_area_or_cell(given: dict[str, Any], expected: str) -> None:
    assert place_shown(alert(**given), moments.city()) == expected


def test_a_value_of_another_moment_says_of_when_it_is() -> None:
    rule = BOOK.rules[0]
    one = alert(rule.key, version=rule.version, observed=NOW - timedelta(minutes=42))
    shown = Moment(NOW, moments.snapshot(NOW), (one,), watched=NOW)
    assert told(shown)["lines"][0]["of"] == "", "the newest that is known now"
    assert told(replace(shown, earlier=frozenset({one.id})))["lines"][0]["of"] == "16:00 的值"
    assert told(replace(shown, alerts=(replace(one, state="stale"),)))["lines"][0]["of"] == "16:00 的值"


def test_names_of_rules_that_were_changed_since_are_those_of_today() -> None:
    rule = BOOK.rules[0]
    same, other = alert(rule.key, version=rule.version), alert(rule.key, version="1", place="b")
    gone = alert("no_such_rule", place="c")
    shown = Moment(NOW, moments.snapshot(NOW), (same, other), watched=NOW)
    assert told(shown, past=True)["renamed"] == "1 起的规则后来改过，名称按现行规则"
    assert told(shown)["renamed"] == "", "now, the rules are those of now"
    assert told(replace(shown, alerts=(same,)), past=True)["renamed"] == ""
    assert told(replace(shown, alerts=(gone,)), past=True)["renamed"]
