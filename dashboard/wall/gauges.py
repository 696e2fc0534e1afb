"""The rivers at the foot: a bar against its marks, rate of rise, time left until the next mark. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.frames import Frame
from dashboard.wall.view import View, age, failed, number, span, triangle

if TYPE_CHECKING:
    from config.city import Marks
    from config.words import Words
    from layers.picture import Gauge

PLACES = 4
ROOM = 0.15  # of the bar is left above the highest mark
STEADY = 0.01  # m/h; a slower change is no direction
OVER = {"warning": "yellow", "guarantee": "orange", "highest": "red"}


def gauges(view: View) -> Frame:
    """`gauge-<n>` and `gauge-<n>-age` of the four stations that matter most."""
    shown = chosen(view.snapshot.gauges)[:PLACES] if view.snapshot else ()
    note = view.words("wall.failed") if failed(view, "gauges") else ""
    frame: dict[str, dict[str, Any]] = {"gauges-note": {"children": note}}
    for place in range(PLACES):
        gauge = shown[place] if place < len(shown) else None
        frame[f"gauge-{place}"] = {"children": _gauge(view, gauge) if gauge else []}
        frame[f"gauge-{place}-age"] = age(gauge.at) if gauge else {"data-at": ""}
    return frame


def chosen(known: Sequence[Gauge]) -> tuple[Gauge, ...]:
    """Stations over a mark, worst first, wherever they are; then those about to reach one, soonest first.

    Then those that the profile puts on the wall, in its order: on a calm day each has its place.
    """
    over = sorted((gauge for gauge in known if gauge.over), key=lambda gauge: -list(OVER).index(gauge.over or ""))
    near = sorted(
        (gauge for gauge in known if not gauge.over and gauge.eta is not None), key=lambda gauge: gauge.eta or 0
    )
    return (*over, *near, *(gauge for gauge in known if gauge.on_wall and gauge not in (*over, *near)))


def _gauge(view: View, gauge: Gauge) -> list[Any]:
    name = [html.Span(view.words.name(gauge.river), className="river"), html.Span(view.words.name(gauge.name))]
    return [
        html.Div([html.H4(name), _rate(view, gauge)], className="head"),
        bar(gauge),
        html.Div([_level(gauge), html.Span(_distance(view, gauge), className=_weight(gauge))], className="foot"),
    ]


def _rate(view: View, gauge: Gauge) -> Any:
    if gauge.rate is None:
        return None
    steady = abs(gauge.rate) < STEADY
    text = view.words("wall.gauges.rate", value=number(abs(gauge.rate), 2))
    return html.Span([triangle(0.0 if steady else gauge.rate), text], className="rate")


def _level(gauge: Gauge) -> Any:
    kind = "value" if gauge.fresh else "value old"
    return html.Div([html.B(number(gauge.value, 2)), html.Small("m")], className=kind)


def bar(gauge: Gauge) -> Any:
    """The level as a bar against its marks."""
    low, high = _scale(gauge)
    children = []
    if gauge.value is not None:
        width = {"width": f"{_share(gauge.value, low, high):.1f}%"}
        children.append(html.I(className=f"fill {OVER.get(gauge.over or '', '')}", style=width))
    for name, mark in _marks(gauge.marks):
        children.append(html.I(className=f"mark {name}", style={"left": f"{_share(mark, low, high):.1f}%"}))
    return html.Div(children, className="bar" if gauge.fresh else "bar old")


def _marks(marks: Marks | None) -> list[tuple[str, float]]:
    return [("warning", marks.warning), ("guarantee", marks.guarantee)] if marks else []


def _scale(gauge: Gauge) -> tuple[float, float]:
    """The levels at the ends of the bar: half a metre under the ordinary level, and room above the marks."""
    low = gauge.base - 0.5
    top = max(gauge.value or low, gauge.marks.guarantee if gauge.marks else gauge.base + 1.0)
    return low, top + (top - low) * ROOM


def _share(level: float, low: float, high: float) -> float:
    return 100 * min(1.0, max(0.0, (level - low) / (high - low)))


def _distance(view: View, gauge: Gauge) -> str:
    """What a level means, in words: time to the next mark when it rises, else how far from it."""
    if gauge.marks is None:
        return view.words("wall.gauges.no_marks")
    if gauge.value is None or not gauge.fresh:
        return view.words("wall.gauges.unreported")
    if gauge.eta is not None and gauge.next_mark and gauge.over != "guarantee":
        return view.words(f"wall.gauges.eta_{gauge.next_mark}", span=span(view.words, timedelta(seconds=gauge.eta)))
    return height(view.words, gauge.value, gauge.marks)


def height(words: Words, value: float, marks: Marks) -> str:
    """How far a level is over its marks, or under the next one."""
    if value >= marks.guarantee:
        return words("wall.gauges.over_guarantee", value=number(value - marks.guarantee, 2))
    if value >= marks.warning:
        return words("wall.gauges.over_warning", value=number(marks.guarantee - value, 2))
    return words("wall.gauges.below_warning", value=number(marks.warning - value, 2))


def _weight(gauge: Gauge) -> str:
    return "meaning strong" if gauge.over or gauge.eta is not None else "meaning"
