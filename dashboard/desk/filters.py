"""Which of the open alerts the list shows. Pure."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import label
from dashboard.desk import ids

LEVELS = ("red", "orange", "yellow", "blue")
SCENARIOS = ("emergency", "water", "urban")


def filters(words: Words) -> Component:
    """Levels (all ticked), one scenario or all, and the unacknowledged only."""
    return html.Div(
        [
            dcc.Checklist(
                id=ids.LEVELS,
                options=[{"label": _level(words, level), "value": level} for level in LEVELS],
                value=list(LEVELS),
                inline=True,
            ),
            dcc.RadioItems(id=ids.SCENARIO, options=_scenarios(words), value="all", inline=True),
            dcc.Checklist(
                id=ids.UNACKNOWLEDGED,
                options=[{"label": words("desk.filter.unacknowledged"), "value": "yes"}],
                value=[],
                inline=True,
            ),
        ],
        className="desk-filters",
        role="group",
        **label(words("desk.filter.label")),
    )


def _level(words: Words, level: str) -> Component:
    return html.Span([html.I(className=f"desk-dot level-{level}"), words(f"level.{level}")])


def _scenarios(words: Words) -> list[dict[str, str]]:
    return [
        {"label": words("desk.filter.all"), "value": "all"},
        *({"label": words(f"desk.scenario.{key}"), "value": key} for key in SCENARIOS),
    ]
