"""Curves that say more than readings: a band of what is usual, a river's way to its next mark, two causes at once.

Plotly figures. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from alerts.alert import instant
from alerts.evidence import Outlook, Season
from config.words import Words
from dashboard.desk.chart import (
    BOTTOM,
    DATA,
    HEIGHT,
    PLOT,
    SECOND,
    TOP,
    WINDOW,
    Threshold,
    apart,
    canvas,
    clock_axis,
    line,
    local,
    marked,
    reach,
    rule_line,
)
from dashboard.inflow import Point

BAND, FAN = "rgba(29,122,114,.14)", "rgba(47,134,181,.20)"
RIVER = "#2f86b5"
SPACE = 0.16
"""Share of the height between two causes: the upper one's unit stands there."""


def band(
    seasons: Sequence[Season], spreads: Mapping[str, float], unit: str, words: Words, zone: tzinfo
) -> dict[str, Any]:
    """What a device said in each window against what is usual; `spreads` is how far off each level is.

    `seasons` oldest first, not empty.
    """
    last, layout = seasons[-1], canvas(unit)
    said = [season.mean for season in seasons if season.mean is not None]
    edges = [value for one in seasons for value in (one.usual - one.spread, one.usual + one.spread)]
    levels = [Threshold(level, last.usual + far * last.spread) for level, far in spreads.items()]
    marked(layout, [*said, *edges], levels, words)
    layout["shapes"] = []  # the levels move with what is usual: they are drawn as curves
    times = [instant(season.at) for season in seasons]
    layout["xaxis"] = clock_axis(times[0], times[-1], zone)
    x = [local(at, zone) for at in times]
    curves = [_level(x, seasons, level, far) for level, far in spreads.items()]
    points = [Point(at, one.mean, "") for at, one in zip(times, seasons, strict=True) if one.mean is not None]
    return {"data": [*_band(x, seasons), *curves, line(points, unit, zone, _apart(times))], "layout": layout}


def _apart(times: Sequence[datetime]) -> timedelta:
    """One and a half windows: where one is missing, the line is broken."""
    return 1.5 * min((later - one for one, later in pairwise(times)), default=WINDOW)


def _band(x: Sequence[str], seasons: Sequence[Season]) -> list[dict[str, Any]]:
    """The edges of what is usual, the space between them filled, and its middle."""
    plain = {"type": "scatter", "mode": "lines", "x": list(x), "hoverinfo": "skip"}
    low = {**plain, "y": [one.usual - one.spread for one in seasons], "line": {"width": 0}}
    high = {**plain, "y": [one.usual + one.spread for one in seasons], "line": {"width": 0}}
    middle = {**plain, "y": [one.usual for one in seasons], "line": {"color": SECOND, "width": 1.2, "dash": "dot"}}
    return [low, high | {"fill": "tonexty", "fillcolor": BAND}, middle]


def _level(x: Sequence[str], seasons: Sequence[Season], level: str, far: float) -> dict[str, Any]:
    y = [one.usual + far * one.spread for one in seasons]
    looks = rule_line(Threshold(level, 0.0))["line"]
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": y, "line": looks, "hoverinfo": "skip"}


def outlook(found: Outlook, names: Mapping[str, str], unit: str, words: Words, zone: tzinfo) -> dict[str, Any]:
    """What a gauge said, the way to its next mark, and how sure that is. `names` are those of the marks."""
    points = [Point(instant(at), value, "") for at, value in found.points]
    last, layout = points[-1], canvas(unit)
    height = float(found.told["height"]) if found.told else last.value
    marks = [Threshold("", value, names.get(name, name)) for name, value in found.marks.items() if name in names]
    marked(layout, [*(point.value for point in points), height], marks, words)
    latest = last.at + timedelta(minutes=_latest(found, last.at - points[0].at))
    layout["xaxis"] = clock_axis(points[0].at, latest, zone)
    layout["shapes"].append(_now(last.at, zone))
    ahead = [_fan(found, last, height, zone), _way(found, last, height, zone)] if found.told else []
    return {"data": [*ahead, line(points, unit, zone)], "layout": layout}


def _latest(found: Outlook, known: timedelta) -> float:
    """Minutes that the axis goes on: to the end of the interval, but not so far that what was read is a stroke."""
    most = 4 * known.total_seconds() / 60
    return min(most, max(1.15 * float(found.told["latest"]), 1.3 * found.minutes)) if found.told else 0.0


