"""What operations want to know, asked anew: each part on its own, so that one failure leaves the others standing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from alerts import errata
from alerts.alert import milliseconds
from alerts.corrections import Correction, in_force
from dashboard import inflow
from dashboard.inflow import Looks, Sample, TableSize, Turned
from dashboard.vitals import Beat
from layers import registered
from layers.devices import Nowhere, Strangers
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SEEN = timedelta(hours=1)
"""An instance that has not beaten for this long is no longer listed."""

Part = TypeVar("Part")


@dataclass
class Report:
    """One look at the machinery. `failures` says which part could not be asked, and why; that part is None. `slow`: the
    database is there, and did not answer in time."""

    now: datetime
    beats: tuple[Beat, ...] | None = None
    turned: tuple[Turned, ...] | None = None
    accepted: Mapping[str, int] | None = None
    samples: tuple[Sample, ...] | None = None
    sizes: tuple[TableSize, ...] | None = None
    corrections: tuple[Correction, ...] | None = None
    looks: Looks | None = None
    nowhere: tuple[Nowhere, ...] | None = None
    strangers: Strangers | None = None
    free: int | None = None
    failures: dict[str, str] = field(default_factory=dict)
    slow: bool = False


def report(database: Database, data: Path, now: datetime, reject: tuple[str, str] | None = None) -> Report:
    """Everything at `now`; `reject` is the (stream, reason) whose samples are wanted. Its errors are in it."""
    found = Report(now)
    found.beats = _ask(found, "beats", lambda: inflow.beats(database, now - SEEN))
    found.turned = _ask(found, "turned", lambda: inflow.turned_away(database, now - DAY))
    found.accepted = _ask(found, "accepted", lambda: inflow.accepted(database))
    found.sizes = _ask(found, "sizes", lambda: inflow.table_sizes(database))
    found.corrections = _ask(found, "corrections", lambda: _corrections(database, now - WEEK))
    found.looks = _ask(found, "looks", lambda: inflow.late_looks(database, now - DAY))
    found.nowhere = _ask(found, "nowhere", lambda: registered.nowhere(database, now))
    found.strangers = _ask(found, "strangers", lambda: registered.strangers(database, now))
    if reject is not None:
        found.samples = _ask(found, "samples", lambda: inflow.samples(database, *reject, limit=10))
    found.free, found.slow = _free(data), "database" in found.failures and database.ping()
    return found


def _ask(found: Report, part: str, ask: Callable[[], Part]) -> Part | None:
    if "database" in found.failures:  # do not wait for a dead server once a part
        return None
    try:
        return ask()
    except DatabaseUnavailable as error:
        found.failures["database"] = str(error)
    except QueryFailed as error:
        found.failures[part] = str(error)
    return None


def _corrections(database: Database, since: datetime) -> tuple[Correction, ...]:
    return in_force(errata.corrections(database, found=milliseconds(since)))


def _free(data: Path) -> int | None:
    """Free bytes where the data is, or will be."""
    place = next((path for path in (data, *data.parents) if path.exists()), None)
    try:
        return shutil.disk_usage(place).free if place else None
    except OSError:
        return None
