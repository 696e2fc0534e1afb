"""The four figures at the left: value, unit, direction and comparison in words, shape of the day, age. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.frames import Frame
from dashboard.trust import frozen, stopped
from dashboard.wall.header import LATE
from dashboard.wall.spark import sparkline
from dashboard.wall.view import View, age, number, triangle

if TYPE_CHECKING:
    from layers.picture import Kpi

PLACES = 4
SHARES = ("percent", "points")
"""Units of a change that is not in the figure's own unit."""


def kpis(view: View) -> Frame:
    """`kpi-<n>` and `kpi-<n>-age` of each of the scene's four figures."""
    frame: dict[str, dict[str, Any]] = {}
    for place, key in enumerate(view.scene.kpis):
        kpi = view.snapshot.kpis.get(key) if view.snapshot else None
        frame[f"kpi-{place}"] = {"children": _figure(view, key, kpi)}
        frame[f"kpi-{place}-age"] = age(kpi.at if kpi else None)
    return frame


def _figure(view: View, key: str, kpi: Kpi | None) -> list[Any]:
    title = html.H3(view.words(f"kpi.{key}"))
    if kpi is None:
        reason = "wall.failed" if view.snapshot else "wall.waiting"
        return [title, html.Div("—", className="value"), html.P(view.words(reason), className="note")]
    return [title, _value(view, key, kpi), sparkline(kpi.spark), html.P(_note(view, key, kpi), className="note")]


def _value(view: View, key: str, kpi: Kpi) -> Any:
    level = view.alerts[0].level if key == "alerts" and view.alerts else "none" if kpi.value is None else ""
    unit = html.Small(view.words(f"unit.{kpi.unit}")) if kpi.value is not None else None
    name = " ".join(["value", *filter(None, [level, "old" if _old(view, key, kpi) else ""])])
    return html.Div([html.B(number(kpi.value, kpi.digits)), unit], className=name)


def _old(view: View, key: str, kpi: Kpi) -> bool:
    """Whether the figure is not of this moment: the picture stands still, nobody judges, or its data is late.

    It loses its colour, so that nobody takes it for what is. One without a value has no colour to lose.
    """
    if kpi.value is None:
        return False
    if frozen(view.moment) or (key == "alerts" and stopped(view.moment)):
        return True
    return kpi.at is not None and view.now - kpi.at > LATE["cases"]


def _note(view: View, key: str, kpi: Kpi) -> list[Any]:
    """What the figure is held against; of open alerts, if some are hidden, how many."""
    hidden = len(view.moment.hidden) if key == "alerts" else 0
    return [html.Span(view.words("wall.alerts.beside", n=hidden))] if hidden else _comparison(view, kpi)


def _comparison(view: View, kpi: Kpi) -> list[Any]:
    if kpi.change is None or not kpi.versus:
        return []
    share = kpi.change_unit in SHARES
    unit, digits = view.words(f"unit.{kpi.change_unit}") if share else "", 1 if share else kpi.digits
    return [
        triangle(round(kpi.change, digits)),  # as it is written: 0.04 is no change
        html.B(number(kpi.change, digits, sign=True) + unit),
        html.Span(view.words(f"kpi.versus.{kpi.versus}")),
    ]
