"""Cases in memory, as time goes forward: the answers of the questions about cases in alerts/sql without a database.

Times are epoch ms; a window is (since, now]. Pure.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

OVER = ("closed", "evaluated", "voided", "suspended")
"""Stages in which a case's time does not run."""


class CaseRow(NamedTuple):
    """A row of case_steps. lat and lon are NaN when not told, `due` is None."""

    at: int
    offset: int
    case: str
    stage: str
    due: int | None
    cell: int
    district: str
    lat: float
    lon: float


class Spot(NamedTuple):
    """Where a case is; as the database says it when nobody did."""

    cell: int = 0
    district: str = ""
    lat: float = math.nan
    lon: float = math.nan


WEEK = 7 * 86_400_000

TallyRow = tuple[int, str, int, float, float]
"""Cell, district, cases, and the middle of them (NaN when none tells where it is)."""


class Docket:
    """All steps of all cases, to be asked by time."""

    def __init__(self, rows: Iterable[CaseRow]) -> None:
        self.rows = sorted(rows, key=lambda row: (row.at, row.offset % (1 << 20)))
        self._at = [row.at for row in self.rows]
        self._reported = [row.at for row in self.rows if row.stage == "reported"]
        self._desks: dict[int, _Desk] = {}  # by window: each is asked at times that go forward

    def within(self, since: int, now: int) -> Sequence[CaseRow]:
        return self.rows[bisect_right(self._at, since) : bisect_right(self._at, now)]

    def newest(self, since: int, now: int) -> int:
        """The newest step of any case; 0 when there is none."""
        end = bisect_right(self._at, now)
        return self._at[end - 1] if end and self._at[end - 1] > since else 0

    def staged(self, since: int, now: int, stage: str) -> list[TallyRow]:
        """Cases with a step of this stage, by cell and district."""
        return _tallied(row for row in self.within(since, now) if row.stage == stage)

    def weeks(self, window: int, ends: Mapping[int, int]) -> list[tuple[Any, ...]]:
        """Cases reported in `window` before the end of each week: cell, district, week, and as above."""
        found = ((week, self.staged(end - window, end, "reported")) for week, end in ends.items())
        return [(cell, district, week, *rest) for week, tallies in found for cell, district, *rest in tallies]

    def known(self, weeks: int, now: int) -> list[tuple[int]]:
        """Of the weeks before now those in which any case was reported."""
        ends = ((week, now - week * WEEK) for week in range(1, weeks + 1))
        return [(week,) for week, end in ends if self._reported_within(end - WEEK, end)]

    def _reported_within(self, since: int, now: int) -> int:
        return bisect_right(self._reported, now) - bisect_right(self._reported, since)

    def due(self, since: int, now: int, first: int, last: int) -> list[TallyRow]:
        """Cases open at `now` whose time ends within (first, last], of those with a step after `since`, as above."""
        desk = self._desks.get(now - since)
        if desk is None or desk.now > now:
            desk = self._desks[now - since] = _Desk(self.rows)
        groups: dict[tuple[int, str], list[Spot]] = defaultdict(list)
        for spot in desk.due(since, now, first, last):
            groups[spot.cell, spot.district].append(spot)
        return [(*place, len(spots), *_middle(spots)) for place, spots in groups.items()]


def _tallied(rows: Iterable[CaseRow]) -> list[TallyRow]:
    groups: dict[tuple[int, str], list[CaseRow]] = defaultdict(list)
    for row in rows:
        groups[row.cell, row.district].append(row)
    return [
        (*place, len({row.case for row in found}), *_middle(Spot(*place, row.lat, row.lon) for row in found))
        for place, found in groups.items()
    ]


def _middle(spots: Iterable[Spot]) -> tuple[float, float]:
    some = list(spots)
    return _mean([spot.lat for spot in some]), _mean([spot.lon for spot in some])


def _mean(degrees: Iterable[float]) -> float:
    known = [one for one in degrees if math.isfinite(one)]
    return sum(known) / len(known) if known else math.nan


class _Desk:
    """The cases whose time runs, in a window that moves forward: only cases with a step that came or went are read."""

    def __init__(self, rows: Sequence[CaseRow]) -> None:
        self._rows = rows
        self._came = self._went = 0
        self._steps: dict[str, deque[CaseRow]] = defaultdict(deque)
        self._running: dict[str, tuple[int, Spot]] = {}
        self.now = -1 << 62

    def due(self, since: int, now: int, first: int, last: int) -> Iterator[Spot]:
        for case in self._moved(since, now):
            self._read(case)
        self.now = now
        return (spot for due, spot in self._running.values() if first < due <= last)

    def _moved(self, since: int, now: int) -> set[str]:
        moved: set[str] = set()
        while self._came < len(self._rows) and self._rows[self._came].at <= now:
            row = self._rows[self._came]
            self._steps[row.case].append(row)
            moved.add(row.case)
            self._came += 1
        while self._went < self._came and self._rows[self._went].at <= since:
            case = self._rows[self._went].case
            self._steps[case].popleft()
            moved.add(case)
            self._went += 1
        return moved

    def _read(self, case: str) -> None:
        steps = self._steps[case]
        due = next((step.due for step in reversed(steps) if step.due is not None), None)
        if not steps or due is None or steps[-1].stage in OVER:
            self._running.pop(case, None)
            if not steps:
                del self._steps[case]
            return
        placed = next((step for step in reversed(steps) if step.cell or step.district), None)
        self._running[case] = due, Spot(placed.cell, placed.district, placed.lat, placed.lon) if placed else Spot()
