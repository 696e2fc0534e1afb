"""Beside the map: the worst place in a few lines, and the legend of the layer. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from dash import html

from alerts.explain import place_name
from config.words import FIRST
from dashboard.frames import Frame
from dashboard.trust import stopped_sentence, value_of
from dashboard.wall.focus import Focus, focus
from dashboard.wall.view import View, age, issued, measured, number, span, title, warned
from layers import palettes
from layers.catalog import Layer, layer

if TYPE_CHECKING:
    from alerts.alert import Alert
    from layers.picture import Hexes


def caption(view: View) -> Frame:
    """`caption`: what is worst and how bad, or nothing; `map-title`: what the map looks at and until when."""
    worst = next((alert for alert in view.alerts if alert.state != "stale"), None)
    seen = focus(view.alerts, view.now)
    return {
        "caption": {"children": _worst(view, worst) if worst else _highest(view)},
        "caption-age": age(worst.observed if worst else _newest(view)),
        "map-title": {"children": _title(view, seen)},
        "map-until": {"data-until": str(round(seen.until.timestamp() * 1000)) if seen else ""},
    }


def _title(view: View, seen: Focus | None) -> list[Any]:
    scene = html.B(view.words(f"wall.scene.{view.scene.key}"), className=seen.alert.level if seen else "")
    doubt = stopped_sentence(view.moment, view.words, "_short")
    if doubt:  # what is not to be believed comes before where it is: the map and the caption say that, too
        return [scene, html.Span(doubt, className="caveat")]
    if seen is None:
        return [scene, html.Span(view.words("wall.map.overview"))]
    where = f"{view.words('wall.map.focus')} {place_name(seen.alert, view.words, view.city)}"
    return [scene, html.Span(where)]


def _worst(view: View, alert: Alert) -> list[Any]:
    rule = view.rulebook.find(alert.rule)
    figures = [("now", alert.value if alert.latest is None else alert.latest), ("threshold", alert.threshold)]
    lines = [(view.words(f"wall.caption.{key}"), *measured(view, value, rule)) for key, value in figures]
    of = value_of(alert, view.moment, view.words, view.city.profile.zone)
    lines[0] = (of or lines[0][0], *lines[0][1:])
    lasting = (view.words("wall.caption.since"), span(view.words, view.now - alert.since), "")
    return [
        html.P([html.I(className=f"dot {alert.level}"), view.words("wall.caption.worst")], className="over"),
        html.H4(place_name(alert, view.words, view.city)),
        html.P(_what(view, alert), className="what"),
        html.Dl([part for line in (*lines, lasting) if line[1] for part in _line(*line)]),
    ]


def _what(view: View, alert: Alert) -> Any:
    told = issued(view, alert)
    if not told or view.words.language == FIRST:
        return told or title(view, alert)
    head, beside = warned(view, alert, told)
    return [head, " ", beside]


def _highest(view: View) -> list[Any]:
    """Without a warning: where the layer is highest now, and how high."""
    shown, hexes = layer(view.scene.layer), _hexes(view)
    known = [(value, row) for row, value in enumerate(hexes.values) if value is not None] if hexes else []
    if not known or max(known)[0] <= shown.breaks[0]:
        return []
    value, row = max(known)
    district = view.city.district(view.city.grid.district[row])
    figure = (view.words("wall.caption.now"), number(value, shown.digits), view.words(f"unit.{shown.unit}"))
    return [
        html.P(view.words("wall.caption.highest"), className="over"),
        html.H4(view.words.name(district.name) if district else ""),
        html.P(view.words(f"layer.{shown.key}.name"), className="what"),
        html.Dl(_line(*figure)),
    ]


def _hexes(view: View) -> Hexes | None:
    return view.snapshot.hexes.get(view.scene.layer) if view.snapshot else None


def _newest(view: View) -> datetime | None:
    hexes = _hexes(view)
    return hexes.newest if hexes else None


def _line(term: str, value: str, unit: str) -> list[Any]:
    return [html.Dt(term), html.Dd([value, html.Small(unit)])]


def legend(view: View) -> Frame:
    """`legend`: window, unit, how many devices stand behind the colours, the scale, and what hatching means."""
    shown = layer(view.scene.layer)
    hexes = _hexes(view)
    if hexes is None:
        why = view.words("wall.failed" if view.snapshot else "wall.waiting")
        return {"legend": {"children": [html.H4(view.words(f"layer.{shown.key}.name")), html.P(why)]}}
    children = [_heading(view, shown, hexes.devices), _how(view, shown), *_scale(shown), _hatching(view, hexes)]
    return {"legend": {"children": children}}


def _heading(view: View, shown: Layer, devices: int) -> Any:
    unit, count = view.words(f"unit.{shown.unit}"), view.words(f"layer.{shown.key}.count", n=number(devices))
    return html.H4([view.words(f"layer.{shown.key}.name"), html.Small(f"{unit} · {count}")])


def _scale(shown: Layer) -> list[Any]:
    ticks = [html.Span(number(value)) for value in shown.breaks]
    ticks[-1].children += "+"
    ramp = ",".join(colours(shown))
    return [
        html.Div(className="ramp", style={"background": f"linear-gradient(90deg,{ramp})"}),
        html.Div(ticks, className="ticks"),
    ]


def colours(shown: Layer) -> tuple[str, ...]:
    """The colour at each break of a layer."""
    return palettes.colours(shown.palette, low=shown.low)


def _hatching(view: View, hexes: Hexes) -> Any:
    late = view.words("layer.late", n=number(hexes.late)) if hexes.late else ""
    return html.P([html.I(className="hatch"), view.words("wall.legend.no_data"), html.Span(late)], className="hatching")


def _how(view: View, shown: Layer) -> Any:
    return html.P(view.words(f"layer.{shown.key}.note"), className="how")
