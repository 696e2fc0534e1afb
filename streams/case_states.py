"""How each case stands: in a table that the rollups' worker writes, or made of the steps. One text says what it is.

Questions are written for the table; where it is not to be believed (a past moment, nobody looked) the same question
is asked of the steps.
"""

from __future__ import annotations

from functools import cache

from streams.clickhouse import SQL, Question
from streams.question import template

TABLE = "FROM case_states FINAL"
_STATES = template(SQL, "case_states").template

MAKE = Question("case_states_make", template(SQL, "case_states_make").substitute(states=_STATES))


@cache
def of_steps(question: Question) -> Question:
    """The same question of the steps in place of the table; wants `from_ms`, since when there are steps, beside."""
    return Question(question.name, question.sql.replace(TABLE, f"FROM ({_STATES}) AS case_states"))
