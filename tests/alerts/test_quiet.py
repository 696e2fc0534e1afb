"""What is kept quiet is so for a reason that can be named, and for no longer than that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import h3.api.basic_int as h3
import pytest

from alerts.quiet import TOLD, Flapping, Rules, fault, verdicts
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from layers.area import Area
from tests.alerts.made import rule
from tests.alerts.made_alerts import BOOK, NOW, alert, quiet

MINUTE = timedelta(minutes=1)


def test_an_alert_is_told_unless_something_hides_it() -> None:
    assert verdicts([alert(), alert("other")], Rules(BOOK), NOW) == {"storm-a": TOLD, "other-a": TOLD}


def test_a_silence_hides_what_it_matches_while_it_runs() -> None:
    rules = Rules(BOOK, [quiet()])
    found = verdicts([alert(), alert("other")], rules, NOW)
    assert (found["storm-a"].why, found["storm-a"].quiet, found["other-a"]) == ("silence", quiet(), TOLD)
    assert not found["storm-a"].shown
    for moment in (quiet().starts - MINUTE, quiet().ends):
        assert verdicts([alert()], rules, moment)["storm-a"].told


@pytest.mark.parametrize(
    "given",
    [{"rule": "other"}, {"scenario": "urban"}, {"place": "b"}, {"district": "630103"}, {"level": "blue"}],
)
def test_every_matcher_must_match(given: dict[str, str]) -> None:
    assert verdicts([alert()], Rules(BOOK, [quiet(**given)]), NOW)["storm-a"].told
    same = {"rule": "storm", "scenario": "emergency", "place": "a", "district": "630102", "level": "yellow"}
    assert not verdicts([alert()], Rules(BOOK, [quiet(**same)]), NOW)["storm-a"].told


def test_red_is_hidden_only_by_a_silence_that_says_so() -> None:
    red = alert(level="red")
    assert verdicts([red], Rules(BOOK, [quiet()]), NOW)["storm-a"].told
    assert verdicts([red], Rules(BOOK, [quiet(level="red")]), NOW)["storm-a"].why == "silence"


def test_of_two_silences_the_longer_is_named() -> None:
    longer = quiet(id="s2", ends=NOW + 2 * timedelta(hours=1), kind="maintenance")
    verdict = verdicts([alert()], Rules(BOOK, [quiet(), longer]), NOW)["storm-a"]
    assert (verdict.why, verdict.quiet) == ("maintenance", longer)


def test_a_firing_rule_stands_in_for_another_of_its_district() -> None:
    near, far = alert("hour", place="b"), alert("hour", place="c", district="630103")
    found = verdicts([alert(place="x"), near, far], Rules(BOOK), NOW)
    assert (found["hour-b"].why, found["hour-b"].by) == ("inhibited", "storm-x")
    assert found["hour-c"].told
    assert found["storm-x"].told


@pytest.mark.parametrize(
    "source", [alert(level="blue"), alert(state="stale"), alert(district="", place="b"), alert("other")], ids=str
)
def test_no_other_stands_in(source: object) -> None:
    """A milder one, one whose data stopped, one elsewhere, one that does not name the rule."""
    assert verdicts([source, alert("hour")], Rules(BOOK), NOW)["hour-a"].told  # type: ignore[list-item]


def test_who_stands_in_must_be_told() -> None:
    found = verdicts([alert(), alert("hour"), alert("minute")], Rules(BOOK, [quiet()]), NOW)
    assert [found[one].why for one in ("storm-a", "hour-a", "minute-a")] == ["silence", None, "inhibited"]


def test_what_is_stood_in_for_stands_in_for_the_next() -> None:
    found = verdicts([alert("minute"), alert("hour"), alert()], Rules(BOOK), NOW)
    assert [(found[one].why, found[one].by) for one in ("hour-a", "minute-a")] == [
        ("inhibited", "storm-a"),
        ("inhibited", "hour-a"),
    ]


def test_a_place_that_opens_too_often_flaps() -> None:
    times = [NOW - n * 10 * MINUTE for n in range(4)]
    verdict = verdicts([alert()], Rules(BOOK, (), {("storm", "a"): times}), NOW)["storm-a"]
    assert (verdict.why, verdict.since, verdict.opened, verdict.shown) == ("flapping", times[0], 4, True)
    assert verdicts([alert(level="red")], Rules(BOOK, (), {("storm", "a"): times}), NOW)["storm-a"].told
    assert verdicts([alert()], Rules(BOOK, (), {("storm", "a"): times[1:]}), NOW)["storm-a"].told
    patient = Rules(BOOK, (), {("storm", "a"): times}, Flapping(3, timedelta(minutes=30)))
    assert verdicts([alert()], patient, NOW)["storm-a"].told


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, ""),
        ({"kind": "cancel"}, "kind"),
        ({"owner": " "}, "owner"),
        ({"owner": "x" * 41}, "owner_long"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason_long"),
        ({"rule": ""}, "everything"),
        ({"level": "clear"}, "level"),
        ({"ends": NOW}, "over"),
        ({"starts": NOW + timedelta(hours=2)}, "backwards"),
        ({"ends": NOW + timedelta(days=30)}, "long"),
    ],
)
def test_what_may_not_be_silenced_is_refused(given: dict[str, str], why: str) -> None:
    assert fault(quiet(**given), NOW) == why


SQUARE = ((36.55, 101.65), (36.55, 101.75), (36.65, 101.75), (36.65, 101.65))
DRAWN = Area("a1", "老城", SQUARE, "李", "演练", NOW)


def in_area(**given: Any) -> bool:
    """Whether a silence of the area hides an alert; `kind` is that of the rule's place."""
    kind = {"kind": given.pop("kind", "device"), **given.pop("at", {})}
    book = RuleBook(rules=(rule(key="storm", place=kind),))
    silence = quiet(rule="", area="a1", within=DRAWN)
    return not verdicts([alert(**given)], Rules(book, [silence]), NOW)[f"storm-{given.get('place', 'a')}"].told


