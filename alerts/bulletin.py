"""A notice in words, and as the JSON that a webhook gets. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from alerts import explain
from alerts.alert import Alert, urgency
from alerts.delivery import Named, Post
from alerts.notify import Notice
from alerts.rules import RuleBook
from config.words import Words

if TYPE_CHECKING:
    from layers.geometry import City

MOST = 8
"""Alerts that are told one by one; more make a text that nobody reads to its end."""


class Over(TypedDict):
    """An alert that has cleared, as a webhook gets it."""

    id: str
    name: str
    simulated: bool


@dataclass(frozen=True)
class Writer:
    """Writes notices of one city in one language; `simulated` are the alerts that rest on made-up data.

    Those come after the others, whatever their level: what is made up must not stand before what is real. `bare` are
    the alerts for which words are missing: they are told by the keys of rule, place and level, and hold no other back.
    """

    book: RuleBook
    city: City
    words: Words
    simulated: Collection[str] = ()
    bare: Collection[str] = ()

    def faults(self, alerts: Iterable[Alert]) -> dict[str, str]:
        """Why an alert cannot be worded, by its id, of those that cannot."""
        found = ((alert.id, self._fault(alert)) for alert in alerts)
        return {name: why for name, why in found if why}

    def _fault(self, alert: Alert) -> str:
        try:
            self._line(alert)
        except Exception as error:  # noqa: BLE001,RUF100 - whatever it is, the alert is told all the same
            return repr(error)
        return ""

    def post(self, notice: Notice, alerts: Mapping[str, Alert], told: Mapping[str, Named]) -> Post:
        """The notice as it is journaled and sent; `told` are alerts as they were told, for those no longer open."""
        fresh = {name: self._named(alerts[name]) for name in notice.alerts if name in alerts}
        known = {
            name: fresh.get(name) or told.get(name) or {"name": name} for name in (*notice.alerts, *notice.resolved)
        }
        kept = {name: {**known[name], "level": level} for name, level in notice.alerts.items()}
        listed = sorted((alerts[name] for name in fresh), key=lambda one: (one.id in self.simulated, urgency(one)))
        over = sorted((_over(name, known[name]) for name in notice.resolved), key=lambda one: one["simulated"])
        body = self._body(notice, listed, over)
        return Post(notice.id, notice.group, notice.at, notice.kind, notice.reason, notice.previous, kept, body)

    def _named(self, alert: Alert) -> Named:
        mark = {"simulated": "yes"} if alert.id in self.simulated else {}
        return {"name": self._name(alert), **mark}

    def _body(self, notice: Notice, listed: Sequence[Alert], over: Sequence[Over]) -> dict[str, Any]:
        made_up = [*(one.id in self.simulated for one in listed), *(one["simulated"] for one in over)]
        return {
            "id": notice.id,
            "at": self._time(notice.at),
            "kind": notice.kind,
            "reason": notice.reason,
            "receiver": notice.group.receiver,
            "step": notice.group.step,
            "district": notice.group.district,
            "scenario": notice.group.scenario,
            "simulated": bool(made_up) and all(made_up),
            "title": self._title(notice, listed, over),
            "text": "\n".join(self._lines(listed, over)),
            "alerts": [self._alert(alert, notice) for alert in listed],
            "resolved": list(over),
        }

    def _name(self, alert: Alert) -> str:
        if alert.id in self.bare:
            return f"{alert.rule} {alert.place}"
        rule = self.book.rule(alert.rule)
        place = explain.place_name(alert, self.words, self.city)
        return f"{explain.headline(alert, rule, self.words)} {place}"

    def _shown(self, alert: Alert) -> str:
        return self._marked(self._name(alert), alert.id in self.simulated)

    def _marked(self, name: str, simulated: bool) -> str:
        """The name as a text has it: made-up data stand before it, so that nobody reads the one without the other."""
        return self.words("notice.simulated", name=name) if simulated else name

    def _title(self, notice: Notice, listed: Sequence[Alert], over: Sequence[Over]) -> str:
        """What happened, the worst alert by level and name, how many there are beside it."""
        kind = self.words(f"notice.kind.{notice.kind}")
        if not listed or notice.kind == "resolved":
            names, level = (
                [self._marked(one["name"], one["simulated"]) for one in over] or [*map(self._shown, listed)],
                "",
            )
        else:
            names, level = [self._shown(one) for one in listed], self._level(listed[0])
        more = self.words("notice.more", n=len(names) - 1) if len(names) > 1 else ""
        return self.words("notice.title", kind=kind, level=level, name=names[0] if names else "", more=more)

    def _lines(self, listed: Sequence[Alert], over: Sequence[Over]) -> list[str]:
        told = [self._line(alert) for alert in listed[:MOST]]
        told += [self.words("notice.others", n=len(listed) - MOST)] if len(listed) > MOST else []
        return told + [self.words("notice.over", name=self._marked(one["name"], one["simulated"])) for one in over]

    def _line(self, alert: Alert) -> str:
        level, name, text = self._level(alert), self._shown(alert), self._sentence(alert)
        return self.words("notice.line", level=level, name=name, text=text)

    def _level(self, alert: Alert) -> str:
        return alert.level if alert.id in self.bare else self.words(f"level.{alert.level}")

    def _sentence(self, alert: Alert) -> str:
        if alert.id in self.bare:
            return f"{alert.rule} {alert.place} {alert.level} {alert.latest}"
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
            "simulated": alert.id in self.simulated,
            "witness": alert.witness.word if alert.witness else None,
            "acknowledged": alert.acknowledged is not None,
        }

    def _time(self, at: datetime) -> str:
        return at.astimezone(self.city.profile.zone).isoformat(timespec="seconds")


def _over(alert: str, known: Named) -> Over:
    return {"id": alert, "name": known["name"], "simulated": "simulated" in known}
