"""Looks again at what late data may have changed, and appends corrections of the journal. On a thread of `watch`.

What arrived late is found by `received`, as the rollups find theirs; the rules concerned are told again over that time
with the code of a back-test; where history now says something else than the journal, and would not without the late
data, a correction is appended. Nothing is overwritten, no alert opens or ends, nobody is notified. What was looked at
until when is a row (`late_looks`): a restart goes on there, and finds what it found before to be said already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import h3.api.basic_str as h3
import structlog

from alerts import errata, journal
from alerts.corrections import Correction, Finding, Histories, findings, missed
from alerts.episodes import by_place, episodes, standing
from alerts.latecomers import (
    LATE,
    Job,
    Late,
    beats,
    coming,
    influence,
    jobs,
    late_rows,
    lateness,
    leave_out,
    metrics,
    near,
    of_cases,
    slack,
    step_of,
    warm,
)
from alerts.measures import NEWEST_WITHIN
from alerts.past import Past, registered
from alerts.replay import reach
from alerts.retell import CannotRetell, Course, Told, retold
from alerts.rules import Rule
from alerts.states import State
from alerts.watches import Forecast
from config.city import CityProfile
from config.settings import Settings
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed, Question

SQL = Path(__file__).parent / "sql"
ARRIVALS, READINGS, CASES, MARK = (
    Question.load(SQL, name) for name in ("late_arrivals", "late_readings", "late_cases", "late_mark")
)

BEAT_S = 30.0
SLOT = 60_000  # ms of arrival that are one
SETTLE = 30_000  # a slot is looked at so long after its end: all of it is stored by then
PATIENCE = 600_000  # who still sends what is late is waited for, but not longer
BACK = 600_000  # what arrived so long before the mark is looked for again: `received` is the reader's clock
FIRST = 86_400_000  # nobody ever looked: what arrived within a day
FAR = 30 * 86_400_000  # late data about times before is not looked at: the desk remembers as far
MOST_ARRIVALS = 50_000  # that are asked for at once
MOST_ROWS = 300_000  # readings or steps that one job may read
EFFORT = 60_000  # looks at a place in one turn: two seconds of one core, or so
FURTHER = (0, 6 * 3_600_000, 48 * 3_600_000)  # ms before the warm-up, until nothing begins with the first beat
OVERHEAD = 4  # a beat costs as much as looking at so many places
KEPT = 300_000  # ms: how often the mark is written when nothing is late

Rows = dict[str, Sequence[Any]]
"""Columns of a table; {} for no rows."""

log = structlog.get_logger("review")


@dataclass
class Look:
    """What one turn came to: what it found; and what it did not look at, as `late_looks` has it."""

    left: int = 0
    old: int = 0
    many: int = 0
    found: list[Correction] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # slots of what must be looked at in the next turn

    @property
    def short(self) -> bool:
        return bool(self.left or self.old or self.many)


@dataclass
class Review:
    """One who looks again: call `turn` again and again. Two at once do no harm: what is found twice counts once."""

    database: Database
    profile: CityProfile
    rules: Sequence[Rule]
    effort: int = EFFORT
    _mark: int = 0  # epoch ms of arrival; all that came before was looked at
    _written: int = 0
    _pressed: bool = False  # more is late than is asked for at once
    _seen: set[tuple[str, Late]] = field(default_factory=set)  # by key of the rule; '' for all of them
    _left: int = 0

    def turn(self, now: int) -> Look:
        """Look at what arrived late until `now`, epoch ms. Raises DatabaseUnavailable, QueryFailed: then turn again."""
        until = (now - SETTLE) // SLOT * SLOT
        self._mark = self._mark or int(self.database.ask_settled(MARK).column("mark_ms")[0]) or until - FIRST
        lates = self._arrivals(until, now)
        self._pressed = len(lates) >= MOST_ARRIVALS
        busy = frozenset() if self._pressed else coming(lates, until, SLOT, PATIENCE)
        ready = [one for one in lates if one.source not in busy]
        fresh = [one for one in ready if ("", one) not in self._seen]
        look = Look(old=sum(one.old for one in fresh), waiting=[one.slot for one in lates if one.source in busy])
        self._left = self.effort
        for job in jobs(self.rules, fresh, self.profile, lambda rule, late: (rule.key, late) in self._seen):
            self._take(job, now, look)
        self._seen |= {("", one) for one in fresh if one.slot not in look.waiting}
        self._close(lates, until, now, look)
        return look

    def _arrivals(self, until: int, now: int) -> list[Late]:
        since = self._mark - (0 if self._pressed else BACK)
        asked = {"since_ms": since, "until_ms": until, "late_ms": LATE, "far_ms": now - FAR, "most": MOST_ARRIVALS}
        return [Late(*row) for row in zip(*self.database.ask(ARRIVALS, **asked).columns, strict=True)]

    def _take(self, job: Job, now: int, look: Look) -> None:
        """Do a job, while there is effort left for it."""
        if self._left <= 0:
            look.left += len(job.places)
            look.waiting += [one.slot for one in job.lates]
            return
        try:
            found = self._corrections(job, now, look)
        except CannotRetell as error:
            log.error("a rule cannot be told again", rule=job.rule.key, error=str(error))
            found = []
        errata.append(self.database, found)
        look.found += found
        self._seen |= {(job.rule.key, one) for one in job.lates}
        for one in found:
            log.warning(
                "late data corrects the journal", rule=one.rule, place=one.place, verdict=one.verdict, id=one.id
            )

    def _close(self, lates: Sequence[Late], until: int, now: int, look: Look) -> None:
        """Move the mark to where everything was looked at, and write down what was not."""
        last = lates[-1].slot if self._pressed else until
        if self._pressed and last == lates[0].slot and not look.waiting:
            look.many, last = look.many + 1, last + SLOT  # more than fits in one minute: what was not listed is passed
        self._mark = max(self._mark, min([last, *look.waiting]))
        if look.short or look.found or now - self._written >= KEPT:
            row = {"looked": now, "mark": self._mark, "left": look.left, "old": look.old, "many": look.many}
            self.database.insert("late_looks", {name: [value] for name, value in row.items()})
            self._written = now
        self._seen = {one for one in self._seen if one[1].slot >= self._mark - BACK}
        if look.short:
            log.warning("not all late data was looked at", left=look.left, old=look.old, many=look.many)

    # -- one job

    def _corrections(self, job: Job, now: int, look: Look) -> list[Correction]:
        rule = job.rule
        before = errata.corrections(self.database, rule=rule.key, places=job.places, since=job.first - warm(job))
        first, end = min([job.first, *(one.at for one in before)]), min(now, job.last + influence(job, self.profile))
        for further in FURTHER:
            begin = max(now - FAR, first - warm(job) - further)
            past = self._past(job, begin, now)
            if past is None:
                look.many += sum(one.rows for one in job.lates)
                return []
            near_by = slack(rule, step_of(end - begin))
            course = Course(_times(past, job, begin, end, now), end)
            found = self._histories(job, past, course, before, near_by)
            if not any(_cut_off(one, course) for one in found.values()):
                break
        return [
            self._correction(job, place, one, now)
            for place, histories in sorted(found.items())
            for one in findings(histories, near_by, rule.sign)
        ]

    def _histories(
        self, job: Job, past: Past, course: Course, before: Sequence[Correction], near_by: int
    ) -> dict[str, Histories]:
        """What must be compared, of the places where it may differ: history without what is late is told only there."""
        seeds, told = self._told(job, course.times[0], course.latest)
        told = {place: [one for one in several if one.since <= course.end] for place, several in told.items()}
        said = self._retold(job, past, seeds, course, told)
        ours = {place: [one for one in before if one.place == place] for place in job.places}
        found = {place: Histories(said[place], None, told[place], ours[place]) for place in job.places}
        found = {place: one for place, one in found.items() if findings(one, near_by, job.rule.sign)}
        if not found:
            return found
        other = self._retold(job, _without(past, job.since), seeds, course, told)
        return {place: replace(one, without=other[place]) for place, one in found.items()}

    def _retold(self, job: Job, past: Past, seeds: Mapping[str, State], course: Course, told: Told) -> Told:
        begin, states = course.times[0] - 1, {job.rule.key: seeds}
        states |= {one.key: journal.stood(self.database, one.key, (), begin) for one in job.others}
        said, taken = retold(job, past.memory(), self.profile, states, course, told)
        self._left -= taken * (OVERHEAD + len(job.places)) * len(job.rules)
        return said

    def _correction(self, job: Job, place: str, found: Finding, now: int) -> Correction:
        return Correction(
            found=now,
            at=found.at,
            rule=job.rule.key,
            version=job.rule.version,
            place=place,
            verdict=found.verdict,
            now=found.now,
            told=found.told,
            lateness=lateness(job, place, self.profile),
            previous=found.previous,
            missed=missed(job.rule.key, place, found),
        )

    def _told(self, job: Job, begin: int, now: int) -> tuple[Mapping[str, State], Told]:
        """The states in which the rule left its places before `begin`, and the episodes that were told since."""
        seeds, steps = journal.told(self.database, job.rule.key, job.places, begin - 1, now)
        several = by_place(steps)
        stood = {place: standing(job.rule.key, place, seeds.get(place)) for place in job.places}
        return seeds, {place: episodes(several.get(place, ()), stood[place]) for place in job.places}

    # -- what is read

    def _past(self, job: Job, begin: int, now: int) -> Past | None:
        """What the rule may see from `begin` on; None when that is too much."""
        since = begin - max(map(reach, job.rules)) - self.profile.longest_way
        wanted, early = sorted(metrics(*job.rules)), min(since, begin - NEWEST_WITHIN)
        steps = self._rows(CASES, since_ms=early, until_ms=now) if of_cases(*job.rules) else {}
        asked = {"metrics": wanted, **_where(job), "since_ms": since, "until_ms": now}
        said = self._rows(READINGS, **asked) if wanted else {}
        if steps is None or said is None:
            return None
        return Past(readings=said, cases=steps, marks=registered(self.database, wanted))

    def _rows(self, question: Question, **asked: Any) -> Rows | None:
        answer = self.database.ask(question, **asked, most=MOST_ROWS)
        if len(answer) >= MOST_ROWS:
            return None
        return dict(zip(answer.names, answer.columns, strict=True)) if len(answer) else {}


def _cut_off(found: Histories, course: Course) -> bool:
    """Whether something began with the first beat: then it began before, and must be looked at from further back."""
    return any(one.since == course.times[0] for one in found.now)


def _where(job: Job) -> dict[str, Any]:
    """Whose readings a job needs; nobody is named when it needs all."""
    kind, places = job.rule.place.kind, sorted(job.places)
    alone = kind == "device" and not isinstance(job.rule.watch, Forecast)  # which looks upstream too
    return {
        "devices": places if alone else [],
        "districts": places if kind == "district" else [],
        "cells": [h3.str_to_int(cell) for cell in sorted(near(job))] if kind == "cell" else [],
        "resolution": job.rule.place.resolution,
    }


def _times(past: Past, job: Job, begin: int, end: int, now: int) -> list[int]:
    said = [columns["at"][row] for columns in _tables(past) for row in late_rows(columns, job.since)]
    return beats(begin, end, now, said)


def _tables(past: Past) -> tuple[Mapping[str, Sequence[Any]], ...]:
    return past.readings, past.cases


def _without(past: Past, since: int) -> Past:
    """As if what is late, and arrived since then, had not."""
    readings, cases = (leave_out(columns, late_rows(columns, since)) for columns in _tables(past))
    return replace(past, readings=readings, cases=cases)


def run(
    settings: Settings, profile: CityProfile, rules: Sequence[Rule], leads: Callable[[], bool], stop: Event
) -> None:
    """Look again until `stop` is set, while we lead; waits for the database."""
    database = Database(settings.database_url)
    review, failing = Review(database, profile, rules), False
    try:
        while not stop.wait(BEAT_S):
            if not leads():
                review = Review(database, profile, rules)  # who leads meanwhile has a mark of its own
                continue
            try:
                review.turn(time.time_ns() // 1_000_000)
                failing = False
            except Exception as error:  # noqa: BLE001,RUF100 - whatever it is, it must not be the last look
                if not failing:
                    known = isinstance(error, DatabaseUnavailable | QueryFailed)
                    log.warning("late data waits", error=str(error), exc_info=not known)
                failing = True
    finally:
        database.close()
