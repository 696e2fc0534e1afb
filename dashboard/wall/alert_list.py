"""The warnings at the right: at most six, numbered as on the map; calm when there is none. Pure."""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import Any

from dash import html

from alerts.explain import place_name
from dashboard.frames import Frame
from dashboard.telling import beyond
from dashboard.trust import doubt, stopped_sentence, value_of
from dashboard.wall.groups import MOST, Group, groups
from dashboard.wall.header import blind
from dashboard.wall.view import View, issued, measured, span, title, warned


def alert_list(view: View) -> Frame:
    """`alerts-count`, `alerts-caveat` (why what is listed is not to be believed) and `alerts` of the panel."""
    if view.snapshot is None:
        return {
            "alerts-count": {"children": ""},
            "alerts-caveat": {"children": ""},
            "alerts": {"children": _unknown(view, view.words("wall.alerts.unknown_text"))},
        }
    lines = groups(view.alerts)
    rows = [_row(view, place, group) for place, group in enumerate(lines[:MOST], 1)]
    return {
        "alerts-count": {"children": str(len(view.alerts)) if rows else ""},
        "alerts-caveat": {"children": stopped_sentence(view.moment, view.words) if rows else ""},
        "alerts": {"children": [*rows, _more(view, lines[MOST:])] if rows else _calm(view)},
    }


def _row(view: View, place: int, group: Group) -> Any:
    alert = group.worst
    rule = view.rulebook.find(alert.rule)
    value, unit = measured(view, alert.value if alert.latest is None else alert.latest, rule)
    head: Any = title(view, alert)
    if told := issued(view, alert):
        head, unit = warned(view, alert, told)
    return html.Li(
        [
            html.Div(
                [html.B(str(place)), html.Span(view.words(f"level.{alert.level}"))], className=f"badge {alert.level}"
            ),
            html.Div(
                [
                    html.H4([head, html.Small([html.B(value), unit])]),
                    html.P([*_where(view, group), _state(view, group)]),
                ]
            ),
        ],
        className=f"alert {alert.state}",
    )


def _where(view: View, group: Group) -> list[Any]:
    flaps = max(view.moment.verdict(alert).opened if view.moment.verdict(alert).flaps else 0 for alert in group.alerts)
    since = view.words("wall.alerts.since", span=span(view.words, _coarse(view.now - group.worst.since)))
    told = view.words("wall.alerts.flapping", n=flaps) if flaps else since  # it opened again and again: since when?
    of = value_of(group.worst, view.moment, view.words, view.city.profile.zone)
    if of and group.worst.state != "stale":  # a value of another moment must not pass for one of this
        told = of
    place, size = place_name(group.worst, view.words, view.city), len(group.alerts)
    others = [html.Span(view.words("wall.alerts.places", n=size - 1), className="places")] if size > 1 else []
    if _doubtful(group):  # what it stands on is more than since when
        told = view.words("wall.alerts.doubt")
    return [html.Span(place, className="place"), *others, html.Span(told, className="since")]


def _coarse(length: timedelta) -> timedelta:
    """Of three hours and more the minutes are left away: where it is needs the room."""
    return length - length % timedelta(hours=1) if length >= timedelta(hours=3) else length


def _doubtful(group: Group) -> bool:
    """The level that leads the line stands on one reading, and nobody of the line bears it out."""
    leading = [alert for alert in group.alerts if alert.level == group.worst.level]
    return all(alert.witness is not None and alert.witness.confirmed is None for alert in leading)


def _state(view: View, group: Group) -> Any:
    if group.worst.state == "stale":
        return html.Span(view.words("wall.alerts.stale"), className="state stale")
    left, size = group.unacknowledged, len(group.alerts)
    if not left:
        return html.Span(view.words("wall.alerts.acknowledged"), className="state acknowledged")
    text = view.words("wall.alerts.unacknowledged") + (f" {left}/{size}" if size > 1 else "")
    return html.Span(text, className="state unacknowledged")


def _more(view: View, rest: tuple[Group, ...]) -> Any:
    left, hidden = sum(len(group.alerts) for group in rest), len(view.moment.hidden)
    more = beyond(left, hidden, view.words)
    return html.Li(more, className="more") if more else None


def _calm(view: View) -> list[Any]:
    """No warning is good news only while the sensors are heard, rules judged and the database answers."""
    if told := doubt(view.moment, view.words, view.city.profile.zone):
        return _unknown(view, told, "caveat")
    why = blind(view)
    if why == "wall.alerts.no_data":
        return _unknown(view, view.words(why))
    text = html.P(view.words(why), className="caveat") if why else html.P(_quiet(view))
    ring = html.I(className="calm-ring blind" if why else "calm-ring")
    calm = html.Li([ring, html.H4(view.words("wall.alerts.none")), text], className="calm")
    return [calm, _more(view, ())] if view.moment.hidden else [calm]


def _quiet(view: View) -> str:
    """For how many hours there was no warning, as far as a day's hourly figures reach."""
    kpi = view.snapshot.kpis.get("alerts") if view.snapshot else None
    hours = sum(1 for _ in takewhile(lambda count: count == 0, reversed(kpi.spark))) - 1 if kpi else 0
    return view.words("wall.alerts.quiet", n=hours) if hours > 0 else ""


def _unknown(view: View, why: str, name: str = "") -> list[Any]:
    texts = [html.H4(view.words("wall.alerts.unknown")), html.P(why, className=name)]
    return [html.Li([html.I(className="calm-ring unknown"), *texts], className="calm")]
