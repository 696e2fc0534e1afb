"""The machine: snapshot, disk, versions, and gaps in what was configured. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dash import html
from dash.development.base_component import Component

from config.city import CityProfile
from config.words import Words
from dashboard.inflow import TableSize
from dashboard.ops.sources import age
from dashboard.ops.table import facts, table
from dashboard.telling import NOTHING

if TYPE_CHECKING:
    from dashboard.state import Moment

UNITS = ("B", "kB", "MB", "GB", "TB")


def gaps(
    city: CityProfile, words: Words, wrong: Mapping[str, str] | None = None, unplaced: Iterable[str] = ()
) -> Component:
    """What no rule can watch because nobody configured it; first the files that ingest cannot use, and why, then the
    devices that lie nowhere, as sentences."""
    mend = [_mend(file, why, words) for file, why in (wrong or {}).items()]
    mend += [html.Li(one, className="bad") for one in unplaced]
    found = [words("ops.gaps.marks", station=words.name(one.name)) for one in city.stations if one.marks is None]
    found += [words("ops.gaps.sample")] if city.sample else []
    if not found and not mend:
        return html.P(words("ops.gaps.none"), className="ops-none")
    return html.Ul([*mend, *(html.Li(one) for one in found)], className="ops-gaps-list")


def _mend(file: str, why: str, words: Words) -> Component:
    lines = [part for line in why.splitlines() for part in (html.Br(), html.Code(line))]
    return html.Li([html.B(words("ops.gaps.wrong", file=file)), *lines], className="bad")


def snapshot(moment: Moment, words: Words) -> Component:
    """How old the picture is and what of it failed."""
    taken = moment.snapshot.now if moment.snapshot else None
    failures = moment.snapshot.failures if moment.snapshot else ()
    return facts(
        (
            (words("ops.snapshot.age"), age(taken)),
            (words("ops.snapshot.seconds"), _took(moment, words)),
            (words("ops.snapshot.error"), _error(moment.error, words)),
            *((words("ops.snapshot.question"), html.Span(one, className="bad")) for one in failures),
        )
    )


def _took(moment: Moment, words: Words) -> str:
    return NOTHING if moment.seconds is None else words("ops.unit.ms", n=f"{moment.seconds * 1000:.0f}")


def _error(error: str | None, words: Words) -> Component | str:
    return html.Span(error, className="bad") if error else words("ops.snapshot.none")


def disk(free: int | None, sizes: Sequence[TableSize] | None, words: Words) -> Component:
    """Free space, and our tables with their sizes."""
    tables = sizes or ()
    whole = sum(one.bytes for one in tables)
    heads = [words(f"ops.disk.{key}") for key in ("table", "rows", "bytes")]
    rows = [[html.Code(one.table), f"{one.rows:,}", size(one.bytes)] for one in tables]
    totals = facts(
        ((words("ops.disk.free"), size(free)), (words("ops.disk.database"), size(whole if sizes is not None else None)))
    )
    return html.Div([totals, table(words("ops.disk.title"), heads, rows, numbers=(1, 2))] if rows else [totals])


def size(count: int | None) -> str:
    """Bytes in the unit that leaves one to three digits before the point."""
    if count is None:
        return NOTHING
    amount, unit = float(count), 0
    while amount >= 999.5 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {UNITS[unit]}" if unit == 0 or amount >= 100 else f"{amount:.1f} {UNITS[unit]}"


def versions(found: Mapping[str, str]) -> Component:
    """Names and versions of what runs."""
    return facts((html.Code(name), html.Code(version)) for name, version in found.items())
