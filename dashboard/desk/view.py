"""What the desk shows of one moment, for one officer's choices; asks the journal and the readings it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from dash import html
from dash.development.base_component import Component

from alerts import errata, explain
from alerts import journal as records
from alerts.corrections import Correction, in_force
from alerts.watches import Official
from config.words import Words
from dashboard import quieted
from dashboard.actions import find_open
from dashboard.corrected import notes
from dashboard.desk.chart import empty as no_chart
from dashboard.desk.grounds import grounds
from dashboard.desk.history import history
from dashboard.desk.journal import journal
from dashboard.desk.story import Story, story
from dashboard.desk.why import why
from dashboard.quieted import Silence
from dashboard.telling import Line, Teller, clock
from dashboard.trust import doubt, frozen, value_of
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from alerts.alert import Action, Alert, Transition
    from dashboard.context import Context
    from dashboard.state import Moment


def asked(search: str | None) -> str | None:
    """The id of the alert that the address asks for."""
    return parse_qs((search or "").lstrip("?")).get("alert", [None])[0]


def teller(context: Context, words: Words) -> Teller:
    return Teller(context.rulebook, context.city, words)


def lines(moment: Moment, context: Context, words: Words) -> tuple[Line, ...]:
    """Every open alert that nothing hides as a line, the most urgent first."""
    told = teller(context, words)
    return tuple(_line(alert, moment, told) for alert in moment.shown)


def hidden(moment: Moment, context: Context, words: Words) -> tuple[Line, ...]:
    """Every open alert that is kept quiet, with why, the most urgent first."""
    told = teller(context, words)
    return tuple(_line(alert, moment, told) for alert in moment.hidden)


def _line(alert: Alert, moment: Moment, told: Teller) -> Line:
    verdict = moment.verdict(alert)
    zone = told.city.profile.zone
    why, of = quieted.why(verdict, moment.alerts, told, zone, moment.at), value_of(alert, moment, told.words, zone)
    return replace(told.line(alert), quiet=why, of=of, flaps=verdict.opened if verdict.flaps else 0)


def silences(moment: Moment, context: Context, words: Words) -> tuple[Silence, ...]:
    """Every silence known, those that run first."""
    told, zone = teller(context, words), context.profile.zone
    found = sorted(moment.silences, key=lambda quiet: (quiet.ends <= moment.at, quiet.ends))
    return tuple(quieted.silence(quiet, told, zone, moment.at) for quiet in found)


def wanted(found: Sequence[Line], levels: Sequence[str], scenario: str, *, unacknowledged: bool) -> tuple[Line, ...]:
    """Those lines that pass the filters."""
    return tuple(
        line
        for line in found
        if line.level in levels and scenario in ("all", line.scenario) and not (unacknowledged and line.acknowledged)
    )


def count(found: Sequence[Line], shown: Sequence[Line], words: Words, beside: str = "") -> str:
    """How many open alerts there are, and how many of them pass the filters; `beside` them, those that are hidden."""
    all_of_them = words("desk.list.count", total=len(found)) if found else ""
    listed = all_of_them if len(found) == len(shown) else words("desk.list.shown", total=len(found), shown=len(shown))
    return " · ".join(part for part in (listed, beside) if part)


def empty(found: Sequence[Line], moment: Moment, words: Words) -> Component:
    """Why the list is empty: nothing is known yet, nothing is open, or the filter hides it all."""
    known = "none_match" if found else "unknown" if doubt(moment, words, UTC) else "empty"
    return html.P(words(f"desk.list.{'waiting' if moment.snapshot is None else known}"), className="desk-empty")


def notice(moment: Moment, words: Words, zone: tzinfo) -> str:
    """Said above the list while the picture cannot be renewed, or nobody judges the rules; '' otherwise."""
    if moment.snapshot is None:
        return ""
    if frozen(moment) or moment.error is None:
        return doubt(moment, words, zone)
    return words("desk.list.broken", clock=clock(moment.snapshot.now, zone))


@dataclass(frozen=True, slots=True)
class Detail:
    """The right side: `parts` are story, journal and history, `off` whether to disable 签收 and 撤销签收."""

    parts: tuple[Any, Any, Any]
    shown: str | None = None
    off: tuple[bool, bool] = (True, True)

    @property
    def hidden(self) -> bool:
        return self.shown is None


def detail(context: Context, alert_id: str | None, words: Words, now: datetime) -> Detail:
    """Everything about the chosen alert but its curve."""
    zone = context.profile.zone
    if alert_id is None:
        return Detail((story(None, words, zone, now), None, None))
    alert = find_open(context.state.moment.alerts, alert_id)
    steps = _steps(context, alert_id, now)
    moment, known = context.state.moment, teller(context, words)
    corrected = _corrected(context, alert_id)
    told = _story(alert, alert_id, steps or (), steps is not None, known)
    if not told.known:
        told = _missed(told, corrected, known)
    if alert is not None:
        told = replace(told, line=_line(alert, moment, known))
    below = (
        _journal(context, alert, alert_id, words, now),
        html.Div([*notes(corrected, known), _history(steps, known, words, zone, now)]),
    )
    taken = alert.acknowledged if alert else None
    off = alert is None or taken is not None, alert is None or taken is None
    return Detail((story(told, words, zone, now), *below), alert_id if told.known else None, off)


def _steps(context: Context, alert_id: str, now: datetime) -> tuple[Transition, ...] | None:
    """What happened to the alert; None when it could not be asked."""
    try:
        return records.life(context.database, alert_id, now)
    except (DatabaseUnavailable, QueryFailed):
        return None


def _story(alert: Alert | None, alert_id: str, steps: Sequence[Transition], read: bool, told: Teller) -> Story:
    if alert is None:
        name = explain.named(steps, told.rulebook, told.words) if steps else ""
        return Story(alert_id, None, known=bool(steps) or not read, headline=name)
    return Story(
        id=alert_id,
        line=told.line(alert),
        sentence=told.sentence(alert),
        observed=alert.observed,
        peak=explain.amount(alert.peak, told.rule(alert), told.words),
        official=isinstance(told.rule(alert).watch, Official),
    )


def _journal(context: Context, alert: Alert | None, alert_id: str, words: Words, now: datetime) -> Component:
    """What was done, read anew: a colleague's note of this second is in it."""
    done: Sequence[Action] | None
    try:
        done = records.actions(context.database, alert_id)
    except (DatabaseUnavailable, QueryFailed):
        done = alert.actions if alert else None  # of an open one they are in the last picture
    return journal(done, words, context.profile.zone, now)


