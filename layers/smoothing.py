"""Runs of readings with their single wild ones taken out, before a line is drawn through them. Pure.

Tukey's running medians of three (Exploratory Data Analysis, 1977, chapter 7): each reading is the middle one of itself
and its two neighbours; the first and the last one, which have one neighbour only, the middle one of themselves, of that
neighbour and of where the two nearest would have gone on to by twice their step. So a single wild reading is gone,
wherever it stands, and what rises or falls goes through unchanged. The line of Theil and Sen withstands more of them,
but is also blind to a true rise until three readings in ten have risen; this one waits for the second. And it costs
no more than the readings, where Theil and Sen's costs their square.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST = 3
"""Readings of a run: of fewer nobody can say which is wild."""


def smoothed(values: Floats, starts: Ints, ends: Ints) -> Floats:
    """The values of runs that lie one after the other, run i in rows starts[i] to ends[i] (not included).

    A run of fewer than FEWEST stays as it is. The twin of alerts/sql/slopes.sql.
    """
    found, edge = values.copy(), np.zeros(len(values), np.bool_)
    edge[starts], edge[ends - 1] = True, True
    rows = np.flatnonzero(~edge)
    found[rows] = _middle(values[rows - 1], values[rows], values[rows + 1])
    enough = ends - starts >= FEWEST
    first, last = starts[enough], ends[enough] - 1
    begins = _middle(values[first], found[first + 1], 3 * found[first + 1] - 2 * found[first + 2])
    found[last] = _middle(values[last], found[last - 1], 3 * found[last - 1] - 2 * found[last - 2])
    found[first] = begins
    return found


def _middle(a: Floats, b: Floats, c: Floats) -> Floats:
    middle: Floats = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    return middle
