"""An alert told to a reader: numbers with units, places with names, times of the city, in one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from alerts import explain
from alerts.alert import instant
from alerts.events import event_of
from config.words import Words
from dashboard import easing

if TYPE_CHECKING:
    from alerts.alert import Action, Alert, Transition
    from alerts.rules import Rule, RuleBook
    from layers.geometry import City

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Line:
    """One open alert as a line of a list: every text ready."""

    id: str
    level: str
    stale: bool
    scenario: str
    headline: str
    place: str
    district: str
    since: datetime
    value: str
    threshold: str
    acknowledged: Action | None
    quiet: str = ""
    """Why it is hidden, or that it flaps."""
    doubt: str = ""
    """That it stands on one reading."""
    of: str = ""
    """Of when the value is, where that is not the moment shown."""
    flaps: int = 0
    """How often it opened lately, when that is too often."""
    issuer: str = ""
    """Who issued it, of an official warning that is told by itself."""
    eases: str = ""
    """That its value has left the level, which is held for a while yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an alert's state, told."""

    at: datetime
    before: str
    after: str
    value: str
    reason: str


@dataclass(frozen=True)
class Teller:
    """Tells alerts of one city in one language."""

    rulebook: RuleBook
    city: City
    words: Words

    def rule(self, alert: Alert) -> Rule:
        return self.rulebook.rule(alert.rule)

    def headline(self, alert: Alert) -> str:
        """At most ten Chinese characters."""
        return explain.headline(alert, self.rule(alert), self.words)

    def sentence(self, alert: Alert) -> str:
        """Why it is what it is."""
        return explain.sentence(alert, self.rule(alert), self.words, self.city.profile)

    def place(self, alert: Alert) -> str:
        return explain.place_name(alert, self.words, self.city)

    def district(self, adcode: str) -> str:
        """Name of a district; empty for none."""
        found = self.city.district(adcode)
        return self.words.name(found.name) if found else ""

    def unit(self, rule: Rule) -> str:
        """A unit as it is written after a number."""
        key = f"unit.{rule.unit}"
        return self.words(key) if self.words.has(key) else rule.unit

    def line(self, alert: Alert) -> Line:
        """An open alert as a line of the list."""
        rule, place, district = self.rule(alert), self.place(alert), self.district(alert.district)
        named = bool(event_of(alert.place))  # its name says its level, which is all that it measures
        return Line(
            id=alert.id,
            level=alert.level,
            stale=alert.state == "stale",
            scenario=rule.scenario,
            headline=self.headline(alert),
            place=place,
            district="" if district in place else district,
            since=alert.since,
            value="" if named else explain.amount(alert.latest, rule, self.words),
            threshold="" if named else explain.amount(alert.threshold, rule, self.words),
            acknowledged=alert.acknowledged,
            issuer=str(alert.detail.get("sender", "")) if named else "",
            doubt=self.doubt(alert),
            eases=easing.told(alert, rule, self.words, self.city.profile.zone),
        )

    def doubt(self, alert: Alert) -> str:
        """In a few words that its level stands on one reading; '' when it does not, or others bear it out."""
        word = alert.witness.word if alert.witness else "confirmed"
        return "" if word == "confirmed" else self.words(f"desk.doubt.{word}")

    def step(self, transition: Transition) -> Step:
        """A change of state as a line of the history."""
        rule = self.rulebook.rule(transition.rule)
        key = f"reason.{transition.reason}"
        return Step(
            at=instant(transition.at),
            before=transition.before,
            after=transition.after,
            value=explain.amount(transition.value, rule, self.words),
            reason=(self.words(key) if self.words.has(key) else transition.reason) + self._left(transition),
        )

    def _left(self, transition: Transition) -> str:
        """Of the level that was left: how sure it was; nothing more when that is no question."""
        key = f"desk.history.left.{transition.detail.get('left', '')}"
        return self.words(key) if self.words.has(key) else ""


def beyond(left: int, hidden: int, words: Words) -> str:
    """What stands below a list of warnings: how many more there are, and how many are hidden; '' for none."""
    more = [words("wall.alerts.more", n=left)] if left else []
    more += [words("wall.alerts.hidden", n=hidden)] if hidden else []
    return words("wall.alerts.join").join(more)


def number(value: float | None) -> str:
    """Three significant digits, at most two decimals, thousands grouped; `—` for what is not known."""
    if value is None:
        return NOTHING
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def day_clock(moment: datetime, now: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """The city's wall clock; with the day before it when that is not today."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return clock if local.date() == today else f"{local:%m-%d} {clock}"


def clock(moment: datetime, zone: tzinfo) -> str:
    """The city's wall clock to the second."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def lasted(age: timedelta, words: Words) -> str:
    """A duration as the list says it: 已 12 分钟. Negative ages (clocks differ) count as none."""
    seconds = max(0, int(age.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600, seconds // 60
    if days:
        return words("desk.lasted.days", d=days, h=hours % 24)
    if hours:
        return words("desk.lasted.hours", h=hours, m=minutes % 60)
    return words("desk.lasted.minutes", n=minutes) if minutes else words("desk.lasted.seconds", n=seconds)


def ago(age: timedelta, words: Words) -> str:
    """An age in its largest unit: 12 分钟前."""
    seconds = max(0, int(age.total_seconds()))
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return words(f"desk.ago.{unit}", n=seconds // size)
    return words("desk.ago.seconds", n=seconds)


def printable(raw: bytes) -> str:
    """Bytes as text that shows everything and does nothing: what is not printable UTF-8 stands as \\xNN or \\uNNNN.

    Escapes also what would turn the direction of text or hide in it, so that a sample cannot look like another.
    """
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(one if one == "\n" or one.isprintable() else _escaped(one) for one in text)


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode("ascii")
