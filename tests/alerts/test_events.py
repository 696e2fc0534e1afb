"""Official warnings by themselves: each is a place, lies where its issuer says, and stays one through its updates."""

from __future__ import annotations

import math
from typing import Any

import pytest

from alerts.alert import Alert, Observation, Spot
from alerts.engine import step
from alerts.events import event_of, fits, place_of_event, roots, spot_of_event, told_of
from alerts.explain import headline, named, place_name, sentence
from alerts.gather import Scene
from alerts.outside import Told, warned
from alerts.quiet import Rules, verdicts
from alerts.reasons import swept
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from alerts.states import State
from config.read import read_city, read_words
from layers.geometry import load_city, read_districts
from tests.alerts.made import MINUTE, rule
from tests.alerts.made_alerts import NOW as THEN
from tests.alerts.made_alerts import alert, quiet

PROFILE = read_city("xining")
DISTRICTS = read_districts(PROFILE)
CITY = load_city(PROFILE)
WHOLE = str(PROFILE.adcode)
ZH, EN = read_words("zh-CN"), read_words("en")
RULE = read_rulebook().rule("official_warning")
NOW = 1_795_233_600_000
NOWHERE = (math.nan, math.nan, 0, "")
HERE = (36.6, 101.7, 617_700_169_958_293_503, "630102")


def told(event: str, title: str, area: str = "", spot: tuple[float, float, int, str] = NOWHERE) -> Told:
    return Told(event, ("warning", "", title, "西宁市气象台", area), NOW, spot)


THREE = (
    told("w1", "暴雨红色预警信号", "西宁市", HERE),
    told("w2", "大风蓝色预警信号", "湟源县"),
    told("w3", "地质灾害橙色预警", "", HERE),
)


def seen(*words: Told, places: tuple[str, ...] = ()) -> dict[str, Observation]:
    return {one.place: one for one in warned(RULE, words, Scene(PROFILE, NOW, frozenset(places)), DISTRICTS)}


def opened(one: Told, **given: Any) -> Alert:
    """The alert of a warning, as the journal has it."""
    (found,) = seen(one).values()
    (change,) = step(RULE, {}, [found], NOW).transitions
    spot, detail = {name: getattr(found.spot, name) for name in ("lat", "lon", "cell", "district")}, change.detail
    return alert(RULE.key, change.after, **{"place": found.place, "detail": detail, **spot, **given})


# -- places


def test_three_at_once_are_three_and_what_is_over_has_nothing() -> None:
    found = seen(*THREE, places=("event:w1", "event:gone", WHOLE))
    assert {place: one.value for place, one in found.items()} == {
        "event:w1": 4.0, "event:w2": 1.0, "event:w3": 3.0, "event:gone": 0.0, WHOLE: 0.0,
    }  # fmt: skip
    assert found["event:w1"].detail == {
        "title": "暴雨红色预警信号", "sender": "西宁市气象台", "event": "w1", "city": WHOLE, "area": "西宁市",
    }  # fmt: skip
    assert "area" not in found["event:w3"].detail


@pytest.mark.parametrize(
    ("area", "spot", "district", "lat"),
    [
        ("", HERE, "630102", 36.6),
        ("西宁市", HERE, "", 36.6),  # the middle of a city lies in some district
        ("全市", HERE, "", 36.6),
        ("西宁市城东区", HERE, "630102", 36.6),
        ("湟源县", HERE, "630123", 36.585),  # its label, for the point is elsewhere
        ("大通县北部山区", NOWHERE, "630121", 37.097),
        ("Huangyuan County", NOWHERE, "630123", 36.585),
        ("湟源县、湟中区", HERE, "", 36.6),
        ("小峡口", HERE, "630102", 36.6),
        ("青海省", NOWHERE, "", 36.8),
        ("", NOWHERE, "", 36.8),
    ],
)
def test_it_lies_where_its_issuer_says(area: str, spot: Any, district: str, lat: float) -> None:
    given = Spot(None, None) if spot is NOWHERE else Spot(*spot)
    found = spot_of_event(area, given, PROFILE, DISTRICTS)
    assert (found.district, found.lat) == (district, pytest.approx(lat, abs=0.001))
    assert found.cell == (given.cell if found.lat == given.lat else 0)


def test_the_place_of_an_event_is_taken_for_no_other() -> None:
    assert event_of(place_of_event(WHOLE)) == WHOLE
    assert event_of(WHOLE) == event_of("area:a1") == ""
    alerts = [opened(one) for one in THREE]
    assert [told_of(one.place, one.district, PROFILE) for one in alerts] == [WHOLE, "630123", "630102"]
    assert told_of(alert().place, alert().district, PROFILE) == "a"


@pytest.mark.parametrize(
    ("references", "found"),
    [
        ((), {}),
        ([("b", "a"), ("c", "a")], {}),
        ([("b", "a"), ("c", "b"), ("d", "c")], {"b": "a", "c": "a"}),
        ([("b", "a"), ("c", "b"), ("b", "a")], {"b": "a"}),
        ([("a", "b"), ("b", "a"), ("c", "b")], {"b": "a"}),  # a ring is one event, too
    ],
)
def test_updates_of_updates_are_of_the_first(references: list[tuple[str, str]], found: dict[str, str]) -> None:
    assert roots(references) == found


