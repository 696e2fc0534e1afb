"""Tests of rules as data: readings and steps of cases over time, and the transitions that are expected of a rule. Pure.

The form is told in docs/backtest.md; `yiping rules test` runs it. What is decided is what `watch` decides: the same
questions (answered from memory), the same engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from alerts.alert import STATES, Transition, milliseconds
from alerts.memory import CASES, READINGS, Columns, Memory
from alerts.replay import Replay
from alerts.rules import Rule
from alerts.watches import Duration, duration
from config.city import CityProfile, Latitude, Longitude, Part
from streams.parse_fields import UNUSABLE
from streams.records import STAGES

MINUTE = 60_000
START = "2026-07-21T08:00:00+08:00"  # a working day in the flood season, for tests to which the day is all the same
LOOK = 30_000  # ms between two looks at the rule, unless the test says otherwise
EXACT = 1e-6  # how far a value may be from the expected one: values are rounded to six digits

Where = Callable[[float | None, float | None], tuple[int, str]]
"""Cell and district of a point; a Places."""


def _moment(given: object) -> int:
    """A time of a test as ms after its start: a number of minutes, or a duration."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return round(given * MINUTE)
    if isinstance(given, str) and re.fullmatch(r"\d+(\.\d+)?", given):
        return round(float(given) * MINUTE)
    return duration(given)


def _moments(given: object) -> tuple[int, ...]:
    """One or several; `5 x 60` are sixty at minute five, `5 +1 x 3` are 5, 6 and 7."""
    several = given if isinstance(given, list) else [given]
    return tuple(_moment(one) for part in several for one in (_run(part) if _is_run(part) else [part]))


def _is_run(given: object) -> bool:
    return isinstance(given, str) and _RUN.fullmatch(given) is not None


_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_RUN = re.compile(rf"(null|{_NUMBER})(?: ([-+]) ?(\d+(?:\.\d+)?))? x (\d+)")


def _spread(given: object) -> tuple[float | None, ...]:
    """`[7, 3 x 5]` is seven and then five threes; `1 +0.5 x 3` is 1, 1.5, 2; null is silence."""
    if not isinstance(given, list):
        raise ValueError("values are a list: [1.5, null, 3 x 5, 1 +0.5 x 3]")
    return tuple(value for one in given for value in _run(one))


def _run(one: object) -> Iterator[float | None]:
    if one is None or (isinstance(one, int | float) and not isinstance(one, bool)):
        yield one
        return
    found = _RUN.fullmatch(one) if isinstance(one, str) else None
    if found is None:
        raise ValueError(
            f"{one!r} is no value; write a number, null, `3 x 5` (five threes) or `1 +0.5 x 3` (1, 1.5, 2)"
        )
    first, sign, by, times = found.groups()
    step = float(f"{sign or ''}{by or 0}")
    for number in range(int(times)):
        yield None if first == "null" else round(float(first) + number * step, 9)


def _stage(given: str) -> str:
    if given not in STAGES:
        raise ValueError(f"no stage {given!r}; there are {', '.join(STAGES)}")
    return given


def _aware(given: object) -> datetime:
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(f"{given!r} is no time; write one with its offset, such as {START}")
    return at


Moment = Annotated[int, BeforeValidator(_moment)]


class Point(Part):
    """Where devices and cases are, WGS-84 degrees."""

    lat: Latitude
    lon: Longitude


class Series(Part):
    """What a device says: a value each `every`, the first at `start`; one that is `quality: bad` is heard, not used."""

    device: str
    metric: str
    every: Duration = MINUTE
    start: Moment = 0
    values: Annotated[tuple[float | None, ...], BeforeValidator(_spread)]
    quality: str = ""
    here: Point | None = None


class Moved(Part):
    """Steps of cases: one at each of `at`, each a case of its own unless `case` names one; `due` is told as `at`."""

    at: Annotated[tuple[int, ...], BeforeValidator(_moments)]
    stage: Annotated[str, AfterValidator(_stage)]
    case: str | None = None
    due: Moment | None = None
    here: Point | None = None


class Expected(NamedTuple):
    """A transition that a test wants: ms after the start, the state gone to, and the value if it matters."""

    at: int
    state: str
    value: float | None = None


def _expected(given: object) -> object:
    if isinstance(given, dict):
        return {str(place): _expected(transitions) for place, transitions in given.items()}
    if not isinstance(given, list):
        raise ValueError("a list of transitions is wanted, such as [2 pending, 3 orange, 8 clear]; [] for none")
    return tuple(map(_transition, given))


def _transition(text: object) -> Expected:
    """`2.5 blue` or `2m30s blue`; `2.5 blue 1.9` wants the value too."""
    words = text.split() if isinstance(text, str) else []
    if len(words) not in {2, 3} or words[1] not in STATES or not re.fullmatch(_NUMBER, (*words, "0")[2]):
        raise ValueError(f"{text!r} is no transition; write minutes and a state of {', '.join(STATES)}: `2.5 blue`")
    return Expected(_moment(words[0]), words[1], float(words[2]) if len(words) == 3 else None)


Transitions = tuple[Expected, ...]


class Case(Part):
    """One test: a rule, what is said, and the transitions of `place`; or those of several places, and no others."""

    rule: str
    title: str
    place: str | None = None
    start: Annotated[datetime, BeforeValidator(_aware), Field(validate_default=True)] = START  # type: ignore[assignment]
    until: Moment | None = None
    every: Annotated[Duration, Field(ge=1000)] = LOOK
    readings: tuple[Series, ...] = ()
    steps: tuple[Moved, ...] = ()
    expect: Annotated[Transitions | dict[str, Transitions], PlainValidator(_expected)]

    @model_validator(mode="after")
    def _one_way(self) -> Case:
        if (self.place is None) != isinstance(self.expect, dict):
            raise ValueError("give `place` and its transitions, or no `place` and transitions by place")
        return self

    @property
    def end(self) -> int:
        """ms after the start at which it is over (not looked at any more): when the last series is, unless said."""
        ends = [series.start + len(series.values) * series.every for series in self.readings]
        ends += [max(moved.at) + LOOK for moved in self.steps]
        return max(ends, default=0) if self.until is None else self.until + 1


class RuleTests(Part):
    """A file of tests. `rules` are rule files beside it (config/rules if absent), `here` is where everything stands."""

    rules: tuple[str, ...] = ()
    here: Point | None = None
    cases: tuple[Case, ...]


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
    history = Memory(_readings(case, start, middle, where), _steps(case, start, middle, where))
    replay = Replay(history, profile, (rule,))
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


def _step(moved: Moved, at: int, case: str, start: int, spot: tuple[Point, Where]) -> dict[str, Any]:
    here, where = spot
    cell, district = where(here.lat, here.lon)
    due = None if moved.due is None else start + moved.due
    place = {"lat": here.lat, "lon": here.lon, "cell": cell, "district": district}
    return {"case": case, "at": at, "stage": moved.stage, "due": due, **place}
