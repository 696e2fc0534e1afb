"""The wall's empty page: where each panel stands. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from dashboard.behind import STREAMS
from dashboard.frames import MAP
from dashboard.past.layout import opener
from dashboard.wall.caption import colours
from dashboard.wall.charts import SIZES
from dashboard.wall.gauges import PLACES
from layers.catalog import WALL

if TYPE_CHECKING:
    from config.words import Words
    from layers.geometry import City

SHORT = 8
"""Letters of a name of a city beside which the head has room for its title as well, at any width of letters."""


def layout(words: Words, city: City, geometry: Mapping[str, str]) -> Any:
    """The empty wall; the first message fills it. `geometry` names the URL of each GeoJSON the map draws."""
    data: dict[str, Any] = {
        "data-live": f"/live?screen=wall&lang={words.language}",
        "data-zone": city.profile.timezone,
        "data-words": json.dumps(_browser_words(words), ensure_ascii=False),
        "data-title": f"{words.name(city.profile.name)} · {words('wall.title')}",
    }
    parts = [_header(words, city), _figures(), _map(words, city, geometry), _alerts(words), _foot(words, city)]
    return html.Div(parts, id="wall", className="screen wall", lang=words.language, **data)


def _browser_words(words: Words) -> dict[str, str]:
    """The texts that the browser puts numbers in by itself: they must go on when the server is dead."""
    keys = ("age.now", "age.seconds", "age.minutes", "age.hours", "age.days", "age.never", "clock.locale")
    more = ("lost.title", "lost.text", "map.back")
    return {key: words(f"wall.{key}") for key in (*keys, *more)}


def _header(words: Words, city: City) -> Any:
    other = "en" if words.language == "zh-CN" else "zh-CN"
    return html.Header(
        [
            html.H1(words.name(city.profile.name)),
            *([html.H2(words("wall.title"))] if len(words.name(city.profile.name)) <= SHORT else []),
            html.Nav(id="tabs"),
            html.Span(id="rotation"),
            html.Span(id="simulated", className="simulated"),
            html.Div(id="trouble", className="trouble", role="status"),
            html.Div([*(_source(stream) for stream in STREAMS), _devices()], className="sources"),
            opener(words),
            html.A(words("wall.other_language"), href=f"?lang={other}", id="language"),
            html.Div([html.B(id="clock"), html.Small(id="seconds"), html.Span(id="date")], className="clock"),
        ]
    )


def _source(stream: str) -> Any:
    parts = [html.Span(id=f"source-{stream}"), html.Span(id=f"source-{stream}-age", className="age")]
    return html.Span(parts, id=f"source-{stream}-box", className="source never")


def _devices() -> Any:
    return html.Span(html.Span(id="source-devices"), id="source-devices-box", className="source never", hidden=True)


def _figures() -> Any:
    return html.Section([_kpi(place) for place in range(4)], className="kpis")


def _kpi(place: int) -> Any:
    return html.Div([html.Div(id=f"kpi-{place}"), html.Span(id=f"kpi-{place}-age", className="age")], className="kpi")


def _map(words: Words, city: City, geometry: Mapping[str, str]) -> Any:
    setup = {
        "geometry": dict(geometry),
        "language": words.language,
        "schematic": words("wall.map.schematic"),
        "unavailable": words("wall.map.unavailable"),
        "drawing": words("wall.map.drawing"),
        "centre": [city.profile.view.lon, city.profile.view.lat],
        "zoom": city.profile.view.zoom,
        "colours": {layer.key: colours(layer) for layer in WALL},
    }
    data: dict[str, Any] = {"data-setup": json.dumps(setup, ensure_ascii=False)}
    worst = html.Div([html.Div(id="caption"), html.Span(id="caption-age", className="age")], className="caption")
    side = [worst, _graph("chart-side"), html.Div(id="legend", className="legend")]
    return html.Section(
        [
            html.Div([html.Div(id="map-title"), html.Span(id="map-until")], className="map-title"),
            html.Div(id=MAP, className="map", **data),
            html.Aside(side),
        ],
        className="centre",
    )


def _alerts(words: Words) -> Any:
    title = html.H3([words("wall.alerts.title"), html.B(id="alerts-count")])
    caveat = html.P(id="alerts-caveat", className="caveat", role="status")
    return html.Section([title, caveat, html.Ol(id="alerts")], className="alerts")


def _foot(words: Words, city: City) -> Any:
    marks = words("wall.gauges.marks")
    note = f"{marks} · {words('wall.gauges.sample')}" if city.profile.sample else marks
    note = note if city.profile.stations else words("wall.gauges.none")
    rivers = html.Section(
        [
            html.H3([words("wall.gauges.title"), html.Small(note), html.Small(id="gauges-note", className="failed")]),
            html.Div([_gauge(place) for place in range(PLACES)]),
        ],
        className="gauges",
    )
    return html.Footer([rivers, _graph("chart-foot")])


def _gauge(place: int) -> Any:
    parts = [html.Div(id=f"gauge-{place}"), html.Span(id=f"gauge-{place}-age", className="age")]
    return html.Div(parts, className="gauge")


def _graph(part: str) -> Any:
    wide, high = SIZES[part]
    title = html.H3([html.Span(id=f"{part}-title"), html.Small(id=f"{part}-note")])
    empty = {"data": [], "layout": {"width": wide, "height": high, "paper_bgcolor": "rgba(0,0,0,0)"}}
    graph = dcc.Graph(id=part, figure=empty, config={"staticPlot": True, "displayModeBar": False}, className="plot")
    box = html.Div(graph, className="scaled", style={"height": f"{high / 16}rem"})
    return html.Section([title, box], className="chart")
