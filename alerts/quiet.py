"""What is kept quiet, and why: silences and maintenance windows, inhibition, flapping. Pure: `now` is an argument.

| what       | hides                                                | until                                          |
|------------|------------------------------------------------------|------------------------------------------------|
| silence    | what its matchers match, up to its level             | its end or its cancellation                    |
| inhibition | alerts of the rules that a firing rule stands in for | that alert clears, goes stale or is quiet      |
| flapping   | notices, not the alert; it stays on every screen     | it opened at most `times` in `within`; or RED  |

A silence hides RED only when its level is `red`; an alert that gets worse than the level is told. What stands in for
another must itself be told: neither silenced, nor part of a ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from alerts.alert import Alert, rank
from alerts.events import event_of
from alerts.rules import Rule, RuleBook
from layers.area import PREFIX, Area, spot_covered

Why = Literal["silence", "maintenance", "inhibited", "flapping"]
KINDS = ("silence", "maintenance")
HIDING: tuple[Why, ...] = ("silence", "maintenance", "inhibited")
"""What takes an alert from the screens; one that only flaps stays there."""
MATCHERS = ("rule", "scenario", "place", "district", "area")
SPOTS = ("device", "cell")
"""Kinds of place that lie in an area when their alert does: a district or the city is more than the area."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A silence, or a maintenance window; times are aware UTC, `ends` is when it really ends.

    '' in a matcher matches everything; `level` is the worst level that it hides. `cancelled_by` ended it early.
    `within` is its `area` as it was drawn: ending the area ends no silence.
    """

    id: str
    kind: str
    owner: str
    reason: str
    starts: datetime
    ends: datetime
    rule: str = ""
    scenario: str = ""
    place: str = ""
    district: str = ""
    level: str = "orange"
    cancelled_by: str = ""
    area: str = ""
    within: Area | None = None

    def runs(self, now: datetime) -> bool:
        """From its start, up to and without its end."""
        return self.starts <= now < self.ends

    def matches(self, alert: Alert, rule: Rule) -> bool:
        """Whether it speaks of this alert of `rule`, whatever the time."""
        pairs = (
            (self.rule, (alert.rule,)),
            (self.scenario, (rule.scenario,)),
            (self.place, _places(alert)),
            (self.district, (alert.district,)),
        )
        named = rank(alert.level) <= rank(self.level) and all(wanted in ("", *given) for wanted, given in pairs)
        return named and (not self.area or self._holds(alert, rule.place.kind))

    def _holds(self, alert: Alert, kind: str) -> bool:
        """Whether an alert is of the area itself, or of a device or a cell whose place lies in it."""
        if alert.place == PREFIX + self.area:
            return True
        if kind not in SPOTS or self.within is None:
            return False
        return spot_covered(self.within.ring, alert.lat, alert.lon, alert.cell)


def _places(alert: Alert) -> tuple[str, ...]:
    """The places whose silence hides an alert: its own; of an official warning also its district, and the city."""
    of_event = (alert.district, str(alert.detail.get("city", ""))) if event_of(alert.place) else ()
    return (alert.place, *of_event)


@dataclass(frozen=True, slots=True)
class Flapping:
    """Opened more than `times` within `within`: our own measure; four alarms an hour at one place help nobody."""

    times: int = 3
    within: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an open alert. `why` None: it is told. `quiet` is the silence, `by` the alert that stands in.

    `since` and `opened` (times within the window) are of flapping; known also when something else hides the alert.
    """

    why: Why | None = None
    quiet: Quiet | None = None
    by: str = ""
    since: datetime | None = None
    opened: int = 0

    @property
    def told(self) -> bool:
        """Whether notices speak of it."""
        return self.why is None

    @property
    def shown(self) -> bool:
        """Whether it stands among the open alerts of every screen, and not among the hidden."""
        return self.why not in HIDING

    @property
    def flaps(self) -> bool:
        return self.since is not None


TOLD = Verdict()

Openings = Mapping[tuple[str, str], Sequence[datetime]]
"""When alerts of (rule, place) opened lately."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides: the rulebook, the silences known, what flapping is, recent openings."""

    book: RuleBook
    quiets: Sequence[Quiet] = ()
    openings: Openings = field(default_factory=dict)
    flapping: Flapping = Flapping()


def verdicts(alerts: Sequence[Alert], rules: Rules, now: datetime) -> dict[str, Verdict]:
    """A verdict for each open alert, by id. The order of alerts, silences and openings does not matter."""
    silenced = {alert.id: quiet for alert in alerts if (quiet := _silence(alert, rules, now))}
    loud = [alert for alert in alerts if alert.id not in silenced]
    inhibited = _inhibited(loud, rules.book)
    return {
        alert.id: _verdict(alert, silenced.get(alert.id), inhibited.get(alert.id, ""), rules, now) for alert in alerts
    }


