"""The two plotly charts of a scene, as figure dicts at 16 px a rem: assets/wall.js scales them to the screen. Pure."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from dashboard.frames import Frame
from dashboard.wall.view import View, number

if TYPE_CHECKING:
    from layers.picture import Series

FONT = '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",Yiping,sans-serif'
OLD, NEW, THIRD, HAIRLINE = "#38566a", "#5cb096", "#64737f", "#1b2530"
RECENT = 3  # hours drawn in the colour of now
SIZES = {"chart-foot": (480, 118), "chart-side": (304, 152)}
SERIES = {"rain": "rain_24h", "calls": "calls_24h", "pm25": "pm25_24h", "categories": "categories_today"}
ROWS = 4  # categories that can be read beside the map


def charts(view: View) -> Frame:
    """`chart-foot` (12345 calls) and `chart-side` (what the scene asks for), each with title and note."""
    return {**_chart(view, "chart-foot", "calls"), **_chart(view, "chart-side", view.scene.chart)}


def _chart(view: View, part: str, key: str) -> Frame:
    series = view.snapshot.series.get(SERIES[key]) if view.snapshot else None
    return {
        part: {"figure": (rows if key == "categories" else bars)(view, series, SIZES[part])},
        f"{part}-title": {"children": view.words(f"wall.chart.{key}")},
        f"{part}-note": {"children": _note(view, key, series)},
    }


def _note(view: View, key: str, series: Series | None) -> str:
    if view.snapshot is None:
        return view.words("wall.waiting")
    if series is None:
        return view.words("wall.failed")
    if not _known(series):
        return view.words("wall.chart.empty")
    return view.words(f"wall.chart.{key}_note")


def _known(series: Series) -> list[float]:
    return [value for value in series.values if value is not None]


def bars(view: View, series: Series | None, size: tuple[int, int]) -> dict[str, Any]:
    """Bars over hours. An hour nobody measured has no bar; an hour of nothing has a hairline."""
    if series is None or not _known(series):
        return {"data": [], "layout": _layout(size, 1.0, [], [])}
    values, last = series.values, len(series.values) - 1
    top = max(*_known(series), 1e-9)
    trace = {
        "type": "bar",
        "x": list(range(len(values))),
        "y": [None if value is None else max(value, top * 0.012) for value in values],
        "marker": {"color": [NEW if last - place < RECENT else OLD for place in range(last + 1)], "line": {"width": 0}},
        "hoverinfo": "skip",
    }
    layout = _layout(size, top, [0, last], [_hour(view, series.times[0]), _hour(view, series.times[-1])])
    if max(_known(series)) > 0:
        layout["annotations"].append(_peak(list(values), top))
    return {"data": [trace], "layout": layout}


def rows(view: View, series: Series | None, size: tuple[int, int]) -> dict[str, Any]:
    """A bar a category, most first, its name over it and its number at the end."""
    found = list(zip(series.labels, series.values, strict=True))[:ROWS] if series else []
    known = [(label or view.words("wall.chart.other"), value) for label, value in found if value is not None]
    layout = _layout(size, 1.0, [], [])
    if not known:
        return {"data": [], "layout": layout}
    top, names = max(value for _, value in known), [label for label, _ in known]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [value for _, value in known],
        "y": list(range(len(known))),
        "width": 0.16,
        "marker": {"color": OLD, "line": {"width": 0}},
        "hoverinfo": "skip",
    }
    layout |= {"margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}, "shapes": []}
    layout["xaxis"] |= {"range": [0, top]}
    layout["yaxis"] |= {"range": [ROWS - 0.75, -0.75]}
    layout["annotations"] = [_row_text(place, name, 0) for place, name in enumerate(names)]
    layout["annotations"] += [_row_text(place, number(value), 1) for place, (_, value) in enumerate(known)]
    return {"data": [trace], "layout": layout}


def _row_text(place: int, text: str, side: int) -> dict[str, Any]:
    """A name (a feed's, and plotly reads tags) at the left or a number at the right, over the bar of its row."""
    where = {"xref": "paper", "x": side, "xanchor": "right" if side else "left", "y": place - 0.12, "yanchor": "bottom"}
    font = {"size": 16, "color": "#a3b1be", "family": FONT}
    return {**where, "text": escape(text, quote=False), "showarrow": False, "font": font}


def _peak(values: list[float | None], top: float) -> dict[str, Any]:
    """The highest bar says how high it is: the one number that makes an axis unnecessary."""
    place = values.index(top) if top in values else 0
    text = number(top, 0 if top >= 100 or float(top).is_integer() else 1)
    font = {"size": 16, "color": "#a3b1be", "family": FONT}
    side = "right" if place > len(values) - 3 else "left" if place < 2 else "center"
    where = {"x": place + {"right": 0.5, "left": -0.5, "center": 0}[side], "y": top, "xanchor": side, "yshift": 11}
    return {**where, "text": text, "showarrow": False, "font": font}


def _hour(view: View, at: datetime) -> str:
    zone = view.city.profile.zone
    local, today = at.astimezone(zone), view.now.astimezone(zone).date()
    return view.words("wall.chart.today" if local.date() == today else "wall.chart.yesterday", hour=local.hour)


def _layout(size: tuple[int, int], top: float, places: list[int], texts: list[str]) -> dict[str, Any]:
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True}
    return {
        "width": size[0],
        "height": size[1],
        "margin": {"l": 0, "r": 0, "t": 2, "b": 28, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 17, "color": THIRD},
        "showlegend": False,
        "bargap": 0.2,
        "xaxis": {**axis, "showticklabels": False, "range": [-0.5, (places[-1] if places else 23) + 0.5]},
        "yaxis": {**axis, "showticklabels": False, "range": [0, top * 1.3]},
        "shapes": [_ground()],
        "annotations": [_end(text, place) for place, text in enumerate(texts)],
    }


def _end(text: str, place: int) -> dict[str, Any]:
    """The hour under the first and the last bar."""
    side = {"x": place, "xref": "paper", "xanchor": "right" if place else "left"}
    return {**side, "y": 0, "yref": "paper", "yanchor": "top", "yshift": -2, "text": text, "showarrow": False}


def _ground() -> dict[str, Any]:
    line = {"color": HAIRLINE, "width": 1}
    return {"type": "line", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": line}
