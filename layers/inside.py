"""Asks what lies in a place as of `now`: devices, cases, events, past warnings."""

from __future__ import annotations

from datetime import datetime, timedelta

from layers import contents
from layers.asking import ask
from layers.contents import LIMIT, Past, Several
from layers.kinds import SILENT_S
from layers.moments import DAY
from layers.scope import Look, Scope
from streams.clickhouse import Database

CASES_BACK = timedelta(days=60)
EVENTS_BACK = timedelta(days=7)
ALERTS_BACK = timedelta(days=30)


def devices(database: Database, look: Look, now: datetime, metric: str = "", most: int = LIMIT) -> Several:
    """Devices here and in the ring, after the silent ones those that tell of `metric`. Raises as Database.ask."""
    told = {"metric": metric, "silent_s": SILENT_S, "most": most}
    return _devices(database, now, look.widest, look.here, **look.range(), **told)


def device(database: Database, id: str, now: datetime) -> contents.Device | None:
    """One device as the registry and its readings of a day have it; None when neither knows it."""
    told = {"metric": "", "low": 0, "high": 0, "silent_s": SILENT_S, "most": 1}
    one = Scope(devices=(id,))
    return next(iter(_devices(database, now, one, one, **told).items), None)


def _devices(database: Database, now: datetime, where: Scope, here: Scope, **told: object) -> Several:
    return contents.devices(ask(database, "inside_devices", now, DAY, where, **told).rows()[0], here)


def cases(database: Database, look: Look, now: datetime, most: int = LIMIT) -> Several:
    """Open cases here and in the ring."""
    rows = ask(database, "inside_cases", now, CASES_BACK, look.widest, **look.range(), most=most).rows()
    named = [row["case"] for row in rows]
    words = ask(database, "cases_told", now, CASES_BACK, cases=named).rows() if named else []
    told = {row["case"]: row for row in words}
    return contents.cases([{**row, **told[row["case"]]} for row in rows], look.here)


def events(database: Database, look: Look, now: datetime, most: int = LIMIT) -> Several:
    """Events that are not over, here and in the ring."""
    answer = ask(database, "inside_events", now, EVENTS_BACK, look.widest, **look.range(), most=most)
    return contents.events(answer.rows(), look.here)


def past(database: Database, look: Look, now: datetime, most: int = LIMIT) -> tuple[Past, ...]:
    """Warnings of this place, and in it, of the last 30 days."""
    answer = ask(database, "inside_alerts", now, ALERTS_BACK, look.here, place=look.place, most=most)
    return contents.past(answer.rows())
