"""What is kept quiet, told to a reader: why an alert is hidden, what a silence speaks of, until when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from alerts import explain
from alerts.events import event_of
from dashboard.telling import day_clock

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.quiet import Quiet, Verdict
    from config.words import Words
    from dashboard.telling import Teller


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence as a line of the list. `state` is coming, running, over or cancelled."""

    id: str
    kind: str
    state: str
    what: str
    owner: str
    reason: str
    until: str


def why(verdict: Verdict, alerts: Sequence[Alert], teller: Teller, zone: tzinfo, now: datetime) -> str:
    """Why an alert is hidden, or that it flaps; '' when it is simply told."""
    words = teller.words
    if verdict.quiet is not None:
        quiet = verdict.quiet
        return words(
            f"quiet.why.{verdict.why}", owner=quiet.owner, reason=quiet.reason, ends=day_clock(quiet.ends, now, zone)
        )
    if verdict.why == "inhibited":
        return _inhibited(verdict.by, alerts, teller)
    if verdict.since is None:
        return ""
    key = "quiet.why.flapping" if verdict.why == "flapping" else "quiet.why.flapping_red"
    return words(key, since=day_clock(verdict.since, now, zone), n=verdict.opened)


def _inhibited(by: str, alerts: Sequence[Alert], teller: Teller) -> str:
    source = next((alert for alert in alerts if alert.id == by), None)
    if source is None:
        return teller.words("quiet.why.inhibited_unknown")
    return teller.words("quiet.why.inhibited", alert=f"{teller.headline(source)} {teller.place(source)}")


def beside(hidden: Mapping[str, int], words: Words) -> str:
    """How many are hidden beside those that are counted, and why; '' for none."""
    parts = [words(f"quiet.hidden.by.{why}", n=number) for why, number in hidden.items() if number]
    return (
        words("quiet.hidden.beside", n=sum(hidden.values()), why=words("quiet.hidden.join").join(parts))
        if parts
        else ""
    )


def silence(quiet: Quiet, teller: Teller, zone: tzinfo, now: datetime) -> Silence:
    """A silence as the list shows it."""
    state = _state(quiet, now)
    until = teller.words(
        f"quiet.list.{state}",
        starts=day_clock(quiet.starts, now, zone),
        ends=day_clock(quiet.ends, now, zone),
        actor=quiet.cancelled_by,
    )
    kind = teller.words(f"quiet.list.kind.{quiet.kind}")
    return Silence(quiet.id, kind, state, _what(quiet, teller), quiet.owner, quiet.reason, until)


def _state(quiet: Quiet, now: datetime) -> str:
    if quiet.ends <= now:
        return "cancelled" if quiet.cancelled_by else "over"
    return "running" if quiet.runs(now) else "coming"


def _what(quiet: Quiet, teller: Teller) -> str:
    """What it speaks of: rule, scenario, place, district, area, and the worst level it hides."""
    words = teller.words
    rule = words.name(teller.rulebook.rule(quiet.rule).names) if quiet.rule else ""
    scenario = words(f"desk.scenario.{quiet.scenario}") if words.has(f"desk.scenario.{quiet.scenario}") else ""
    level = words("quiet.list.level", level=words(f"level.{quiet.level}"))
    place = _place(quiet.place, teller)
    district = teller.district(quiet.district) if quiet.district else ""
    area = quiet.within.name if quiet.within else quiet.area
    return " · ".join(part for part in (rule, scenario, place, district, area, level) if part)


def _place(place: str, teller: Teller) -> str:
    district = teller.city.district(place) if place else None
    if district is not None:
        return teller.words.name(district.name)
    if event := event_of(place):
        return teller.words("quiet.list.event", event=event)
    return explain.station_name(place, teller.words, teller.city.profile) or place
