"""What can be wrong with a rule that can be read: metrics nobody knows, units that nobody has, units of something else.

Pure: the words are given.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from alerts.rules import Rule
from alerts.watches import Composite, Readings
from config.words import Words
from streams.metrics import METRICS
from streams.units import WrongUnit, convert

IN_THE_METRICS_UNIT = ("last", "min", "max", "avg", "sum", "change", "quantile")
"""Measures whose values have the unit of what is measured."""

OF_ONE_READING = ("last", "min", "max", "avg", "quantile")
"""Measures whose values lie where single readings do."""


class Finding(NamedTuple):
    """Something about a rule: a key of words/rules.yaml, where in the rule, and what goes into the words.

    An error makes the rule wrong; the rest is worth a look.
    """

    error: bool
    key: str
    at: tuple[int | str, ...]
    values: dict[str, str]


def findings(rule: Rule, words: Words, others: Container[str] = ()) -> Iterator[Finding]:
    """All there is to say about a rule that `read_rulebook` took; `others` are the keys of all rules there are."""
    for metric in dict.fromkeys(watch.metric for watch in rule.readings):
        if metric not in METRICS:
            yield Finding(False, "unknown_metric", ("watch", "metric"), {"metric": metric})
    yield from _out_of_reach(rule)
    yield from _strangers(rule, others)
    if rule.place.kind == "area":
        yield Finding(False, "area_unseen", ("place", "area"), {"area": rule.place.area})
    if not words.has(f"unit.{rule.unit}") and rule.unit:
        known = ", ".join(key.removeprefix("unit.") for key in words.texts if key.startswith("unit."))
        yield Finding(True, "unknown_unit", ("unit",), {"unit": rule.unit, "known": known})
    elif isinstance(rule.watch, Readings):
        yield from _unlike(rule, rule.watch, words)


def _strangers(rule: Rule, others: Container[str]) -> Iterator[Finding]:
    """Rules that this one speaks of and that are not there: a part that never comes, something that is not hidden."""
    parts = rule.watch.all_of if isinstance(rule.watch, Composite) else ()
    spoken: list[tuple[tuple[int | str, ...], str]] = [
        (("watch", "all_of", place, "rule"), part.rule) for place, part in enumerate(parts) if part.rule
    ]
    spoken += [(("inhibits", place), key) for place, key in enumerate(rule.inhibits)]
    for at, key in spoken:
        if key not in others:
            yield Finding(False, "unknown_rule", at, {"key": key})


def _out_of_reach(rule: Rule) -> Iterator[Finding]:
    """Levels at what ingest takes from no sensor: they never fire, or always do."""
    watch = rule.watch
    metric = METRICS.get(watch.metric) if isinstance(watch, Readings) and watch.measure in OF_ONE_READING else None
    for level in rule.ladder if metric else ():
        number = rule.levels[level].at
        if metric and number is not None and not metric.least <= number <= metric.most:
            values = {"level": level, "number": f"{number:g}", "least": f"{metric.least:g}", "most": f"{metric.most:g}"}
            yield Finding(False, "out_of_reach", ("levels", level), values)


def _unlike(rule: Rule, watch: Readings, words: Words) -> Iterator[Finding]:
    """A threshold in centimetres of what is stored in metres is a rule that never fires."""
    metric = METRICS.get(watch.metric)
    if metric is None or not metric.unit or watch.measure not in IN_THE_METRICS_UNIT:
        return
    try:
        same = convert(1.0, words(f"unit.{rule.unit}") if rule.unit else "", watch.metric) == 1.0
    except WrongUnit:
        same = False
    if not same:
        values = {"unit": rule.unit, "metric": watch.metric, "stored": metric.unit}
        yield Finding(True, "other_unit", ("unit",), values)