def _verdict(alert: Alert, quiet: Quiet | None, by: str, rules: Rules, now: datetime) -> Verdict:
    since, opened = _flaps(rules.openings.get((alert.rule, alert.place), ()), rules.flapping, now)
    if quiet is not None:
        return Verdict("maintenance" if quiet.kind == "maintenance" else "silence", quiet, "", since, opened)
    if by:
        return Verdict("inhibited", None, by, since, opened)
    damped = since is not None and alert.level != "red"
    return Verdict("flapping" if damped else None, None, "", since, opened)


def _silence(alert: Alert, rules: Rules, now: datetime) -> Quiet | None:
    """Of those that hide it the one that lasts longest."""
    rule = rules.book.rule(alert.rule)
    found = [quiet for quiet in rules.quiets if quiet.runs(now) and quiet.matches(alert, rule)]
    return max(found, key=lambda quiet: (quiet.ends, quiet.id), default=None)


def _inhibited(alerts: Sequence[Alert], book: RuleBook) -> dict[str, str]:
    """Which alert stands in for which: worked out from those that nothing stands in for, so a ring hides nobody."""
    sources = {one.id: [other for other in alerts if _stands_in(other, one, book)] for one in alerts}
    told = {one.id for one in alerts if not sources[one.id]}
    by: dict[str, str] = {}
    grown = True
    while grown:
        fresh = {one.id: _first(sources[one.id], told | by.keys()) for one in alerts if one.id not in told | by.keys()}
        found = {hidden: source for hidden, source in fresh.items() if source}
        by |= found
        grown = bool(found)
    return by


def _first(sources: Iterable[Alert], settled: Iterable[str]) -> str:
    """The worst of the sources whose own fate is known, then the oldest."""
    known = [one for one in sources if one.id in set(settled)]
    return min(known, key=lambda one: (-rank(one.level), one.since, one.id)).id if known else ""


def _stands_in(source: Alert, alert: Alert, book: RuleBook) -> bool:
    """Fires (stale is not firing), names the rule, same or higher level, and the same place, district or whole city."""
    rule = book.find(source.rule)
    if rule is None or source.state == "stale":
        return False
    if alert.rule in rule.inhibits_here and source.place == alert.place:
        return _outranks(source, alert, book)
    whole = rule.place.kind == "city" or (rule.place.kind == "event" and not source.district)
    near = source.place == alert.place or whole or source.district == alert.district != ""
    return alert.rule in rule.inhibits and near and rank(source.level) >= rank(alert.level)


def _outranks(source: Alert, alert: Alert, book: RuleBook) -> bool:
    """Worse; or as bad, and the other does not stand in for it in turn, or comes later in the book."""
    if rank(source.level) != rank(alert.level):
        return rank(source.level) > rank(alert.level)
    other = book.find(alert.rule)
    mutual = other is not None and alert.state != "stale" and source.rule in other.inhibits_here
    order = [one.key for one in book.rules]
    return not mutual or order.index(source.rule) < order.index(alert.rule)


def _flaps(opened: Sequence[datetime], flapping: Flapping, now: datetime) -> tuple[datetime | None, int]:
    """Since when it flaps, and how often it opened in the window that ends now."""
    recent = sorted(at for at in opened if now - flapping.within < at <= now)
    return (recent[flapping.times], len(recent)) if len(recent) > flapping.times else (None, len(recent))


# -- what may be silenced -------------------------------------------------------------------------------------------

LONGEST = timedelta(days=30)
OWNER_LONGEST, REASON_LONGEST = 40, 500


def fault(quiet: Quiet, now: datetime) -> str:
    """Why a silence that somebody asks for is refused, as a key below `quiet.refused`; '' when it may begin."""
    checks = (
        ("kind", quiet.kind not in KINDS),
        ("owner", not quiet.owner.strip()),
        ("owner_long", len(quiet.owner) > OWNER_LONGEST),
        ("reason", not quiet.reason.strip()),
        ("reason_long", len(quiet.reason) > REASON_LONGEST),
        ("everything", not any(getattr(quiet, name) for name in MATCHERS)),
        ("area", bool(quiet.area) and quiet.within is None),
        ("level", not rank(quiet.level)),
        ("over", quiet.ends <= now),
        ("backwards", quiet.ends <= quiet.starts),
        ("long", quiet.ends - quiet.starts > LONGEST),
    )
    return next((key for key, wrong in checks if wrong), "")