# -- a rule that spoke of other places before


def test_what_stood_for_the_city_is_cleared_when_each_is_told_by_itself() -> None:
    other = rule(key="river")
    old = State("red", opened=NOW, changed=NOW)
    states = {RULE.key: {WHOLE: old, "event:w1": old}, "river": {WHOLE: old}, "gone": {"a": old}}
    kept, gone = swept((RULE, other), states, NOW + MINUTE)
    assert kept == {RULE.key: {"event:w1": old}, "river": {WHOLE: old}}
    told = [(one.rule, one.place, one.before, one.after, one.reason) for one in gone]
    assert told == [
        ("gone", "a", "red", "clear", "rule_removed"),
        (RULE.key, WHOLE, "red", "clear", "rule_changed"),
    ]
    back = RULE.model_copy(update={"place": RULE.place.model_copy(update={"kind": "city"})})
    assert [fits(one, place) for one in (RULE, back) for place in (WHOLE, "event:w1")] == [False, True, True, False]


# -- words


def test_each_is_called_what_its_issuer_calls_it_and_where() -> None:
    said = [(headline(one, RULE, ZH), place_name(one, ZH, CITY)) for one in map(opened, THREE)]
    assert said == [("官方暴雨红色预警", "西宁"), ("官方大风蓝色预警", "湟源县"), ("官方地质灾害橙色预警", "城东区")]
    english = [(headline(one, RULE, EN), place_name(one, EN, CITY)) for one in map(opened, THREE)]
    assert english[0] == ("Rainstorm, red (official)", "Xining")
    assert max(len(name) for name, _ in said) <= 10


@pytest.mark.parametrize(
    ("area", "place"),
    [
        ("西宁市", "西宁"),
        ("城东区", "城东区"),
        ("大通县北部山区", "大通县"),
        ("湟源县、湟中区", "湟源县、湟中区"),
        ("小峡口", "城东区 小峡口"),
        ("东川、西川、南川、北川沿岸以及南北两山", "城东区"),
    ],
)
def test_its_place_is_its_area_by_name(area: str, place: str) -> None:
    one = opened(told("w", "暴雨红色预警信号", area, HERE))
    assert place_name(one, ZH, CITY) == place
    assert f"；范围：{area}" in sentence(one, RULE, ZH, PROFILE), "all of it stands in the sentence"
    assert "同时生效" not in sentence(one, RULE, ZH, PROFILE)


def test_what_it_was_is_told_by_its_history() -> None:
    (first,) = step(RULE, {}, seen(told("w", "暴雨黄色预警信号")).values(), NOW).transitions
    states = step(RULE, {}, seen(told("w", "暴雨黄色预警信号")).values(), NOW).states
    (end,) = step(RULE, states, seen(places=("event:w",)).values(), NOW + MINUTE).transitions
    assert end.after == "clear"
    assert named([first, end], RuleBook(rules=(RULE,)), ZH) == "官方暴雨黄色预警"


# -- silences


@pytest.mark.parametrize(
    ("given", "hidden"),
    [
        ({"place": "event:w3"}, ["w3"]),
        ({"district": "630102"}, ["w3"]),
        ({"place": "630102"}, ["w3"]),
        ({"district": "630123"}, ["w2"]),
        ({"place": WHOLE}, ["w1", "w2", "w3"]),
        ({"place": WHOLE, "level": "orange"}, ["w2", "w3"]),
        ({"rule": RULE.key}, ["w1", "w2", "w3"]),
    ],
)
def test_a_silence_of_a_district_hides_its_own_and_one_of_the_city_all(
    given: dict[str, str], hidden: list[str]
) -> None:
    known = [opened(one) for one in THREE]
    silence = quiet(**{"rule": "", "level": "red", **given})
    found = verdicts(known, Rules(RuleBook(rules=(RULE,)), [silence]), THEN)
    assert [event_of(one.place) for one in known if not found[one.id].told] == hidden


def test_a_silence_of_the_city_hides_no_device() -> None:
    book = RuleBook(rules=(rule(key="storm"),))
    assert verdicts([alert()], Rules(book, [quiet(rule="", place=WHOLE)]), THEN)["storm-a"].told
    assert verdicts([alert()], Rules(book, [quiet(rule="", place="630102")]), THEN)["storm-a"].told


@pytest.mark.parametrize(("area", "hidden"), [("城东区", True), ("西宁市", True), ("湟源县", False)])
def test_one_for_all_of_the_city_stands_in_everywhere(area: str, hidden: bool) -> None:
    book = RuleBook(rules=(RULE.model_copy(update={"inhibits": ("storm",)}), rule(key="storm")))
    source = opened(told("w", "暴雨红色预警信号", area))
    assert verdicts([source, alert()], Rules(book), THEN)["storm-a"].told != hidden
