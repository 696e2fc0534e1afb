"""The operations screen: what comes in, what is turned away, who works, what is missing. Pure; callbacks fill it."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from config.city import CityProfile
from config.words import Words
from dashboard.aria import ASKS
from dashboard.header import header, page
from dashboard.ops import ids

LEFT = (
    ("streams", ids.STREAMS),
    ("rejects", ids.REJECTS),
    ("processes", ids.PROCESSES),
    ("silent", ids.SILENT),
    ("unknown", ids.UNKNOWN),
)
RIGHT = (
    ("rules", ids.RULES),
    ("gaps", ids.GAPS),
    ("snapshot", ids.SNAPSHOT),
    ("disk", ids.DISK),
    ("versions", ids.VERSIONS),
)


def layout(words: Words, city: CityProfile) -> Component:
    """The whole screen, empty."""
    return html.Div(
        [
            dcc.Location(id=ids.URL, refresh=False),
            html.Span(id=ids.PULSE, hidden=True, **ASKS),
            header(words, city, "ops"),
            html.Div(id=ids.READY, className="ops-ready", role="status"),
            html.Main(
                [
                    html.Div([_part(words, key, part) for key, part in LEFT], className="ops-left"),
                    html.Div([_part(words, key, part) for key, part in RIGHT], className="ops-right"),
                ],
                className="ops-main",
            ),
        ],
        id="ops",
        className="light ops",
        lang=words.language,
        **page(words, city, "ops"),
    )


def _part(words: Words, key: str, name: str) -> Component:
    below = [html.Div(id=ids.SAMPLES)] if name == ids.REJECTS else []
    return html.Section([html.H2(words(f"ops.{key}.title")), html.Div(id=name), *below], className=f"ops-{key}")
