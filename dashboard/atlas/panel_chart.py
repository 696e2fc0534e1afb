"""Figures of a day and of a week as small drawings with their lowest, highest and latest value in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from dashboard.atlas.telling import metric, unit
from dashboard.telling import number
from dashboard.wall.view import picture

if TYPE_CHECKING:
    from dashboard.atlas.telling import Reader
    from layers.picture import Series

WIDTH, HEIGHT, PAD = 176.0, 56.0, 3.0
INKS = {"dark": ("#5cb096", "#1b2530"), "light": ("#1d7a72", "#d7dfe6")}
"""Line and base line by the look of the map."""

Point = tuple[float, float]


def charts(day: Sequence[Series], week: Sequence[Series], reader: Reader) -> list[Component]:
    """A metric a line: its name, and its drawings."""
    weeks = {one.key: one for one in week}
    keys = dict.fromkeys([*(one.key for one in day), *weeks])
    days = {one.key: one for one in day}
    return [_metric(key, days.get(key), weeks.get(key), reader) for key in keys]


def _metric(key: str, day: Series | None, week: Series | None, reader: Reader) -> Component:
    head = html.H4([metric(key, reader.words), html.Small(unit(key, reader.words))])
    parts = [_one(series, span, reader) for span, series in (("day", day), ("week", week)) if series is not None]
    return html.Div([head, html.Div(parts, className="atlas-charts")], className="atlas-metric")


def _one(series: Series, span: str, reader: Reader) -> Component:
    known = [value for value in series.values if value is not None]
    if not known:
        return html.Span()
    told = {"low": number(min(known)), "high": number(max(known))}
    names = {"metric": metric(series.key, reader.words), "unit": unit(series.key, reader.words)}
    alt = reader.say("series.alt", span=reader.say(f"series.{span}"), last=number(known[-1]), **names, **told)
    drawing = picture(svg(series.values, reader.view.look), alt=alt)
    ends = told["low"] if told["low"] == told["high"] else reader.say("series.range", **told)
    caption = html.Figcaption([reader.say(f"series.{span}"), html.Span(ends)])
    return html.Figure([drawing, caption])


def svg(values: Sequence[float | None], look: str) -> str:
    """The line of the values; a gap where nobody said anything. From zero where zero is near, else from the lowest.

    Level where its ends are told alike: 0.061 to 0.064 %/m must not look like a leap; nothing lies on the ground.
    """
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    base = 0.0 if 0 <= low < 0.5 * high else low
    points = _points(values, base, high, level=number(low) == number(high))
    line, ground = INKS[look]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH:.0f} {HEIGHT:.0f}'>"
        f"<path d='M0 {HEIGHT - 0.5}H{WIDTH:.0f}' stroke='{ground}'/>"
        f"<path d='{path(points)}' fill='none' stroke='{line}' stroke-width='1.6' stroke-linejoin='round' "
        f"stroke-linecap='round'/></svg>"
    )


def _points(values: Sequence[float | None], low: float, high: float, *, level: bool) -> list[Point | None]:
    wide = (WIDTH - 2 * PAD) / max(len(values) - 1, 1)
    tall = 0.0 if level else (HEIGHT - 2 * PAD) / (high - low)
    foot = HEIGHT / 2 if level and high else HEIGHT - PAD
    return [
        None if value is None else (PAD + place * wide, foot - (value - low) * tall)
        for place, value in enumerate(values)
    ]


def path(points: Sequence[Point | None]) -> str:
    """An SVG path; a point that stands alone is a dot."""
    steps: list[Any] = []
    for before, point in pairwise([None, *points]):
        if point:
            steps.append(f"{'L' if before else 'M'}{point[0]:.1f} {point[1]:.1f}")
            if not before:
                steps.append("h.01")
    return "".join(steps)
