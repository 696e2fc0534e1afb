"""What an open alert measured at a past moment: asked of the readings, and named as of another where it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from alerts.alert import Alert, Observation, instant
from alerts.rules import Rule, RuleBook
from alerts.valued import to_measure, valued
from tests.alerts.made import MINUTE, rule, saw
from tests.alerts.made_alerts import NOW, alert

AT = round(NOW.timestamp() * 1000)
PLAIN = rule(key="storm")
OFFICIAL = rule(
    key="official",
    watch={"official": ["rain"], "window": "24h"},
    place={"kind": "district"},
    levels={"red": 4},
    unit="level",
)
BOOK = RuleBook(rules=(PLAIN,))


def told(of: Rule = PLAIN, **given: Any) -> Alert:
    return alert(of.key, version=of.version, **given)


def at_then(one: Alert, *seen: Observation, book: RuleBook = BOOK) -> tuple[Alert, bool]:
    """The alert as of NOW, and whether its value is of an earlier moment."""
    (found,), earlier = valued([one], book, {one.rule: seen}, AT)
    return found, one.id in earlier


def test_the_value_is_what_the_rule_saw_then_and_not_that_of_its_last_change() -> None:
    found, earlier = at_then(told(latest=25.0, peak=25.0), saw(PLAIN, 38.5, AT - MINUTE))
    assert (found.latest, found.observed, found.peak) == (38.5, instant(AT - MINUTE), 38.5)
    assert (found.value, found.level) == (25.0, "yellow"), "what caused the level stays what it was"
    assert not earlier


def test_a_value_that_fell_leaves_the_peak() -> None:
    found, _ = at_then(told(peak=31.0), saw(PLAIN, 22.0, AT))
    assert (found.latest, found.peak) == (22.0, 31.0)


def test_a_level_that_looks_over_a_window_of_its_own_tells_that_value() -> None:
    found, _ = at_then(told(), saw(PLAIN, 22.0, AT, levels={"yellow": 27.0}))
    assert found.latest == 27.0


def test_a_place_that_says_nothing_or_said_it_too_long_ago_keeps_its_value_and_says_so() -> None:
    one = told()
    for seen in ((), (saw(PLAIN, 38.5, AT - 6 * MINUTE),), (saw(PLAIN, None, AT),), (saw(PLAIN, 38.5, AT, "b"),)):
        assert at_then(one, *seen) == (one, True)


def test_a_rule_that_was_changed_since_is_not_asked() -> None:
    one = replace(told(), version="an older one")
    assert to_measure([one], BOOK) == ()
    assert at_then(one, saw(PLAIN, 38.5, AT)) == (one, True)
    gone = replace(told(), rule="gone")
    assert to_measure([gone], BOOK) == ()
    assert at_then(gone) == (gone, True)


def test_a_stale_alert_has_the_last_that_was_said_and_a_level_is_its_own_value() -> None:
    stale = told(state="stale")
    assert to_measure([stale], BOOK) == ()
    assert at_then(stale) == (stale, False)
    issued = told(OFFICIAL)
    book = RuleBook(rules=(OFFICIAL,))
    assert to_measure([issued], book) == ()
    assert at_then(issued, book=book) == (issued, False)


def test_each_rule_is_asked_once() -> None:
    assert to_measure([told(), told(place="b")], BOOK) == (PLAIN,)
