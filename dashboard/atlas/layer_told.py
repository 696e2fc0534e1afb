"""What the scripts of the map know of a layer: names, unit, window, scale and colours, ready to read. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.atlas.looks import colours
from layers import legend
from layers.catalog import ways

if TYPE_CHECKING:
    from config.words import Words
    from layers.catalog import Layer
    from layers.geometry import City


def layer_told(words: Words, shown: Layer, city: City) -> dict[str, Any]:
    """One layer of the page's setup."""
    return {
        "name": legend.name(shown, words),
        "note": legend.note(shown, words),
        "window": _window(words, shown),
        "count": legend.count(shown, words),
        "late": words.texts["layer.late"],
        "unit": legend.unit(shown, words),
        "colours": {look: list(colours(shown, look)) for look in ("dark", "light")},
        "freshness": shown.freshness_s,
        "levels": shown.palette == "level",
        **_scale(words, shown),
        "draws": list(shown.draws),
        "finest": shown.finest,
        "ways": {one.key: _way(words, one) for one in ways(shown)[1:]},
        "scales": {one.resolution: _scale(words, shown.at(one.resolution)) for one in shown.scales},
        **_sample(words, shown, city),
    }


def _way(words: Words, shown: Layer) -> dict[str, Any]:
    """What differs from the usual way to look at a metric."""
    return {"name": legend.name(shown, words), "note": legend.note(shown, words), **_scale(words, shown)}


def _scale(words: Words, shown: Layer) -> dict[str, Any]:
    """Where its colours stand, what is written there, and how many digits a value has."""
    steps = [one.label for one in legend.steps(shown, words)]
    return {"breaks": list(shown.breaks), "steps": steps, "digits": shown.digits}


def _window(words: Words, shown: Layer) -> str:
    """Over how long, where neither name nor note say it: of a metric the name says which way it is looked at."""
    window = legend.window(shown, words)
    said = shown.metric or window in f"{legend.name(shown, words)} {legend.note(shown, words)}"
    return "" if said else window


def _sample(words: Words, shown: Layer, city: City) -> dict[str, str]:
    """Of what the profile's files draw: that it was made up."""
    sample = {
        "facilities": any(one.sample for one in city.facilities),
        "cameras": any(one.sample for one in city.cameras),
        "stations": city.profile.sample,
    }
    return {"note": f"{legend.note(shown, words)} · {words('atlas.sample')}"} if sample.get(shown.key) else {}
