"""Late data on a real ClickHouse: what it would have changed is appended beside the journal, once."""

from __future__ import annotations

import time
from typing import Any

import pytest

from alerts import errata, journal
from alerts.alert import instant
from alerts.corrections import Correction, in_force
from alerts.latecomers import LATE
from alerts.review import FAR, Review
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from alerts.watch import Watch
from config.read import read_city
from dashboard import inflow
from tests.alerts.made import MINUTE, rule
from tests.contract.city_part import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE
NOW = round(time.time() / 60 - 300) * MINUTE
THEN = NOW - 3 * DAY
RIVER = read_rulebook().rule("river_level")
GAUGE = "wl-xigangqiao"
FLOOD = [3.0, 3.8, 4.1, 4.6, 5.3, 5.3, 4.2, 3.0]
"""Levels a quarter of an hour apart: red, and down again."""
CELL = 617_700_169_958_293_503


def reviewing(town: Town, *rules: Any, **given: Any) -> Review:
    return Review(town.database, PROFILE, rules or (RIVER,), **given)


def watched(town: Town, first: int, last: int, *rules: Any, every: int = MINUTE) -> Watch:
    """A watch that was there from `first` to `last`."""
    watch = Watch(town.database, PROFILE, RuleBook(rules=rules or (RIVER,)), "me:0", first)
    watch.states = journal.load_states(town.database)
    for now in range(first, last + 1, every):
        watch.decide(now)
    return watch


def flood(town: Town, received: int, levels: list[float] = FLOOD, at: int = THEN, source: str = "") -> None:
    points = {at + n * 15 * MINUTE: level for n, level in enumerate(levels)}
    town.read("water_level", GAUGE, points, received=received, source=source)


def found(town: Town) -> tuple[Correction, ...]:
    return in_force(errata.corrections(town.database))


def journaled(town: Town) -> list[Any]:
    return list(journal.history(town.database, "", instant(THEN - DAY)))


def test_a_flood_that_is_told_days_late_corrects_the_journal_once(town: Town) -> None:
    town.read("water_level", GAUGE, {NOW - MINUTE: 4.1})
    watched(town, NOW - MINUTE, NOW)
    before, shown = journaled(town), journal.open_alerts(town.database, instant(NOW))
    flood(town, NOW - 5 * MINUTE)
    review = reviewing(town)
    for turn in range(3):
        review.turn(NOW + turn * 30_000)
    (one,) = found(town)
    assert (one.rule, one.place, one.verdict, one.told) == ("river_level", GAUGE, "missed", None)
    assert one.now is not None
    assert (one.now.level, one.now.peak) == ("red", 5.3)
    assert abs(one.now.since - (THEN + 15 * MINUTE)) <= MINUTE
    assert one.now.until is not None
    assert THEN + 90 * MINUTE < one.now.until < THEN + 3 * HOUR
    assert one.at == one.now.since
    assert (one.lateness.stream, one.lateness.device, one.lateness.devices) == ("iot", GAUGE, 1)
    assert one.lateness.late == NOW - 5 * MINUTE - THEN
    assert one.version == RIVER.version
    assert errata.corrections(town.database, alert=one.missed) == (one,), "it is found by a name, as any alert"
    assert inflow.corrected(town.database) == {"missed": 1}
    journal.act(town.database, one.missed, "note", "li", "the gauge was offline", instant(NOW))
    assert journaled(town) == before, "nothing is overwritten, no alert begins"
    assert journal.open_alerts(town.database, instant(NOW)) == shown
    assert [alert.level for alert in shown] == ["yellow"]


def test_a_restart_and_a_second_one_say_nothing_again(town: Town) -> None:
    flood(town, NOW - 5 * MINUTE)
    for review in (reviewing(town), reviewing(town), reviewing(town)):
        review.turn(NOW)
        review.turn(NOW + MINUTE)
    again = reviewing(town)
    again._mark = NOW - DAY  # as if its mark had never been written
    again.turn(NOW + 2 * MINUTE)
    assert len(errata.corrections(town.database)) == 1


def test_the_same_late_data_twice_is_one_correction(town: Town) -> None:
    review = reviewing(town)
    for minutes in (5, 3):
        flood(town, NOW - minutes * MINUTE)
    review.turn(NOW)
    flood(town, NOW + HOUR - 5 * MINUTE)
    review.turn(NOW + HOUR)
    assert len(errata.corrections(town.database)) == 1


