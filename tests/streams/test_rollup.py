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
    monkeypatch.setattr(rollup.Rollup, "turn", turn)
    with capture_logs() as logs:
        rollup.run(Settings(), stop)
    assert len(looks) == 3
    assert [one["event"] for one in logs if one["log_level"] == "warning"] == ["rollups wait"], "told once"


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
