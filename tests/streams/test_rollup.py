"""Who keeps the rollups right goes on, whatever happened in a look; and whatever the clock did."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from structlog.testing import capture_logs

from config.settings import Settings
from streams import rollup
from streams.clickhouse import DatabaseUnavailable
from streams.question import Answer, Question


@pytest.mark.parametrize("fault", [DatabaseUnavailable("look"), ValueError("nobody thought of it")])
def test_a_fault_is_not_the_last_look(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    stop, looks = Event(), []

    def turn(_: object, now: int) -> int:
        looks.append(now)
        if len(looks) == 3:
            stop.set()
            return 0
        raise fault

    monkeypatch.setattr(rollup, "BEAT_S", 0)
    monkeypatch.setattr(rollup.Rollup, "hear", turn)
    monkeypatch.setattr(rollup.Rollup, "make", lambda *_: 0)
    with capture_logs() as logs:
        rollup.run(Settings(), stop)
    assert len(looks) == 3
    assert [one["event"] for one in logs if one["log_level"] == "warning"] == ["rollups wait"], "told once"


@pytest.mark.parametrize(("took", "until_next"), [(0.1, 20), (2, 20), (3, 30), (6, 60), (180, 60)])
def test_buckets_take_a_tenth_of_the_time_but_are_made_each_minute(took: float, until_next: float) -> None:
    assert rollup.pause(took) == until_next


def test_words_are_noted_at_each_beat_though_buckets_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, done = Event(), []

    def hear(_: object, __: int) -> None:
        done.append("words")
        stop.set() if len(done) == 20 else None

    def make(_: object, __: int) -> int:
        done.append("buckets")
        return 0

    monkeypatch.setattr(rollup, "BEAT_S", 0)
    monkeypatch.setattr(rollup, "pause", lambda _: 3600)
    monkeypatch.setattr(rollup.Rollup, "hear", hear)
    monkeypatch.setattr(rollup.Rollup, "make", make)
    rollup.run(Settings(), stop)
    assert done == ["words", "buckets", *["words"] * 18]


class Asked:
    """A database in which nothing is due; `sinces` are those of each look."""

    def __init__(self) -> None:
        self.sinces: list[object] = []

    def ask(self, question: Question, **params: Any) -> Answer:
        if question.name == "heard_make":
            self.sinces.append(params["since_ms"])
        return Answer(("metric", "start", "rows"), ((), (), ()))

    def insert(self, table: str, columns: object) -> int:
        return 0


def test_all_is_compared_each_hour_and_when_the_clock_was_set_back() -> None:
    asked, hour = Asked(), 3_600_000
    one = rollup.Rollup(asked)  # type: ignore[arg-type]
    for now in (100 * hour, 100 * hour + 20_000, 101 * hour, 93 * hour, 93 * hour + 20_000):
        one.turn(now)
    assert [since == 0 for since in asked.sinces] == [True, False, True, True, False]
