"""The colours of the map in its two looks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers import palettes

if TYPE_CHECKING:
    from layers.catalog import Layer


def colours(shown: Layer, look: str) -> tuple[str, ...]:
    """The colour at each break of a layer."""
    return palettes.colours(shown.palette, "light" if look == "light" else "dark", low=shown.low)
