"""This package's questions to the database, loaded once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from layers.moments import window
from streams.clickhouse import Answer, Database, Question

SQL = Path(__file__).parent / "sql"


@cache
def question(name: str) -> Question:
    """The question in sql/<name>.sql. Raises as Question.load."""
    return Question.load(SQL, name)


def ask(database: Database, name: str, now: datetime, back: timedelta, **params: object) -> Answer:
    """The answer to a question about (now - back, now]; `params` are what it wants beside. Raises as Database.ask."""
    return database.ask(question(name), **window(now, back), **params)
