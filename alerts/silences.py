"""Silences in the database: appended, cancelled by appending; and what the verdicts of quiet.py are made from."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alerts.alert import Alert, instant, milliseconds
from alerts.quiet import Flapping, Openings, Quiet, Rules, Verdict, fault, verdicts
from alerts.rules import RuleBook
from layers import areas
from layers.area import Area
from layers.area import known as by_id
from streams.clickhouse import Database, Question

SQL = Path(__file__).parent / "sql"
SILENCES = Question.load(SQL, "silences")
OPENINGS = Question.load(SQL, "openings")

REMEMBERED = timedelta(days=1)
"""How long one that has ended stays on the list."""


PRESSED = timedelta(minutes=2)
"""Within this time a second press of a button is the first, once more: so long somebody may wait for a database that
hangs, and then press again."""

_ONE_AT_A_TIME = threading.Lock()
"""Between looking and appending nobody else of this process may append: a double click is two requests at once."""


def name_of(key: str, said: str) -> str:
    """The id of what a client asks for in these words under a key of its own: asked again it is the same."""
    return hashlib.sha256((key + said).encode()).hexdigest()[:12]


class SilenceRefused(ValueError):
    """It may not begin, or not be cancelled; `why` is a key below `quiet.refused`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def silences(database: Database, since: datetime) -> tuple[Quiet, ...]:
    """Those that end after `since`, the first to start first. Raises DatabaseUnavailable, QueryFailed."""
    rows = database.ask(SILENCES, since_ms=milliseconds(since)).rows()
    drawn = by_id(areas.drawn(database)) if any(row["its_area"] for row in rows) else {}
    return tuple(_quiet(row, drawn) for row in rows)


def _quiet(row: Mapping[str, Any], drawn: Mapping[str, Area]) -> Quiet:
    return Quiet(
        id=row["silence"],
        kind=row["what"],
        owner=row["its_owner"],
        reason=row["its_reason"],
        starts=instant(row["starts_ms"]),
        ends=instant(row["ends_ms"]),
        rule=row["its_rule"],
        scenario=row["its_scenario"],
        place=row["its_place"],
        district=row["its_district"],
        level=row["its_level"],
        cancelled_by=row["cancelled_by"],
        area=row["its_area"],
        within=drawn.get(row["its_area"]),
    )


def begin(database: Database, wanted: Quiet, now: datetime, name: str = "") -> Quiet:
    """Append a silence, under `name` or an id of its own; the same one pressed twice, or of one name, is one.

    Raises SilenceRefused, DatabaseUnavailable, QueryFailed.
    """
    within = by_id(areas.areas(database, now)).get(wanted.area) if wanted.area else None
    said = replace(wanted, owner=wanted.owner.strip(), reason=wanted.reason.strip(), within=within)
    quiet = replace(said, id=name or uuid.uuid4().hex[:12])
    why = fault(quiet, now)
    if why:
        raise SilenceRefused(why)
    with _ONE_AT_A_TIME:
        known = silences(database, now - REMEMBERED)
        twin = next((one for one in known if one.id == quiet.id or (one.ends > now and _twice(one, quiet))), None)
        if twin is None:
            _append(database, quiet, now)
    return twin or quiet


def _twice(known: Quiet, quiet: Quiet) -> bool:
    """The same words of the same officer, begun and ending at nearly the same time."""
    same = replace(known, id=quiet.id, starts=quiet.starts, ends=quiet.ends) == quiet
    return same and abs(known.starts - quiet.starts) <= PRESSED and abs(known.ends - quiet.ends) <= PRESSED


def cancel(database: Database, silence: str, actor: str, reason: str, now: datetime) -> Quiet:
    """End a silence now. One that is over stays as it is. Raises SilenceRefused, DatabaseUnavailable, QueryFailed."""
    if not actor.strip():
        raise SilenceRefused("owner")
    known = {quiet.id: quiet for quiet in silences(database, now - REMEMBERED)}
    if silence not in known:
        raise SilenceRefused("unknown")
    if known[silence].ends <= now:
        return known[silence]
    ended = replace(known[silence], kind="cancel", owner=actor.strip(), reason=reason.strip(), ends=now)
    _append(database, ended, now)
    return replace(known[silence], ends=now, cancelled_by=actor.strip())


def _append(database: Database, quiet: Quiet, now: datetime) -> None:
    same = ("kind", "rule", "scenario", "place", "district", "area", "level", "owner", "reason")
    row = {"at": milliseconds(now), "silence": quiet.id, **{name: getattr(quiet, name) for name in same}}
    times = {"starts": milliseconds(quiet.starts), "ends": milliseconds(quiet.ends)}
    database.insert("silences", {name: [value] for name, value in {**row, **times}.items()})


def openings(database: Database, flapping: Flapping, now: datetime) -> Openings:
    """When alerts opened that opened too often. Raises DatabaseUnavailable, QueryFailed."""
    since = milliseconds(now - flapping.within)
    rows = database.ask(OPENINGS, since_ms=since, now_ms=milliseconds(now), times=flapping.times).rows()
    return {(row["its_rule"], row["place"]): tuple(map(instant, row["opened_ms"])) for row in rows}


def judged(
    database: Database, alerts: Sequence[Alert], book: RuleBook, flapping: Flapping, now: datetime
) -> tuple[dict[str, Verdict], tuple[Quiet, ...]]:
    """The verdict of each open alert, and the silences that run, are to come, or ended within the last day."""
    known = silences(database, now - REMEMBERED)
    found = openings(database, flapping, now) if alerts else {}
    return verdicts(alerts, Rules(book, known, found, flapping), now), known
