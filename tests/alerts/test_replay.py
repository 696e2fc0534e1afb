"""The beats of a back-test."""

from __future__ import annotations

import pytest

from alerts.memory import Memory
from alerts.replay import Replay, beats, idle, metrics, reach, through
from alerts.rulebook import read_rulebook
from alerts.rules import Rule
from config.read import read_city
from streams.question import Answer, Question
from tests.alerts.made import MINUTE, rule
from tests.alerts.test_memory import said

PROFILE = read_city("xining")
RISING = Memory(said(*(("a", minute, 5.0 * minute) for minute in range(10))), {})


def test_transitions_over_time() -> None:
    replay = Replay(RISING, PROFILE, [rule(**{"for": "2m"})])
    told = [one for now in beats(0, 9 * MINUTE, MINUTE) for one in replay.turn(now)]
    assert [(one.at // MINUTE, one.after) for one in told] == [
        (2, "pending"),
        (4, "blue"),
        (6, "yellow"),
        (8, "orange"),
    ]


def test_a_rule_is_looked_at_as_often_as_it_says() -> None:
    replay = Replay(RISING, PROFILE, [rule(every="4m")], strikes=lambda _: 0)
    told = [one for now in beats(0, 9 * MINUTE, MINUTE) for one in replay.turn(now)]
    assert [(one.at // MINUTE, one.after) for one in told] == [(4, "yellow"), (8, "red")]


def test_rules_tell_in_their_order() -> None:
    replay = Replay(RISING, PROFILE, [rule(key="b"), rule(key="a")])
    assert [one.rule for one in replay.turn(9 * MINUTE)] == ["b", "a"]


class Broken:
    def ask(self, question: Question, **params: object) -> Answer:
        raise ValueError("no answer")


def test_a_rule_that_fails_is_named_and_changes_nothing() -> None:
    replay = Replay(RISING, PROFILE, [rule()])
    replay.turn(9 * MINUTE)
    before = dict(replay.states)
    replay.history = Broken()
    assert replay.turn(10 * MINUTE) == []
    assert replay.states == before
    assert replay.failed == {"made": "ValueError: no answer"}


@pytest.mark.parametrize(("last", "end"), [(0, 0), (1, 30), (30, 30), (31, 60)])
def test_the_last_reading_is_seen(last: int, end: int) -> None:
    assert through(0, last, 30) == end
    assert list(beats(0, end, 30))[-1] == end


def test_a_rule_reaches_as_far_as_its_longest_window() -> None:
    assert reach(rule()) == 15 * MINUTE
    assert reach(read_rulebook().rule("rainstorm")) == (12 * 60 + 35) * MINUTE


def test_metrics_are_those_that_the_rules_name() -> None:
    where = {"metric": "level", "measure": "last", "window": "10m", "where": {"metric": "state", "is": [0]}}
    assert metrics([rule(watch=where), rule()]) == ("level", "state")
    assert metrics([rule(), rule(watch={"silent": "5m", "known": "1h"}, place={"kind": "metric"})]) == ()


BOOK = read_rulebook().enabled
IDLE = [one for one in BOOK if idle(one, {"level"}, cases=False)]


@pytest.mark.parametrize("one", IDLE, ids=lambda one: one.key)
def test_of_what_nothing_was_said_no_look_says_anything(one: Rule) -> None:
    replay = Replay(RISING, PROFILE, [one], strikes=lambda _: 0)
    assert [step for now in beats(0, 9 * MINUTE, MINUTE) for step in replay.turn(now)] == []
    assert (replay.states, replay.failed) == ({one.key: {}}, {})


def test_what_is_never_idle() -> None:
    busy = {one.key for one in BOOK} - {one.key for one in IDLE}
    assert busy == {
        "data_gap",
        "device_gap",
        "official_warning",
        "waterlogging",
        "dust",
        "rejects_burst",
        "clock_ahead",
    }
    assert not idle(rule(), {"level"}, cases=False)
    assert idle(rule(), {"rain"}, cases=True)
    assert not idle(rule(place={"kind": "area", "area": "a1", "across": "max"}), {"rain"}, cases=False)
