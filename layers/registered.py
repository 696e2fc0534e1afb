"""Asks the database about devices: registered, silent, unknown. Decides nothing: see devices.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from layers.asking import Answering, ask, heard, question
from layers.devices import Fleet, Gateway, Nowhere, Strangers, causes, gateway_of, unknown_of
from layers.geometry import City
from layers.moments import DAY, window
from streams.clickhouse import Database

WINDOW = DAY
"""How far back we look for a device. One that speaks less often than every eighth hour cannot be missed in it."""
LONGEST = WINDOW / 3
LISTED = 200
"""Devices named at most: of one gateway, and of those that are unknown. Nobody reads more; the figures count all."""

NAMED = 3
"""Devices that a sentence names; beside it stands how many there are."""


def fleet(database: Database, city: City, now: datetime) -> Fleet:  # noqa: ARG001 - asked like any part
    """What a picture tells of registered devices. Raises as Database.ask."""
    registered, watched = counted(database)
    gateways = silent(database, now)
    return Fleet(now, registered, watched, sum(one.silent for one in gateways), causes(gateways, watched)[:LISTED])


def counted(database: Database) -> tuple[int, int]:
    """Devices registered, and how many of them are expected to speak so often that their silence is seen."""
    row = database.ask(question("devices_count"), most_s=LONGEST.total_seconds()).rows()[0]
    return int(row["registered"]), int(row["watched"])


def silent(database: Answering, now: datetime, back: timedelta = WINDOW) -> tuple[Gateway, ...]:
    """Gateways with silent devices."""
    most = back.total_seconds() / 3
    answer = ask(database, "devices_silent", now, back, least_s=0.0, most_s=most, listed=LISTED)
    return tuple(map(gateway_of, answer.rows()))


def strangers(database: Database, now: datetime, most: int = LISTED) -> Strangers:
    """Who was heard in the last 24 hours and is not registered. Of a moment's readings: dear where they are many."""
    named, total = _strangers(database, now, most)
    rows = [] if total == 0 else ask(database, "devices_unknown", now, WINDOW, devices=named, most=most).rows()
    return Strangers(tuple(map(unknown_of, rows)), total or (int(rows[0]["total"]) if rows else 0))


def nowhere(database: Database, now: datetime) -> tuple[Nowhere, ...]:
    """Devices that lie on no map until they are registered with a place; () where last words are not kept.

    Who was registered since, and has not spoken, is none of them.
    """
    if not heard(database, now):
        return ()
    rows = database.ask(question("devices_nowhere"), since_ms=window(now, WINDOW)["since_ms"], most=NAMED).rows()
    return tuple(
        Nowhere("bare" if row["known"] else "strange", int(row["devices"]), tuple(row["some"])) for row in rows
    )


def _strangers(database: Database, now: datetime, most: int) -> tuple[list[str], int | None]:
    """Of whom to ask more, and how many there are; ([], None) for all of them, where their last words are not known."""
    if not heard(database, now):
        return [], None
    since = window(now, WINDOW)["since_ms"]
    rows = database.ask(question("devices_strange"), since_ms=since, most=most).rows()
    return sorted({row["device"] for row in rows}), int(rows[0]["total"]) if rows else 0


def registered(database: Database, after: str = "", most: int = LISTED) -> list[dict[str, Any]]:
    """Registered devices by id, those after `after`: rows of the question devices_registered."""
    return database.ask(question("devices_registered"), after=after, most=most).rows()