def test_more_late_data_takes_the_place_of_a_correction(town: Town) -> None:
    review = reviewing(town)
    flood(town, NOW - 5 * MINUTE, FLOOD[:3])
    review.turn(NOW)
    flood(town, NOW + HOUR - 5 * MINUTE)
    review.turn(NOW + HOUR)
    first, second = errata.corrections(town.database)
    assert [one.now and one.now.level for one in (first, second)] == ["yellow", "red"]
    assert second.previous == first.id
    assert (second.missed, errata.corrections(town.database, alert=first.missed)) == (first.missed, (first, second))
    assert found(town) == (second,)


def test_late_data_mends_a_value_and_takes_a_correction_back(town: Town) -> None:
    review = reviewing(town)
    flood(town, NOW - 5 * MINUTE)
    review.turn(NOW)
    flood(town, NOW + HOUR - 5 * MINUTE, [3.0] * len(FLOOD))
    review.turn(NOW + HOUR)
    (one,) = found(town)
    assert (one.verdict, one.now, one.told) == ("as_told", None, None)


def test_an_alert_that_should_not_have_been(town: Town) -> None:
    flood(town, THEN, [5.3, 5.3])
    watched(town, THEN, THEN + 20 * MINUTE)
    (alert,) = {one.alert for one in journaled(town)}
    mended = {THEN: 3.0, THEN + 15 * MINUTE: 3.0}
    town.read("water_level", GAUGE, mended, received=NOW - 5 * MINUTE)
    reviewing(town).turn(NOW)
    (one,) = found(town)
    assert (one.verdict, one.now, one.alerts) == ("never", None, (alert,))
    assert one.told is not None
    assert (one.told.level, one.told.since, one.told.until) == ("red", THEN, None)
    assert errata.corrections(town.database, alert=alert) == (one,)


def test_a_level_that_was_higher(town: Town) -> None:
    heard = {THEN + n * MINUTE: 3.8 for n in range(30)} | {THEN + n * MINUTE: 3.0 for n in range(30, 60)}
    town.read("water_level", GAUGE, heard)
    watched(town, THEN, THEN + HOUR)
    town.read("water_level", GAUGE, {THEN + 10 * MINUTE + 5000: 4.7}, received=NOW - 5 * MINUTE)
    reviewing(town).turn(NOW)
    (one,) = found(town)
    assert one.now is not None
    assert one.told is not None
    assert (one.verdict, one.now.level, one.told.level) == ("higher", "orange", "blue")


def test_what_is_a_little_late_or_changes_nothing_is_no_correction(town: Town) -> None:
    for n, level in enumerate(FLOOD):
        flood(town, THEN + n * 15 * MINUTE + LATE, [level], THEN + n * 15 * MINUTE)
    town.read("water_level", GAUGE, {THEN - 3 * HOUR + n * MINUTE: 3.0 for n in range(60)}, received=NOW - 5 * MINUTE)
    look = reviewing(town).turn(NOW)
    assert (found(town), look.short) == ((), False)


def test_what_began_long_before_is_told_from_its_beginning(town: Town) -> None:
    """Nobody watched; what came late only ended it sooner."""
    town.read("water_level", GAUGE, {THEN + n * 10 * MINUTE: 5.3 for n in range(30)})
    ends = {THEN + 5 * HOUR + n * 10 * MINUTE: 3.0 for n in range(9)}
    town.read("water_level", GAUGE, ends, received=NOW - 5 * MINUTE)
    reviewing(town).turn(NOW)
    (one,) = found(town)
    assert one.now is not None
    assert (one.verdict, one.now.since) == ("missed", THEN)


def test_what_was_told_late_but_told_is_no_second_alert(town: Town) -> None:
    """A watch that looked while the data came, a quarter of an hour after it was said."""
    made = rule(stale_after="30m", watch={"metric": "level", "measure": "last", "window": "30m"})
    said = {NOW - 40 * MINUTE + n * MINUTE: 12.0 for n in range(10)}
    for at, value in said.items():
        town.read("level", "a", {at: value}, received=at + 15 * MINUTE)
        watched(town, at + 15 * MINUTE, at + 15 * MINUTE, made)
    reviewing(town, made).turn(NOW)
    assert [one.after for one in journaled(town)] == ["blue"]
    assert found(town) == ()


def test_late_steps_of_cases(town: Town) -> None:
    burst = read_rulebook().rule("case_burst")
    for number in range(60):
        at = THEN + number * MINUTE // 6
        town.case(f"c{number}", "reported", at, cell=CELL, district="630102", received=NOW - 5 * MINUTE)
    reviewing(town, burst).turn(NOW)
    (one,) = found(town)
    assert one.now is not None
    assert (one.verdict, one.now.level, one.lateness.stream, one.lateness.readings) == ("missed", "yellow", "cases", 60)


