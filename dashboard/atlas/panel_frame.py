"""What of the panel, the search and the tool to draw stands in the page from the start: empty, with words. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.aria import polite

if TYPE_CHECKING:
    from config.words import Words

ASKED = "atlas-asked"
"""Store: what the scripts want told: parts of the view, and `drawn` for a polygon."""
TOLD = "atlas-told"
"""The panel's inside; `data-ring` is the border of what it tells, `data-nth` the question that it answers."""
SECTIONS = ("atlas_search", "atlas_area")
READING = "atlas-reading"
"""Says that a place is being read, while nothing of it is there yet."""
OWN = ("loading", "copied", "close")


def frame(words: Words) -> list[Component]:
    """Children of the panel: set by assets/atlas_panel.js, filled by the callback."""
    told: dict[str, Any] = {"data-words": json.dumps(texts(words), ensure_ascii=False), "data-ring": ""}
    reading = html.P(id=READING, className="atlas-reading", role="status")
    return [dcc.Store(id=ASKED, data=None), reading, html.Div(id=TOLD, className="atlas-told", **told, **polite())]


def texts(words: Words) -> dict[str, str]:
    """Words that the scripts put on the page, by what follows `atlas_`: `search.hint`, `area.draw`."""
    found = {
        key.removeprefix("atlas_"): text
        for key, text in words.texts.items()
        if key.startswith(tuple(f"{section}." for section in SECTIONS))
    }
    return {**found, **{f"panel.{key}": words(f"atlas_panel.{key}") for key in OWN}}
