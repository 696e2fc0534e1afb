"""Individual air quality index of a daily mean, after HJ 633-2026 (before it came into force, HJ 633-2012). Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

IN_FORCE = date(2026, 3, 1)  # HJ 633-2026
INDEX = (0, 50, 100, 150, 200, 300, 400, 500)
BANDS = ("excellent", "good", "light", "moderate", "heavy", "severe")  # up to 50, 100, 150, 200, 300, above

# 24 h means, ug/m3, at INDEX. HJ 633-2026, table 1; HJ 633-2012 for days before.
_NOW = {"pm25": (0, 35, 60, 115, 150, 250, 350, 500), "pm10": (0, 50, 120, 250, 350, 420, 500, 600)}
_BEFORE = {"pm25": (0, 35, 75, 115, 150, 250, 350, 500), "pm10": (0, 50, 150, 250, 350, 420, 500, 600)}


def standard(day: date) -> str:
    """The standard in force on that day."""
    return "HJ 633-2026" if day >= IN_FORCE else "HJ 633-2012"


def iaqi(pollutant: str, mean: float, day: date) -> int:
    """Index of a 24 h mean of `pm25` or `pm10` (ug/m3), rounded up as the standard says; 500 is the top of its scale.

    KeyError for another pollutant.
    """
    marks = (_NOW if day >= IN_FORCE else _BEFORE)[pollutant]
    return math.ceil(round(_between(mean, marks), 6))


def _between(mean: float, marks: Sequence[int]) -> float:
    for (low, high), (below, above) in zip(pairwise(marks), pairwise(INDEX), strict=True):
        if mean <= high:
            return below + (above - below) * (max(mean, 0.0) - low) / (high - low)
    return float(INDEX[-1])


def band(index: int) -> str:
    """Word key of an index: excellent, good, light, moderate, heavy, severe."""
    tops = (50, 100, 150, 200, 300)
    return next((name for name, top in zip(BANDS, tops, strict=False) if index <= top), BANDS[-1])
