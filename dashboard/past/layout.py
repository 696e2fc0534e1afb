"""Where the bar of a replay stands in a page, and the way to open it. Empty: assets/past_bar.js draws it. Pure."""

from __future__ import annotations

import json
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import label
from dashboard.past.clock import PACES
from dashboard.past.ids import AT, BAR, OPENER
from dashboard.past.kept import PARTS

SPANS = ("6h", "24h", "7d", "30d", "all")
TEXTS = (
    "tag", "not", "label", "present", "back", "close", "play", "pause", "earlier", "later", "pace", "still", "slider",
    "marks", "waiting", "frozen", "crowded", "home", "none", "none_ever", "first", "to_first", "lacks", "span.label",
    *(f"span.{key}" for key in SPANS), *(f"part.{key}" for key in PARTS),
)  # fmt: skip


def around(made: Any, words: Words, at_ms: int | None) -> list[Any]:
    """A page, and before it the place of the bar and the moment that the page shows (epoch ms; None is now)."""
    texts = json.dumps({key: words(f"past.{key}") for key in TEXTS}, ensure_ascii=False)
    data: dict[str, Any] = {"data-words": texts, "data-paces": ",".join(map(str, PACES))}
    bar = html.Div(id=BAR, className="past", lang=words.language, role="region", **label(words("past.label")), **data)
    return [dcc.Store(id=AT, data=at_ms), bar, made]


def opener(words: Words) -> Component:
    """The button in the head of a screen that opens the bar."""
    pressed: dict[str, Any] = {"aria-expanded": "false", "aria-controls": BAR, "aria-keyshortcuts": "h"}
    return html.Button(words("past.open"), id=OPENER, className="past-opener", type="button", **pressed)
