"""The picture of a past moment: made by the code that makes the picture of now, of what was known then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import structlog

from alerts.journal import open_alerts
from alerts.measures import Asking
from alerts.notifier import read_notices
from alerts.quiet import Flapping
from alerts.valued import to_measure, valued
from dashboard import inflow
from dashboard.judging import judged
from dashboard.past.kept import Kept
from dashboard.state import Moment
from layers.moments import from_ms, to_ms
from layers.snapshot import take
from streams.clickhouse import Database, QueryFailed, Question

if TYPE_CHECKING:
    from alerts.alert import Alert, Observation
    from alerts.rules import Rule, RuleBook
    from layers.geometry import City
    from streams.asof import AsOf

log = structlog.get_logger(__name__)

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
    snapshot, (alerts, earlier) = take(database, city, at), open_then(database, city, book, at)
    verdicts, silences = judged(database, book, measure(), alerts, at)
    watched = inflow.watched(database, at)
    made = Moment(at, snapshot, alerts, watched=watched, verdicts=verdicts, silences=silences, beats=kept.beats(at))
    return replace(made, earlier=earlier).as_shown()


def open_then(database: Database, city: City, book: RuleBook, at: datetime) -> tuple[tuple[Alert, ...], frozenset[str]]:
    """Alerts that were open at a moment with what they measured then, and the ids of those of which that is not known.

    `database` is that of then. Raises as Database.ask.
    """
    alerts = open_alerts(database, at)
    rules = to_measure(alerts, book)
    asking = Asking(database, city.profile, rules, to_ms(at))
    places = {rule.key: [one.place for one in alerts if one.rule == rule.key] for rule in rules}
    seen = {rule.key: found for rule in rules if (found := _seen(asking, rule, places[rule.key])) is not None}
    return valued(alerts, book, seen, to_ms(at))


def _seen(asking: Asking, rule: Rule, places: list[str]) -> list[Observation] | None:
    """What a rule saw; None for one that the database refuses: the picture is made without it."""
    try:
        return asking.observe(rule, places)
    except QueryFailed as error:
        log.warning("a rule cannot be asked what it saw", rule=rule.key, error=str(error))
        return None


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
