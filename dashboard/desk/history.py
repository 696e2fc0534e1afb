"""How an alert came to be what it is: its changes of state, newest first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.telling import Step, day_clock


def history(steps: Sequence[Step], words: Words, zone: tzinfo, now: datetime) -> Component:
    """Each change with its clock, both states, the value then and the reason."""
    if not steps:
        return html.P(words("desk.history.empty"), className="desk-empty")
    newest = sorted(steps, key=lambda step: step.at, reverse=True)
    return html.Ol([_entry(step, words, zone, now) for step in newest], className="desk-entries")


def _entry(step: Step, words: Words, zone: tzinfo, now: datetime) -> Component:
    change = words("desk.history.arrow", before=words(f"level.{step.before}"), after=words(f"level.{step.after}"))
    dot = html.I(className=f"desk-dot level-{step.after}")
    head = [html.Time(day_clock(step.at, now, zone, seconds=True)), html.Span([dot, change], className="desk-change")]
    return html.Li([*head, html.B(step.value), html.P(step.reason)])
