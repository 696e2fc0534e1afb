"""This package's questions to the database, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from layers.moments import to_ms, window
from streams.clickhouse import Answer, Database, Question

SQL = Path(__file__).parent / "sql"

LATELY = timedelta(days=2)
"""How far back five minutes of the rollups are believed: streams/rollup.py makes them for three days."""


@cache
def question(name: str) -> Question:
    """The question in sql/<name>.sql. Raises as Question.load."""
    return Question.load(SQL, name)


def ask(database: Database, name: str, now: datetime, back: timedelta, **params: object) -> Answer:
    """The answer to a question about (now - back, now]; `params` are what it wants beside. Raises as Database.ask.

    One that names `rolled_ms` or `lately_ms` is told how far it may believe the rollups.
    """
    asked = question(name)
    wanted = asked.params.keys() & {"rolled_ms", "lately_ms"}
    told = rolled(database, now, back) if wanted else {}
    return database.ask(asked, **window(now, back), **{one: told[one] for one in wanted}, **params)


def rolled(database: Database, now: datetime, back: timedelta) -> Mapping[str, int]:
    """Until when (epoch ms, 0 for never) rollups may be used: `rolled_ms` whole hours, `lately_ms` five minutes."""
    row = database.ask(question("rollup_look"), now_ms=to_ms(now)).rows()[0]
    near = row["looked_ms"] < to_ms(now - back + LATELY)
    return {"rolled_ms": row["closed_ms"], "lately_ms": row["closed_ms"] if near else 0}


@dataclass(frozen=True)
class Once:
    """A database that is asked nothing twice: for the parts of one picture, which have questions in common."""

    database: Database
    answers: dict[tuple[str, tuple[tuple[str, object], ...]], Answer] = field(default_factory=dict)

    def ask(self, question: Question, **params: Any) -> Answer:
        """As Database.ask; what failed is asked again."""
        told = ((name, tuple(value) if isinstance(value, list) else value) for name, value in params.items())
        key = (question.name, tuple(sorted(told)))
        if key not in self.answers:
            self.answers[key] = self.database.ask(question, **params)
        return self.answers[key]
