"""Who looks at the screens of this installation, and what of the map is therefore not there at all. Pure.

There are no accounts yet: whoever reaches the port is its audience, as YIPING_AUDIENCE says. What is not for it is
taken away before any page or route is made, so that no address, however it is written, can bring it back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.atlas.view import Known
from layers.catalog import LAYERS, ways
from layers.drawing import draw

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.context import Context
    from layers.catalog import Layer
    from layers.geometry import City


def sees(audience: str, shown: Layer) -> bool:
    """Whether a layer is for an audience: `staff` sees every layer, `all` those that are for all."""
    return audience == "staff" or shown.seen_by == "all"


def layers(city: City, audience: str) -> tuple[Layer, ...]:
    """The layers of a city that an audience sees, in their order."""
    return tuple(one for one in city.layers if sees(audience, one))


def refused(audience: str, shown: Layer) -> str:
    """Why a layer is not shown; '' for one that is."""
    if sees(audience, shown):
        return ""
    return f"layer {shown.key!r} is for staff; the screens of this installation are for all (YIPING_AUDIENCE)"


def fitting(context: Context) -> Context:
    """The context without the things that its audience may not see."""
    return replace(context, city=without(context.city, context.settings.audience))


def without(city: City, audience: str) -> City:
    """The city without what the hidden layers draw: cameras."""
    hidden = [one.key for one in LAYERS if one.kind == "drawn" and not sees(audience, one)]
    if not hidden:
        return city
    drawings = {**city.drawings, **{key: draw([]) for key in hidden}}
    return replace(city, drawings=drawings, cameras=() if "cameras" in hidden else city.cameras)


def choices(context: Context, now: datetime, language: str) -> Known:
    """What an address of the map may name: each way to look at each layer that the audience sees, and each district."""
    keys = [way.key for one in layers(context.city, context.settings.audience) for way in ways(one)]
    return Known(keys, [one.adcode for one in context.city.districts], now, language)
