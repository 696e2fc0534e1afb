"""The line at the top: city, scenes, made-up data, health of each source. The clock is the browser's. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.behind import STREAMS, behind
from dashboard.frames import Frame
from dashboard.trust import frozen_sentence
from dashboard.wall.scenes import SCENES, urgent
from dashboard.wall.view import View, age, failed, span

if TYPE_CHECKING:
    from layers.devices import Fleet
    from layers.picture import Source

LATE = {"iot": timedelta(minutes=2), "cases": timedelta(hours=2)}
"""A stream whose newest arrival is older is late. Events have no rhythm: they are never late, only seen or not."""

BEHIND = 5000  # messages waiting in Kafka: what is shown is then not what happens


def header(view: View) -> Frame:
    """`tabs`, `rotation`, `simulated`, `source-<stream>`, `source-devices`, and `trouble` when it cannot be read."""
    made_up = view.snapshot is not None and view.snapshot.simulated
    return {
        "tabs": {"children": [_tab(view, scene.key) for scene in SCENES]},
        "rotation": {"children": view.words(f"wall.rotation.{_rotation(view)}"), "className": _rotation(view)},
        "simulated": {"children": view.words("wall.simulated") if made_up else ""},
        "trouble": {"children": _trouble(view)},
        **{part: props for stream in STREAMS for part, props in _source(view, stream).items()},
        **_devices(view),
    }


def _rotation(view: View) -> str:
    if view.pinned:
        return "pinned"
    return "held" if urgent(view.alerts) else "auto"


def _tab(view: View, key: str) -> Any:
    chosen = "on" if key == view.scene.key else ""
    pressed = "true" if chosen and view.pinned else "false"
    name = view.words(f"wall.scene.{key}")
    data: dict[str, Any] = {"data-scene": key, "aria-pressed": pressed}
    return html.Button(name, id=f"tab-{key}", className=chosen, **data)


def _source(view: View, stream: str) -> Frame:
    """`source-<stream>` and `source-<stream>-age`: the browser counts the age of one that is in time."""
    source = view.snapshot.source(stream) if view.snapshot else None
    parts: list[Any] = [html.I(), html.Span(view.words(f"wall.source.{stream}"))]
    received, name = (source.received, "source") if source else (None, "source never")
    if source is None or received is None:
        parts.append(view.words(_silence(view)))
        name = "source never"
    elif late(source, view.now - received):
        parts.append(view.words("wall.source.late", delay=span(view.words, view.now - received)))
        name = "source late"
    return {
        f"source-{stream}": {"children": parts},
        f"source-{stream}-box": {"className": name},
        f"source-{stream}-age": age(received),
    }


def _devices(view: View) -> Frame:
    """`source-devices`: that a gateway is dead, or all is, or that nobody could ask.

    Nothing while all is well, or nobody is registered: the head has no room for that, and /ops tells it. The registry
    has no rhythm, so there is no age either.
    """
    fleet = view.snapshot.devices if view.snapshot else None
    if fleet is not None and _down(fleet):
        told, name = view.words("wall.source.silent", n=f"{fleet.silent:,}"), "source late"
    elif failed(view, "devices"):
        told, name = view.words("wall.failed"), "source never"
    else:
        return {"source-devices": {"children": None}, "source-devices-box": {"hidden": True}}
    parts = [html.I(), html.Span(view.words("wall.source.devices")), told]
    return {"source-devices": {"children": parts}, "source-devices-box": {"className": name, "hidden": False}}


def _down(fleet: Fleet) -> bool:
    """Whether a gateway is dead, or all is: one device alone is no news for a whole city."""
    return any(line.scope != "device" for line in fleet.silences)


def _silence(view: View) -> str:
    """Why nothing is known of a stream."""
    if view.snapshot is None:
        return "wall.waiting"
    return "wall.failed" if failed(view, "sources") else "wall.source.never"


def blind(view: View) -> str:
    """Why no warning does not mean that all is well: a key of words, '' when the sensors are heard in time."""
    source = view.snapshot.source("iot") if view.snapshot else None
    if source is None or source.received is None:
        return "wall.alerts.no_data"
    return "wall.alerts.late" if late(source, view.now - source.received) else ""


def late(source: Source, delay: timedelta) -> bool:
    """Whether a stream that last spoke `delay` ago, or whose messages wait, is late."""
    return delay > LATE.get(source.stream, timedelta.max) or (source.lag or 0) > BEHIND


def _late(view: View) -> list[Any]:
    said = behind(view.moment, view.words)
    return [html.B(said[0]), *map(html.Span, said[1:])] if said else []


def _trouble(view: View) -> list[Any]:
    """The last good picture stays, but says what it is."""
    still = frozen_sentence(view.moment, view.words, view.city.profile.zone)
    if still:
        return [html.B(still)]
    if view.moment.error is None:
        return _late(view)
    title = html.B(view.words("wall.lost.unreadable"))
    if view.snapshot is None:
        return [title]
    clock = view.snapshot.now.astimezone(view.city.profile.zone).strftime("%H:%M:%S")
    return [title, html.Span(view.words("wall.lost.unreadable_text", clock=clock))]
