"""Attributes whose names are no Python names: what assistive technology reads, and what the scripts count. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

HIDDEN: dict[str, Any] = {"aria-hidden": "true"}
"""Of what only eyes need: a head of columns whose cells say by themselves what they are."""


CURRENT: dict[str, Any] = {"aria-current": "true"}
"""The chosen one of several."""


ASKS: dict[str, Any] = {"data-asks": ""}
"""Of what makes the page ask when it changes: it changes once what was asked is answered."""


def label(text: str) -> dict[str, Any]:
    """What a part is called by a reader who does not see it."""
    return {"aria-label": text}


def polite() -> dict[str, Any]:
    """Changes of this part are read out when the reader pauses."""
    return {"aria-live": "polite"}


def counted(name: str, at: datetime | None) -> dict[str, Any]:
    """`data-at` (an age) or `data-since` (a duration) of a moment: the browser counts it, server or no server."""
    return {f"data-{name}": str(round(at.timestamp() * 1000)) if at else ""}