def test_a_silence_of_an_area_hides_what_lies_in_it() -> None:
    assert in_area()
    assert in_area(kind="cell", at={"across": "max"})
    assert not in_area(lat=36.7), "outside"
    assert not in_area(lat=None, lon=None), "nobody knows where"
    inside = int(h3.latlng_to_cell(36.6, 101.7, 9))
    assert in_area(lat=None, lon=None, cell=inside), "its cell says where"


def test_a_district_is_more_than_the_area_its_worst_device_lies_in() -> None:
    assert not in_area(kind="district", at={"across": "max"})
    assert in_area(kind="district", at={"across": "max"}, place="area:a1"), "the area's own"
    assert not in_area(place="area:a2", lat=36.7)


def test_a_silence_of_an_area_that_nobody_drew_is_refused() -> None:
    assert fault(quiet(rule="", area="a1"), NOW) == "area"
    assert fault(quiet(rule="", area="a1", within=DRAWN), NOW) == ""


PAIR = RuleBook(
    rules=(rule(key="level", inhibits_here=["ahead"]), rule(key="ahead", inhibits_here=["level"]), rule(key="other"))
)


@pytest.mark.parametrize(
    ("level", "ahead", "told"),
    [
        ("yellow", "orange", "ahead-a"),
        ("orange", "yellow", "level-a"),
        ("yellow", "yellow", "level-a"),  # as bad: what is there already, and not what will be
    ],
)
def test_of_two_that_name_each_other_the_worse_is_told(level: str, ahead: str, told: str) -> None:
    alerts = [alert("ahead", ahead), alert("level", level)]
    found = verdicts(alerts, Rules(PAIR), NOW)
    assert [name for name, one in found.items() if one.told] == [told]
    assert {one.by for one in found.values()} == {"", told}


def test_only_of_the_very_same_place() -> None:
    found = verdicts([alert("ahead", "yellow", place="b"), alert("level", "red")], Rules(PAIR), NOW)
    assert all(one.told for one in found.values()), "another gauge of the same district is another river"


def test_one_without_data_stands_in_for_nobody() -> None:
    for stale in ("level", "ahead"):
        other = {"level": "ahead", "ahead": "level"}[stale]
        found = verdicts([alert(stale, "yellow", state="stale"), alert(other, "yellow")], Rules(PAIR), NOW)
        assert found[f"{other}-a"].told
        assert found[f"{stale}-a"].why == "inhibited"


def test_a_gauge_is_one_alert_of_level_and_forecast() -> None:
    book = read_rulebook()
    both = [alert("river_forecast", "orange"), alert("river_level", "yellow")]
    found = verdicts(both, Rules(book), NOW)
    assert (found["river_forecast-a"].told, found["river_level-a"].by) == (True, "river_forecast-a")
