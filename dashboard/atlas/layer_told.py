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
        "unit": words(f"unit.{shown.unit}") if shown.unit else "",
        "colours": {look: list(colours(shown, look)) for look in ("dark", "light")},
        "freshness": shown.freshness_s,
        "digits": shown.digits,
        "levels": shown.palette == "level",
        **_scale(words, shown),
        "draws": list(shown.draws),
        "finest": shown.finest,
        "ways": {one.key: _way(words, one) for one in ways(shown)[1:]},
        "wide": _scale(words, shown.of_districts) if shown.wide else None,
        **_of_file(words, shown, city),
    }


def plain(words: Words, shown: Layer, city: City) -> str:
    """What a layer is called in the list: a quantity of the city's own file by the name that the profile gives it."""
    return str(_of_file(words, shown, city).get("name") or legend.plain(shown, words))


def _way(words: Words, shown: Layer) -> dict[str, Any]:
    """What differs from the usual way to look at a metric."""
    return {"name": legend.name(shown, words), "note": legend.note(shown, words), **_scale(words, shown)}


def _scale(words: Words, shown: Layer) -> dict[str, Any]:
    """Where its colours stand, and what is written there."""
    return {"breaks": list(shown.breaks), "steps": [one.label for one in legend.steps(shown, words)]}


def _window(words: Words, shown: Layer) -> str:
    """Over how long, where neither name nor note say it: of a metric the name says which way it is looked at."""
    window = legend.window(shown, words)
    said = shown.metric or window in f"{legend.name(shown, words)} {legend.note(shown, words)}"
    return "" if said else window


def _of_file(words: Words, shown: Layer, city: City) -> dict[str, str]:
    """What the profile says of what comes from its files: name, unit and source; and that it was made up."""
    if shown.kind == "weights" and city.weights:
        first = city.weights[0]
        source = " · ".join(filter(None, [first.source, words("atlas.sample") if first.sample else ""]))
        return {"name": words.name(first.name), "unit": words.name(first.unit), "note": source}
    sample = {
        "facilities": any(one.sample for one in city.facilities),
        "cameras": any(one.sample for one in city.cameras),
        "stations": city.profile.sample,
    }
    return {"note": f"{legend.note(shown, words)} · {words('atlas.sample')}"} if sample.get(shown.key) else {}
