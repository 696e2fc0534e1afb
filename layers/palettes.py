"""Colours of the map's scales, on dark and on light ground, and the four warning levels with their shapes. Pure.

A data scale is one hue, from what is near the ground to what stands out, and its lightness only rises (or only falls):
it reads the same in grey and to eyes that confuse red with green or blue with yellow (tests/layers/test_palettes.py
simulates them). The warning colours are fixed by law and are not in order of lightness, so a level always has its shape
and its word too.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Ground = Literal["dark", "light"]
Palette = Literal["data", "level"]
Colours = tuple[str, ...]

LEVELS = ("blue", "yellow", "orange", "red")
"""Rising."""

DATA: Mapping[Ground, Colours] = MappingProxyType(
    {
        "dark": ("#14343c", "#185458", "#268078", "#5cb096", "#a2d1a1", "#ecf4c8"),
        "light": ("#eef5dc", "#aed7ac", "#72b59d", "#3a8e88", "#1b636a", "#0f3a45"),
    }
)
"""A colour a break, from the value nobody minds to the one to look at."""

LEVEL: Mapping[Ground, Mapping[str, str]] = MappingProxyType(
    {
        "dark": MappingProxyType({"blue": "#4f9cf9", "yellow": "#f7d046", "orange": "#fb8b3c", "red": "#f2483f"}),
        "light": MappingProxyType({"blue": "#1f6fd6", "yellow": "#e8b90c", "orange": "#e36a12", "red": "#c8231b"}),
    }
)
"""The colours of the four warnings."""

CALM: Mapping[Ground, str] = MappingProxyType({"dark": "#14232c", "light": "#e3eaee"})
"""No warning, and somebody watches: that is not the same as no data, which is hatched."""

SHAPES: Mapping[str, str] = MappingProxyType({"blue": "●", "yellow": "▲", "orange": "◆", "red": "■"})
"""A shape for each level, for those who cannot tell the colours, and for grey paper."""


def colours(palette: Palette, ground: Ground = "dark", *, low: bool = False) -> Colours:
    """The colour at each break; `low` turns a data scale round, for what is the worse the lower it is."""
    if palette == "level":
        return (CALM[ground], *(LEVEL[ground][level] for level in LEVELS))
    return DATA[ground][::-1] if low else DATA[ground]
