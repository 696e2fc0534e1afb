"""Why, of what rests on readings: a curve, a band of what is usual, a river's outlook, several causes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from alerts.alert import instant
from alerts.evidence import Outlook, Season, Share
from alerts.watches import Anomaly
from dashboard.desk import bars, lines
from dashboard.desk.bars import Bar
from dashboard.desk.chart import empty
from dashboard.desk.proof import NEWEST, Proof, Row, Telling
from dashboard.inflow import Point
from dashboard.telling import day_clock


def readings(told: Telling, found: Sequence[Point], figure: Mapping[str, Any], note: str) -> Proof:
    """The newest readings of the device that holds the alert, oldest first in `found`."""
    quality = any(point.quality for point in found)
    rows = [
        (told.clock(one.at), told.amount(one.value), *([one.quality] if quality else []))
        for one in reversed(found[-NEWEST:])
    ]
    heads = told.heads("at", "value", *(["quality"] if quality else []))
    title = told.words("why.title.readings")
    return Proof(title, note, figure, heads, tuple(rows), (1,), len(rows))


def among(told: Telling, found: Sequence[Share], figure: Mapping[str, Any], note: str) -> Proof:
    """The curve of the device that holds the alert, and the devices of its place, the worst first."""
    heads, rows = _shares(told, found)
    return Proof(told.words("why.title.readings"), note, figure, heads, rows, (1, 2), len(found))


def compared(told: Telling, found: Sequence[Share], note: str) -> Proof:
    """The devices of a place, the worst last in the figure: a mean has no device that holds it."""
    title = told.words("why.title.shares")
    if not found:
        return Proof(title, note)
    heads, rows = _shares(told, found)
    drawn = [Bar(told.device(one.device), one.value) for one in found[: bars.ROWS]][::-1]
    figure = bars.bars(drawn, told.levels(), told.unit, told.words)
    return Proof(title, note, figure, heads, rows, (1, 2), len(found))


def _shares(told: Telling, found: Sequence[Share]) -> tuple[Row, tuple[Row, ...]]:
    rows = [(told.device(one.device), told.amount(one.value), told.clock(one.at)) for one in found[:NEWEST]]
    return told.heads("device", "measure", "newest"), tuple(rows)


def season(told: Telling, watch: Anomaly, device: str, found: Sequence[Season]) -> Proof:
    words, window = told.words, told.span(watch.window)
    note = words("why.note.season", device=told.device(device), span=window, weeks=watch.weeks)
    title = words("why.title.season")
    if not found:
        return Proof(title, note)
    unit = told.unit_of(watch.anomaly)
    spreads = {one.level: one.value for one in told.levels()}
    rows = [_season(told, one, unit) for one in reversed(found[-NEWEST:]) if one.mean is not None]
    heads = told.heads("at", "measure", "usual", "spread", "off")
    figure = lines.band(found, spreads, unit, words, told.zone)
    return Proof(title, note, figure, heads, tuple(rows), (1, 2, 3, 4), len(rows))


def _season(told: Telling, one: Season, unit: str) -> Row:
    off = ((one.mean or 0.0) - one.usual) / one.spread
    numbers = (f"{value:,.4g} {unit}".strip() for value in (one.mean or 0.0, one.usual, one.spread))
    return (told.clock(one.at), *numbers, told.amount(off))


def outlook(told: Telling, device: str, found: Outlook | None) -> Proof:
    words, title = told.words, told.words("why.title.outlook")
    ahead = bool(found and found.told)
    note = words("why.note.outlook" if ahead else "why.note.outlook_none", device=told.device(device))
    if found is None:
        return Proof(title, note)
    names = {name: words(f"alert.mark.{name}") for name in ("warning", "guarantee", "highest")}
    unit = words("unit.m")
    figure = lines.outlook(found, names, unit, words, told.zone)
    rows = (_next(told, found, names, unit),) if ahead else ()
    return Proof(title, note, figure, told.heads("mark", "height", "left", "when", "interval"), rows, (1, 2), len(rows))


def _next(told: Telling, found: Outlook, names: Mapping[str, str], unit: str) -> Row:
    height, (at, value) = float(found.told["height"]), found.points[-1]

    def clock(minutes: float) -> str:
        return day_clock(instant(at) + timedelta(minutes=minutes), told.now, told.zone)

    ends = {end: clock(float(found.told[end])) for end in ("soonest", "latest")}
    lengths = (f"{height:,.6g} {unit}", f"{height - value:,.2f} {unit}")
    return names[str(found.told["mark"])], *lengths, clock(found.minutes), told.words("why.span", **ends)


@dataclass(frozen=True)
class Part:
    """One of several causes: as it is drawn, the device that is worst of it, its value told, and its level."""

    cause: lines.Cause
    device: str
    value: str
    level: str


def causes(told: Telling, found: Sequence[Part]) -> Proof:
    drawn = [part.cause for part in found if part.cause.points]
    figure = lines.causes(drawn, told.words, told.zone, told.now) if drawn else empty()
    rows = tuple(
        (part.cause.name, told.device(part.device), part.value, told.words(f"level.{part.level}")) for part in found
    )
    heads = told.heads("cause", "device", "value", "level")
    note = told.teller.place(told.alert)
    return Proof(told.words("why.title.causes"), note, figure, heads, rows, (2,), len(rows))
