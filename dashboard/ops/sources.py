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
        _lag(source),
        f"{accepted[source.stream]:,}" if source.stream in accepted else NOTHING,
        html.B(f"{rejected:,}") if rejected else "0",
    ]


def _name(source: Source, words: Words, now: datetime) -> Component:
    """A source that is held, that nobody reads or that is late is an amber ring and a word."""
    behind = late(source.stream, source.at, now)
    state = "held" if source.held else "unread" if source.unread else "late" if behind else "fine"
    name = "" if state == "fine" else " late"
    mark = html.I(className=f"ops-ring{name}")
    word = html.Small(words(f"ops.streams.{state}"), className=name.strip())
    return html.Span([mark, words(f"ops.stream.{source.stream}"), word], className="ops-source")


def _lag(source: Source) -> Component | str:
    """What waits; of a held source nobody takes it."""
    told = NOTHING if source.lag is None else f"{source.lag:,}"
    return html.B(told, className="late") if source.held else told


def age(at: datetime | None) -> Component | str:
    """An age that the browser counts."""
    return html.Span(**counted("at", at)) if at else NOTHING
