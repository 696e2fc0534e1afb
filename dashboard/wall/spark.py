"""The small line beside a figure: shape only, no axis. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dash import html

from dashboard.wall.view import picture

WIDTH, HEIGHT, PAD = 112.0, 48.0, 4.0
INK = "#64737f"
TIP = "#a3b1be"

Point = tuple[float, float]


def sparkline(values: tuple[float | None, ...]) -> Any:
    """Oldest to newest, a gap where a value is None. Empty when there are fewer than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return html.Span(className="spark")
    return picture(_svg(_points(values, min(known), max(known))), className="spark", alt="")


def _points(values: tuple[float | None, ...], low: float, high: float) -> list[Point | None]:
    wide = (WIDTH - 2 * PAD) / (len(values) - 1)
    tall = (HEIGHT - 2 * PAD) / ((high - low) or 1.0)
    middle = HEIGHT / 2 if high == low else None
    return [
        None if value is None else (PAD + place * wide, middle or HEIGHT - PAD - (value - low) * tall)
        for place, value in enumerate(values)
    ]


def _svg(points: list[Point | None]) -> str:
    last = next(point for point in reversed(points) if point)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH:.0f} {HEIGHT:.0f}'>"
        f"<path d='{_path(points)}' fill='none' stroke='{INK}' stroke-width='2' stroke-linejoin='round' "
        f"stroke-linecap='round'/><circle cx='{last[0]:.1f}' cy='{last[1]:.1f}' r='3' fill='{TIP}'/></svg>"
    )


def _path(points: list[Point | None]) -> str:
    steps = []
    for before, point in pairwise([None, *points]):
        if point:
            steps.append(f"{'L' if before else 'M'}{point[0]:.1f} {point[1]:.1f}")
    return "".join(steps)
