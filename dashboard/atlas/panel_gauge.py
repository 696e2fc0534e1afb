"""The level of a river gauge against its marks, in the panel of its station. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html
from dash.development.base_component import Component

from dashboard.wall.gauges import bar, height
from dashboard.wall.view import number
from layers.gauges import gauge

if TYPE_CHECKING:
    from config.city import Station
    from dashboard.atlas.place import Facts
    from dashboard.atlas.telling import Reader
    from layers.picture import Gauge

METRIC = "water_level"


def against_marks(facts: Facts, reader: Reader) -> list[Component]:
    """The newest level as a bar against 警戒 and 保证; empty where the place is no gauge that has marks."""
    station = facts.chosen.station
    if station is None or station.marks is None:
        return []
    now = _now(station, facts)
    marks = reader.say(
        "gauge.marks", warning=number(station.marks.warning, 2), guarantee=number(station.marks.guarantee, 2)
    )
    parts = [_level(now, reader), bar(now), html.P([marks, *_sample(reader)])]
    return [html.Section([html.H3(reader.words("metric.water_level")), html.Div(parts, className="atlas-gauge")])]


def _now(station: Station, facts: Facts) -> Gauge:
    words = facts.chosen.device.words if facts.chosen.device else ()
    newest = next(((word.at, word.value) for word in words if word.metric == METRIC), None)
    return gauge(station, newest, (), facts.now)


def _level(now: Gauge, reader: Reader) -> Component:
    if now.value is None or now.marks is None or not now.fresh:
        return html.P(reader.words("wall.gauges.unreported"))
    told = height(reader.words, now.value, now.marks)
    return html.Div([html.B(number(now.value, 2)), html.Small("m"), html.Span(told)], className="atlas-value")


def _sample(reader: Reader) -> list[Component]:
    """Marks that were made up are called so wherever they stand."""
    return [html.Small(reader.words("wall.gauges.sample"))] if reader.teller.city.profile.sample else []
