"""What every list of the panel is made of: its rows, a sentence for none, one for what could not be read. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html
from dash.development.base_component import Component

if TYPE_CHECKING:
    from dashboard.atlas.telling import Reader

FIRST, ALL = 6, 24
"""Rows that stand open, and rows at all: the rest is a click, or a question to the API, away."""


def listed(rows: list[Component]) -> list[Component]:
    """The first few open, the rest behind a fold."""
    shown = html.Ul(rows[:FIRST], className="atlas-rows")
    rest = rows[FIRST:ALL]
    if not rest:
        return [shown]
    fold = html.Details([html.Summary(f"+{len(rest)}"), html.Ul(rest, className="atlas-rows")])
    return [shown, fold]


def nothing(reader: Reader, key: str) -> Component:
    return html.P(reader.say(f"{key}.none"), className="atlas-quiet")


def failed(reader: Reader) -> Component:
    return html.P(reader.say("failed"), className="atlas-failed")
