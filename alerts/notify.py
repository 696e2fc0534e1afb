"""Who is told what, when: the decision alone, with its reason. Pure: `now` is an argument, nothing is sent.

Alerts of one district and scenario are one group; each receiver, and each step of the ladder, has its own.

| notice         | when                                                                                            |
|----------------|-------------------------------------------------------------------------------------------------|
| opened         | `first` after the group's first alert; further ones not before `interval` after the last notice |
| escalated      | at once: an alert is worse than was told, or a new one is worse than all, or red and not flapping |
| resolved       | an alert that was told of has cleared, not before `interval`; one that is hidden has not         |
| repeat         | every `repeat`, while an alert of the group is not acknowledged                                 |
| unacknowledged | to a step of the ladder: nobody acknowledged for its `after`                                    |

What was said last decides what is said next, so a restart repeats nothing: the id of a notice is made of what it says
and of the notice before it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from alerts.alert import Alert, rank
from alerts.quiet import TOLD, Verdict
from alerts.receivers import Notices, Receiver
from alerts.rules import RuleBook

Kind = Literal["opened", "escalated", "resolved", "repeat", "unacknowledged"]
Levels = Mapping[str, str]
"""Level by id of alert."""


class Group(NamedTuple):
    """Who is told (receiver, step of the ladder, 0 for at once) of what (district, '' for none, and scenario)."""

    receiver: str
    step: int
    district: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Said:
    """The last notice of a group: the open alerts that the receiver knows of, each with the level it was told."""

    id: str
    at: datetime
    alerts: Levels


@dataclass(frozen=True, slots=True)
class Notice:
    """One decision. `alerts` is what the receiver knows after it; `opened`, `escalated`, `resolved` what is new."""

    id: str
    group: Group
    at: datetime
    kind: Kind
    reason: str
    previous: str
    alerts: Levels
    opened: tuple[str, ...] = ()
    escalated: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()


@dataclass(frozen=True)
class City:
    """What there is to tell: open alerts, which of them are hidden, the rules, what was said last to whom."""

    alerts: Sequence[Alert]
    book: RuleBook
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    said: Mapping[Group, Said] = field(default_factory=dict)


def decide(notices: Notices, city: City, now: datetime) -> list[Notice]:
    """The notices that are due. The order of alerts does not matter; asked again with them said, there are none."""
    wanted = _wanted(notices, city, now)
    keys = {receiver.key for receiver in notices.receivers}
    groups = {*wanted, *(group for group in city.said if group.receiver in keys)}
    found = (_due(notices, city, group, wanted.get(group, ()), now) for group in sorted(groups))
    return [notice for notice in found if notice is not None]


def _wanted(notices: Notices, city: City, now: datetime) -> dict[Group, list[Alert]]:
    """The alerts of each group of which its receiver is to know now."""
    found: dict[Group, list[Alert]] = defaultdict(list)
    for receiver in notices.receivers:
        for step in notices.steps(receiver.key):
            for alert in _for(receiver, step, notices, city, now):
                found[Group(receiver.key, step, alert.district, city.book.rule(alert.rule).scenario)].append(alert)
    return found


def _for(receiver: Receiver, step: int, notices: Notices, city: City, now: datetime) -> Iterable[Alert]:
    for alert in city.alerts:
        scenario = city.book.rule(alert.rule).scenario
        told = city.verdicts.get(alert.id, TOLD).told and receiver.wants(scenario, alert.district, alert.level)
        if told and (step == 0 or _nobody(alert, notices, step, now)):
            yield alert


def _nobody(alert: Alert, notices: Notices, step: int, now: datetime) -> bool:
    """Whether nobody acknowledged for as long as the step waits; a withdrawal starts the wait anew."""
    rung = notices.ladder[step - 1]
    if alert.acknowledged is not None or rank(alert.level) < rank(rung.level):
        return False
    withdrawn = [action.at for action in alert.actions if action.kind == "unacknowledge"]
    return now - max([alert.since, *withdrawn]) >= timedelta(milliseconds=rung.after)


def _due(notices: Notices, city: City, group: Group, alerts: Sequence[Alert], now: datetime) -> Notice | None:
    """The notice of one group; None while nothing is to be said."""
    said = city.said.get(group)
    known: Levels = said.alerts if said else {}
    levels = {alert.id: alert.level for alert in alerts}
    urgent = {alert.id for alert in alerts if alert.level == "red" and not city.verdicts.get(alert.id, TOLD).flaps}
    change = _Change.of(known, levels, {alert.id for alert in city.alerts}, urgent)
    kind, reason = _kind(notices, group, change, alerts, said, now)
    if kind is None:
        return None
    kept = {name: level for name, level in known.items() if name not in change.resolved}
    after = dict(sorted({**kept, **levels}.items()))
    previous = said.id if said else ""
    name = _name(group, kind, previous, after, change.resolved)
    return Notice(name, group, now, kind, reason, previous, after, change.opened, change.risen, change.resolved)


@dataclass(frozen=True, slots=True)
class _Change:
    """What differs from what a receiver knows: ids, sorted. `worse`: a new one does not wait for the interval."""

    opened: tuple[str, ...]
    risen: tuple[str, ...]
    resolved: tuple[str, ...]
    worse: bool

    @staticmethod
    def of(known: Levels, levels: Levels, still_open: set[str], urgent: set[str]) -> _Change:
        opened = sorted(levels.keys() - known.keys())
        risen = sorted(name for name in levels.keys() & known.keys() if rank(levels[name]) > rank(known[name]))
        resolved = sorted(known.keys() - still_open)
        worst = max((rank(level) for level in known.values()), default=0)
        worse = bool(known) and any(name in urgent or rank(levels[name]) > worst for name in opened)
        return _Change(tuple(opened), tuple(risen), tuple(resolved), worse)


def _kind(  # noqa: PLR0913, PLR0917 - all that the decision rests on
    notices: Notices, group: Group, change: _Change, alerts: Sequence[Alert], said: Said | None, now: datetime
) -> tuple[Kind | None, str]:
    """Which notice, and why this one now."""
    if change.risen or change.worse:
        return "escalated", f"{len(change.risen) or len(change.opened)} worse than what was told"
    if said is None or not said.alerts:
        return _first(notices, group, change, alerts, now)
    return _next(notices, change, any(alert.acknowledged is None for alert in alerts), now - said.at)


def _next(notices: Notices, change: _Change, loud: bool, waited: timedelta) -> tuple[Kind | None, str]:
    """Of a group that was told of already, `waited` ago; `loud` while an alert of it is not acknowledged."""
    due = waited >= timedelta(milliseconds=notices.pace.interval)
    if change.opened:
        return ("opened", f"{len(change.opened)} more since the last notice") if due else (None, "")
    if change.resolved:
        return ("resolved", f"{len(change.resolved)} cleared") if due else (None, "")
    again = loud and waited >= timedelta(milliseconds=notices.pace.repeat)
    return ("repeat", "still open and not acknowledged") if again else (None, "")


def _first(
    notices: Notices, group: Group, change: _Change, alerts: Sequence[Alert], now: datetime
) -> tuple[Kind | None, str]:
    """Of a group of which nothing is known: after a wait for others; a step of the ladder has waited already."""
    if not change.opened:
        return None, ""
    if group.step:
        minutes = notices.ladder[group.step - 1].after / 60_000
        return "unacknowledged", f"nobody acknowledged for {minutes:g} minutes"
    oldest = min(alert.since for alert in alerts)
    if now - oldest < timedelta(milliseconds=notices.pace.first):
        return None, ""
    return "opened", f"{len(change.opened)} opened"


def _name(group: Group, kind: str, previous: str, after: Levels, resolved: Sequence[str]) -> str:
    """Sixteen hex digits of what is said, to whom, after what: the same decision made twice has the same name."""
    text = json.dumps([*group, kind, previous, sorted(after.items()), list(resolved)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
