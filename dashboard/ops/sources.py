"""The table of sources: newest event, delay, rate, lag, what was stored and what was turned away. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import counted
from dashboard.ops.table import table
from dashboard.telling import NOTHING, day_clock, number
from dashboard.vitals import late

if TYPE_CHECKING:
    from layers.picture import Snapshot, Source

COLUMNS = ("name", "newest", "delay", "rows", "rate", "lag", "accepted", "rejected")


def sources(
    snapshot: Snapshot | None, accepted: Mapping[str, int] | None, words: Words, zone: tzinfo, now: datetime
) -> Component:
    """One row a stream."""
    if snapshot is None:
        return html.P(words("ops.streams.waiting"), className="ops-none")
    heads = [words(f"ops.streams.{key}") for key in COLUMNS]
    rows = [_row(source, accepted or {}, words, zone, now) for source in snapshot.sources]
    return table(words("ops.streams.title"), heads, rows, numbers=(2, 3, 4, 5, 6, 7))


def _row(source: Source, accepted: Mapping[str, int], words: Words, zone: tzinfo, now: datetime) -> list[Any]:
    rejected = sum(source.rejects.values())
    return [
        _name(source, words, now),
        day_clock(source.at, now, zone, seconds=True) if source.at else NOTHING,
        age(source.at),
        f"{source.rows:,}",
        number(source.rate),
        NOTHING if source.lag is None else f"{source.lag:,}",
        f"{accepted[source.stream]:,}" if source.stream in accepted else NOTHING,
        html.B(f"{rejected:,}") if rejected else "0",
    ]


def _name(source: Source, words: Words, now: datetime) -> Component:
    """A late source is an amber ring and a word."""
    behind = late(source.stream, source.at, now)
    mark = html.I(className="ops-ring late" if behind else "ops-ring")
    word = html.Small(words("ops.streams.late" if behind else "ops.streams.fine"), className="late" if behind else "")
    return html.Span([mark, words(f"ops.stream.{source.stream}"), word], className="ops-source")


def age(at: datetime | None) -> Component | str:
    """An age that the browser counts."""
    return html.Span(**counted("at", at)) if at else NOTHING
