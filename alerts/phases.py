"""When a rule that is not looked at in every beat is looked at: the same times for `watch` and for a back-test. Pure.

Each rule has a clock that strikes every `every`, at times that only its content decides: rules that are seldom looked
at are spread over the beats, but those of the same metric, which share a question, strike together; a restart does not
move them, and a back-test begun at another time, or two machines, look in the same beats.
"""

from __future__ import annotations

import hashlib

from alerts.rules import Rule
from alerts.watches import Readings


def phase(rule: Rule) -> int:
    """One of the times (epoch ms) at which the rule's clock strikes; all others are `every` apart."""
    name = rule.watch.metric if isinstance(rule.watch, Readings) else rule.version
    return int(hashlib.sha256(name.encode()).hexdigest()[:12], 16) % rule.every


def due(rule: Rule, strikes: int, last: int | None, now: int) -> bool:
    """Whether `rule` is to be looked at in the beat `now`; `strikes` is a time at which its clock does (`phase`).

    It is when it never was (`last` None), and when its clock struck after the beat `last` in which it was: a rule is
    late by at most a beat, and never by another rule's beat. One that failed is not looked at: it is due in the next.
    """
    return last is None or (now - strikes) // rule.every > (last - strikes) // rule.every
