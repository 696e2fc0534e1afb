"""Corrections after late data, told to readers: as /api answers, and as lines of screens. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dash import html
from dash.development.base_component import Component
from pydantic import Field

from alerts import hindsight
from alerts.alert import Alert, instant
from alerts.corrections import Correction
from alerts.episodes import Episode
from config.words import Words
from dashboard.answers import Answer
from dashboard.inflow import Looks
from dashboard.ops.table import facts
from dashboard.telling import Teller

SHOWN = 5
"""Newest corrections that the operations page tells."""


class SaidOut(Answer):
    """What stood: the worst level, its worst value, from when until when (null: not ended)."""

    level: str
    peak: float | None
    since: datetime
    until: datetime | None


class CorrectionOut(Answer):
    """What late data changes in what was told. `now` by what is known now, `told` by the journal; null is nothing."""

    id: str
    previous: str = Field(description="id of the correction that this one takes the place of; empty for none")
    found: datetime
    at: datetime = Field(description="since when what it speaks of stood")
    rule: str
    version: str = Field(description="of the rule by which it was judged")
    place: str
    alerts: tuple[str, ...] = Field(description="ids of the alerts that were told")
    missed: str = Field(description="id of the alert that should have been; empty when one was told. It stays")
    verdict: str = Field(description="missed, never, higher, lower, times or as_told")
    now: SaidOut | None
    told: SaidOut | None
    stream: str
    device: str = Field(description="the one with most of the late readings; empty for steps of cases")
    devices: int
    readings: int = Field(description="late readings, or steps of cases")
    late_s: float = Field(description="how late the latest was")
    text: str


class CorrectionsOut(Answer):
    """Corrections, the oldest time first."""

    corrections: tuple[CorrectionOut, ...]


def answer(found: Sequence[Correction], teller: Teller) -> CorrectionsOut:
    return CorrectionsOut(corrections=tuple(_out(one, teller) for one in found))


def _out(one: Correction, teller: Teller) -> CorrectionOut:
    return CorrectionOut(
        id=one.id,
        previous=one.previous,
        found=instant(one.found),
        at=instant(one.at),
        rule=one.rule,
        version=one.version,
        place=one.place,
        alerts=one.alerts,
        missed=one.missed,
        verdict=one.verdict,
        now=_said(one.now),
        told=_said(one.told),
        stream=one.lateness.stream,
        device=one.lateness.device,
        devices=one.lateness.devices,
        readings=one.lateness.readings,
        late_s=one.lateness.late / 1000,
        text=sentence(one, teller),
    )


def _said(one: Episode | None) -> SaidOut | None:
    if one is None:
        return None
    until = None if one.until is None else instant(one.until)
    return SaidOut(level=one.level, peak=one.peak, since=instant(one.since), until=until)


def sentence(one: Correction, teller: Teller) -> str:
    """What is corrected and why, without rule and place."""
    return hindsight.sentence(one, teller.rulebook.rule(one.rule), teller.words, teller.city.profile.zone)


def line(one: Correction, teller: Teller) -> str:
    """A correction with the names of its rule and place."""
    alert = _stand_in(one)
    name, place = teller.headline(alert), teller.place(alert)
    return teller.words("late.line", name=name, place=place, sentence=sentence(one, teller))


def _stand_in(one: Correction) -> Alert:
    """An alert that only says which rule and where: names are told of alerts."""
    said, spot, at = one.now or one.told, one.spot, instant(one.at)
    level = said.level if said else "clear"
    return Alert(
        id="",
        rule=one.rule,
        version=one.version,
        place=one.place,
        state=level,
        level=level,
        since=at,
        changed=at,
        value=None,
        threshold=None,
        reason=one.verdict,
        detail={},
        latest=None,
        peak=None,
        observed=None,
        lat=spot.lat,
        lon=spot.lon,
        cell=spot.cell,
        district=spot.district,
    )


def lately(found: Sequence[Correction], looks: Looks, teller: Teller) -> Component:
    """The operations page's lines: how many corrections, the newest of them, and what was not looked at."""
    words, newest = teller.words, sorted(found, key=lambda one: -one.found)[:SHOWN]
    counted = (words("late.title"), str(len(found)) if found else words("late.none"))
    told = [html.P(line(one, teller)) for one in newest]
    return html.Div([facts([counted, *_left_out(looks, words)]), *told], className="ops-late")


def _left_out(looks: Looks, words: Words) -> list[tuple[str, Component]]:
    several = (("left", looks.left), ("old", looks.old), ("many", looks.many))
    return [(words(f"late.{key}"), html.Span(f"{number:,}", className="bad")) for key, number in several if number]


def notes(found: Sequence[Correction], teller: Teller) -> list[Component]:
    """The desk's lines under an alert's history."""
    return [html.P(sentence(one, teller), className="desk-quiet") for one in found]
