"""Devices that nobody registered, and registered ones that are silent, one line a cause. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.ops.sources import age
from dashboard.ops.table import known, table
from dashboard.telling import NOTHING, day_clock

if TYPE_CHECKING:
    from layers.devices import Fleet, Silence, Strangers, Unknown

SHOWN = 12
"""Lines of each table: the rest are in the file and in /api/devices."""
FILE = "/api/devices/unknown.csv"
UNKNOWN = ("device", "metric", "first", "last", "readings", "where")
SILENT = ("what", "devices", "where", "interval", "last")
District = Callable[[str], str]
"""Name of a district by its adcode; '' outside."""
Moment = tuple[datetime, tzinfo]
"""Now, and the city's zone."""


def unknown(found: Strangers, words: Words, district: District, at: Moment) -> Component:
    """What is heard and not registered, the last heard first, and how to mend it."""
    if not found.first:
        return html.P(words("ops.unknown.none"), className="ops-none")
    heads = [words(f"ops.unknown.{key}") for key in UNKNOWN]
    rows = [_unknown(one, words, district, at) for one in found.first[:SHOWN]]
    link = html.A(words("ops.unknown.file"), href=FILE, download="devices.csv")
    hint = html.P([words("ops.unknown.hint"), link], className="ops-hint")
    more = _more(found.total, len(rows), words)
    return html.Div([table(words("ops.unknown.title"), heads, rows, numbers=(4,)), *more, hint])


def _unknown(one: Unknown, words: Words, district: District, at: Moment) -> list[Any]:
    retired = [html.Small(words("ops.unknown.retired"), className="late")] if one.retired else []
    return [
        html.Span([html.Code(one.device), *retired], className="ops-device"),
        known(f"metric.{one.metric}", one.metric, words),
        day_clock(one.first, *at),
        age(one.last),
        f"{one.readings:,}",
        _where(one, district),
    ]


def _where(one: Unknown, district: District) -> str:
    """The district's name; outside every one the point itself."""
    if one.district:
        return district(one.district) or one.district
    return NOTHING if one.lat is None or one.lon is None else f"{one.lat:.4f}, {one.lon:.4f}"


def silent(found: Fleet, words: Words, district: District) -> Component:
    """What is registered and not heard: a dead gateway is one line."""
    if not found.silences:
        key = "none" if found.watched else "unwatched"
        return html.P(words(f"ops.silent.{key}", n=f"{found.watched:,}"), className="ops-none")
    heads = [words(f"ops.silent.{key}") for key in SILENT]
    rows = [_silent(line, words, district) for line in found.silences[:SHOWN]]
    told = html.P(words("ops.silent.sum", n=f"{found.silent:,}", of=f"{found.watched:,}"), className="ops-hint")
    more = _more(len(found.silences), len(rows), words)
    return html.Div([told, table(words("ops.silent.title"), heads, rows, numbers=(1,)), *more])


def _silent(line: Silence, words: Words, district: District) -> list[Any]:
    one = line.quiet
    return [
        _what(line, words),
        f"{line.devices:,}",
        (district(one.district) if one and one.district else "") or NOTHING,
        span(one.interval, words) if one else NOTHING,
        age(line.last) if line.last else html.Span(words("ops.silent.never"), className="late"),
    ]


def _what(line: Silence, words: Words) -> Component:
    if line.scope == "all":
        return html.B(words("ops.silent.all"), className="late")
    if line.scope == "gateway":
        return html.Span([html.B(words("ops.silent.gateway")), html.Code(line.id)], className="ops-device")
    name = words.name(line.quiet.name) if line.quiet and line.quiet.name else ""
    return html.Span([name, html.Code(line.id)] if name else html.Code(line.id), className="ops-device")


def _more(total: int, shown: int, words: Words) -> Sequence[Component]:
    return [html.P(words("ops.more", n=f"{total - shown:,}"), className="ops-none")] if total > shown else []


def span(interval: timedelta, words: Words) -> str:
    """An interval in its largest whole unit."""
    seconds = interval.total_seconds()
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= size and seconds % size == 0:
            return words(f"ops.every.{unit}", n=f"{seconds / size:.0f}")
    return words("ops.every.seconds", n=f"{seconds:g}")
