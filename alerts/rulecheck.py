"""What can be wrong with a rule that can be read: metrics nobody knows, units that nobody has, units of something else.

Pure: the words are given.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from alerts.rules import Rule
from alerts.watches import Composite, Readings
from config.words import LANGUAGES, Words
from streams.metrics import METRICS
from streams.units import WrongUnit, convert

IN_THE_METRICS_UNIT = ("last", "min", "max", "avg", "sum", "change", "quantile")
"""Measures whose values have the unit of what is measured."""

WIDE_QUOTES = "“”‘’＂＇"
LONGEST = 366 * 86_400_000
"""ms: readings are kept for about two years, and a year is more than any warning looks back on."""

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
    yield from _names(rule)
    yield from _blind(rule)
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
    for name, keys in (("inhibits", rule.inhibits), ("inhibits_here", rule.inhibits_here)):
        spoken += [((name, place), key) for place, key in enumerate(keys)]
    for at, key in spoken:
        if key not in others:
            yield Finding(False, "unknown_rule", at, {"key": key})


def _names(rule: Rule) -> Iterator[Finding]:
    """Texts that one of our languages lacks, and quotes of a Chinese keyboard, which are part of the text."""
    for key, texts in (("names", rule.names), ("what", rule.what), ("source", rule.source)):
        for language in LANGUAGES:
            if language not in texts:
                yield Finding(False, "not_said", (key,), {"key": key, "language": language})
        for language, text in texts.items():
            if text[:1] in WIDE_QUOTES and text[-1:] in WIDE_QUOTES:
                yield Finding(False, "wide_quotes", (key, language), {"text": text})


def _blind(rule: Rule) -> Iterator[Finding]:
    """What is said between two looks and older than the window is seen by none."""
    if not isinstance(rule.watch, Readings):
        return
    window = max(rule.watch.window, rule.stale_after if rule.watch.measure == "last" else 0)
    if rule.every > window:
        yield Finding(False, "blind", ("every",), {})
    if rule.watch.window > LONGEST:
        yield Finding(False, "long_window", ("watch", "window"), {})


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