def test_late_rain_of_a_district(town: Town) -> None:
    storm = read_rulebook().rule("rainstorm")
    dry = {THEN + n * MINUTE: 0.0 for n in range(60)}
    town.read("rain", "rain-001", dry, district="630102", cell=CELL)
    town.read("rain", "rain-009", dry, district="630103", cell=CELL)
    wet = {THEN + n * MINUTE: 4.0 for n in range(30)}
    town.read("rain", "rain-002", wet, district="630102", cell=CELL, received=NOW - 5 * MINUTE)
    reviewing(town, storm).turn(NOW)
    (one,) = found(town)
    assert one.now is not None
    assert (one.place, one.now.level, one.now.peak, one.lateness.device) == ("630102", "red", 120.0, "rain-002")


def test_invented_history_is_no_late_data(town: Town) -> None:
    flood(town, NOW - 5 * MINUTE, source="simulator")
    reviewing(town).turn(NOW)
    assert found(town) == ()


def test_what_is_about_too_long_ago_is_counted(town: Town) -> None:
    flood(town, NOW - 5 * MINUTE, at=NOW - FAR - DAY)
    review = reviewing(town)
    assert (review.turn(NOW).old, review.turn(NOW + MINUTE).old) == (len(FLOOD), 0)
    assert found(town) == ()


def test_who_is_still_sending_is_waited_for(town: Town) -> None:
    flood(town, NOW - 90_000)
    review = reviewing(town)
    review.turn(NOW)
    assert found(town) == ()
    review.turn(NOW + 2 * MINUTE)
    assert len(found(town)) == 1


def test_what_costs_too_much_waits_for_the_next_turn(town: Town) -> None:
    made = rule()
    for number in range(12):
        points = {THEN + n * 15 * MINUTE: value for n, value in enumerate([5.0, 12.0, 5.0])}
        town.read("level", f"d{number:02}", points, received=NOW - 5 * MINUTE)
    review = reviewing(town, made, effort=1)
    looks = [review.turn(NOW + n * 30_000) for n in range(3)]
    assert [(len(look.found), look.left) for look in looks] == [(8, 4), (4, 0), (0, 0)]
    assert len(found(town)) == 12
    restarted = reviewing(town, made)
    assert restarted.turn(NOW + 2 * MINUTE).found == []


def test_a_composite_of_another_rule_is_corrected_with_it(town: Town) -> None:
    pump = rule(
        key="pump", watch={"metric": "sump_level", "measure": "last", "window": "10m"},
        levels={"blue": 1.8}, keep_firing_for="5m", stale_after="15m",
    )  # fmt: skip
    wet = {"watch": {"metric": "rain", "measure": "sum", "window": "1h"}, "levels": {"blue": 15, "red": 80}}
    both = rule(
        key="both", watch={"all_of": [wet, {"rule": "pump"}], "rings": 1, "up": 1},
        place={"kind": "cell", "resolution": 7}, levels={"yellow": 2, "red": 4}, unit="level", stale_after="15m",
    )  # fmt: skip
    rain = {THEN + n * 5 * MINUTE: 4.0 for n in range(12)}
    town.read("rain", "rain-1", rain, cell=CELL)
    town.read("sump_level", "sump-1", {THEN + n * 5 * MINUTE: 1.0 for n in range(12)}, cell=CELL)
    watched(town, THEN, THEN + 70 * MINUTE, pump, both, every=5 * MINUTE)  # as often as something is said
    assert not journaled(town)
    high = {THEN + n * 5 * MINUTE + 1000: 2.2 for n in range(3, 9)}
    town.read("sump_level", "sump-1", high, cell=CELL, received=NOW - 5 * MINUTE)
    review = reviewing(town, pump, both)
    for turn in range(2):
        review.turn(NOW + turn * 30_000)
    told = {one.rule: one for one in found(town)}
    assert {name: one.verdict for name, one in told.items()} == {"pump": "missed", "both": "missed"}
    assert told["both"].now is not None
    assert (told["both"].now.level, told["both"].lateness.device) == ("yellow", "sump-1")
    again = reviewing(town, both, pump)
    again._mark = NOW - DAY
    again.turn(NOW + MINUTE)
    assert len(errata.corrections(town.database)) == 2
