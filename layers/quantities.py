"""The layers of a city's own quantities, such as residents: one of each file, on scales of its own. Pure.

The amounts lie still, and so do their scales: they are made of the file once, in round numbers, for whole districts and
for each size of a cell, because a cell holds a seventh of what the next coarser one does.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from layers.catalog import LAYERS, RESOLUTIONS, Layer, ScaleAt

if TYPE_CHECKING:
    from layers.grid import CityGrid
    from layers.sites import Weight

CELLS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)
DISTRICTS = (0.0, 0.05, 0.1, 0.3, 0.6, 1.0)
"""Parts of the largest break: people stand closer in some cells than in others by more than districts differ."""
ALMOST_ALL = 0.95
"""So many of the cells lie on the scale; the few beyond share the last colour."""
ROUND = (1, 2, 3, 5, 10)
CHILDREN = 7


def layers(weights: Sequence[Weight], grid: CityGrid) -> tuple[Layer, ...]:
    """All layers of a city: those of the catalog, with its own quantities before what else stands on the ground."""
    own = tuple(quantity(one, grid) for one in weights)
    ground = [one.group for one in LAYERS].index("ground")
    return (*LAYERS[:ground], *own, *LAYERS[ground:])


def quantity(weight: Weight, grid: CityGrid) -> Layer:
    """The layer of one quantity; its key is `weights:` and that of the profile."""
    fine = tuple(_scale(one, _cells(weight, one), CELLS) for one in RESOLUTIONS)
    whole = _scale(0, _districts(weight, grid), DISTRICTS)
    usual = next(one for one in fine if one.resolution == min(max(grid.resolution, RESOLUTIONS[0]), RESOLUTIONS[-1]))
    return Layer(
        f"weights:{weight.key}", "weights", "", 0, usual.breaks, 0, digits=usual.digits, group="ground",
        scales=(whole, *fine), file=weight,
    )  # fmt: skip


def _cells(weight: Weight, resolution: int) -> list[float]:
    """What cells hold; below the file's own each has an even share, which need not be asked of every one."""
    finer = max(resolution - weight.native, 0)
    return [amount / CHILDREN**finer for amount in weight.at(resolution - finer).values()]


def _districts(weight: Weight, grid: CityGrid) -> list[float]:
    found: defaultdict[str, float] = defaultdict(float)
    for cell, amount in weight.at(grid.resolution).items():
        row = grid.row(cell)
        if row is not None:
            found[grid.district[row]] += amount
    return list(found.values())


def _scale(resolution: int, amounts: Collection[float], parts: tuple[float, ...]) -> ScaleAt:
    some = sorted(one for one in amounts if one > 0) or [1.0]
    top = _round(some[-1] if not resolution else some[int(ALMOST_ALL * (len(some) - 1))])
    whole = all(float(one).is_integer() for one in some)
    return ScaleAt(resolution, tuple(float(f"{top * part:.6g}") for part in parts), 0 if whole else _digits(top))


def _round(value: float) -> float:
    """The smallest of 1, 2, 3, 5, 10, 20, ... that is not below."""
    unit = 10.0 ** math.floor(math.log10(value))
    return next(one * unit for one in ROUND if one * unit >= value)


def _digits(top: float) -> int:
    """Three figures are enough."""
    return min(max(2 - math.floor(math.log10(top)), 0), 2) if top < 100 else 0
