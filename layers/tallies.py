"""What each device said of a metric in a piece of time, what the pieces of a window come to, and that by cell. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.clickhouse import Answer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.uint64]

CELLS = ("hexagon", "total", "peak", "fresh", "devices", "newest_ms")
RESOLUTION_BIT, RESOLUTION_MASK, DIGIT_BITS, FINEST = 52, 15, 3, 15
"""Where an H3 index has its resolution; below that 15 digits, and those finer than it are all ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """One row a device: what its readings come to so far (`part`), how many they are, the newest place that it told
    (0: none) and when it spoke last, epoch ms. A device is known by a number made of its name.
    """

    device: Cells
    part: Floats
    said: Ints
    cell: Cells
    last_ms: Ints

    @classmethod
    def read(cls, answer: Answer, part: str) -> Tallies:
        """Of a question's columns, `part` being the one of these that the measure is made of."""
        return cls(
            np.array(answer.column("number"), np.uint64),
            np.array(answer.column(part), np.float64),
            np.array(answer.column("said"), np.int64),
            np.array(answer.column("spot"), np.uint64),
            np.array(answer.column("last_ms"), np.int64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Devices:
    """One row a device: what its readings of a whole window come to, its newest place (0: none), when it spoke last."""

    value: Floats
    cell: Cells
    last_ms: Ints

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Rows by device, its pieces one after another, oldest first: where each device's begin, and its last one."""

    part: Floats
    said: Ints
    first: Ints
    last: Ints


_VALUE: Mapping[str, Callable[[_Pieces], Floats]] = {
    "sum": lambda all_of: np.add.reduceat(all_of.part, all_of.first),
    "avg": lambda all_of: np.add.reduceat(all_of.part, all_of.first) / np.add.reduceat(all_of.said, all_of.first),
    "max": lambda all_of: np.maximum.reduceat(all_of.part, all_of.first),
    "last": lambda all_of: all_of.part[all_of.last],
    "off": lambda all_of: (all_of.part[all_of.last] != 1).astype(np.float64),
}
"""By measure what the parts of a device come to. `off` is 1 where the last state is not 1."""


def together(pieces: Sequence[Tallies], measure: str) -> Devices:
    """What pieces that do not overlap come to by device, in no order that means anything."""
    device, part, said, cell, last_ms = (
        np.concatenate([getattr(piece, name) for piece in pieces])
        for name in ("device", "part", "said", "cell", "last_ms")
    )
    if not len(device):
        return Devices(part, cell, last_ms)
    order = np.lexsort((last_ms, device))
    first = np.flatnonzero(np.diff(device[order], prepend=~device[order[:1]]))
    last = np.append(first[1:], len(order)) - 1
    placed = np.lexsort((last_ms, cell != 0, device))  # the newest that told where it was comes last
    value = _VALUE[measure](_Pieces(part[order], said[order], first, last))
    return Devices(value, cell[placed][last], last_ms[order][last])


def by_cell(found: Devices, resolution: int, fresh_ms: int) -> Answer:
    """Each cell of a resolution, over its devices that were heard since `fresh_ms`: the sum (`total`) and the largest
    (`peak`) of their values; how many these are (`fresh`), how many `devices` there are, when the newest spoke.

    A place that was stored coarser stays what it is; a device that told none is nowhere.
    """
    some = found.cell != 0
    hexagon, row = np.unique(parents(found.cell[some], resolution), return_inverse=True)
    value, last_ms = found.value[some], found.last_ms[some]
    fresh = last_ms >= fresh_ms
    peak = np.full(len(hexagon), -np.inf)
    np.maximum.at(peak, row[fresh], value[fresh])
    newest = np.zeros(len(hexagon), np.int64)
    np.maximum.at(newest, row, last_ms)
    counts = (np.bincount(rows, minlength=len(hexagon)) for rows in (row[fresh], row))
    total = np.bincount(row[fresh], value[fresh], len(hexagon))
    columns = (hexagon, total, np.where(np.isinf(peak), 0.0, peak), *counts, newest)
    return Answer(CELLS, tuple(tuple(column.tolist()) for column in columns))


def parents(cells: Cells, resolution: int) -> Cells:
    """The cell of a resolution that each cell lies in; those that are not finer stay what they are."""
    own = cells >> np.uint64(RESOLUTION_BIT) & np.uint64(RESOLUTION_MASK)
    beyond = np.uint64((1 << DIGIT_BITS * (FINEST - resolution)) - 1)
    bare = cells & ~np.uint64(RESOLUTION_MASK << RESOLUTION_BIT) | beyond
    return np.where(own > resolution, bare | np.uint64(resolution << RESOLUTION_BIT), cells)
