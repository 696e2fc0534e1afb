"""How long the rows of each table are kept: what the settings want, and where the server has it otherwise. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from config.keep import Keep, as_days


@dataclass(frozen=True)
class Kept:
    """A table whose rows end `kind`'s days after the time in `column`."""

    table: str
    column: str
    kind: str


KEPT = (
    Kept("readings", "at", "readings"),
    Kept("case_steps", "at", "cases"),
    Kept("city_events", "at", "events"),
    Kept("rejects", "received", "rejects"),
    Kept("heartbeats", "at", "heartbeats"),
)
"""What is not here ends as the schema says, most of it never: hourly sums, the journal of alerts, the registry."""

_TTL = re.compile(
    r"\bTTL\s+toDateTime\((\w+)\)\s*\+\s*(?:toIntervalDay\((\d+)\)|INTERVAL\s+(\d+)\s+DAY)", re.IGNORECASE
)
_ANY = re.compile(r"\bTTL\b", re.IGNORECASE)


def wanted(keep: Keep) -> dict[str, tuple[str, int]]:
    """(column, days) by table; 0 days is for ever."""
    days = as_days(keep)
    return {kept.table: (kept.column, days[kept.kind]) for kept in KEPT}


def told(engine: str) -> tuple[str, int] | None:
    """(column, days) of a table's definition, ('', 0) when its rows have no end; None for an end of another form."""
    found = _TTL.search(engine)
    if found:
        return found[1], int(found[2] or found[3])
    return None if _ANY.search(engine) else ("", 0)


def changes(keep: Keep, definitions: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """(column, days) of each table among `definitions` (its text by name) that is not kept as `keep` wants it."""
    return {
        table: (column, days)
        for table, (column, days) in wanted(keep).items()
        if table in definitions and told(definitions[table]) != ((column, days) if days else ("", 0))
    }
