"""A notice in words, and as the JSON that a webhook gets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from alerts import explain
from alerts.alert import Alert, rank, urgency
from alerts.delivery import Post
from alerts.notify import Notice
from alerts.rules import RuleBook
from config.words import Words

if TYPE_CHECKING:
    from layers.geometry import City

MOST = 8
"""Alerts that are told one by one; more make a text that nobody reads to its end."""


@dataclass(frozen=True)
class Writer:
    """Writes notices of one city in one language."""

    book: RuleBook
    city: City
    words: Words

    def post(self, notice: Notice, alerts: Mapping[str, Alert], names: Mapping[str, str]) -> Post:
        """The notice as it is journaled and sent; `names` are those of alerts that are no longer open."""
        known = {**names, **{name: self._name(alerts[name]) for name in notice.alerts if name in alerts}}
        kept = {name: {"level": level, "name": known.get(name, name)} for name, level in notice.alerts.items()}
        body = self._body(notice, alerts, known)
        return Post(notice.id, notice.group, notice.at, notice.kind, notice.reason, notice.previous, kept, body)

    def _body(self, notice: Notice, alerts: Mapping[str, Alert], names: Mapping[str, str]) -> dict[str, Any]:
        listed = sorted((alerts[name] for name in notice.alerts if name in alerts), key=urgency)
        over = [{"id": name, "name": names.get(name, name)} for name in notice.resolved]
        return {
            "id": notice.id,
            "at": self._time(notice.at),
            "kind": notice.kind,
            "reason": notice.reason,
            "receiver": notice.group.receiver,
            "step": notice.group.step,
            "district": notice.group.district,
            "scenario": notice.group.scenario,
            "title": self._title(notice, listed, [one["name"] for one in over]),
            "text": "\n".join(self._lines(listed, [one["name"] for one in over])),
            "alerts": [self._alert(alert, notice) for alert in listed],
            "resolved": over,
        }

    def _name(self, alert: Alert) -> str:
        rule = self.book.rule(alert.rule)
        place = explain.place_name(alert, self.words, self.city)
        return f"{explain.headline(alert, rule, self.words)} {place}"

    def _title(self, notice: Notice, listed: list[Alert], over: list[str]) -> str:
        """What happened, the worst alert by level and name, how many there are beside it."""
        kind = self.words(f"notice.kind.{notice.kind}")
        if not listed or notice.kind == "resolved":
            names, level = over or [self._name(one) for one in listed], ""
        else:
            names, level = [self._name(one) for one in listed], self.words(f"level.{_worst(listed)}")
        more = self.words("notice.more", n=len(names) - 1) if len(names) > 1 else ""
        return self.words("notice.title", kind=kind, level=level, name=names[0] if names else "", more=more)

    def _lines(self, listed: list[Alert], over: list[str]) -> list[str]:
        told = [self._line(alert) for alert in listed[:MOST]]
        told += [self.words("notice.others", n=len(listed) - MOST)] if len(listed) > MOST else []
        return told + [self.words("notice.over", name=name) for name in over]

    def _line(self, alert: Alert) -> str:
        level = self.words(f"level.{alert.level}")
        return self.words("notice.line", level=level, name=self._name(alert), text=self._sentence(alert))

    def _sentence(self, alert: Alert) -> str:
        return explain.sentence(alert, self.book.rule(alert.rule), self.words, self.city.profile)

    def _alert(self, alert: Alert, notice: Notice) -> dict[str, Any]:
        return {
            "id": alert.id,
            "rule": alert.rule,
            "level": alert.level,
            "state": alert.state,
            "name": self._name(alert),
            "text": self._sentence(alert),
            "since": self._time(alert.since),
            "place": alert.place,
            "lat": alert.lat,
            "lon": alert.lon,
            "new": alert.id in notice.opened,
            "acknowledged": alert.acknowledged is not None,
        }

    def _time(self, at: datetime) -> str:
        return at.astimezone(self.city.profile.zone).isoformat(timespec="seconds")


def _worst(alerts: list[Alert]) -> str:
    return max((alert.level for alert in alerts), key=rank)