def _fan(found: Outlook, last: Point, height: float, zone: tzinfo) -> dict[str, Any]:
    ends = (last.at + timedelta(minutes=float(found.told[end])) for end in ("soonest", "latest"))
    x = [local(at, zone) for at in (last.at, *ends, last.at)]
    y = [last.value, height, height, last.value]
    none = {"width": 0}
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "line": none, "fill": "toself", "fillcolor": FAN,
        "hoverinfo": "skip",
    }  # fmt: skip


def _way(found: Outlook, last: Point, height: float, zone: tzinfo) -> dict[str, Any]:
    x = [local(at, zone) for at in (last.at, last.at + timedelta(minutes=found.minutes))]
    return {
        "type": "scatter", "mode": "lines+markers", "x": x, "y": [last.value, height],
        "line": {"color": RIVER, "width": 1.8, "dash": "dash"}, "marker": {"color": RIVER, "size": [0, 7]},
        "hovertemplate": "%{x|%H:%M}<extra></extra>",
    }  # fmt: skip


def _now(at: datetime, zone: tzinfo) -> dict[str, Any]:
    ends = {"x0": local(at, zone), "x1": local(at, zone), "y0": 0, "y1": 1}
    return {"type": "line", "yref": "paper", **ends, "line": {"color": SECOND, "width": 1, "dash": "dot"}}


@dataclass(frozen=True, slots=True)
class Cause:
    """One of several causes: what it is, its curve over WINDOW, and the levels it is held against."""

    name: str
    points: Sequence[Point]
    thresholds: Sequence[Threshold]
    unit: str


def causes(found: Sequence[Cause], words: Words, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """The causes one above the other, on one clock. Each has points."""
    layout = canvas("") | {"xaxis": clock_axis(now - WINDOW, now, zone), "annotations": [], "shapes": []}
    plain, share = layout.pop("yaxis"), (1 - SPACE * (len(found) - 1)) / len(found)
    data = []
    for place, cause in enumerate(found):
        axis, bottom = "y" if not place else f"y{place + 1}", 1 - share - place * (share + SPACE)
        low, high = reach([point.value for point in cause.points], [one.value for one in cause.thresholds])
        room = (high - low or 1.0) * 0.12
        scale = {"range": [low - room, high + room], "domain": [bottom, bottom + share], "nticks": 4}
        layout[axis.replace("y", "yaxis")] = plain | scale | {"anchor": "x"}
        drawn = [one for one in cause.thresholds if low <= one.value <= high]
        layout["shapes"] += [rule_line(one) | {"xref": "paper", "yref": axis} for one in drawn]
        tall = share * PLOT
        heights = apart([(one.value - low + room) / (high - low + 2 * room) * tall for one in drawn])
        layout["annotations"] += [
            _cause_level(one, bottom + height / PLOT, words) for one, height in zip(drawn, heights, strict=True)
        ]
        layout["annotations"].append(_cause_name(cause, bottom + share))
        data.append(line(cause.points, cause.unit, zone) | {"yaxis": axis})
    layout["xaxis"] |= {"anchor": "y" if len(found) == 1 else f"y{len(found)}"}
    return {"data": data, "layout": layout}


def _cause_level(one: Threshold, height: float, words: Words) -> dict[str, Any]:
    colour = rule_line(one)["line"]["color"]
    where = {"xref": "paper", "yref": "paper", "x": 1.01, "y": height, "xanchor": "left", "yanchor": "middle"}
    text = f"{words(f'level.{one.level}')} {one.value:,.6g}"
    return {**where, "showarrow": False, "text": text, "font": {"size": 12, "color": colour}}


def _cause_name(cause: Cause, top: float) -> dict[str, Any]:
    where = {"xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left", "yanchor": "bottom"}
    text = f"{cause.name} ({cause.unit})" if cause.unit else cause.name
    return {**where, "showarrow": False, "text": text, "font": {"size": 12, "color": SECOND}}


assert TOP + PLOT + BOTTOM == HEIGHT  # noqa: S101 - shares of the plot are taken of PLOT

__all__ = ["DATA", "Cause", "band", "causes", "outlook"]
