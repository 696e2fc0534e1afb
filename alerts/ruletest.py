"""Tests of rules as data: readings and steps of cases over time, and the transitions that are expected of a rule. Pure.

The form is told in docs/backtest.md; `yiping rules test` runs it. What is decided is what `watch` decides: the same
questions (answered from memory), the same engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.alert import Transition, milliseconds
from alerts.beside import Beside, Entry, Event, Word
from alerts.memory import CASES, READINGS, Columns, Memory
from alerts.replay import Replay
from alerts.rules import Rule
from alerts.testforms import MINUTE, Case, Expected, Moved, Point, RuleTests, Series, Told
from config.city import CityProfile
from streams.parse_fields import UNUSABLE

__all__ = ["MINUTE", "Case", "Expected", "RuleTests", "Series", "Verdict", "judge"]

EXACT = 1e-6  # how far a value may be from the expected one: values are rounded to six digits

Where = Callable[[float | None, float | None], tuple[int, str]]
"""Cell and district of a point; a Places."""


@dataclass(frozen=True)
class Verdict:
    """What came of a test: transitions by place, and those that were expected."""

    case: Case
    start: int
    expected: Mapping[str, Sequence[Expected]]
    came: Mapping[str, Sequence[Transition]]
    failed: str = ""

    @property
    def right(self) -> bool:
        places = {*self.expected, *self.came}
        return not self.failed and all(self._agrees(place) for place in places)

    def _agrees(self, place: str) -> bool:
        wanted, came = self.expected.get(place, ()), self.came.get(place, ())
        return len(wanted) == len(came) and all(map(self._same, wanted, came))

    def _same(self, wanted: Expected, came: Transition) -> bool:
        if (self.start + wanted.at, wanted.state) != (came.at, came.after):
            return False
        return wanted.value is None or (came.value is not None and abs(wanted.value - came.value) <= EXACT)


def judge(case: Case, rule: Rule, profile: CityProfile, where: Where, here: Point | None = None) -> Verdict:
    """Run one test of `rule`. Without any `here` everything stands in the first town of the profile."""
    start = milliseconds(case.start)
    middle = here or Point.model_validate(_middle(profile))
    beside = _beside(case, start, middle, where)
    history = Memory(_readings(case, start, middle, where), _steps(case, start, middle, where), beside)
    # its clock strikes at the start, not when its version says: a test must not depend on a rule's hash
    replay = Replay(history, case.told(profile), (rule,), strikes=lambda _: start)
    came: dict[str, list[Transition]] = {}
    for now in range(start, start + case.end, case.every):
        for one in replay.turn(now):
            if case.place in {None, one.place}:
                came.setdefault(one.place, []).append(one)
    expected = case.expect if isinstance(case.expect, dict) else {case.place or "": case.expect}
    return Verdict(case, start, expected, came, replay.failed.get(rule.key, ""))


def _middle(profile: CityProfile) -> dict[str, float]:
    spot = profile.towns[0] if profile.towns else profile.view
    return {"lat": spot.lat, "lon": spot.lon}


def _readings(case: Case, start: int, middle: Point, where: Where) -> Columns:
    rows = [row for series in case.readings for row in _said(series, start, series.here or middle, where)]
    return {name: [row[name] for row in rows] for name in READINGS} if rows else {}


def _said(series: Series, start: int, here: Point, where: Where) -> Iterator[dict[str, Any]]:
    cell, district = where(here.lat, here.lon)
    fixed = {"device": series.device, "metric": series.metric, "usable": series.quality not in UNUSABLE}
    place = {"lat": here.lat, "lon": here.lon, "cell": cell, "district": district}
    for number, value in enumerate(series.values):
        if value is not None:
            at = start + series.start + number * series.every
            yield {**fixed, **place, "at": at, "received": at, "value": value, "offset": number, "item": 0}


def _steps(case: Case, start: int, middle: Point, where: Where) -> Columns:
    rows = [
        _step(moved, start + at, moved.case or f"{number}.{count}", start, (moved.here or middle, where))
        for number, moved in enumerate(case.steps)
        for count, at in enumerate(moved.at)
    ]
    return {name: [({"offset": n} | row)[name] for n, row in enumerate(rows)] for name in CASES} if rows else {}


def _beside(case: Case, start: int, middle: Point, where: Where) -> Beside:
    """Registered at the start; a reading comes when it is said."""
    return Beside(
        marks={one.device: one.marks for one in case.devices if one.marks},
        entries=tuple(Entry(one.device, one.gateway, one.every / 1000, start) for one in case.devices),
        events=tuple(_event(one, start, one.here or middle, where) for one in case.events),
        rejects=tuple((start + one.at, one.stream, one.reason) for one in case.rejects for _ in range(one.messages)),
        words=tuple(_words(case, start)),
    )


def _event(told: Told, start: int, here: Point, where: Where) -> Event:
    spot = (here.lat, here.lon, *where(here.lat, here.lon))
    said = (told.event, start + told.at, told.status, told.kind, told.grade, told.title)
    expires = None if told.expires is None else start + told.expires
    return Event(*said, "test", spot, expires, told.area, told.message)


def _words(case: Case, start: int) -> Iterator[Word]:
    for series in case.readings:
        for number, value in enumerate(series.values):
            if value is not None:
                at = start + series.start + number * series.every
                yield Word(at, series.metric, series.device, series.quality)


def _step(moved: Moved, at: int, case: str, start: int, spot: tuple[Point, Where]) -> dict[str, Any]:
    here, where = spot
    cell, district = where(here.lat, here.lon)
    due = None if moved.due is None else start + moved.due
    place = {"lat": here.lat, "lon": here.lon, "cell": cell, "district": district}
    return {"case": case, "at": at, "stage": moved.stage, "due": due, **place}
