"""To keep an alert quiet in two clicks: open, and for how long. The reason is chosen, a note may say more. Pure.

A start that is typed before makes it a maintenance window of that time.
"""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import label, polite
from dashboard.desk import ids

REASONS = ("handled", "maintenance", "fault", "drill")
SPANS = (30, 120, 480, 1440)
"""Minutes that a press keeps quiet for, here and in the panel of an area."""


def form(words: Words) -> Component:
    """Mounted once, closed. The name is that of the form above."""
    return html.Details(
        [
            html.Summary(words("quiet.form.title")),
            html.P(words("quiet.form.hint"), className="desk-quiet-hint"),
            _reasons(words),
            html.Div(
                [_start(words), *(_button(minutes, words) for minutes in SPANS), _red(words)], className="desk-buttons"
            ),
            html.P(id=ids.QUIET_RESULT, className="desk-result", role="status", **polite()),
        ],
        id=ids.QUIET_FORM,
        className="desk-quiet-form",
    )


def _reasons(words: Words) -> Component:
    options = [{"label": words(f"quiet.form.reason.{key}"), "value": key} for key in REASONS]
    choice = dcc.RadioItems(id=ids.QUIET_REASON, options=options, value=REASONS[0], inline=True)
    return html.Div(choice, className="desk-filters", role="group", **label(words("quiet.form.reason.label")))


def _start(words: Words) -> Component:
    """When it begins: nothing is now, a later time makes it a maintenance window."""
    field = dcc.Input(
        id=ids.QUIET_START,
        type="text",
        value="",
        maxLength=25,
        placeholder=words("quiet.form.start_hint"),
        debounce=False,
        autoComplete="off",
    )
    return html.Label([html.Span(words("quiet.form.start")), field], htmlFor=ids.QUIET_START, className="desk-start")


def _button(minutes: int, words: Words) -> Component:
    where = {"type": ids.QUIET_FOR, "minutes": minutes}
    return html.Button(span(minutes, words), id=where, n_clicks=0, type="button")


def span(minutes: int, words: Words) -> str:
    """One of SPANS in words."""
    if minutes < 60:
        return words("quiet.form.span.minutes", n=minutes)
    return words("quiet.form.span.hours", n=minutes // 60)


def _red(words: Words) -> Component:
    options = [{"label": words("quiet.form.red"), "value": "yes"}]
    return html.Div(dcc.Checklist(id=ids.QUIET_RED, options=options, value=[]), className="desk-filters")
