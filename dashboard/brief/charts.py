"""Small charts as SVG text, the same for the page and the PDF: no script, no style sheet. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from config.city import Marks

INK, FAINT, HAIRLINE = "#4a5a68", "#8b98a4", "#c9d3db"
DATA, DATA_LIGHT, NO_DATA = "#268078", "#acd8aa", "#eef2f5"
COLOUR = {"blue": "#4f9cf9", "yellow": "#f7d046", "orange": "#fb8b3c", "red": "#f2483f"}
FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"

WIDTH, HEIGHT, BASE, TOP, TEXT = 300, 66, 53, 10, 9


def day_bars(
    values: Sequence[float | None], hours: int, show: Callable[[float], str], behind: Sequence[float | None] = ()
) -> str:
    """Bars of a day's hours; `behind` are lighter bars of the same scale (the most, behind the mean). None: no data.

    The highest bar carries its value, as `show` writes it.
    """
    tallest = max((value for value in (*values, *behind) if value is not None), default=0.0)
    scale = (BASE - TOP) / tallest if tallest > 0 else 0.0
    step = WIDTH / hours
    bars = [_bar(hour, value, step, scale, DATA_LIGHT) for hour, value in enumerate(behind) if value]
    bars += [_bar(hour, value, step, scale, DATA) for hour, value in enumerate(values) if value]
    blanks = [_blank(hour, step) for hour, value in enumerate(values) if value is None]
    blanks += [_blank(hour, step) for hour in range(len(values), hours)]
    peak = _peak(behind or values, step, show)
    return _svg(WIDTH, HEIGHT, "".join(blanks + bars) + _axis(hours, step) + peak)


def _bar(hour: int, value: float, step: float, scale: float, colour: str) -> str:
    tall = max(value * scale, 0.7)
    return _rect(hour * step + step * 0.14, BASE - tall, step * 0.72, tall, colour)


def _blank(hour: int, step: float) -> str:
    """No data is a grey column, never an empty bar."""
    return _rect(hour * step, TOP, step, BASE - TOP, NO_DATA)


def _peak(values: Sequence[float | None], step: float, show: Callable[[float], str]) -> str:
    known = [0.0 if value is None else value for value in values]
    tallest = max(known, default=0.0)
    if tallest <= 0:
        return ""
    hour = known.index(tallest)
    return _text((hour + 0.5) * step, TOP - 2, show(tallest), _anchor((hour + 0.5) * step), INK)


def _anchor(x: float) -> str:
    return "start" if x < 0.08 * WIDTH else "end" if x > 0.92 * WIDTH else "middle"


def _axis(hours: int, step: float) -> str:
    line = _rect(0, BASE, WIDTH, 0.8, HAIRLINE)
    ticks = [(hour * step, f"{hour:02d}") for hour in (*range(0, hours - 2, 6), hours)]
    return line + "".join(_text(x, BASE + 10.5, label, _anchor(x), FAINT) for x, label in ticks)


def gauge(base: float, marks: Marks | None, peak: float | None) -> str:
    """A bar from the ordinary level up to the day's peak, with lines at 警戒 and 保证; empty when there is no level."""
    wide, tall = 120, 14
    track = _rect(0, 4, wide, 6, NO_DATA)
    if peak is None:
        return _svg(wide, tall, track)
    top = (marks.highest or marks.guarantee * 1.1) if marks else base * 2 or peak
    top = max(top, peak)

    def at(level: float) -> float:
        return wide * min(max((level - base) / (top - base or 1.0), 0.0), 1.0)

    bar = _rect(0, 4, at(peak), 6, _over_colour(marks, peak))
    levels = (marks.warning, marks.guarantee) if marks else ()
    lines = "".join(_rect(at(level) - 0.6, 1, 1.2, 12, INK) for level in levels)
    return _svg(wide, tall, track + bar + lines)


def _over_colour(marks: Marks | None, level: float) -> str:
    """Yellow from 警戒, orange from 保证, red from 历史最高; else the colour of data."""
    if marks is None or level < marks.warning:
        return DATA
    if level < marks.guarantee:
        return COLOUR["yellow"]
    return COLOUR["orange"] if marks.highest is None or level < marks.highest else COLOUR["red"]


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> str:
    """`text` is ours (a number), never a reader's: it is not escaped."""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{TEXT}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def _svg(width: int, height: int, inside: str) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'{head} font-family="{FONT}">{inside}</svg>'
