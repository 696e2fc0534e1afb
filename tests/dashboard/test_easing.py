"""A row says that its value has left the level, and what that takes to end it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.alert import milliseconds
from alerts.journal import open_alerts
from alerts.states import read_state, write_state
from config.read import read_words
from config.words import LANGUAGES
from dashboard import easing
from dashboard.desk import rows, view
from tests.alerts.made import rule
from tests.alerts.made_alerts import alert
from tests.dashboard.desk_city import Lists, context, lists, opened
from tests.dashboard.moments import NOW
from tests.dashboard.test_desk import ZONE, text

ZH = read_words("zh-CN")
MARKS = {"yellow": 20.0, "orange": 30.0, "red": 50.0}


def told(latest: float | None, level: str = "red", marks: dict[str, float] | None = None, **given: Any) -> str:
    more = {"keep_firing_for": "20m", "levels": MARKS, **given}
    known = {"state": more.pop("state", level), "ending": more.pop("ending", {})}
    one = alert("storm", level, latest=latest, detail={"thresholds": marks or MARKS}, **known)
    return easing.told(one, rule(key="storm", **more), ZH, ZONE)


def test_what_has_fallen_below_its_level_says_how_long_that_must_last() -> None:
    assert told(20.1) == "已回落，稳定 20 分钟后降级"
    assert told(3.0, "yellow") == told(3.0) == "已回落，稳定 20 分钟后解除"
    assert told(3.0, clear={"at": 2}) == "已回落，稳定 20 分钟后降级", "the mildest level is not left yet"


@pytest.mark.parametrize(
    ("latest", "given"),
    [
        (50.0, {}), (49.5, {"clear": {"margin": 1}}), (None, {}), (3.0, {"keep_firing_for": "0s"}),
        (3.0, {"state": "stale"}), (12.0, {"level": "yellow", "clear": {"at": 10}}), (60.0, {"marks": {"red": 55.0}}),
        (3.0, {"marks": {"blue": 1.0}}),
    ],
)  # fmt: skip
def test_nothing_is_said_of_what_keeps_its_level_or_is_not_known(latest: float | None, given: dict[str, Any]) -> None:
    assert told(latest, **given) == ""


def test_the_clock_is_that_of_the_level_that_ends() -> None:
    since = {"red": NOW, "orange": NOW, "yellow": NOW + timedelta(minutes=5)}
    assert told(20.1, ending=since) == "已回落，最早 17:02 降级"
    assert told(3.0, ending=since) == "已回落，最早 17:07 解除"


def test_the_journal_tells_since_when_a_level_has_been_left() -> None:
    made, steps = opened(NOW)
    state = read_state(made[1]["memory"])
    ends = {"orange": replace(state.timers["orange"], ending=milliseconds(NOW) - 60_000)}
    made[1]["memory"] = write_state(replace(state, timers=ends))
    found = open_alerts(Lists(lambda: NOW, made, steps), NOW)  # type: ignore[arg-type]
    assert [one.ending for one in found if one.ending] == [{"orange": NOW - timedelta(minutes=1)}]


def test_the_way_is_that_of_the_rule() -> None:
    below = {"yellow": -4.0, "orange": -8.0, "red": -12.0}
    assert told(-11.0, direction="below", levels=below, marks=below) == "已回升，稳定 20 分钟后降级"
    assert told(-12.5, direction="below", levels=below, marks=below) == ""
    assert told(9.0, "yellow", clear={"at": 10}) == "已回落，稳定 20 分钟后解除"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stands_in_the_row(language: str) -> None:
    row = ("river_level", "wl-xigangqiao", "wl-xigangqiao", "red", 9, 2.55, 5.2, 36.6475, 101.69, "630105", False)
    made, words = context(lists(lambda: NOW, [row])), read_words(language)
    made.state.step()
    (line,) = view.lines(made.state.moment, made, words)
    assert line.eases.startswith(words("desk.eases.falls"))
    assert line.eases in text(rows.rows([line], None, words, ZONE, NOW))
