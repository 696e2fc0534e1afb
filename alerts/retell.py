"""A rule told again over a span of history, with the late data and without it: the beats of a back-test. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.alert import Transition
from alerts.episodes import Episode, by_place, episodes, standing
from alerts.hearing import Answering
from alerts.latecomers import Job
from alerts.replay import Replay
from alerts.states import State
from config.city import CityProfile

Told = Mapping[str, Sequence[Episode]]
"""Episodes by place."""


@dataclass(frozen=True)
class Course:
    """When a job is told again: all of `times` until `end`, and of those after it as many as must be."""

    times: Sequence[int]
    end: int

    @property
    def latest(self) -> int:
        return self.times[-1]


class CannotRetell(RuntimeError):
    """A rule that could not be evaluated over history; the text says why."""


def retold(  # noqa: PLR0913, PLR0917 - a rule, a history, and all that it is told with
    job: Job,
    history: Answering,
    profile: CityProfile,
    seeds: Mapping[str, Mapping[str, State]],
    course: Course,
    told: Told,
) -> tuple[Told, int]:
    """Episodes of the job's places as `history` has them, and how many beats that took. `seeds` are states by rule.

    It goes on after the course's end while a place is open that was not told as open then. Raises CannotRetell.
    """
    key = job.rule.key
    replay = Replay(history, profile, job.rules, {rule: dict(states) for rule, states in seeds.items()})
    found: list[Transition] = []
    last, taken = course.end, 0
    for now in course.times:
        if now > course.end and not _unsettled(job, replay.states[key], told, last):
            break
        last, taken = now, taken + 1
        found += [one for one in replay.turn(now) if one.rule == key]
        for why in replay.failed.values():
            raise CannotRetell(why)
    several, ended = by_place(found), _Ended(told, last, course.latest)
    before = {place: standing(key, place, seeds[key].get(place)) for place in job.places}
    return {place: ended.of(place, episodes(several.get(place, ()), before[place])) for place in job.places}, taken


def _unsettled(job: Job, states: Mapping[str, State], told: Told, now: int) -> bool:
    opened = [place for place in job.places if place in states and states[place].open]
    return any(_over(told.get(place, ()), now) is None for place in opened)


def _over(told: Iterable[Episode], now: int) -> Episode | None:
    """What was told as standing at `now`."""
    return next((one for one in told if one.since <= now and (one.until is None or one.until >= now)), None)


@dataclass(frozen=True)
class _Ended:
    """What still stands at the `end` goes on as it was told; where it was not, as far as it was looked at."""

    told: Told
    end: int
    latest: int

    def of(self, place: str, found: Sequence[Episode]) -> list[Episode]:
        return [self._ended(one, self.told.get(place, ())) for one in found]

    def _ended(self, one: Episode, told: Sequence[Episode]) -> Episode:
        if one.until is not None or self.end >= self.latest:
            return one
        over = _over(told, self.end)
        return replace(one, until=over.until if over else self.end)
