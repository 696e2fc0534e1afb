"""Why an alert fires: asks for what it rests on, and hands it to the kind of proof that tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from alerts.alert import milliseconds
from alerts.grounds import Grounds
from alerts.together import devices_of
from alerts.watches import (
    Anomaly,
    Cases,
    Composite,
    Forecast,
    Gaps,
    Ingredient,
    Marked,
    Official,
    Readings,
    Rejects,
    Silence,
    Surge,
)
from config.words import Words
from dashboard import inflow
from dashboard.desk import proof_of_counts, proof_of_readings
from dashboard.desk.chart import WINDOW, Threshold, empty, figure
from dashboard.desk.lines import Cause
from dashboard.desk.measure import measured
from dashboard.desk.proof import Proof, Telling
from dashboard.desk.proof_of_readings import Part
from dashboard.inflow import Point
from dashboard.telling import Teller
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.rules import Rule
    from dashboard.context import Context


@dataclass(frozen=True)
class Look:
    """One look at one alert: who is asked, and what it is told with."""

    context: Context
    told: Telling
    grounds: Grounds

    @property
    def alert(self) -> Alert:
        return self.told.alert

    @property
    def rule(self) -> Rule:
        return self.told.rule

    def curve(self, device: str, watch: Readings) -> tuple[Point, ...]:
        """The measure of a watch at each reading of the last three hours."""
        span = timedelta(milliseconds=watch.window)
        since = self.told.now - WINDOW
        points = inflow.readings(self.context.database, device, watch.metric, since - span, self.told.now)
        return measured(points, watch.measure, span, since)


def why(context: Context, alert: Alert, words: Words, now: datetime) -> Proof:
    """The proof of an open alert; one that only says so, when the database could not be asked."""
    teller = Teller(context.rulebook, context.city, words)
    asked = Grounds(context.database, context.profile, milliseconds(now))
    try:
        look = Look(context, Telling(alert, asked.bound(teller.rule(alert)), teller, now), asked)
        return PROOFS[type(look.rule.watch)](look, look.rule.watch)
    except (DatabaseUnavailable, QueryFailed):
        return Proof(words("why.title.readings"), words("desk.chart.broken"), broken=True)


def _readings(look: Look, _watch: Readings) -> Proof:
    """Of what the alert's level looks at: its device's curve; the devices of a place whose mean it is."""
    alert, told = look.alert, look.told
    watch = look.rule.watch_of(alert.level if alert.level in look.rule.ladder else look.rule.ladder[0])
    measure = told.words(f"desk.measure.{watch.measure}", span=told.span(watch.window))
    if not alert.device:
        return proof_of_readings.compared(told, look.grounds.shares(look.rule, watch, alert.place), measure)
    note, points = f"{told.device(alert.device)} · {measure}", look.curve(alert.device, watch)
    if not points:
        return proof_of_readings.readings(told, (), empty(), f"{note} · {told.words('desk.chart.empty')}")
    levels = [one for one in told.levels() if look.rule.watch_of(one.level) == watch]
    drawn = figure(points, levels, told.unit, told.words, told.zone, told.now)
    near = look.grounds.shares(look.rule, watch, alert.place) if look.rule.place.kind != "device" else ()
    if not near:  # it speaks for itself, or the measure (a slope) is not one that devices are ranked by
        return proof_of_readings.readings(told, points, drawn, note)
    return proof_of_readings.among(told, near, drawn, note)


def _anomaly(look: Look, watch: Anomaly) -> Proof:
    device = look.alert.device or look.alert.place
    return proof_of_readings.season(look.told, watch, device, look.grounds.seasons(watch, device))


def _forecast(look: Look, watch: Forecast) -> Proof:
    device = look.alert.device or look.alert.place
    return proof_of_readings.outlook(look.told, device, look.grounds.outlook(look.rule, watch, device))


def _together(look: Look, watch: Composite) -> Proof:
    worst = devices_of(str(look.alert.detail.get("parts", "")))
    parts = (_part(look, one, *said) for one, said in zip(watch.all_of, worst, strict=False))
    return proof_of_readings.causes(look.told, tuple(parts))


def _part(look: Look, one: Ingredient, device: str, value: float) -> Part:
    """One cause: a measure with levels of its own, or what another rule watches."""
    told, other = look.told, look.context.rulebook.find(one.rule or "")
    watch = one.watch or (other.watch if other else None)
    name = told.words.name(other.names) if other else ""
    if not isinstance(watch, Readings):
        return Part(Cause(name, (), (), ""), device, f"{value:g}", one.level)
    unit, numbers = told.unit_of(watch.metric), one.levels or (other.thresholds(None) if other else {})
    measure = told.words(f"desk.measure.{watch.measure}", span=told.span(watch.window))
    name = name or f"{told.named('metric', watch.metric)} · {measure}"
    sign = 1 if (other.direction if other else one.direction) == "above" else -1
    reached = [level for level, number in numbers.items() if sign * value >= sign * number]
    points = look.curve(device, watch)
    cause = Cause(name, points, [Threshold(level, number) for level, number in numbers.items()], unit)
    return Part(cause, device, f"{value:,.4g} {unit}".strip(), reached[-1] if reached else one.level)


def _surge(look: Look, watch: Surge) -> Proof:
    place, grounds = look.alert.place, look.grounds
    cases = grounds.cases(look.rule, watch, place)
    return proof_of_counts.surge(look.told, watch, grounds.weeks(look.rule, watch, place), cases)


def _cases(look: Look, watch: Cases) -> Proof:
    place, grounds = look.alert.place, look.grounds
    if watch.cases in ("due", "overdue"):
        return proof_of_counts.deadlines(look.told, *grounds.running(look.rule, watch, place))
    slots = grounds.case_slots(look.rule, watch, place)
    return proof_of_counts.counted(look.told, watch, slots, grounds.cases(look.rule, watch, place))


def _gaps(look: Look, watch: Gaps) -> Proof:
    return proof_of_counts.gaps(look.told, *look.grounds.silent(watch, look.alert.place))


def _official(look: Look, watch: Official) -> Proof:
    return proof_of_counts.issued(look.told, look.grounds.issued(look.rule, watch, look.alert.place))


def _rejects(look: Look, watch: Rejects) -> Proof:
    return proof_of_counts.rejects(look.told, watch, *look.grounds.refused(watch, look.alert.place))


def _marked(look: Look, watch: Marked) -> Proof:
    return proof_of_counts.marked(look.told, watch, *look.grounds.marked(watch, look.alert.place))


def _silence(look: Look, watch: Silence) -> Proof:
    return proof_of_counts.silent(look.told, watch, *look.grounds.hushed(watch, look.alert.place))


PROOFS: Mapping[type, Callable[[Look, Any], Proof]] = {
    Readings: _readings,
    Anomaly: _anomaly,
    Forecast: _forecast,
    Composite: _together,
    Surge: _surge,
    Cases: _cases,
    Gaps: _gaps,
    Official: _official,
    Rejects: _rejects,
    Marked: _marked,
    Silence: _silence,
}
"""How each kind of watch says why."""
