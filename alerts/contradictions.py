"""What contradicts itself in a rule whose keys and values are right one by one, and where in the rule. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from alerts.watches import (
    Anomaly,
    Cases,
    Composite,
    Forecast,
    Gaps,
    Marked,
    Official,
    Readings,
    Rejects,
    RulePart,
    Silence,
    Surge,
)
from config.mistakes import Flaw

if TYPE_CHECKING:
    from alerts.rules import Rule

MANY = ("cell", "district", "city", "area", "basin")
"""Places in which there are many devices or cases."""

PLACES: Mapping[type[RulePart], tuple[str, ...]] = {
    Silence: ("metric",),
    Marked: ("metric",),
    Rejects: ("stream",),
    Gaps: ("gateway",),
    Composite: ("cell",),
    Anomaly: ("device",),
    Forecast: ("device",),
    Official: ("event", "district", "city"),
    Cases: MANY,
    Surge: MANY,
}
"""Which places a watch can speak of; one of readings of any but the first three."""


def contradictions(rule: Rule) -> list[Flaw]:
    """All that is wrong with a rule as a whole."""
    return [*_ladder(rule), *_clear(rule), *_place(rule), *_rest(rule)]


def _ladder(rule: Rule) -> Iterator[Flaw]:
    """Levels over one window must rise; those over windows of their own (50 mm in 12 h, in 6 h) need not."""
    steps = [(level, rule.levels[level]) for level in rule.ladder]
    plain = [(level, step.at) for level, step in steps if step.at is not None and not step.window]
    up, beyond = ("up", "above") if rule.sign > 0 else ("down", "below")
    for (milder, least), (level, number) in pairwise(plain):
        if rule.sign * number <= rule.sign * least:
            text = f"levels must go {up} from blue to red, and {level} {number:g} is not {beyond} {milder} {least:g}"
            yield Flaw(("levels", level), text)


def _clear(rule: Rule) -> Iterator[Flaw]:
    first, end = rule.levels[rule.ladder[0]].at, rule.clear.at
    if rule.clear.watch or end is None or first is None or rule.sign * end <= rule.sign * first:
        return
    text = f"clear.at {end:g} lies beyond the mildest level {first:g}: the alert would clear while it fires"
    yield Flaw(("clear", "at"), text)


def _place(rule: Rule) -> Iterator[Flaw]:
    kind, watch = rule.place.kind, rule.watch
    if not isinstance(watch, Readings):
        fits = PLACES[type(watch)]
        if kind not in fits:
            yield Flaw(("place",), f"this watch speaks of {_a(fits)}: place: {{kind: {fits[0]}}}")
    elif kind == "event":
        text = "readings are not of an event, only watch: {official: []} is: place: {kind: district}, or a device"
        yield Flaw(("place",), text)
    elif kind in ("metric", "stream", "gateway"):
        yield Flaw(("place",), f"readings are of a device, cell, district, city, area or basin, not of a {kind}")
    elif (kind in MANY) != (rule.place.across is not None):
        text = "place.across (max, min, avg) is wanted for a cell, district, city, area or basin, and for nothing else"
        yield Flaw(("place",), text)
    elif kind in MANY and rule.marked:
        yield Flaw(("place",), "a mark belongs to a device: place: {kind: device}")


def _a(kinds: Sequence[str]) -> str:
    """`a city or an event`."""
    return " or ".join(f"{'an' if kind[0] in 'ae' else 'a'} {kind}" for kind in kinds)


def _rest(rule: Rule) -> Iterator[Flaw]:
    if rule.enabled == (rule.why_not is not None):
        yield Flaw(("enabled",), "a rule that is not enabled says why (why_not), and no other does")
    if not rule.stale_after:
        yield Flaw(("stale_after",), "stale_after: no reading is as new as that; write one such as 15m")
    for language, text in rule.what.items():
        if set("{}") & set(text.replace("{window}", "")):
            yield Flaw(("what", language), f"what: {text!r} may name {{window}} and nothing else in braces")
    if rule.registered and rule.place.kind != "device":
        yield Flaw(("registered",), "thresholds of the registry belong to a device: place: {kind: device}")
