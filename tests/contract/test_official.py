"""Official warnings on a real ClickHouse: each is one alert, through updates to its end; a back-test sees the same."""

from __future__ import annotations

import json
import math
import os
import socket
import time
from typing import Any

import pytest

from alerts import journal, past
from alerts.alert import Transition, instant
from alerts.grounds import Grounds
from alerts.replay import Replay
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from alerts.steps import At
from alerts.watch import Watch
from config.read import read_city
from tests.alerts.made import MINUTE
from tests.contract.city_part import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
WHOLE = str(PROFILE.adcode)
START = round(time.time() - 7200) * 1000  # lately: heartbeats live for a week
RULE = read_rulebook().rule("official_warning")
CITYWIDE = RULE.model_copy(update={"place": At(kind="city")})
BOOK = RuleBook(rules=(RULE,))

HERE = {"lat": 36.6, "lon": 101.7, "district": "630102"}
WORDS: tuple[tuple[int, dict[str, Any]], ...] = (
    (0, {"event": "rain-1", "title": "暴雨黄色预警信号", "area": "西宁市", **HERE}),
    (1, {"event": "wind", "title": "大风蓝色预警信号", "area": "湟源县", "expires": 40}),
    (1, {"event": "slope", "title": "地质灾害橙色预警", **HERE}),
    (5, {"event": "rain-1", "message": "rain-2", "title": "暴雨橙色预警信号", "status": "updated", "area": "西宁市"}),
    (10, {"event": "rain-2", "message": "rain-3", "title": "暴雨红色预警信号", "status": "updated", "area": "西宁市"}),
    (15, {"event": "slope", "title": "解除地质灾害橙色预警", "status": "closed"}),
    (20, {"event": "rain-3", "message": "rain-4", "title": "cancel", "status": "cancelled"}),
)  # fmt: skip
"""Minutes, and what is told: updates of CAP that name the message before them alone, as some issuers write them."""
COURSE = [
    (0, "event:rain-1", "yellow"),
    (1, "event:slope", "orange"),
    (1, "event:wind", "blue"),
    (5, "event:rain-1", "orange"),
    (10, "event:rain-1", "red"),
    (15, "event:slope", "clear"),
    (20, "event:rain-1", "clear"),
    (40, "event:wind", "clear"),
]


def tell(town: Town, minute: int, offset: int, said: dict[str, Any]) -> None:
    at = START + minute * MINUTE
    ends = said.get("expires")
    row = {
        "at": at, "kind": "warning", "status": "active", "sender": "西宁市气象台", "lat": math.nan, "lon": math.nan,
        "received": at, "epoch": "t", "partition": 0, "offset": offset, "item": 0,
        **said, "expires": None if ends is None else START + ends * MINUTE,
    }  # fmt: skip
    town.database.insert("city_events", {name: [one] for name, one in row.items()})


def watching(town: Town, *rules: Any) -> Watch:
    me = f"{socket.gethostname()}:{os.getpid()}"
    return Watch(town.database, PROFILE, RuleBook(rules=rules), me, START)


def told(steps: list[Transition]) -> list[tuple[int, str, str]]:
    return [((one.at - START) // MINUTE, one.place, one.after) for one in steps]


def test_each_is_one_alert_from_its_first_word_to_its_end_and_a_back_test_says_the_same(town: Town) -> None:
    watch, left = watching(town, RULE), list(enumerate(WORDS))
    for minute in range(42):
        while left and left[0][1][0] == minute:
            offset, (_, said) = left.pop(0)
            tell(town, minute, offset, said)
        watch.turn(START + minute * MINUTE)
        if minute == 12:
            (issued,) = Grounds(town.database, PROFILE, START + minute * MINUTE).issued(
                RULE, RULE.watch, "event:rain-1"
            )  # type: ignore[arg-type]
            assert (issued.title, issued.began, issued.area) == ("暴雨红色预警信号", START, "西宁市")
            stood = {one.place: one for one in journal.open_alerts(town.database, instant(START + minute * MINUTE))}
    live = list(journal.history(town.database, "", instant(START - 1)))
    assert told(live) == COURSE
    assert len({one.alert for one in live}) == 3, "an update that calls itself otherwise opens none"
    assert {place: (one.district, one.lat is not None) for place, one in stood.items()} == {
        "event:rain-1": ("", True), "event:wind": ("630123", True), "event:slope": ("630102", True),
    }  # fmt: skip

    history = past.stored(town.database, [RULE], START, START + 42 * MINUTE).memory()
    again = Replay(history, PROFILE, (RULE,))
    same = [one for minute in range(42) for one in again.turn(START + minute * MINUTE)]
    assert told(same) == COURSE
    assert [(one.alert, one.spot, one.value) for one in same] == [(one.alert, one.spot, one.value) for one in live]
    assert [json.dumps(one.detail) for one in same] == [json.dumps(one.detail) for one in live]


def test_an_alert_of_the_city_from_before_ends_by_itself_and_each_warning_opens(town: Town) -> None:
    for offset, (minute, said) in enumerate(WORDS[:3]):
        tell(town, minute, offset, said)
    at = START + 2 * MINUTE
    watching(town, CITYWIDE).turn(at)
    assert [one.place for one in journal.open_alerts(town.database, instant(at))] == [WHOLE]
    watching(town, RULE).turn(at + 10_000)
    later = at + 20_000
    places = {one.place for one in journal.open_alerts(town.database, instant(later))}
    assert places == {"event:rain-1", "event:wind", "event:slope"}
    (ended,) = [one for one in journal.history(town.database, WHOLE, instant(at)) if one.after == "clear"]
    assert ended.reason == "rule_changed"
    watching(town, CITYWIDE).turn(later)  # and a city that wants the worst alone goes back
    assert [one.place for one in journal.open_alerts(town.database, instant(later))] == [WHOLE]


def test_an_update_that_leaves_the_level_is_told_by_what_it_says_now(town: Town) -> None:
    watch, later = watching(town, RULE), START + 10 * MINUTE
    first = {"event": "slope", "title": "地质灾害橙色预警", "area": "湟源县"}
    tell(town, 0, 0, first)
    watch.turn(START)
    tell(town, 5, 1, {**first, "status": "updated", "title": "地质灾害橙色预警（扩大）", "area": "大通县"})
    for second in range(0, 15_000, 5_000):
        watch.turn(later + second)
    (one,) = journal.open_alerts(town.database, instant(later + 15_000))
    assert (one.detail["title"], one.detail["area"], one.district) == ("地质灾害橙色预警（扩大）", "大通县", "630121")
    assert len(journal.history(town.database, "event:slope", instant(START - 1))) == 1, "no change of its state"
