"""The map's page: the map, and around it layers, legend, search, time and the panel of a place. Pure.

Everything is empty but words: the scripts in assets/atlas*.js draw the map, callbacks fill the panel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.aria import label, polite
from dashboard.atlas import ids
from dashboard.atlas.layer_told import layer_told
from dashboard.atlas.panel_frame import frame
from dashboard.atlas.view import Mend, View, parts
from dashboard.header import header, page
from layers import legend
from layers.catalog import LAYERS
from layers.palettes import LEVELS
from layers.tiles import RESOLUTIONS

if TYPE_CHECKING:
    from config.words import Words
    from layers.catalog import Layer
    from layers.geometry import City

SCRIPTS = (
    "loading", "empty", "stale", "failed", "unplaced", "unread", "no_data", "cells", "districts", "city", "cell",
    "point", "schematic", "unavailable", "back_to_now", "cross", "at", "sample", "way", "border", "ground",
    "ground_failed",
    *(f"alerts.{key}" for key in ("title", "none", "failed", "kept", "at", "unplaced")),
)  # fmt: skip
"""Words that the scripts put figures in."""

MARKS = ("fresh", "silent", "never", "facilities", "stations", "cameras")
"""Points of the map that are no warnings."""

REST = sorted({one.group for one in LAYERS} - {"city", "water", "devices", "ground"})
GROUPS = ("city", "water", *REST, "devices", "ground")
"""Groups of layers as they stand in the column: what a city asks first is first."""

HANDS = (("in", "+"), ("out", "−"), ("city", ""), ("look", ""))
"""Buttons on the map, for hands without keys or wheel; what no font is sure to have is drawn by the style sheet."""


def layout(  # noqa: PLR0913,PLR0917
    words: Words, city: City, geometry: Mapping[str, str], view: View, mends: Sequence[Mend], layers: Sequence[Layer]
) -> Component:
    """The whole screen. `geometry` names the URL of each GeoJSON of the ground; `mends` are said in a sentence each.

    `layers` are those that there are to choose from.
    """
    body = [_stage(words, mends), _left(words, layers), _panel(words), _time(words)]
    return html.Div(
        [dcc.Store(id=ids.VIEW, data=parts(view)), header(words, city.profile, "atlas"), html.Main(body)],
        id=ids.ROOT,
        className="atlas light" if view.look == "light" else "atlas",
        lang=words.language,
        **{**page(words, city.profile, "atlas"), "data-setup": _setup(words, city, geometry, view, layers)},
    )


def _setup(words: Words, city: City, geometry: Mapping[str, str], view: View, layers: Sequence[Layer]) -> str:
    """What the scripts need to know once."""
    west, south, east, north = city.bounds
    found: dict[str, Any] = {
        "view": parts(view),
        "city": words.name(city.profile.name),
        "geometry": dict(geometry),
        "version": city.drawings["districts"].tag,
        "box": [west, south, east, north],
        "resolutions": [RESOLUTIONS[0], RESOLUTIONS[-1]],
        "districts": {one.adcode: [words.name(one.name), one.lon, one.lat] for one in city.districts},
        "stations": {one.id: [words.name(one.name), one.lon, one.lat] for one in city.profile.stations},
        "layers": {one.key: layer_told(words, one, city) for one in layers},
        "words": {key: words(f"atlas.{key}") for key in SCRIPTS},
        "marks": {
            **{one: words(f"level.{one}") for one in LEVELS},
            **{one: words(f"atlas.mark.{one}") for one in MARKS},
        },
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _stage(words: Words, mends: Sequence[Mend]) -> Component:
    said = [html.Span(words(f"atlas.mend.{one.part}", given=one.given, taken=one.taken)) for one in mends]
    about: dict[str, Any] = label(words("atlas.map"))
    return html.Section(
        [
            html.Div(id=ids.MAP, className="atlas-map", tabIndex=0, role="application", **about),
            html.Nav(id=ids.CRUMBS, className="atlas-crumbs", **label(words("atlas.crumbs"))),
            html.P(said, id=ids.NOTE, className="atlas-note", role="status"),
            html.Section(id=ids.ALERTS, className="atlas-alerts", hidden=True, **label(words("atlas.alerts.title"))),
            html.Div(id=ids.LEGEND, className="atlas-legend"),
            html.Div(id=ids.TIP, className="atlas-tip", hidden=True),
            html.P(id=ids.CROSS, className="atlas-cross", **polite()),
            html.Div([_hand(words, *one) for one in HANDS], id=ids.HANDS, className="atlas-hands"),
        ],
        className="atlas-stage",
    )


def _hand(words: Words, name: str, sign: str) -> Component:
    told: dict[str, Any] = {"data-hand": name, "title": words(f"atlas.hand.{name}")}
    return html.Button(sign, **label(words(f"atlas.hand.{name}")), **told)


def _left(words: Words, layers: Sequence[Layer]) -> Component:
    groups = {group: [one for one in layers if one.group == group] for group in GROUPS}
    rows = [_group(words, group, found) for group, found in groups.items() if found]
    return html.Section(
        [
            html.Div(id=ids.SEARCH, className="atlas-search", role="search"),
            html.Div(rows, id=ids.LAYERS, className="atlas-layers", role="radiogroup", **label(words("atlas.layers"))),
        ],
        className="atlas-left",
    )


def _group(words: Words, group: str, layers: Sequence[Layer]) -> Component:
    """A fold of layers; the scripts open the one that is looked at."""
    choices = [_choice(words, one) for one in layers]
    return html.Details([html.Summary(words(f"layer.group.{group}")), *choices], open=group == GROUPS[0])


def _choice(words: Words, shown: Layer) -> Component:
    """A layer to choose: the scripts listen to clicks and keep `aria-checked` true."""
    named: dict[str, Any] = {"data-layer": shown.key, "aria-checked": "false"}
    text = [html.Span(legend.plain(shown, words)), html.Small(legend.unit(shown, words))]
    return html.Button(text, role="radio", tabIndex=-1, **named)


def _panel(words: Words) -> Component:
    about: dict[str, Any] = label(words("atlas.panel"))
    return html.Aside(frame(words), id=ids.PANEL, className="atlas-panel", tabIndex=-1, hidden=True, **about)


def _time(words: Words) -> Component:
    return html.Div(id=ids.TIME, className="atlas-time", **label(words("atlas.time")))
