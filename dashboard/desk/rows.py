"""The list of open alerts: a link each, so that a choice has an address and the keyboard works. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import CURRENT, counted
from dashboard.spoken import marked
from dashboard.telling import Line, day_clock, lasted

MOST = 200
"""More rows than this are not drawn: nobody reads them, and each update would redraw them all."""


def rows(lines: Sequence[Line], chosen: str | None, words: Words, zone: tzinfo, now: datetime) -> list[Component]:
    """One row a line, in the order given; a last sentence says how many are not listed."""
    drawn: list[Component] = [_row(line, line.id == chosen, words, zone, now) for line in lines[:MOST]]
    if len(lines) > MOST:
        drawn.append(html.P(words("desk.list.more", n=len(lines) - MOST), className="desk-empty"))
    return drawn


def address(alert: str, language: str) -> str:
    """The path that shows one alert on the desk."""
    return "/desk?" + urlencode({"alert": alert, "lang": language})


def _row(line: Line, chosen: bool, words: Words, zone: tzinfo, now: datetime) -> Component:
    link = dcc.Link(_cells(line, words, zone, now), href=address(line.id, words.language), className="desk-row")
    current = CURRENT if chosen else {}
    return html.Div(
        link, className="desk-item chosen" if chosen else "desk-item", key=line.id, role="listitem", **current
    )


def _cells(line: Line, words: Words, zone: tzinfo, now: datetime) -> list[Component]:
    return [
        badge(line.level, words),
        html.Strong([line.headline, *([html.Small(line.eases, className="desk-eases")] if line.eases else [])]),
        html.Span([line.place, html.Small(_beside(line, words))], className="desk-place"),
        html.Span([html.Time(day_clock(line.since, now, zone)), since(line.since, words, now)], className="desk-since"),
        html.Span([html.B(line.value), html.Small(line.of or line.threshold)], className="desk-value"),
        state(line, words),
    ]


def _beside(line: Line, words: Words) -> Any:
    """Below the place: its district; of an official warning who issued it, for two may warn of the same."""
    return marked(line.issuer, words.language) if line.issuer else line.district


def badge(level: str, words: Words) -> Component:
    """The level as colour and word."""
    return html.Span(words(f"level.{level}"), className=f"desk-badge level-{level}")


def since(at: datetime, words: Words, now: datetime) -> Component:
    """How long it has lasted."""
    return html.Small(lasted(now - at, words), **counted("since", at))


def state(line: Line, words: Words) -> Component:
    """未签收 stands out, 已签收 recedes; a break in the data is said beside."""
    if line.acknowledged is None:
        mark = html.Span(words("desk.state.open"), className="desk-open")
    else:
        mark = html.Span(words("desk.state.acknowledged", actor=line.acknowledged.actor), className="desk-taken")
    stale = [html.Small(words("desk.state.stale"), className="desk-stale")] if line.stale else []
    flaps = [html.Small(words("quiet.mark", n=line.flaps), className="desk-stale")] if line.flaps else []
    doubt = [html.Small(line.doubt, className="desk-stale")] if line.doubt else []
    return html.Span([mark, *stale, *doubt, *flaps], className="desk-state")
