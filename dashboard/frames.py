"""What a screen shows, as texts that can be compared, and what of it changed. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from plotly.utils import PlotlyJSONEncoder

MAP = "map"
"""The component whose properties go to assets/map.js instead of Dash."""

Frame = Mapping[str, Mapping[str, object]]
"""Component id -> property -> value: all that the server decides about a screen."""

Encoded = Mapping[tuple[str, str], str]
"""(component id, property) -> JSON text."""


def encode(frame: Frame) -> Encoded:
    """The frame with each value as JSON. Dash components and plotly figures are values like any other."""
    return {(part, prop): _json(value) for part, props in frame.items() for prop, value in props.items()}


def changed(before: Encoded, after: Encoded) -> Encoded:
    """What of `after` a screen that shows `before` still lacks."""
    return {where: text for where, text in after.items() if before.get(where) != text}


def message(at: datetime, encoded: Encoded, **head: str) -> str:
    """One message for the browser: {"at": epoch ms, "props": {id: {prop: value}}, "map": {...}}.

    `props` and `map` are absent when nothing in them changed; `head` adds texts beside `at`.
    """
    parts = [f'"at":{round(at.timestamp() * 1000)}', *(f"{_json(key)}:{_json(text)}" for key, text in head.items())]
    props = {where: text for where, text in encoded.items() if where[0] != MAP}
    layer = {where: text for where, text in encoded.items() if where[0] == MAP}
    if props:
        parts.append(f'"props":{_objects(props)}')
    if layer:
        parts.append(f'"map":{_object(layer)}')
    return "{" + ",".join(parts) + "}"


def event(text: str) -> bytes:
    """A text as one server-sent event. JSON has no raw line break, so one `data:` line holds it."""
    return f"data: {text}\n\n".encode()


def _objects(encoded: Encoded) -> str:
    grouped: dict[str, dict[tuple[str, str], str]] = {}
    for (part, prop), text in encoded.items():
        grouped.setdefault(part, {})[part, prop] = text
    return "{" + ",".join(f"{_json(part)}:{_object(props)}" for part, props in grouped.items()) + "}"


def _object(encoded: Encoded) -> str:
    return "{" + ",".join(f"{_json(prop)}:{text}" for (_, prop), text in encoded.items()) + "}"


def _json(value: object) -> str:
    return json.dumps(value, cls=PlotlyJSONEncoder, ensure_ascii=False, separators=(",", ":"))
