"""Below the open alerts: those that are kept quiet, with why; and the silences, with their ends. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import polite
from dashboard.desk import ids
from dashboard.desk.rows import MOST, address, badge
from dashboard.quieted import Silence
from dashboard.telling import Line


def folds(words: Words) -> Component:
    """The lists, empty and closed; mounted once, so that an update does not close what an officer opened."""
    return html.Div(
        [
            html.P(id=ids.CANCEL_RESULT, className="desk-result", role="status", **polite()),
            _fold(words("quiet.hidden.title"), ids.HIDDEN_COUNT, ids.HIDDEN),
            _fold(words("quiet.list.title"), ids.SILENCES_COUNT, ids.SILENCES),
            _fold(words("notice.list.title"), ids.NOTICES_COUNT, ids.NOTICES),
        ],
        className="desk-folds",
    )


def _fold(title: str, count: str, body: str) -> Component:
    return html.Details(
        [html.Summary([title, html.Span(id=count, className="desk-count")]), html.Div(id=body, className="desk-fold")]
    )


def hidden(lines: Sequence[Line], words: Words) -> list[Component]:
    """A row an alert: what and where, and why nobody is told."""
    if not lines:
        return [html.P(words("quiet.hidden.empty"), className="desk-empty")]
    return [_hidden(line, words) for line in lines[:MOST]]


def _hidden(line: Line, words: Words) -> Component:
    cells = [
        badge(line.level, words),
        html.Strong(line.headline),
        html.Span([line.place, html.Small(line.district)], className="desk-place"),
        html.Span(line.quiet, className="desk-why"),
    ]
    link = dcc.Link(cells, href=address(line.id, words.language), className="desk-row desk-hidden-row")
    return html.Div(link, className="desk-item", key=line.id)


def silences(found: Sequence[Silence], words: Words) -> list[Component]:
    """A row a silence: of what, by whom, why, until when, and a button that ends it while it is not over."""
    if not found:
        return [html.P(words("quiet.list.empty"), className="desk-empty")]
    return [_silence(one, words) for one in found[:MOST]]


def _silence(one: Silence, words: Words) -> Component:
    ended = one.state in ("over", "cancelled")
    end = html.Button(
        words("quiet.list.cancel"),
        id={"type": ids.CANCEL, "silence": one.id},
        n_clicks=0,
        type="button",
        disabled=ended,
    )
    return html.Div(
        [
            html.Span(one.kind, className="desk-kind"),
            html.Span([html.Strong(one.what), html.Small(f"{one.owner} · {one.reason}")], className="desk-place"),
            html.Span(one.until, className="desk-until"),
            end,
        ],
        className="desk-silence over" if ended else "desk-silence",
        key=one.id,
    )
