"""Which alerts rest on what the simulator made up (模拟数据): whoever is told of one must know. Asks the database.

A device's alert is made up when its own readings are: a real river is not called simulated because an invented city
runs beside it. What speaks for many is when any reading, step or reject in its district, or of its metric, is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from alerts.alert import Alert, Transition, instant, milliseconds
from alerts.events import event_of
from alerts.rules import Rule, RuleBook
from alerts.watches import Anomaly, Cases, Composite, Forecast, Gaps, Marked, Official, Rejects, Silence, Surge
from streams.clickhouse import Database, Question

MADE_UP = Question.load(Path(__file__).parent / "sql", "made_up")
BACK = timedelta(days=1)
"""Before its newest reading: no measure of a rule of ours looks further back, but for those that count weeks."""

Mark = tuple[str, str, str]
"""A stream, what of it (a metric, an event, a stream of rejects, a gateway), and who (a device, a district, '' any)."""


class Ground(NamedTuple):
    """What an alert stands on, open or cleared. '' for what there is none of; `scope` is that of a gap."""

    alert: str
    rule: str
    place: str
    device: str
    district: str
    event: str
    scope: str
    at: datetime


def ground(alert: Alert) -> Ground:
    """Of an open alert."""
    at = alert.observed or alert.changed
    return Ground(alert.id, alert.rule, alert.place, alert.device, alert.district, *_told(alert.detail), at)


def ground_of_step(step: Transition, rule: Rule) -> Ground:
    """Of an alert that is known by its journal only: the device is then its place, or not known."""
    device = step.place if rule.place.kind == "device" else ""
    at = instant(step.at if step.observed is None else step.observed)
    return Ground(step.alert, step.rule, step.place, device, step.spot.district, *_told(step.detail), at)


def _told(detail: Mapping[str, object]) -> tuple[str, str]:
    return str(detail.get("event", "")), str(detail.get("scope", ""))


def simulated(database: Database, grounds: Sequence[Ground], book: RuleBook) -> frozenset[str]:
    """Ids of those alerts that rest on made-up data. Raises DatabaseUnavailable, QueryFailed."""
    if not grounds:
        return frozenset()
    wanted = {one.alert: marks(one, book) for one in grounds}
    metrics = {what for found in wanted.values() for stream, what, _ in found if stream == "iot"}
    devices = {one.device for one in grounds} - {""}
    since = min(one.at for one in grounds) - BACK
    answer = database.ask(MADE_UP, metrics=sorted(metrics), devices=sorted(devices), since_ms=milliseconds(since))
    sent = set(zip(*answer.columns, strict=True))
    return frozenset(alert for alert, found in wanted.items() if sent & found)


def marks(one: Ground, book: RuleBook) -> set[Mark]:
    """Any of these that the simulator sent makes the alert a simulated one."""
    rule = book.rule(one.rule)
    parts = rule.watch.all_of if isinstance(rule.watch, Composite) else ()
    others = [book.rule(part.rule) for part in parts if part.rule]
    return {mark for each in (rule, *others) for mark in _marks(each, one)}


def _marks(rule: Rule, one: Ground) -> Iterator[Mark]:
    for metric in _metrics(rule, one):
        yield "iot", metric, one.device or one.district
    if isinstance(rule.watch, Cases | Surge):
        yield "cases", "", one.district
    elif isinstance(rule.watch, Official):
        yield "events", one.event or event_of(one.place), ""
    elif isinstance(rule.watch, Rejects):
        yield "rejects", one.place, ""
    elif isinstance(rule.watch, Gaps):
        yield "devices", "" if one.scope == "all" else one.place, ""


def _metrics(rule: Rule, one: Ground) -> Iterator[str]:
    watch = rule.watch
    if isinstance(watch, Silence | Marked):
        yield one.place
    elif isinstance(watch, Anomaly):
        yield watch.anomaly
    elif isinstance(watch, Forecast):
        yield watch.forecast
    yield from (measure.metric for measure in rule.readings)
