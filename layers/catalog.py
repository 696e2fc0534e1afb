"""The layers of the map: frozen descriptions. Adding a metric to the map is one entry here and its words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from layers import scale

Kind = Literal["sum", "mean", "water", "cases", "alerts"]
"""What a cell shows: the mean over its devices of each one's sum or mean in the window; or a picture of its own."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A way to look at the city.

    `breaks` is the fixed scale in `unit` (a key of words `unit.`), `spread` the rings a value is carried to where
    nothing measures, `freshness_s` the age at which a device's last word no longer colours the map. Names are in
    words: `layer.<key>.name`, `.note` (how it is made), `.count` (what `Hexes.devices` counts).
    """

    key: str
    kind: Kind
    unit: str
    window_minutes: int
    breaks: tuple[float, ...]
    freshness_s: int
    metric: str = ""
    spread: int = 0
    palette: Literal["data", "level"] = "data"
    digits: int = 0


LAYERS: tuple[Layer, ...] = (
    # Legend of the look; 50 mm and 100 mm in 3 h are the orange and red rainstorm signals (CMA order 16).
    Layer("rain", "sum", "mm", 180, (0, 15, 30, 50, 75, 100), 900, metric="rain", spread=2, digits=1),
    # 100 is 警戒水位 or a full manhole, 110 保证水位, 120 历史最高: see layers.marks.
    Layer("water", "water", "percent", 30, (0, 40, 70, 100, 110, 120), 900, spread=1),
    # PM2.5 at the class limits of HJ 633-2026 (IAQI 0, 50, 100, 150, 200, 300).
    Layer("air", "mean", "ug_m3", 60, (0, 35, 60, 115, 150, 250), 1800, metric="pm25", spread=2),
    Layer("cases", "cases", "cases", 7 * 24 * 60, (0, 1, 2, 4, 8, 16), 3600),
    # 0 none, 1 blue, 2 yellow, 3 orange, 4 red: a cell shows the worst open level.
    Layer("alerts", "alerts", "level", 0, (0, 1, 2, 3, 4), 300, palette="level"),
)


def layer(key: str) -> Layer:
    """The layer of a key. KeyError names an unknown one and those there are."""
    for known in LAYERS:
        if known.key == key:
            return known
    raise KeyError(f"no layer {key!r}; there are: {', '.join(known.key for known in LAYERS)}")


def encode(values: Iterable[float | None], key: str) -> bytes:
    """One byte a row of the grid on a layer's own scale (see scale.encode): what goes to the browser each tick."""
    return scale.encode(values, layer(key).breaks)
