"""Questions that parts of a picture have in common are asked once; how far rollups may be believed, too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import sleep
from typing import Any, cast

import pytest

from layers.asking import LATELY, Once, ask, ended, heard, rolled
from layers.moments import DAY, to_ms
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
        together.wait(60)
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
    assert [name for name, _ in heard.heard] == ["looks", "metric_hours"]
    told = heard.heard[1][1]
    assert (told["since_s"], told["closed_s"]) == (MS // 1000 - 86_400, CLOSED // 1000)
    assert told["read_hours"] == [MS // 1000 - 3600, MS // 1000]


@pytest.mark.parametrize(("back", "lately"), [(DAY, CLOSED), (LATELY, 0), (timedelta(days=9), 0)])
def test_five_minutes_of_long_ago_are_not_believed(back: timedelta, lately: int) -> None:
    assert rolled(database(Heard()), NOW, back) == {
        "rolled_ms": CLOSED, "lately_ms": lately, "settled_ms": CLOSED, "city_ms": CLOSED if back == DAY else 0,
    }  # fmt: skip


class Keeping(Heard):
    """Keeps hours of the city, but for some."""

    def __init__(self, *lost: datetime) -> None:
        super().__init__()
        self.lost = {to_ms(end) // 1000 for end in lost}

    def ask(self, question: Question, **params: Any) -> Answer:
        if question.name != "city_hours":
            return super().ask(question, **params)
        return Answer(("end_s",), ([end for end in params["ends"] if end not in self.lost],))


def test_hours_of_the_city_are_those_that_were_closed_until_the_first_gap() -> None:
    ends = [NOW - timedelta(hours=back) for back in (3, 2, 1, 0)]
    seconds = [to_ms(end) // 1000 for end in ends]
    for lost, count in (((), 3), ((ends[1],), 1), ((ends[0],), 0)):
        kept = ended(database(Keeping(*lost)), "rain", NOW, ends)
        assert [row["end_s"] for row in kept] == seconds[:count]
    assert ended(database(Keeping()), "noise", NOW, ends) == [], "nobody keeps it"
    assert ended(database(Keeping()), "rain", NOW, [NOW - timedelta(hours=26), *ends]) == [], "longer ago than is made"


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
