"""The database as it was at a past moment: what arrived or was done later is not there, whatever is asked.

Every row says when we learned of it: a message when it was received, a decision or an action when it was made. As of a
moment only rows learned until then are read. That is a filter of the database itself, laid over each table a question
names, so that no question has to be written twice, and none can forget it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from streams.clickhouse import DatabaseUnavailable
from streams.cluster import LOCAL
from streams.question import Answer, Question, template

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.clickhouse import Database

SQL = Path(__file__).parent / "sql"
LATECOMER = Question.load(SQL, "latecomer")
_AT, _LOOKS = template(SQL, "known_at"), template(SQL, "known_looks")
_NEVER = template(SQL, "known_never").template

LEARNED: Mapping[str, str] = MappingProxyType(
    {
        "readings": "received",
        "case_steps": "received",
        "city_events": "received",
        "device_entries": "received",
        "rejects": "received",
        "heartbeats": "at",
        "alert_transitions": "at",
        "alert_memory": "at",
        "alert_actions": "at",
        "alert_corrections": "found",
        "late_looks": "looked",
        "silences": "at",
        "areas": "at",
        "notices": "at",
        "stream_holds": "at",
        "rollup_looks": "looked",
        "fences": "opened",
    }
)
"""By table, the column that says when we learned of a row."""

NOTED = (
    "word_looks", "device_heard", "device_words", "device_states", "case_states", "reading_windows", "window_notes",
)  # fmt: skip
"""Tables of last words, states and windows that end now, which keep no history: as of a past moment they are empty."""
WITHOUT = ("schema_migrations", "reading_spans", "rollups", "city_hours", *NOTED)
"""Tables that are made of others, or of nothing. `reading_spans` and `city_hours` are read only as far as
`rollup_looks` says, and a look is believed only while nothing that arrived later lies in the spans it speaks of."""

BACK = timedelta(days=8)
"""The longest that a question of a screen looks back on rollups, and a day."""
SPANS_KEPT = timedelta(days=2)
"""Of moments longer ago the rollups of five minutes (kept for four days) may be gone: the readings are asked."""

GENTLE: Mapping[str, object] = MappingProxyType({"max_threads": 1})
"""A look at the past takes one core at most: the screens of now go first."""


class Left(DatabaseUnavailable):
    """Whoever asked has gone; to whoever makes a picture it is a database that does not answer."""


class AsOf:
    """Asks as Database does, of what was known at `at`; stores nothing. May be used by many threads at once.

    `now` is the present. `gone` says whether nobody waits any more: then the next question raises Left.
    """

    def __init__(
        self, database: Database, at: datetime, now: datetime, gone: Callable[[], bool] = lambda: False
    ) -> None:
        self._database = database
        self._gone = gone
        self.at = at
        self.now = now

    def ask(self, question: Question, **params: object) -> Answer:
        """As Database.ask; raises Left too."""
        if self._gone():
            raise Left(question.name)
        settings = self._rolled if "rollup_looks" in question.sql else self._plain
        return self._database.ask_under(settings, question, **params)

    @cached_property
    def _plain(self) -> Mapping[str, object]:
        return settings(filters(self.at))

    @cached_property
    def _rolled(self) -> Mapping[str, object]:
        """Of questions that use rollups: until when these hold only what was known at the moment."""
        if self.now - self.at > SPANS_KEPT:
            return settings(filters(self.at, None))
        asked = {"at_ms": _ms(self.at), "since_ms": _ms(self.at - BACK)}
        late = self._database.ask_under(GENTLE, LATECOMER, **asked).rows()[0]
        return settings(filters(self.at, (late["first_ms"] if late["rows"] else asked["at_ms"]) // 1000))


def filters(at: datetime, whole_s: int | None = None) -> Mapping[str, str]:
    """By table a condition that a row must fulfil to be known at `at`.

    `whole_s` (epoch s) is until when rollups hold nothing that was learned later; None: there are none to believe.
    """
    made = {table: _AT.substitute(column=column, at_ms=_ms(at)) for table, column in LEARNED.items()}
    looks = _NEVER if whole_s is None else _LOOKS.substitute(at_ms=_ms(at), whole_s=whole_s)
    return {**made, "rollup_looks": looks, **dict.fromkeys(NOTED, _NEVER)}


def settings(conditions: Mapping[str, str]) -> Mapping[str, object]:
    """The database's own setting for conditions on tables; on a cluster the tables that hold the rows, too."""
    both = {**conditions, **{f"{table}{LOCAL}": condition for table, condition in conditions.items()}}
    listed = ",".join(f"'{table}':'{condition}'" for table, condition in both.items())
    return {**GENTLE, "additional_table_filters": f"{{{listed}}}"}


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
