"""What was done to an alert and by whom, newest first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.telling import day_clock

if TYPE_CHECKING:
    from alerts.alert import Action


def journal(actions: Sequence[Action] | None, words: Words, zone: tzinfo, now: datetime) -> Component:
    """Every action with its clock and name; a sentence when there is none, and when (None) it is not known."""
    if actions is None:
        return html.P(words("desk.journal.broken"), className="desk-empty")
    if not actions:
        return html.P(words("desk.journal.empty"), className="desk-empty")
    newest = sorted(actions, key=lambda action: action.at, reverse=True)
    return html.Ol([_entry(action, words, zone, now) for action in newest], className="desk-entries")


def _entry(action: Action, words: Words, zone: tzinfo, now: datetime) -> Component:
    head = [html.Time(day_clock(action.at, now, zone, seconds=True)), html.B(action.actor)]
    kind = html.Span(words(f"desk.journal.{action.kind}"), className="desk-kind")
    return html.Li([*head, kind, html.P(action.text)] if action.text else [*head, kind])
