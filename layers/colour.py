"""Why a cell has its colour: the value and where it came from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from layers.grid import disk
from layers.risk import Piece
from layers.scale import position
from layers.spread import POWER

if TYPE_CHECKING:
    from layers.catalog import Layer

Made = Literal["measured", "carried", "around", "known", "unknown", "none"]
"""Measured here; carried here from cells around; of the coarser cell around; known to be nothing; nobody knows; the
layer has no values, or the place no colour of its own."""


@dataclass(frozen=True, slots=True)
class Source:
    """A measuring cell that a value was carried from: how many rings away, and its part of the mean, 0 to 1."""

    cell: int
    rings: int
    value: float
    part: float


@dataclass(frozen=True, slots=True)
class Why:
    """A value in the layer's unit with all that is behind it.

    `place` is where it stands on the layer's scale, 0 to 1; `sources` are of a carried one, nearest first; `pieces` of
    a risk. `devices` and `late` count the whole city's, as the legend does.
    """

    layer: Layer
    value: float | None
    made: Made
    resolution: int = 0
    devices: int = 0
    late: int = 0
    newest: datetime | None = None
    sources: tuple[Source, ...] = ()
    pieces: tuple[Piece, ...] = field(default=())

    @property
    def place(self) -> float | None:
        if self.value is None or len(self.layer.breaks) < 2:
            return None
        return position(self.value, self.layer.breaks)


def sources(measured: Mapping[int, float], cell: int, rings: int) -> tuple[Source, ...]:
    """The measuring cells within so many rings of `cell`, each with its part of the mean that layers.spread takes."""
    near = [(one, far) for one, far in disk(cell, rings) if far and one in measured]
    whole = sum(1 / far**POWER for _, far in near)
    return tuple(Source(one, far, measured[one], 1 / far**POWER / whole) for one, far in near)


def made(value: float | None, *, measured: bool, carried: bool, rest: bool) -> Made:
    """How a value came about: `rest` is that of every cell where nothing is."""
    if value is None:
        return "unknown"
    if measured:
        return "measured"
    return "known" if rest else "carried" if carried else "around"
