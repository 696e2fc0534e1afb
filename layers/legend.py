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
LONG = 10_000_000
COUNTED_IN = {"zh-CN": (10**4, 10**8, 10**12), "en": (10**3, 10**6, 10**9)}
NTH = ("first", "second", "third")
"""From `LARGE` on numbers are told in the largest of these that they reach: `5万`, `2亿`; `50K`, `3M`."""

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
    if layer.file:
        return words.name(layer.file.name)
    if _named(layer, words):
        return words(f"layer.{layer.key}.name")
    return words(
        "layer.of_metric", metric=words(f"metric.{layer.metric}"), way=words(f"layer.measure.{layer.measure}"),
        window=window(layer, words),
    )  # fmt: skip


def plain(layer: Layer, words: Words) -> str:
    """What the layer is called in a list, where the way to look at a metric is not chosen yet: `水位`."""
    return words(f"metric.{layer.metric}") if layer.metric and not _named(layer, words) else name(layer, words)


def _named(layer: Layer, words: Words) -> bool:
    return words.has(f"layer.{layer.key}.name")


def unit(layer: Layer, words: Words) -> str:
    """What its values are counted in; '' for a layer of none."""
    if layer.file:
        return words.name(layer.file.unit)
    return words(f"unit.{layer.unit}") if layer.unit else ""


def note(layer: Layer, words: Words) -> str:
    """How its values are made, in a line; of a file who counted, and that it was made up."""
    if layer.file:
        return " · ".join(filter(None, [layer.file.source, words("atlas.sample") if layer.file.sample else ""]))
    if words.has(f"layer.{layer.key}.note"):
        return words(f"layer.{layer.key}.note")
    folded = words(f"layer.folds.{'share' if layer.measure == 'off' else layer.folds}")
    return words("layer.carried", how=folded, n=layer.spread) if layer.spread else folded


def count(layer: Layer, words: Words) -> str:
    """The text that `n`, how many stand behind the layer, is put in."""
    plain = layer.kind if layer.file else layer.key.partition(".")[0]
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
    return f"{value:g}" if value < LARGE else large(value, words)


def amount(value: float, words: Words, digits: int = 0) -> str:
    """A value as it stands alone: whole, or in four figures where nobody reads all of them."""
    return f"{value:,.{digits}f}" if value < LONG else large(value, words, 4)


def large(value: float, words: Words, figures: int = 12) -> str:
    """A large number in so many figures at most: `2.5万`, `37.88B`."""
    size, nth = max(one for one in zip(COUNTED_IN[words.language], NTH, strict=True) if value >= one[0])
    return words(f"layer.large.{nth}", n=f"{value / size:,.{figures}g}")


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
        unit(layer, words),
        window(layer, words),
        note(layer, words),
        count(layer, words).format(n=f"{devices:,}"),
        words("layer.late", n=f"{late:,}") if late else "",
        steps(layer, words, ground),
        state,
        newest,
    )
