"""Counts cases and alerts of a day from rows of the database. Pure; times are epoch ms, UTC."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from dashboard.brief.figures import LEVELS, Cases, Overdue, Tally

HOUR = 3_600_000
MOST_CATEGORIES = 5  # what fits one page
MOST_OVERDUE = 6

Clock = Callable[[int], datetime]
"""Epoch ms to a time in the city's zone."""


@dataclass(frozen=True, slots=True)
class Span:
    """The times of a brief, epoch ms: the day's start, the moment it is counted to, and a day either side."""

    start: int
    until: int
    before: int
    before_until: int
    soon: int

    def holds(self, at: int) -> bool:
        return self.start <= at < self.until


# -- cases ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it stood at `until`. 0 means never, for due, closed and reopened."""

    case: str
    title: str
    category: str
    district: str
    department: str
    stage: str
    reported: int
    due: int
    closed: int
    reopened: int

    @property
    def is_closed(self) -> bool:
        """Closed, and not sent back since."""
        return 0 < self.closed >= self.reopened

    @property
    def set_aside(self) -> bool:
        """作废 or 挂账: out of the count of what is due (GB/T 30428)."""
        return self.stage in {"voided", "suspended"}

    @property
    def on_time(self) -> bool:
        return self.is_closed and self.closed <= self.due

    def due_in(self, start: int, end: int) -> bool:
        return not self.set_aside and start <= self.due < end

    def overdue_at(self, until: int) -> bool:
        return not self.set_aside and not self.is_closed and 0 < self.due < until


def count_cases(rows: Sequence[CaseRow], span: Span, complete_before: bool, clock: Clock) -> Cases:
    """The day's figures. `complete_before`: the day before has data throughout, so that comparing is fair."""
    today = [row for row in rows if span.holds(row.reported)]
    earlier = sum(span.before <= row.reported < span.before_until for row in rows)
    late = sorted((row for row in rows if row.overdue_at(span.until)), key=lambda row: (row.due, row.case))
    return Cases(
        total=tally(rows, span),
        before=earlier if complete_before else None,
        closed_today=sum(row.is_closed and span.holds(row.closed) for row in rows),
        due_soon=sum(row.due_in(span.until, span.soon) and not row.is_closed for row in rows),
        without_due=sum(row.due == 0 for row in today),
        hours=_per_hour(today, span),
        categories=tuple(Counter(row.category for row in today).most_common(MOST_CATEGORIES)),
        districts=_by_district(rows, span),
        overdue=tuple(_overdue(row, span, clock) for row in late[:MOST_OVERDUE]),
    )


def tally(rows: Iterable[CaseRow], span: Span) -> Tally:
    """Counts of some cases: reported in the day, due in it, closed and on time of those due, overdue at its end."""
    rows = list(rows)
    due = [row for row in rows if row.due_in(span.start, span.until)]
    return Tally(
        reported=sum(span.holds(row.reported) for row in rows),
        due=len(due),
        closed=sum(row.is_closed for row in due),
        on_time=sum(row.on_time for row in due),
        overdue=sum(row.overdue_at(span.until) for row in rows),
    )


def _per_hour(today: Sequence[CaseRow], span: Span) -> tuple[int, ...]:
    counts = Counter((row.reported - span.start) // HOUR for row in today)
    return tuple(counts[hour] for hour in range(-(-(span.until - span.start) // HOUR)))


def _by_district(rows: Sequence[CaseRow], span: Span) -> dict[str, Tally]:
    groups: dict[str, list[CaseRow]] = defaultdict(list)
    for row in rows:
        groups[row.district].append(row)
    return {district: tally(group, span) for district, group in groups.items()}


def _overdue(row: CaseRow, span: Span, clock: Clock) -> Overdue:
    late = (span.until - row.due) / 1000
    return Overdue(row.case, row.title, row.category, row.district, row.department, row.stage, clock(row.due), late)


# -- alerts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the journal of alerts."""

    alert: str
    rule: str
    place: str
    at: int
    state: str
    value: float | None
    threshold: float | None
    district: str
    device: str = ""  # the worst of the sensors behind it
    left: str = ""  # how sure the level was that is left (alerts/witness.py)
    title: str = ""  # of an official warning, as its issuer calls it


def transition_of(row: Mapping[str, Any]) -> Transition:
    """A row of sql/transitions.sql."""
    return Transition(
        alert=row["alert"],
        rule=row["rule"],
        place=row["place"],
        at=row["at_ms"],
        state=row["to_state"],
        value=row["value"],
        threshold=row["threshold"],
        district=row["district"],
        device=row["device"],
        left=row["its_left"],
        title=row["its_title"],
    )


@dataclass(frozen=True, slots=True)
class Course:
    """How one alert went in the day. Times epoch ms; `cleared` 0 while it is open."""

    first: Transition
    worst: str
    opened: int
    cleared: int
    stale: bool
    peak: float | None
    doubtful: bool = False
    """Its worst level stood on one reading to its end."""


def courses(transitions: Iterable[Transition], start: int) -> list[Course]:
    """One course for each alert that held a level at or after `start`; `transitions` are sorted by (alert, at)."""
    found = (_course(list(group), start) for _, group in groupby(transitions, key=lambda one: one.alert))
    return sorted(filter(None, found), key=lambda one: (-LEVELS.index(one.worst), one.opened, one.first.alert))


def _course(steps: Sequence[Transition], start: int) -> Course | None:
    risen = [step for step in steps if step.state in LEVELS]
    last = steps[-1]
    in_force = [step for step in risen if step.at >= start] + [step for step in risen if step.at < start][-1:]
    ended = last.state in {"clear", "pending"}
    if not in_force or (ended and last.at < start):
        return None
    worst = max((step.state for step in in_force), key=LEVELS.index)
    return Course(
        first=risen[0],
        worst=worst,
        opened=risen[0].at,
        cleared=last.at if ended else 0,
        stale=last.state == "stale",
        peak=_peak(in_force),
        doubtful=_doubtful(steps, worst),
    )


def _doubtful(steps: Sequence[Transition], worst: str) -> bool:
    """Each time the level was left, no second reading had borne it out."""
    left = [after.left for before, after in pairwise(steps) if before.state == worst and after.left]
    return bool(left) and "confirmed" not in left


def _peak(steps: Sequence[Transition]) -> float | None:
    """The most extreme value: the lowest where a rule fires below its threshold, else the highest."""
    known = [step for step in steps if step.value is not None]
    if not known:
        return None
    values = [step.value for step in known if step.value is not None]
    rising = known[0].threshold is None or values[0] >= known[0].threshold
    return max(values) if rising else min(values)


def acknowledgements(actions: Iterable[tuple[str, int, str, str]]) -> Mapping[str, tuple[int, str]]:
    """Alert to (when, who) of the acknowledgement that stands; actions are (alert, at, kind, actor) sorted by time."""
    standing: dict[str, tuple[int, str]] = {}
    for alert, at, kind, actor in actions:
        if kind == "acknowledge":
            standing.setdefault(alert, (at, actor))
        else:
            standing.pop(alert, None)
    return standing
