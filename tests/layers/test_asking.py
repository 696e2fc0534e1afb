"""Questions that parts of a picture have in common are asked once; how far rollups may be believed, too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import sleep
from typing import Any, cast

import pytest

from layers.asking import LATELY, Once, ask, heard, rolled
from layers.moments import to_ms
from streams.clickhouse import Answer, Database, QueryFailed, Question

NOW = datetime(2026, 7, 21, 16, 0, tzinfo=UTC)
MS = to_ms(NOW)
CLOSED = MS - 300_000


class Heard:
    """Answers every question alike, and writes down what it was asked."""

    def __init__(self, looked: int = to_ms(NOW)) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answer = Answer(("looked_ms", "closed_ms"), ((looked,), (CLOSED,)))
        self.failing = False

    def ask(self, question: Question, **params: Any) -> Answer:
        self.heard.append((question.name, params))
        if self.failing:
            raise QueryFailed(question.name, "no")
        return self.answer


def database(heard: Heard) -> Database:
    return cast(Database, heard)


def test_the_same_is_asked_once() -> None:
    heard = Heard()
    once = cast(Database, Once(database(heard)))
    first = ask(once, "latest", NOW, timedelta(hours=1), metric="rain")
    assert ask(once, "latest", NOW, timedelta(hours=1), metric="rain") is first
    ask(once, "latest", NOW, timedelta(hours=2), metric="rain")
    assert len(heard.heard) == 2


def test_the_same_is_asked_once_by_many_threads() -> None:
    heard, together = Heard(), Barrier(4)

    class Slow:
        def ask(self, question: Question, **params: object) -> Answer:
            sleep(0.05)
            return heard.ask(question, **params)

    once = cast(Database, Once(Slow()))

    def panel(_number: int) -> Answer:
        together.wait(5)
        return ask(once, "latest", NOW, timedelta(hours=1), metric="rain")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(panel, range(4)))
    assert len(heard.heard) == 1
    assert all(one is found[0] for one in found)


def test_what_failed_is_asked_again() -> None:
    heard = Heard()
    once = cast(Database, Once(database(heard)))
    heard.failing = True
    with pytest.raises(QueryFailed):
        ask(once, "latest", NOW, timedelta(hours=1), metric="rain")
    heard.failing = False
    ask(once, "latest", NOW, timedelta(hours=1), metric="rain")
    assert len(heard.heard) == 2


def test_a_question_is_told_what_it_may_believe() -> None:
    heard = Heard()
    ask(database(heard), "metric_hours", NOW, timedelta(days=1), metric="rain")
    assert [name for name, _ in heard.heard] == ["rollup_look", "metric_hours"]
    told = heard.heard[1][1]
    assert (told["hours_s"], told["closed_s"]) == (MS // 1000 - 3600, CLOSED // 1000)
    assert told["since_hour_s"] == MS // 1000 - 86_400


@pytest.mark.parametrize(("back", "lately"), [(timedelta(days=1), CLOSED), (LATELY, 0), (timedelta(days=9), 0)])
def test_five_minutes_of_long_ago_are_not_believed(back: timedelta, lately: int) -> None:
    assert rolled(database(Heard()), NOW, back) == {
        "rolled_ms": CLOSED, "lately_ms": lately, "settled_ms": CLOSED,
    }  # fmt: skip


def test_a_look_of_later_settles_nothing() -> None:
    early = NOW - timedelta(minutes=5)
    assert rolled(database(Heard()), early, timedelta(days=1))["settled_ms"] == 0
    assert rolled(database(Heard()), early, timedelta(days=1))["rolled_ms"] == CLOSED


@pytest.mark.parametrize(
    ("noted", "known"),
    [(0, 0), (MS, MS), (MS - 119_999, MS - 119_999), (MS - 120_000, 0), (MS + 5_000, MS), (MS + 5_001, 0)],
)
def test_last_words_are_believed_as_of_a_look_of_lately(noted: int, known: int) -> None:
    kept = Heard()
    kept.answer = Answer(("noted_ms",), ((noted,),))
    assert heard(database(kept), NOW) == known
