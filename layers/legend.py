"""What a layer is called and what its legend says, in the reader's language. Pure: words come from config/words.

A layer has words of its own (`layer.<key>.name`, `.note`, `.count`) or, of a metric, words put together from those of
the metric, the measure and the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.words import Words
from layers.catalog import Layer
from layers.palettes import LEVELS, SHAPES, Ground, colours

SPANS = ((2880, 1440, "days"), (60, 60, "hours"), (0, 1, "minutes"))
"""From so many minutes on a window is told in units of so many."""


@dataclass(frozen=True, slots=True)
class Step:
    """One break: where it stands, its colour; of a level also its shape and its word."""

    value: float
    colour: str
    label: str
    shape: str = ""


LARGE = 10_000
COUNTED_IN = {"zh-CN": 10_000, "en": 1_000}
"""From `LARGE` on numbers are told in so many: `5万`, `50K`."""

State = Literal["empty", "stale", "live"]
"""Nothing was heard in the window; all that was is too old to colour; something is drawn."""


@dataclass(frozen=True, slots=True)
class Legend:
    """All that stands beside a layer; `devices` and `late` are sentences, '' when there is nothing to say."""

    name: str
    unit: str
    window: str
    note: str
    devices: str
    late: str
    steps: tuple[Step, ...]
    state: State
    newest: datetime | None


def name(layer: Layer, words: Words) -> str:
    """What the layer is called: `雨量 · 3 小时累计`."""
    if words.has(f"layer.{layer.key}.name"):
        return words(f"layer.{layer.key}.name")
    return words(
        "layer.of_metric", metric=words(f"metric.{layer.metric}"), way=words(f"layer.measure.{layer.measure}"),
        window=window(layer, words),
    )  # fmt: skip


def plain(layer: Layer, words: Words) -> str:
    """What the layer is called in a list, where the way to look at a metric is not chosen yet: `水位`."""
    own = f"layer.{layer.key}.name"
    return words(own) if words.has(own) else words(f"metric.{layer.metric}")


def note(layer: Layer, words: Words) -> str:
    """How its values are made, in a line."""
    if words.has(f"layer.{layer.key}.note"):
        return words(f"layer.{layer.key}.note")
    folded = words(f"layer.folds.{'share' if layer.measure == 'off' else layer.folds}")
    return words("layer.carried", how=folded, n=layer.spread) if layer.spread else folded


def count(layer: Layer, words: Words) -> str:
    """The text that `n`, how many stand behind the layer, is put in."""
    plain = layer.key.partition(".")[0]
    return words.texts.get(f"layer.{plain}.count", words.texts["layer.count"])


def window(layer: Layer, words: Words) -> str:
    """Over how long: '' for a layer of no window."""
    minutes = layer.window_minutes
    size, unit = next((size, unit) for least, size, unit in SPANS if minutes >= least)
    return words(f"layer.window.{unit}", n=minutes // size) if minutes else ""


def steps(layer: Layer, words: Words, ground: Ground = "dark") -> tuple[Step, ...]:
    """The breaks with their colours; none for a layer that is only drawn."""
    shades = colours(layer.palette, ground, low=layer.low)
    if layer.palette == "level":
        said = (words("layer.no_warning"), *(words(f"level.{level}") for level in LEVELS))
        shapes = ("", *(SHAPES[level] for level in LEVELS))
        return tuple(Step(*one) for one in zip(layer.breaks, shades, said, shapes, strict=True))
    labels = [_label(value, words) for value in layer.breaks]
    return tuple(Step(*one) for one in zip(layer.breaks, shades, _open(labels), strict=False))


def _label(value: float, words: Words) -> str:
    """Short: the breaks of a scale stand side by side."""
    return f"{value:g}" if value < LARGE else words("layer.large", n=f"{value / COUNTED_IN[words.language]:,g}")


def _open(labels: list[str]) -> list[str]:
    """The last break stands for all above it."""
    return [*labels[:-1], f"{labels[-1]}+"] if labels else []


def legend(  # noqa: PLR0913,PLR0917 - what a legend says has so many parts
    layer: Layer, words: Words, devices: int, late: int, newest: datetime | None, ground: Ground = "dark"
) -> Legend:
    """The legend of a layer whose values came from so many devices, `late` of them too old to colour."""
    state: State = "empty" if not devices and newest is None else "stale" if devices and devices == late else "live"
    return Legend(
        name(layer, words),
        words(f"unit.{layer.unit}") if layer.unit else "",
        window(layer, words),
        note(layer, words),
        count(layer, words).format(n=f"{devices:,}"),
        words("layer.late", n=f"{late:,}") if late else "",
        steps(layer, words, ground),
        state,
        newest,
    )
