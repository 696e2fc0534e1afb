"""An alert whose value has left its level while the level is still held: a red row beside a harmless number. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING

from alerts import explain
from alerts.look import DIGITS
from alerts.watches import Readings

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.rules import Rule
    from config.words import Words


def told(alert: Alert, rule: Rule, words: Words, zone: tzinfo) -> str:
    """已回落，最早 15:07 降级; '' of one whose value keeps its level, or is not known."""
    if not (rule.keep and _left(alert, rule, alert.level)):
        return ""
    quantity = isinstance(rule.watch, Readings) and rule.unit != explain.STATE
    way = words(f"desk.eases.{('falls' if rule.sign > 0 else 'rises') if quantity else 'eases'}")
    all_of_it = _left(alert, rule, rule.ladder[0])
    since = alert.ending.get(rule.ladder[0] if all_of_it else alert.level)
    next_ = words(f"desk.eases.{'clear' if all_of_it else 'lower'}")
    if since is None:  # a moment of the past, or the engine has not looked yet
        return words("desk.eases.held", way=way, keep=explain.span(rule.keep, words), next=next_)
    until = (since + timedelta(milliseconds=rule.keep)).astimezone(zone)
    return words("desk.eases.until", way=way, clock=f"{until:%H:%M}", next=next_)


def _left(alert: Alert, rule: Rule, level: str) -> bool:
    """Whether the value would end a level if it stayed so: past the margin, and past the clear number of the
    mildest. What the rule's clear measure says is not known here, so of that one nothing is said."""
    thresholds = alert.detail.get("thresholds")
    threshold = thresholds.get(level) if isinstance(thresholds, Mapping) else None
    if alert.state == "stale" or alert.latest is None or threshold is None:
        return False
    clear, value = rule.clear, rule.sign * alert.latest
    end = round(rule.sign * float(threshold) - clear.margin, DIGITS)
    if level != rule.ladder[0] or (clear.at is None and clear.watch is None):
        return value < end
    return clear.watch is None and clear.at is not None and value < min(end, rule.sign * clear.at)
