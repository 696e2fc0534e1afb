"""The readings behind an alert against its thresholds, as a plotly figure. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from config.words import Words
from dashboard.inflow import Point

WINDOW = timedelta(hours=3)
GAP = timedelta(minutes=15)
"""Readings further apart than this are not joined: a line through silence would look like data."""

HEIGHT = 216  # px
TOP, BOTTOM = 20, 26  # px of margin
PLOT = HEIGHT - TOP - BOTTOM
LINE = 14  # px from one label to the next
CLEAR = "rgba(0,0,0,0)"
INK, SECOND, HAIRLINE, DATA = "#16202a", "#56646f", "#e1e7ec", "#1d7a72"
LEVEL_INK = {"blue": "#2f7fe0", "yellow": "#b98a00", "orange": "#d8660f", "red": "#d42f27"}
"""The warning colours, darkened until a 1 px line of them reads on white."""
TICKS = {"gridcolor": HAIRLINE, "linecolor": HAIRLINE, "tickfont": {"color": SECOND}, "zeroline": False}
FONT = "'Noto Sans CJK SC', 'Noto Sans SC', 'Yiping Sans', sans-serif"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line to hold readings against: the value at which `level` fires, or ('' for none) what `name` says it is."""

    level: str
    value: float
    name: str = ""


def figure(  # noqa: PLR0913, PLR0917 - what is drawn, and how it is told
    points: Sequence[Point], thresholds: Sequence[Threshold], unit: str, words: Words, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    """The last three hours up to `now`. `points` are not empty."""
    layout = canvas(unit) | {"xaxis": clock_axis(now - WINDOW, now, zone)}
    marked(layout, [point.value for point in points], thresholds, words)
    return {"data": [line(points, unit, zone)], "layout": layout}


def marked(layout: dict[str, Any], values: Sequence[float], thresholds: Sequence[Threshold], words: Words) -> None:
    """Gives a canvas its range, from what was read to the next threshold, and draws those within."""
    low, high = reach(values, [threshold.value for threshold in thresholds])
    drawn = [threshold for threshold in thresholds if low <= threshold.value <= high]
    room = (high - low or 1.0) * 0.08
    layout["yaxis"]["range"] = [low - room, high + room]
    layout["shapes"] = [*layout.get("shapes", ()), *(rule_line(one) for one in drawn)]
    places = apart([(one.value - low + room) / (high - low + 2 * room) * PLOT for one in drawn])
    layout["annotations"] += [_label(one, y, words) for one, y in zip(drawn, places, strict=True)]


def reach(values: Sequence[float], thresholds: Sequence[float]) -> tuple[float, float]:
    """From the threshold next below what was read to the one next above: how far it is to the next level."""
    low, high = min(values), max(values)
    below = [threshold for threshold in thresholds if threshold <= low]
    above = [threshold for threshold in thresholds if threshold >= high]
    return max(below, default=low), min(above, default=high)


def empty() -> dict[str, Any]:
    """A figure with nothing on it."""
    hidden = {"visible": False}
    return {
        "data": [],
        "layout": {"xaxis": hidden, "yaxis": hidden, "height": HEIGHT, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}},
    }


def line(points: Sequence[Point], unit: str, zone: tzinfo, gap: timedelta = GAP) -> dict[str, Any]:
    """A curve; points further apart than `gap` are not joined."""
    times, values = _with_gaps(points, zone, gap)
    few = len(points) < 40
    return {
        "type": "scatter",
        "mode": "lines+markers" if few else "lines",
        "x": times,
        "y": values,
        "line": {"color": DATA, "width": 1.8},
        "marker": {"color": DATA, "size": 4},
        "connectgaps": False,
        "hovertemplate": f"%{{x|%H:%M:%S}}<br><b>%{{y:,.4~g}}</b> {unit}<extra></extra>",
    }


def _with_gaps(points: Sequence[Point], zone: tzinfo, gap: timedelta) -> tuple[list[str], list[float | None]]:
    times: list[str] = []
    values: list[float | None] = []
    before: datetime | None = None
    for point in points:
        if before is not None and point.at - before > gap:
            times.append(local(before + gap / 2, zone))
            values.append(None)
        times.append(local(point.at, zone))
        values.append(point.value)
        before = point.at
    return times, values


def canvas(unit: str) -> dict[str, Any]:
    """An empty layout: margins, fonts, the axis of values with its unit."""
    return {
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "height": HEIGHT,
        "margin": {"l": 46, "r": 92, "t": TOP, "b": BOTTOM},
        "showlegend": False,
        "hovermode": "x",
        "yaxis": {**TICKS, "fixedrange": True, "rangemode": "normal"},
        "annotations": [_unit(unit)],
        "uirevision": "chart",
    }


MINUTE_MS = 60_000


def clock_axis(first: datetime, last: datetime, zone: tzinfo) -> dict[str, Any]:
    """An axis of the city's wall clock; of days where it is longer than one."""
    ticks = "%m-%d" if last - first > timedelta(days=2) else "%H:%M"
    ends = [local(first, zone), local(last, zone)]
    apart = {"dtick": MINUTE_MS} if last - first < timedelta(minutes=8) else {}  # or each minute is written twice
    return {**TICKS, **apart, "type": "date", "range": ends, "showgrid": False, "tickformat": ticks, "fixedrange": True}


def rule_line(threshold: Threshold) -> dict[str, Any]:
    line = {"color": LEVEL_INK.get(threshold.level, SECOND), "width": 1.3, "dash": "dash"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": threshold.value,
        "y1": threshold.value,
        "line": line,
    }


def apart(heights: Sequence[float]) -> list[float]:
    """Heights of labels (px, any order), moved up just enough that no label covers the one below it."""
    moved = dict[int, float]()
    for place in sorted(range(len(heights)), key=heights.__getitem__):
        moved[place] = max(heights[place], max(moved.values(), default=-LINE) + LINE)
    return [moved[place] for place in range(len(heights))]


def _label(threshold: Threshold, height: float, words: Words) -> dict[str, Any]:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 1.01,
        "y": height / PLOT,
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "text": f"{threshold.name or words(f'level.{threshold.level}')} {threshold.value:,.6g}",
        "font": {"size": 12, "color": LEVEL_INK.get(threshold.level, SECOND)},
    }


def _unit(unit: str) -> dict[str, Any]:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "right",
        "yanchor": "bottom",
        "xshift": -6,
        "showarrow": False,
        "text": unit,
        "font": {"size": 12, "color": SECOND},
    }


def local(moment: datetime, zone: tzinfo) -> str:
    """plotly has no time zones: the city's wall clock as plain text."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