def _corrected(context: Context, alert_id: str) -> tuple[Correction, ...]:
    """What late data changes in what was told of the alert; nothing while it cannot be asked."""
    try:
        return in_force(errata.corrections(context.database, alert=alert_id))
    except (DatabaseUnavailable, QueryFailed):
        return ()


def _missed(unknown: Story, found: Sequence[Correction], told: Teller) -> Story:
    """An alert of which only corrections speak: it should have been."""
    if not found:
        return unknown
    return replace(unknown, known=True, missed=True, headline=told.words.name(told.rulebook.rule(found[-1].rule).names))


def _history(steps: Sequence[Transition] | None, told: Teller, words: Words, zone: tzinfo, now: datetime) -> Component:
    if steps is None:
        return html.P(words("desk.history.broken"), className="desk-empty")
    return history([told.step(step) for step in steps], words, zone, now)


def proof(context: Context, alert_id: str | None, words: Words, now: datetime) -> tuple[Any, ...]:
    """What the chosen alert rests on: the figure, its title, the small text beside it, and what stands below."""
    alert = find_open(context.state.moment.alerts, alert_id) if alert_id else None
    if alert is None:
        return no_chart(), words("why.title.readings"), "", None
    told = why(context, alert, words, now)
    below = grounds(told, alert, context.rulebook.rule(alert.rule), words, context.profile.zone, now)
    return told.figure, told.title, told.note, below
