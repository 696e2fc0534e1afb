"""This package's questions to the database, loaded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Template
from threading import Lock
from typing import Any, Protocol

from layers import cuts
from layers.moments import to_ms, window
from layers.scope import Scope
from streams import states
from streams.city_hours import KEPT, METRICS
from streams.clickhouse import Answer, Question

SQL = Path(__file__).parent / "sql"

LATELY = timedelta(days=2)
"""How far back five minutes of the rollups are believed: streams/rollup.py makes them for three days."""
LOOKED_MS, AHEAD_MS = 120_000, 5_000
"""How old a look at last words may be: six of those of each 20 s; by how much another clock may be ahead."""

CUTS: Mapping[str, Callable[..., cuts.Moments | cuts.Cuts]] = {
    "metric_hours": cuts.rest,
    "mean_line": cuts.line,
    "rain_line": cuts.past,
    "devices_of_cells": cuts.heard,
    "devices_silent": cuts.heard,
    "device_cells": cuts.heard,
    "inside_devices": cuts.words,
}
"""By question that takes what it can from the rollups, where its window is cut."""
HEARD: Mapping[str, tuple[str, str]] = {
    "devices_of_cells": ("heard_noted", "heard_looked"),
    "devices_silent": ("heard_noted", "heard_looked"),
    "device_cells": ("heard_noted", "heard_looked"),
    "inside_devices": ("words_noted", "words_looked"),
}
"""By question about what devices said last, what stands for `$heard`: where that was noted lately, and where not."""


class Answering(Protocol):
    """Who is asked: a Database, or the messages of a back-test."""

    def ask(self, question: Question, **params: object) -> Answer: ...


@cache
def question(name: str) -> Question:
    """The question in sql/<name>.sql. Raises as Question.load."""
    return Question.load(SQL, name)


@cache
def of(name: str, **parts: str) -> Question:
    """The question with the texts of its parts, which may have `$words` for others. KeyError: a part is missing."""
    text = Template(question(name).sql).safe_substitute(parts)
    return Question(name, Template(text).substitute(parts))


def ask(
    database: Answering, name: str, now: datetime, back: timedelta, where: Scope | None = None, /, **params: object
) -> Answer:
    """The answer to a question about (now - back, now], of what lies in a place where it asks of one; `params` are
    what it wants beside. Raises as Database.ask.

    One that names moments of layers.cuts or a key of `rolled` is told how far it may believe what is kept beside the
    readings; one about last words is asked of what was noted, as of `moment_ms`, or looks for them; one about how cases
    and devices stand is asked of what was said of them when that was not noted lately.
    """
    parts = {"place": where.condition()} if where else {}
    told: dict[str, Any] = {**window(now, back), **(where.params() if where else {}), **params}
    known = heard(database, now) if name in HEARD else 0
    if name in HEARD:
        parts["heard"] = question(HEARD[name][0 if known else 1]).sql
        told["moment_ms"] = known or told["now_ms"]
    asked = of(name, **parts) if parts else question(name)
    if not known and (name in CUTS or "settled_ms" in asked.params):
        told |= rolled(database, now, back)
        told |= CUTS[name](**told) if name in CUTS else {}
    if states.asked(asked) and not (known or heard(database, now)):
        asked = states.worked_out(asked)
        told["from_ms"] = to_ms(now - 2 * back)
    return put(database, asked, told, *params)


def put(database: Answering, asked: Question, told: Mapping[str, Any], *wanted: str) -> Answer:
    """The answer to a question, told of all that there is what it names, and what is `wanted` in any case."""
    return database.ask(asked, **{key: value for key, value in told.items() if key in asked.params or key in wanted})


def rolled(database: Answering, now: datetime, back: timedelta) -> Mapping[str, int]:
    """Until when (epoch ms, 0 for never) rollups may be used: `rolled_ms` whole hours, `lately_ms` five minutes.

    `settled_ms` is `rolled_ms`, but 0 when somebody looked after `now`: for questions that no half hour may round.
    `city_ms` is until when hours of the whole city are kept, of those that ended after now - back.
    """
    row = _looks(database, now)
    near = row["looked_ms"] < to_ms(now - back + LATELY)
    settled = row["looked_ms"] <= to_ms(now) + AHEAD_MS
    kept = row["looked_ms"] < to_ms(now - back + KEPT)
    made = row["closed_ms"]
    return {
        "rolled_ms": made,
        "lately_ms": made if near else 0,
        "settled_ms": made if settled else 0,
        "city_ms": made if kept else 0,
    }


def ended(database: Answering, metric: str, now: datetime, ends: Sequence[datetime]) -> list[dict[str, Any]]:
    """What the city heard in the hours that ended at `ends`, oldest first: of those that are kept until the first gap.

    Of none while nobody looks. Raises as Database.ask.
    """
    until = min(to_ms(now), rolled(database, now, now - ends[0])["city_ms"]) if metric in METRICS else 0
    asked = [to_ms(end) // 1000 for end in ends if to_ms(end) <= until]
    rows = database.ask(question("city_hours"), metric=metric, ends=asked).rows() if asked else []
    return [row for row, end in zip(rows, asked, strict=False) if row["end_s"] == end]


def heard(database: Answering, now: datetime) -> int:
    """As of when (epoch ms) the last word of every device is known; 0 when no look of lately says it."""
    noted: int = _looks(database, now)["noted_ms"]
    return min(noted, to_ms(now)) if -LOOKED_MS < noted - to_ms(now) <= AHEAD_MS else 0


def _looks(database: Answering, now: datetime) -> Mapping[str, int]:
    return database.ask(question("looks"), now_ms=to_ms(now)).rows()[0]


class Once:
    """A database that is asked nothing twice: for the parts of one picture, which have questions in common.

    For many threads: who asks what another is asking waits for its answer.
    """

    def __init__(self, database: Answering) -> None:
        self._database, self._lock = database, Lock()
        self._answers: dict[tuple[str, tuple[tuple[str, object], ...]], Future[Answer]] = {}

    def ask(self, question: Question, **params: Any) -> Answer:
        """As Database.ask; what failed is asked again."""
        told = ((name, tuple(value) if isinstance(value, list) else value) for name, value in params.items())
        key = (question.name, tuple(sorted(told)))
        with self._lock:
            answer, mine = self._answers.get(key), Future[Answer]()
            if answer is None:
                self._answers[key] = mine
        if answer is not None:
            return answer.result()
        try:
            mine.set_result(self._database.ask(question, **params))
        except BaseException as error:
            self._answers.pop(key)
            mine.set_exception(error)
        return mine.result()
