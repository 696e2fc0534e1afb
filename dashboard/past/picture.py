"""The picture of a past moment: made by the code that makes the picture of now, of what was known then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from alerts.journal import open_alerts
from alerts.notifier import read_notices
from alerts.quiet import Flapping
from dashboard import inflow
from dashboard.judging import judged
from dashboard.past.kept import Kept
from dashboard.state import Moment
from layers.moments import from_ms, to_ms
from layers.snapshot import take
from streams.clickhouse import Database, Question

if TYPE_CHECKING:
    from alerts.rules import RuleBook
    from layers.geometry import City
    from streams.asof import AsOf

SQL = Path(__file__).parent.parent / "sql"


@cache
def _question(name: str) -> Question:
    return Question.load(SQL, name)


@cache
def measure() -> Flapping:
    """What counts as flapping, as the notices say it."""
    return read_notices().flapping.measure


def picture_at(known: AsOf, city: City, book: RuleBook, kept: Kept) -> Moment:
    """The city as it was known at `known.at`, whole; its number is 0. Raises as Database.ask, and streams.asof.Left.

    The room on the disk then is not known. Where no signs of life are kept nobody says that a process was dead.
    """
    database, at = cast(Database, known), known.at
    snapshot, alerts = take(database, city, at), open_alerts(database, at)
    verdicts, silences = judged(database, book, measure(), alerts, at)
    watched = inflow.watched(database, at)
    made = Moment(at, snapshot, alerts, watched=watched, verdicts=verdicts, silences=silences, beats=kept.beats(at))
    return made.as_shown()


def kept(database: Database) -> Kept:
    """What the database keeps, and since when. Raises as Database.ask."""
    found = {row["what"]: from_ms(row["first_ms"]) for row in database.ask(_question("past_kept")).rows()}
    return Kept({part: at for part, at in found.items() if at is not None})


def marks(database: Database, since: datetime, until: datetime, steps: int) -> Mapping[int, tuple[int, int]]:
    """By step of (since, until]: how many warnings changed, and the worst level that one came to (0 none to 4 red)."""
    step_ms = max(1, -(-(to_ms(until) - to_ms(since)) // steps))
    asked = {"since_ms": to_ms(since), "until_ms": to_ms(until), "step_ms": step_ms}
    rows = database.ask(_question("past_marks"), **asked).rows()
    return {min(row["step"], steps - 1): (row["changes"], row["worst"]) for row in rows}
