"""What an officer can do: name, note, acknowledge, withdraw. Pure."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import polite
from dashboard.conduct import ACTOR_LONGEST, TEXT_LONGEST
from dashboard.desk import ids


def form(words: Words) -> Component:
    """Mounted once. The name is remembered by the browser."""
    return html.Div(
        [
            html.H3(words("desk.action.title")),
            html.P(words("desk.action.refused.past"), className="past-only"),
            html.Div([_actor(words), _note(words)], className="desk-fields"),
            html.Div(_buttons(words), className="desk-buttons"),
            html.P(id=ids.RESULT, className="desk-result", role="status", **polite()),
        ],
        id=ids.FORM,
        className="desk-form",
    )


def _actor(words: Words) -> Component:
    field = dcc.Input(
        id=ids.ACTOR,
        type="text",
        value="",
        maxLength=ACTOR_LONGEST,
        persistence=True,
        persistence_type="local",
        placeholder=words("desk.action.actor_hint"),
        debounce=False,
        autoComplete="off",
    )
    return html.Label([html.Span(words("desk.action.actor")), field], htmlFor=ids.ACTOR)


def _note(words: Words) -> Component:
    field = dcc.Textarea(
        id=ids.NOTE,
        value="",
        maxLength=TEXT_LONGEST,
        rows=2,
        placeholder=words("desk.action.note_hint"),
    )
    return html.Label([html.Span(words("desk.action.note")), field], htmlFor=ids.NOTE)


def _buttons(words: Words) -> list[Component]:
    return [
        html.Button(
            words("desk.action.acknowledge"), id=ids.ACKNOWLEDGE, n_clicks=0, className="desk-primary", type="button"
        ),
        html.Button(words("desk.action.append"), id=ids.APPEND, n_clicks=0, type="button"),
        html.Button(words("desk.action.unacknowledge"), id=ids.UNACKNOWLEDGE, n_clicks=0, type="button"),
        html.Button(
            words("desk.action.release"),
            id=ids.RELEASE,
            n_clicks=0,
            type="button",
            title=words("desk.action.release_hint"),
        ),
    ]
