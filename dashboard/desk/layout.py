"""The duty desk: open alerts on the left, the chosen one on the right. Pure.

The form stands in the page from the start and is never redrawn, so that nothing an officer types is lost to an update.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from config.city import CityProfile
from config.words import Words
from dashboard.aria import ASKS, HIDDEN, label
from dashboard.desk import form, ids, quiet_form, quiet_lists
from dashboard.desk.chart import HEIGHT
from dashboard.desk.filters import filters
from dashboard.header import header, page

COLUMNS = ("level", "headline", "place", "since", "value", "state")
CHART_CONFIG: Any = {"displayModeBar": False, "displaylogo": False}


def layout(words: Words, city: CityProfile, key: str) -> Component:
    """The whole screen, empty: callbacks and the push fill it. `key` is that of its first change (ids.ACTED)."""
    return html.Div(
        [
            *_memory(key),
            header(words, city, "desk"),
            html.Main([_left(words), _right(words)], className="desk-main"),
        ],
        id="desk",
        className="light desk",
        lang=words.language,
        **page(words, city, "desk"),
    )


def _memory(key: str) -> list[Component]:
    return [
        dcc.Location(id=ids.URL, refresh=False),
        html.Span(id=ids.PULSE, hidden=True, **ASKS),
        dcc.Store(id=ids.SHOWN, data=None),
        dcc.Store(id=ids.ACTED, data=key),
        dcc.Store(id=ids.KNOWN, data=None),
        html.P(id=ids.NEWS, className="desk-news", role="alert"),
    ]


def _left(words: Words) -> Component:
    return html.Section(
        [
            html.Div(
                [html.H2(words("desk.alerts")), html.Span(id=ids.COUNT, className="desk-count")], className="desk-title"
            ),
            filters(words),
            html.P(id=ids.NOTICE, className="desk-notice", role="status", hidden=True),
            html.Div(
                [html.Span(words(f"desk.column.{key}")) for key in COLUMNS], className="desk-row desk-columns", **HIDDEN
            ),
            html.Div(id=ids.LIST, className="desk-list", role="list", **label(words("desk.alerts"))),
            quiet_lists.folds(words),
        ],
        className="desk-left",
        **label(words("desk.alerts")),
    )


def _right(words: Words) -> Component:
    return html.Section(
        [
            dcc.Link(words("desk.back"), href=f"/desk?lang={words.language}", id=ids.BACK, className="desk-back"),
            html.Div(id=ids.STORY, className="desk-story"),
            html.Div(
                [_chart(words), _hands(words), html.Div(id=ids.WHY, className="why"), _past(words)],
                id=ids.DETAIL,
                className="desk-detail",
                hidden=True,
            ),
        ],
        className="desk-right",
        **label(words("desk.detail.label")),
    )


def _chart(words: Words) -> Component:
    return html.Div(
        [
            html.H3([html.Span(id=ids.CHART_TITLE), html.Small(id=ids.CHART_NOTE)]),
            dcc.Graph(
                id=ids.CHART,
                config=CHART_CONFIG,
                responsive=True,
                className="desk-chart",
                style={"height": f"{HEIGHT}px"},
            ),
        ],
        className="desk-readings",
        role="figure",
        **label(words("desk.chart.label")),
    )


def _hands(words: Words) -> Component:
    """What an officer can do stands right below the chart: to acknowledge needs no scrolling."""
    return html.Div([form.form(words), quiet_form.form(words)], className="desk-hands")


def _past(words: Words) -> Component:
    past = [_part(words, "journal", ids.JOURNAL), _part(words, "history", ids.HISTORY)]
    return html.Div(past, className="desk-past")


def _part(words: Words, key: str, name: str) -> Component:
    return html.Div([html.H3(words(f"desk.{key}.title")), html.Div(id=name)], className=f"desk-{key}")
