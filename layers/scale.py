"""Where a value stands on a layer's fixed colour scale. Pure.

A scale is a rising tuple of breaks; between two breaks lies an equal distance of colour, so breaks 0, 15, 30, 50, 75,
100 with six colours put one colour at each break. Scales never follow the data: the same colour means the same
value every day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NO_DATA = 255
"""The byte of a cell without data. It is no colour: the map hatches it."""

TOP = 250
"""The byte of the last break and of everything above. 251 to 254 stay free."""


def position(value: float, breaks: Sequence[float]) -> float:
    """Position of a value on a scale, 0 at or below the first break to 1 at or above the last; linear between two."""
    steps = len(breaks) - 1
    if value <= breaks[0]:
        return 0.0
    if value >= breaks[-1]:
        return 1.0
    step = bisect_right(breaks, value) - 1
    low, high = breaks[step], breaks[step + 1]
    return (step + (value - low) / (high - low)) / steps


def encode(values: Sequence[float | None] | NDArray[np.float64], breaks: Sequence[float]) -> NDArray[np.uint8]:
    """One byte a value, in order: NO_DATA for None (or not a number), else its position on the scale as 0..TOP.

    A layer without breaks has no values.
    """
    if not len(breaks):
        return np.full(len(values), NO_DATA, dtype=np.uint8)
    known = np.asarray(values, dtype=np.float64)
    places = np.interp(known, breaks, np.linspace(0, TOP, len(breaks)))
    return np.where(np.isnan(known), NO_DATA, np.rint(np.nan_to_num(places))).astype(np.uint8)
