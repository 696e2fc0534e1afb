"""What open alerts measured at a moment of which the journal holds no value: it keeps those of changes. Pure.

The readings are still there, so a rule is asked again what it saw. That is true only of a rule that is still the same,
and only of a place that spoke; of all others the value of the last change stays, and is named as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.alert import instant
from alerts.look import Look
from alerts.watches import Anomaly, Cases, Composite, Forecast, Official, Readings, Rejects, Surge

if TYPE_CHECKING:
    from alerts.alert import Alert, Observation
    from alerts.rules import Rule, RuleBook

MEASURED = (Readings, Cases, Surge, Anomaly, Forecast, Rejects)
"""Kinds of watch whose value moves while the level stays, and that can be asked of any moment."""
FIXED = (Composite, Official)
"""Their value is the level itself: it changes only when the journal says so."""

Seen = Mapping[str, Iterable["Observation"]]
"""What rules saw at the moment, by rule; one that could not be asked is not there."""


def to_measure(alerts: Iterable[Alert], book: RuleBook) -> tuple[Rule, ...]:
    """The rules to ask, each once: those that move, and are today what they were when the alert was told."""
    found = {one.rule: rule for one in alerts if (rule := _same(one, book)) and one.state != "stale"}
    return tuple(rule for rule in found.values() if isinstance(rule.watch, MEASURED))


def valued(alerts: Iterable[Alert], book: RuleBook, seen: Seen, now: int) -> tuple[tuple[Alert, ...], frozenset[str]]:
    """The alerts with what they measured at `now` (epoch ms), and the ids of those of which nobody knows that."""
    by_place = {rule: {one.place: one for one in found} for rule, found in seen.items()}
    told = [(one, _valued(one, _same(one, book), by_place.get(one.rule, {}), now)) for one in alerts]
    return tuple(new or old for old, new in told), frozenset(old.id for old, new in told if new is None)


def _same(alert: Alert, book: RuleBook) -> Rule | None:
    rule = book.find(alert.rule)
    return rule if rule is not None and rule.version == alert.version else None


def _valued(alert: Alert, rule: Rule | None, seen: Mapping[str, Observation], now: int) -> Alert | None:
    """None where the value is that of another moment. Of a stale alert nothing newer was known."""
    if alert.state == "stale" or (rule is not None and isinstance(rule.watch, FIXED)):
        return alert
    one = seen.get(alert.place)
    if rule is None or one is None or now - one.at > rule.stale_after:
        return None
    value = Look(rule, one, now).value(alert.level)
    if value is None:
        return None
    worst = max([value, *([] if alert.peak is None else [alert.peak])], key=lambda known: rule.sign * known)
    return replace(alert, latest=value, observed=instant(one.at), peak=worst)
