"""What came in, what was turned away and who beats: asks the database, decides nothing."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.vitals import Beat, read_detail
from layers.moments import to_ms
from streams.clickhouse import Database, Question

SQL = Path(__file__).parent / "sql"
LONG_SILENT = timedelta(hours=6)
"""A `watch` silent for longer has no age that anybody needs to know."""


@dataclass(frozen=True, slots=True)
class Turned:
    """How often a stream's messages were turned away for one reason: in all (of 90 days) and lately."""

    stream: str
    reason: str
    total: int
    lately: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One rejected message: `raw` its first 4,096 bytes, `size` all of them, `position` where it stood in Kafka."""

    received: datetime
    stream: str
    reason: str
    detail: str
    source: str
    position: str
    size: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Point:
    """One reading behind an alert."""

    at: datetime
    value: float
    quality: str


@dataclass(frozen=True, slots=True)
class Looks:
    """What the look at late data left out lately: places that wait, rows too old, rows that were too many."""

    left: int = 0
    old: int = 0
    many: int = 0


@dataclass(frozen=True, slots=True)
class TableSize:
    """Rows of a table and its bytes on disk."""

    table: str
    rows: int
    bytes: int


@cache
def _question(name: str) -> Question:
    return Question.load(SQL, name)


def accepted(database: Database) -> dict[str, int]:
    """Rows stored of each stream, ever. Raises DatabaseUnavailable, QueryFailed, as all here."""
    rows = database.ask(_question("stream_counts")).rows()
    return {str(row["stream"]): int(row["accepted"]) for row in rows}


def turned_away(database: Database, since: datetime) -> tuple[Turned, ...]:
    """Rejects by stream and reason; `lately` counts from `since`."""
    rows = database.ask(_question("reject_reasons"), since_ms=to_ms(since)).rows()
    return tuple(
        Turned(row["stream"], row["reason"], int(row["total"]), int(row["lately"]), at(row["newest_ms"]))
        for row in rows
    )


def samples(database: Database, stream: str = "", reason: str = "", limit: int = 20) -> tuple[Sample, ...]:
    """The newest rejects, of one stream and reason when given ('' is any)."""
    rows = database.ask(_question("reject_samples"), stream=stream, reason=reason, limit=limit).rows()
    return tuple(_sample(row) for row in rows)


def _sample(row: Mapping[str, Any]) -> Sample:
    return Sample(
        received=at(row["received_ms"]),
        stream=row["stream"],
        reason=row["reason"],
        detail=row["detail"],
        source=row["source"],
        position=f"{row['epoch']}:{row['partition']}:{row['offset']}:{row['item']}".lstrip(":"),
        size=int(row["size"]),
        raw=base64.b64decode(row["raw_base64"]),
    )


def beats(database: Database, since: datetime) -> tuple[Beat, ...]:
    """The newest heartbeat of each instance since a moment, by process, newest first."""
    rows = database.ask(_question("heartbeats"), since_ms=to_ms(since)).rows()
    return tuple(Beat(row["process"], row["instance"], at(row["at_ms"]), read_detail(row["detail"])) for row in rows)


def late_looks(database: Database, since: datetime) -> Looks:
    """What the look at late data left out since a moment."""
    row = database.ask(_question("late_looks"), since_ms=to_ms(since)).rows()[0]
    return Looks(row["left"], row["old"], row["many"])


def corrected(database: Database) -> dict[str, int]:
    """Corrections after late data that are in force, by verdict."""
    rows = database.ask(_question("correction_counts")).rows()
    return {row["its_verdict"]: row["corrections"] for row in rows}


def watched(database: Database, now: datetime) -> datetime | None:
    """When a `watch` that judges was last heard; None when not for LONG_SILENT."""
    found = database.ask(_question("watch_beat"), since_ms=to_ms(now - LONG_SILENT)).column("at_ms")
    return at(int(found[0])) if found and found[0] else None


def readings(database: Database, device: str, metric: str, since: datetime, until: datetime) -> tuple[Point, ...]:
    """Readings of one device and metric in a window, oldest first."""
    question = _question("readings_behind")
    rows = database.ask(question, device=device, metric=metric, since_ms=to_ms(since), until_ms=to_ms(until)).rows()
    return tuple(Point(at(row["at_ms"]), float(row["value"]), row["quality"]) for row in rows)


def table_sizes(database: Database) -> tuple[TableSize, ...]:
    """Our tables with rows and bytes, biggest first."""
    rows = database.ask(_question("table_sizes")).rows()
    return tuple(TableSize(row["table"], int(row["rows"]), int(row["bytes"])) for row in rows)


def at(epoch_ms: int) -> datetime:
    """The aware UTC datetime of epoch milliseconds."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)
