"""The form in which a test of a rule is written: what is said, what is known beside it, what is expected. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from alerts.alert import STATES
from alerts.watches import Duration, duration
from config.city import CityProfile, Latitude, Longitude, Part, Station
from streams.records import STAGES

MINUTE = 60_000
START = "2026-07-21T08:00:00+08:00"  # a working day in the flood season, for tests to which the day is all the same
LOOK = 30_000  # ms between two looks at the rule, unless the test says otherwise


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


class Told(Part):
    """A word about an event: an official warning, say, with its colour in the title or a grade of CAP.

    `expires`, told as `at`, is when it is over unless it is told so before; `message` is what an update of CAP calls
    itself, when `event` is the message that it refers to.
    """

    event: str
    at: Moment
    title: str
    kind: str = "warning"
    grade: str = ""
    status: str = "active"
    expires: Moment | None = None
    area: str = ""
    message: str = ""
    here: Point | None = None


class Refused(Part):
    """Messages of a stream that were rejected at a time."""

    at: Moment
    stream: str
    reason: str = "bad_json"
    messages: Annotated[int, Field(ge=1)] = 1


class Registered(Part):
    """A device of the registry: what it is expected to say every so often, through which gateway, and its marks."""

    device: str
    every: Duration = MINUTE
    gateway: str = ""
    marks: dict[str, dict[str, float]] = Field(default_factory=dict)


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
    events: tuple[Told, ...] = ()
    rejects: tuple[Refused, ...] = ()
    devices: tuple[Registered, ...] = ()
    stations: tuple[Station, ...] = ()  # gauges instead of the profile's of the same name, or beside them
    expect: Annotated[Transitions | dict[str, Transitions], PlainValidator(_expected)]

    @model_validator(mode="after")
    def _one_way(self) -> Case:
        if (self.place is None) != isinstance(self.expect, dict):
            raise ValueError("give `place` and its transitions, or no `place` and transitions by place")
        return self

    def told(self, profile: CityProfile) -> CityProfile:
        """The profile with the stations of this test. Raises ValueError when they do not fit together."""
        mine = {one.id: one for one in (*profile.stations, *self.stations)}
        return CityProfile.model_validate({**dict(profile), "stations": tuple(mine.values())})

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
