"""综合风险: one number a cell from what its warnings, water, rain and cases say, and how much each of them says. Pure.

Each part is a layer. Its value becomes a share from 0 (at `low` and below: nothing to say) to 1 (at `high`); the share
times the part's weight is the chance, so to say, that this part alone gives trouble. The risk is the chance that any
does, as if they were independent:

    risk = 100 * (1 - (1 - w1 * s1) * (1 - w2 * s2) * ...)

So a part alone brings its weight and no more, several together bring more than the worst, nothing takes away, and 100
is never passed. A part that nobody knows is left out, and the pieces say so: risk is never made of silence. Weights are
ours to choose; they are no forecast and no standard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True, slots=True)
class Part:
    """A layer (its key) in the risk: where it begins to say something, where it says all, and its weight, 0 to 1."""

    layer: str
    low: float
    high: float
    weight: float


PARTS: tuple[Part, ...] = (
    Part("alerts", 0, 4, 0.9),  # rules have judged already: a red warning is most of what there is to know
    Part("water", 70, 120, 0.7),  # from 70 % of 警戒 or of a manhole to 历史最高
    Part("rain.sum.60", 7.6, 50, 0.6),  # from heavy (AMS) on
    Part("cases", 2, 16, 0.3),
    Part("overdue", 20, 100, 0.2),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one part said: its value in its layer's unit (None: nobody knows), its share, and its points of the risk."""

    layer: str
    value: float | None
    share: float
    points: float


def share(part: Part, value: float) -> float:
    """How much of all that it can say a part says."""
    return min(max((value - part.low) / (part.high - part.low), 0.0), 1.0)


def risk(values: Mapping[str, float | None]) -> float | None:
    """0 to 100 from values by layer; None when no part is known."""
    known = [part.weight * share(part, value) for part in PARTS if (value := values.get(part.layer)) is not None]
    return 100 * (1 - prod(1 - one for one in known)) if known else None


def pieces(values: Mapping[str, float | None]) -> tuple[Piece, ...]:
    """Every part, the one with most points first; the points add up to the risk."""
    whole = risk(values) or 0.0
    said = {part.layer: _share(part, values.get(part.layer)) for part in PARTS}
    weighed = {part.layer: part.weight * said[part.layer] for part in PARTS}
    total = sum(weighed.values())
    found = (
        Piece(key, values.get(key), said[key], whole * weight / total if total else 0.0)
        for key, weight in weighed.items()
    )
    return tuple(sorted(found, key=lambda piece: -piece.points))


def whole_points(found: Sequence[Piece]) -> tuple[int, ...]:
    """The points of each piece without fractions, so that they still add up to the risk as it is shown."""
    floors = [int(one.points) for one in found]
    left = round(sum(one.points for one in found)) - sum(floors)
    rise = sorted(range(len(found)), key=lambda at: floors[at] - found[at].points)[:left]
    return tuple(floor + (at in rise) for at, floor in enumerate(floors))


def _share(part: Part, value: float | None) -> float:
    return 0.0 if value is None else share(part, value)
