"""The warnings at the right: at most six, numbered as on the map; calm when there is none. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from dash import html

from alerts.explain import place_name
from dashboard.frames import Frame
from dashboard.wall.header import blind
from dashboard.wall.view import View, measured, span, title

if TYPE_CHECKING:
    from alerts.alert import Alert

MOST = 6


def alert_list(view: View) -> Frame:
    """`alerts-count` and `alerts` of the panel."""
    if view.snapshot is None:
        return {"alerts-count": {"children": ""}, "alerts": {"children": _unknown(view)}}
    rows = [_row(view, place, alert) for place, alert in enumerate(view.alerts[:MOST], 1)]
    return {
        "alerts-count": {"children": str(len(view.alerts)) if rows else ""},
        "alerts": {"children": [*rows, _more(view)] if rows else _calm(view)},
    }


def _row(view: View, place: int, alert: Alert) -> Any:
    rule = view.rulebook.find(alert.rule)
    figure = measured(view, alert.value if alert.latest is None else alert.latest, rule.unit if rule else "")
    return html.Li(
        [
            html.Div(
                [html.B(str(place)), html.Span(view.words(f"level.{alert.level}"))], className=f"badge {alert.level}"
            ),
            html.Div(
                [
                    html.H4([title(view, alert), html.Small([html.B(figure[0]), figure[1]])]),
                    html.P([*_where(view, alert), _state(view, alert)]),
                ]
            ),
        ],
        className=f"alert {alert.state}",
    )


def _where(view: View, alert: Alert) -> list[Any]:
    since = view.words("wall.alerts.since", span=span(view.words, view.now - alert.since))
    place = place_name(alert, view.words, view.city)
    return [html.Span(place, className="place"), html.Span(since, className="since")]


def _state(view: View, alert: Alert) -> Any:
    if alert.state == "stale":
        return html.Span(view.words("wall.alerts.stale"), className="state stale")
    kind = "acknowledged" if alert.acknowledged else "unacknowledged"
    return html.Span(view.words(f"wall.alerts.{kind}"), className=f"state {kind}")


def _more(view: View) -> Any:
    hidden = len(view.alerts) - MOST
    return html.Li(view.words("wall.alerts.more", n=hidden), className="more") if hidden > 0 else None


def _calm(view: View) -> list[Any]:
    """No warning is good news only while the sensors are heard."""
    why = blind(view)
    if why == "wall.alerts.no_data":
        return _unknown(view, why)
    text = html.P(view.words(why), className="caveat") if why else html.P(_quiet(view))
    ring = html.I(className="calm-ring blind" if why else "calm-ring")
    return [html.Li([ring, html.H4(view.words("wall.alerts.none")), text], className="calm")]


def _quiet(view: View) -> str:
    """For how many hours there was no warning, as far as a day's hourly figures reach."""
    kpi = view.snapshot.kpis.get("alerts") if view.snapshot else None
    hours = sum(1 for _ in takewhile(lambda count: count == 0, reversed(kpi.spark))) - 1 if kpi else 0
    return view.words("wall.alerts.quiet", n=hours) if hours > 0 else ""


def _unknown(view: View, why: str = "wall.alerts.unknown_text") -> list[Any]:
    texts = [html.H4(view.words("wall.alerts.unknown")), html.P(view.words(why))]
    return [html.Li([html.I(className="calm-ring unknown"), *texts], className="calm")]
