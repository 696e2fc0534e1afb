"""The layers of the map: frozen descriptions. Adding one is one entry of LAYERS, or of SCALES for a metric. Pure.

A layer of a metric may be looked at in several ways: its key then has two more parts, `pm25.max.1440` is the largest
PM2.5 of 24 hours. `layer` knows those keys too, and `ways` lists them. What a city brings of its own (`weights:people`)
is not here: City.layers has all, see layers.quantities.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from layers import scale
from layers.metric_scales import SCALES, Measure, breaks_of, choices
from layers.palettes import Palette

if TYPE_CHECKING:
    from layers.sites import Weight

Kind = Literal[
    "readings", "water", "cases", "overdue", "calls", "events", "alerts", "blind", "unheard", "risk", "weights", "drawn"
]
"""How a layer's values are asked for: layers.cells and layers.hexes; `weights` are a file's, `drawn` has no values."""

Draws = Literal["cells", "districts", "points", "lines"]
Seers = Literal["all", "staff"]

RESOLUTIONS = (6, 7, 8, 9, 10)
ZOOMS: tuple[tuple[float, int], ...] = ((0, 0), (7.0, 6), (8.2, 7), (10.0, 8), (11.4, 9), (12.8, 10))
"""(MapLibre zoom from which on, H3 resolution): a cell is about 10 to 30 pixels wide. 0: the districts as wholes."""


class ScaleAt(NamedTuple):
    """The breaks of a layer at one resolution, and how many digits its values have there; 0: of whole districts."""

    resolution: int
    breaks: tuple[float, ...]
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Layer:
    """A way to look at the city.

    `breaks` is the fixed scale in `unit` (a key of words `unit.`), `spread` the rings of the city's resolution that a
    value is carried to where nothing measures, `freshness_s` the age at which a device's last word no longer colours
    the map, `finest` the finest resolution that says anything. `seen_by` staff: not for a wall that the public sees.
    `low`: the lower the worse. `folds` says how cells become one, or a district; where that is a sum, `scales` are
    those of whole districts and of resolutions that have one of their own. Names are in words, or in `file`: see
    layers.legend.
    """

    key: str
    kind: Kind
    unit: str
    window_minutes: int
    breaks: tuple[float, ...]
    freshness_s: int
    metric: str = ""
    measure: Measure = "avg"
    spread: int = 0
    palette: Palette = "data"
    digits: int = 0
    group: str = "city"
    draws: tuple[Draws, ...] = ("cells", "districts")
    finest: int = RESOLUTIONS[-1]
    low: bool = False
    seen_by: Seers = "all"
    wall: bool = False
    scales: tuple[ScaleAt, ...] = ()
    file: Weight | None = None

    def at(self, resolution: int) -> Layer:
        """As it is coloured at a resolution, 0: whole districts; a scale for a cell has no colours for a hundred."""
        own = next((one for one in self.scales if one.resolution == resolution), None)
        return replace(self, breaks=own.breaks, digits=own.digits) if own else self

    @property
    def folds(self) -> Literal["mean", "max", "sum"]:
        """How the values of several cells become one."""
        if self.kind in ("cases", "calls", "events", "weights"):
            return "sum"
        return "max" if self.measure == "max" or self.kind in ("water", "alerts", "risk") else "mean"

    def resolution(self, zoom: float) -> int:
        """The H3 resolution at a zoom of the map; 0 where whole districts are drawn."""
        return min(max(fine for least, fine in ZOOMS if zoom >= least or not least), self.finest)


def of_metric(metric: str, key: str = "", *, wall: bool = False) -> Layer:
    """The layer of a metric as it is looked at when nobody chose a measure or a window."""
    one, (measure, minutes) = SCALES[metric], choices(metric)[0]
    return Layer(
        key or metric, "readings", one.unit, minutes, breaks_of(metric, measure, minutes), one.fresh_s, metric, measure,
        one.spread, digits=one.digits, group=one.group, low=one.low, wall=wall,
    )  # fmt: skip


WEEK, DAY = 7 * 24 * 60, 24 * 60
PERCENT = (0, 20, 40, 60, 80, 100)
SUMS, SEVERAL = (ScaleAt(0, (0, 20, 50, 100, 250, 1000)),), (ScaleAt(0, (0, 2, 5, 10, 25, 50)),)
"""Of whole districts: a county has some twenty cases, a large one a hundred times that; of events a tenth of it."""

LAYERS: tuple[Layer, ...] = (
    of_metric("rain", wall=True),
    # 100 is 警戒水位 or a full manhole, 110 保证水位, 120 历史最高: see layers.marks.
    Layer("water", "water", "percent", 30, (0, 40, 70, 100, 110, 120), 900, spread=1, group="water", wall=True),
    of_metric("pm25", "air", wall=True),
    Layer("cases", "cases", "cases", WEEK, (0, 1, 2, 4, 8, 16), 3600, finest=9, wall=True, scales=SUMS),
    # 0 none, 1 blue, 2 yellow, 3 orange, 4 red: a cell shows the worst open level.
    Layer("alerts", "alerts", "level", 0, (0, 1, 2, 3, 4), 300, palette="level", wall=True),
    # What follows is of the map alone. Breaks without a source are ours.
    Layer("risk", "risk", "points_of_100", 60, PERCENT, 900, finest=9),
    Layer("overdue", "overdue", "percent", WEEK, PERCENT, 3600, finest=8, seen_by="staff"),
    Layer("calls", "calls", "cases", DAY, (0, 1, 2, 4, 8, 16), 3600, finest=9, scales=SUMS),
    Layer("events", "events", "events", DAY, (0, 1, 2, 3, 5, 8), 3600, finest=9, scales=SEVERAL),
    Layer("blind", "blind", "percent", DAY, PERCENT, DAY * 60, group="devices", seen_by="staff"),
    Layer("unheard", "unheard", "minutes", DAY, (0, 5, 15, 60, 240, 720), DAY * 60, group="devices", seen_by="staff"),
    Layer("facilities", "drawn", "", 0, (), 0, group="ground", draws=("points",)),
    Layer("cameras", "drawn", "", 0, (), 0, group="ground", draws=("points",), seen_by="staff"),
    Layer("stations", "drawn", "", 0, (), 0, group="water", draws=("points",)),
    Layer("rivers", "drawn", "", 0, (), 0, group="water", draws=("lines",)),
    *(of_metric(metric) for metric in SCALES if metric not in ("rain", "pm25")),
)
NAMED_OTHERWISE = {one.metric: one.key for one in LAYERS if one.metric and one.metric != one.key}
"""Metrics whose layer has another name: who writes `pm25` means `air`."""
WALL: tuple[Layer, ...] = tuple(one for one in LAYERS if one.wall and one.seen_by == "all")
"""Those that the wall shows, and that each snapshot asks for: never one that is for staff, whatever its entry says."""


def layer(key: str, there: Sequence[Layer] = ()) -> Layer:
    """The layer of a key, with or without a way of looking. KeyError names an unknown one and those there are.

    `there` are all that there are: those of the catalog, if nobody says.
    """
    plain, *way = key.split(".")
    for known in there or LAYERS:
        if known.key == plain:
            return _looked(known, way) if way else known
    raise KeyError(f"no layer {key!r}; there are: {', '.join(known.key for known in there or LAYERS)}")


def meant(key: str, keys: Collection[str]) -> str:
    """The key that another name means: a metric that of its layer, a family (`weights`) its first; else itself."""
    plain, dot, way = key.partition(".")
    named = NAMED_OTHERWISE.get(plain, plain)
    return f"{named}{dot}{way}" if named in keys else next((one for one in keys if one.startswith(f"{key}:")), key)


def _looked(known: Layer, way: list[str]) -> Layer:
    offered = {f"{measure}.{minutes}": (measure, minutes) for measure, minutes in _offered(known)}
    try:
        measure, minutes = offered[".".join(way)]
    except KeyError:
        raise KeyError(f"no way {'.'.join(way)!r} to look at {known.key}; there are: {', '.join(offered)}") from None
    breaks = breaks_of(known.metric, measure, minutes)
    return replace(
        known, key=f"{known.key}.{measure}.{minutes}", measure=measure, window_minutes=minutes, breaks=breaks
    )


def _offered(known: Layer) -> tuple[tuple[Measure, int], ...]:
    return choices(known.metric) if known.metric else ()


def ways(known: Layer) -> tuple[Layer, ...]:
    """All ways to look at the layer's metric, the usual one first; a layer of no metric has one."""
    if not known.metric:
        return (known,)
    plain = layer(known.key.partition(".")[0])
    others = (f"{plain.key}.{measure}.{minutes}" for measure, minutes in _offered(plain)[1:])
    return (plain, *map(layer, others))


def encode(values: Sequence[float | None], key: str) -> bytes:
    """One byte a row of the grid on a layer's own scale (see scale.encode): what goes to the browser each tick."""
    return scale.encode(values, layer(key).breaks).tobytes()
