"""Counts as bars against thresholds, and lengths of time as lines, as plotly figures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from typing import Any

from config.words import Words
from dashboard.desk.chart import (
    DATA,
    HAIRLINE,
    HEIGHT,
    INK,
    LEVEL_INK,
    SECOND,
    TICKS,
    TOP,
    Threshold,
    canvas,
    clock_axis,
    local,
    marked,
)

BEFORE = "#a9c8c4"
"""Bars of other times; that of now is darker."""
ROWS = 7
"""Lines of lengths that can be told apart."""
GROUND = 30
"""px under the bars: their names may have two lines."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A count by name; None when nobody knows it."""

    name: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Length:
    """Something that lasted from `first` to `last`, of a level or none ('')."""

    name: str
    first: datetime
    last: datetime
    level: str = ""


def bars(
    found: Sequence[Bar], thresholds: Sequence[Threshold], unit: str, words: Words, usual: Threshold | None = None
) -> dict[str, Any]:
    """A bar a name, the last of them now. `usual` is a line that is no threshold. `found` is not empty."""
    layout = canvas(unit)
    values = [bar.value for bar in found if bar.value is not None]
    marked(layout, [0.0, *values, usual.value if usual else 0.0], thresholds, words)
    layout["yaxis"]["range"][0] = 0
    places = list(range(len(found)))
    names = [bar.name for bar in found]
    layout["xaxis"] = {
        **TICKS, "type": "linear", "tickmode": "array", "tickvals": places, "ticktext": _thinned(names),
        "range": [-0.6, len(found) - 0.4], "showgrid": False, "fixedrange": True,
    }  # fmt: skip
    layout["margin"] |= {"b": GROUND}
    layout["annotations"] += [_number(place, bar, words) for place, bar in enumerate(found)]
    if usual:
        layout["shapes"].append(_usual(usual))
        layout["annotations"].append(_usual_name(usual))
    trace = {
        "type": "bar",
        "x": places,
        "y": [bar.value for bar in found],
        "width": 0.62,
        "marker": {"color": [BEFORE] * (len(found) - 1) + [DATA], "line": {"width": 0}},
        "hoverinfo": "skip",
    }
    return {"data": [trace], "layout": layout}


def _thinned(names: Sequence[str]) -> list[str]:
    """Every name of few; of many every other, so that the last is among them."""
    return [name if len(names) < 9 or (len(names) - 1 - place) % 2 == 0 else "" for place, name in enumerate(names)]


def _number(place: int, bar: Bar, words: Words) -> dict[str, Any]:
    """The number over its bar; of what nobody knows that it is not known."""
    known = bar.value is not None
    return {
        "x": place, "y": bar.value or 0, "yanchor": "bottom", "showarrow": False,
        "text": f"{bar.value:,.4g}" if known else words("why.unknown"),
        "font": {"size": 12, "color": INK if known else SECOND},
    }  # fmt: skip


def _usual(usual: Threshold) -> dict[str, Any]:
    line = {"color": SECOND, "width": 1.3, "dash": "dot"}
    ends = {"x0": 0, "x1": 1, "y0": usual.value, "y1": usual.value}
    return {"type": "line", "xref": "paper", **ends, "line": line}


def _usual_name(usual: Threshold) -> dict[str, Any]:
    """At the left end of its line, where no level has its name."""
    where = {"xref": "paper", "x": 0, "xanchor": "left", "y": usual.value, "yanchor": "bottom", "showarrow": False}
    return {**where, "text": f"{usual.name} {usual.value:,.4g}", "font": {"size": 12, "color": SECOND}}


def lengths(found: Sequence[Length], zone: tzinfo, now: datetime) -> dict[str, Any]:
    """A line each, the first at the top, until now. `found` is not empty. Names are a feed's, and plotly reads tags."""
    shown = found[:ROWS]
    first = min(one.first for one in shown)
    layout = canvas("")
    axis = {
        "tickmode": "array",
        "tickvals": list(range(len(shown))),
        "ticktext": [escape(one.name, quote=False) for one in shown],
    }
    layout["yaxis"] |= {**axis, "range": [max(len(shown), 3) - 0.4, -0.6], "showgrid": False}
    layout["xaxis"] = clock_axis(first - (now - first) * 0.03, now, zone) | {"showgrid": True, "gridcolor": HAIRLINE}
    layout["margin"] |= {"l": 120, "r": 16, "t": TOP // 2}
    return {"data": [_stroke(one, place, zone) for place, one in enumerate(shown)], "layout": layout}


def _stroke(one: Length, place: int, zone: tzinfo) -> dict[str, Any]:
    colour = LEVEL_INK.get(one.level, DATA)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [local(one.first, zone), local(one.last, zone)],
        "y": [place, place],
        "line": {"color": colour, "width": 9},
        "hovertemplate": "%{x|%m-%d %H:%M}<extra></extra>",
    }


assert HEIGHT > ROWS * 20  # noqa: S101 - a line and its name need so much
