"""How cases and devices stand: in tables that the rollups' worker writes, or made of what was said. One text says what
a state is.

Questions are written for the tables; where these are not to be believed (a past moment, nobody looked) the same
question is asked of the steps of the cases and of the entries of the devices.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from streams.clickhouse import SQL, Question
from streams.question import template

_MADE_OF: Mapping[str, tuple[str, str, str]] = {
    "case_states": (
        "case",
        "case_steps",
        "case, opened, last_at, reported, stage, due, closed, ended, lat, lon, cell, district, version",
    ),
    "device_states": (
        "device",
        "device_entries",
        "device, told_at, state, kind, lat, lon, cell, district, interval, gateway, name_zh, name_en, version",
    ),
}
"""By table whose states they are, what they are made of, and its columns."""
_TEXTS: Mapping[str, str] = {table: template(SQL, table).template for table in _MADE_OF}
_MAKE = template(SQL, "states_make")

MAKE: Mapping[str, Question] = {
    table: Question(
        f"{table}_make", _MAKE.substitute(table=table, key=key, said=said, columns=columns, states=_TEXTS[table])
    )
    for table, (key, said, columns) in _MADE_OF.items()
}
"""By table what notes the states of whom something was said, or came to pass, after `since_ms`."""


def _read(table: str) -> str:
    return f"FROM {table} FINAL"


def asked(question: Question) -> bool:
    """Whether a question is about states that are noted."""
    return any(_read(table) in question.sql for table in _TEXTS)


@cache
def worked_out(question: Question) -> Question:
    """The same question of what was said in place of the tables; about cases it wants `from_ms`, since when."""
    sql = question.sql
    for table, text in _TEXTS.items():
        sql = sql.replace(_read(table), f"FROM ({text}) AS {table}")
    return Question(question.name, sql)
