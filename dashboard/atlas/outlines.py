"""The borders of official warnings that are in force, as the map draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from alerts.alert import LEVELS
from alerts.measures import chained
from alerts.outside import colour
from layers.asking import Answering, ask
from layers.moments import to_ms
from streams.parse_area import corners

LATELY = timedelta(hours=24)
"""How long ago one that says no end was told: as the rule of official warnings has it (config/rules/emergency.yaml)."""

Ring = list[list[float]]


def in_force(database: Answering, now: datetime) -> list[dict[str, Any]]:
    """Rows of layers/sql/event_outlines.sql as of `now`. Raises as Database.ask."""
    return ask(database, "event_outlines", now, LATELY, **chained(database, to_ms(now))).rows()


def outlines(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Event, level and rings ([lon, lat] corners) of each that is a warning, the mildest first: the worst lies on top.

    `rows` are those of `in_force`; an accident of a high grade is no warning (alerts/outside.py).
    """
    levelled = ((colour(*row["said"]), row) for row in rows)
    known = sorted(((level, row) for level, row in levelled if level), key=lambda one: (one[0], one[1]["its_event"]))
    return [
        {"event": row["its_event"], "level": LEVELS[level - 1], "rings": rings(row["rings"])} for level, row in known
    ]


def rings(text: str) -> list[Ring]:
    """Rings as streams/parse_area.py writes them."""
    return [[[lon, lat] for lat, lon in corners(ring)] for ring in text.split(";")]
