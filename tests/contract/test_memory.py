"""Messages in memory answer what the database answers, and a back-test tells what `watch` tells."""

from __future__ import annotations

import math
from dataclasses import asdict
from random import Random
from typing import Any

import pytest

from alerts.alert import Observation
from alerts.measures import Asking
from alerts.memory import Memory
from alerts.replay import Replay, beats
from alerts.rules import RuleBook
from alerts.watch import Watch
from config.read import read_city
from tests.alerts.made import MINUTE
from tests.contract.city_part import Town, town
from tests.contract.history_part import DEVICES, MINUTES, RULES, cases, readings, store, usable

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
START = 1_626_750_000_000  # 2021: of all ages
SEEDS = range(2)


def history(town: Town, seed: int) -> Memory:
    """The same history in the database and in memory."""
    chance = Random(seed)
    said, moved = readings(chance, START), cases(chance, START)
    store(town.database, said, moved)
    return Memory(usable(said), moved)


def comparable(found: list[Observation]) -> dict[str, Any]:
    """Observations by place, with numbers that may differ in the last digit made equal to themselves."""
    return {one.place: _plain(asdict(one)) for one in found}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, float):
        return pytest.approx(value, abs=2e-6, nan_ok=True) if math.isfinite(value) else None
    return value


@pytest.mark.parametrize("seed", SEEDS)
def test_memory_observes_what_the_database_observes(town: Town, seed: int) -> None:
    memory = history(town, seed)
    heard = 0
    for now in range(START, START + (MINUTES + 20) * MINUTE, 11 * MINUTE + 13_000):
        one, other = (Asking(who, PROFILE, RULES, now) for who in (town.database, memory))
        for rule in RULES:
            places = {"630102", "872830828ffffff", *(f"d{device}" for device in range(DEVICES))}
            expected, found = one.observe(rule, places), other.observe(rule, places)
            assert comparable(expected) == {each.place: asdict(each) for each in found}, (rule.key, now)
            heard += len(found)
    assert heard > 300


@pytest.mark.parametrize("seed", SEEDS)
def test_a_back_test_tells_what_watch_tells(town: Town, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = history(town, seed)
    watch, replay = Watch(town.database, PROFILE, RuleBook(rules=RULES), "t:1", START), Replay(memory, PROFILE, RULES)
    live: list[Any] = []
    monkeypatch.setattr("alerts.journal.append", lambda _, told: live.extend(told))
    monkeypatch.setattr("alerts.journal.remember", lambda *_: None)
    watch.states = {}
    tested = []
    for now in beats(START - 6 * MINUTE, START - 1, 3 * MINUTE):
        watch.decide(now)  # begun earlier: rules that are seldom looked at must be so in the same beats all the same
    for now in beats(START, START + (MINUTES + 30) * MINUTE, 3 * MINUTE):
        watch.decide(now)
        tested += replay.turn(now)
    assert [(one.at, one.rule, one.place, one.before, one.after, one.reason) for one in live] == [
        (one.at, one.rule, one.place, one.before, one.after, one.reason) for one in tested
    ]
    assert len(tested) > 100
    assert {one.rule for one in tested} == {rule.key for rule in RULES}
    assert watch.failed == replay.failed == {}
