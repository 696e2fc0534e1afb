"""The chosen alert in words: what, where, why, since when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.desk.rows import badge, since, state
from dashboard.spoken import marked
from dashboard.telling import NOTHING, Line, day_clock


@dataclass(frozen=True, slots=True)
class Story:
    """One alert told at length. `line` None: it has cleared, or there never was one (`known` False).

    `official`: it is a warning that somebody else issued. `missed`: it should have been, and was not told.
    """

    id: str
    line: Line | None
    known: bool = True
    sentence: str = ""
    observed: datetime | None = None
    peak: str = NOTHING
    headline: str = ""
    official: bool = False
    missed: bool = False


def story(told: Story | None, words: Words, zone: tzinfo, now: datetime) -> Sequence[Component]:
    """A hint when nothing is chosen; else head, sentence and facts."""
    if told is None:
        return [
            html.P(words("desk.detail.choose"), className="desk-hint"),
            html.P(words("desk.detail.keys"), className="desk-keys"),
        ]
    if not told.known:
        return [html.P(words("desk.detail.missing", id=told.id), className="desk-hint")]
    if told.line is None:
        return _cleared(told, words)
    return [
        _head(told.line, words, official=told.official),
        html.P(marked(told.sentence, words.language), className="desk-sentence"),
        *([html.P(told.line.quiet, className="desk-quiet")] if told.line.quiet else []),
        _facts(told, told.line, words, zone, now),
    ]


def _cleared(told: Story, words: Words) -> list[Component]:
    key = "missed" if told.missed else "cleared"
    badge = html.Span(words(f"desk.state.{key}"), className="desk-badge level-clear")
    head = html.Div([badge, html.H2(told.headline)], className="desk-head")
    return [head, html.P(words(f"desk.detail.{key}"), className="desk-sentence")]


def _head(line: Line, words: Words, *, official: bool) -> Component:
    """With who says so: somebody outside (官方发布), or this system's rule (站点触发)."""
    place = html.Span([line.place, html.Small(line.district)], className="desk-place")
    look = "desk-issuer official" if official else "desk-issuer"
    issuer = html.Span(words("why.issued" if official else "why.own"), className=look)
    return html.Div(
        [badge(line.level, words), html.H2(line.headline), issuer, place, state(line, words)], className="desk-head"
    )


def _facts(told: Story, line: Line, words: Words, zone: tzinfo, now: datetime) -> Component:
    observed = day_clock(told.observed, now, zone, seconds=True) if told.observed else NOTHING
    opened = [html.Time(day_clock(line.since, now, zone, seconds=True)), " ", since(line.since, words, now)]
    value = [html.B(line.value), *([" ", html.Small(line.of)] if line.of else [])]
    measured: tuple[tuple[str, Any], ...] = (("value", value), ("threshold", [line.threshold]))
    pairs: tuple[tuple[str, Any], ...] = (
        *(measured if line.value else (("issuer", marked(line.issuer, words.language)),)),
        ("since", opened),
        ("observed", [html.Time(observed)]),
        *((("peak", [told.peak]),) if line.value else ()),
    )
    return html.Dl(
        [html.Div([html.Dt(words(f"desk.detail.{key}")), html.Dd(value)]) for key, value in pairs],
        className="desk-facts",
    )
