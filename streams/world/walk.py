"""The walk of one case through the stages of GB/T 30428, with its deadline, its detours and its delays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from streams.world.catalogue import CaseKind
from streams.world.devices import MINUTE_MS
from streams.world.working import HOUR_MS, after

Step = tuple[int, str, int | None]
"""Moment (epoch ms), stage, deadline (epoch ms) once there is one."""

NEXT: Mapping[str, frozenset[str]] = {
    "reported": frozenset({"filed", "voided"}),
    "filed": frozenset({"dispatched"}),
    "dispatched": frozenset({"processing", "returned"}),
    "returned": frozenset({"dispatched"}),
    "processing": frozenset({"feedback", "extended", "suspended", "supervised"}),
    "extended": frozenset({"feedback", "supervised"}),
    "suspended": frozenset({"processing"}),
    "supervised": frozenset({"feedback"}),
    "feedback": frozenset({"closed", "reworked"}),
    "reworked": frozenset({"feedback"}),
    "closed": frozenset({"evaluated"}),
    "evaluated": frozenset(),
    "voided": frozenset(),
}
"""Which stages may follow which, in this made-up city."""

VOIDED, RETURNED, EXTENDED, REWORKED, SUPERVISED = 0.04, 0.04, 0.04, 0.06, 0.3
ON_TIME, CLOSED = 0.765, 0.945  # of the cases filed: a real bulletin says 75.82 % on time and 93.72 % closed
EXTENSION = 1.6  # an extended limit, in original limits


@dataclass(frozen=True)
class _Limit:
    """How long a kind of case may take; `offset`: ms of local time east of UTC."""

    kind: CaseKind
    offset: int

    def after(self, start: int, limits: float) -> int:
        """The moment at which so many limits have run since `start`."""
        return after(start, limits * self.kind.hours, self.kind.clock, self.offset)


@dataclass(frozen=True)
class _Fate:
    """How a case goes: `used` limits until it is closed, plus `left` ms of lying about."""

    used: float
    left: int
    extended: bool
    reworked: bool
    suspended: bool
    supervised: bool


def walk(throw: Random, reported: int, kind: CaseKind, offset: int) -> tuple[Step, ...]:
    """All steps a case will take, oldest first. `offset`: ms of local time east of UTC."""
    checked = reported + _minutes(throw, 3, 18)
    if throw.random() < VOIDED:
        return (reported, "reported", None), (checked, "voided", None)
    before: list[Step] = [(reported, "reported", None), (checked, "filed", None)]
    return (*before, *_handled(throw, checked + _minutes(throw, 4, 25), _Limit(kind, offset)))


def _handled(throw: Random, dispatched: int, limit: _Limit) -> list[Step]:
    steps: list[Step] = []
    if throw.random() < RETURNED:  # not ours, says the department
        back = dispatched + _minutes(throw, 20, 60)
        due = limit.after(dispatched, 1.0)
        steps = [(dispatched, "dispatched", due), (back, "returned", due)]
        dispatched = back + _minutes(throw, 5, 20)
    due = limit.after(dispatched, 1.0)
    return [*steps, (dispatched, "dispatched", due), *_worked_on(throw, _fate(throw), dispatched, limit)]


def _fate(throw: Random) -> _Fate:
    luck, extended = throw.random(), throw.random() < EXTENDED
    used, left = throw.triangular(0.15, 0.97, 0.55), 0
    if luck >= ON_TIME:
        used = throw.uniform(1.05, 2.2)
    if luck >= CLOSED:
        used, left = throw.uniform(1.5, 2.0), int(throw.uniform(5, 11) * 24) * HOUR_MS
    late = luck >= ON_TIME
    return _Fate(
        used * (EXTENSION if extended else 1.0),
        left,
        extended,
        throw.random() < REWORKED,
        luck >= CLOSED and throw.random() < 0.35,
        late and throw.random() < SUPERVISED,
    )


def _worked_on(throw: Random, fate: _Fate, dispatched: int, limit: _Limit) -> list[Step]:
    """The steps from processing to evaluation."""

    def at(share: float) -> int:
        """When this share of the way from dispatch to closing is done."""
        waited = max(0.0, share - 0.9) * 10 * fate.left
        return limit.after(dispatched, share * fate.used) + int(waited)

    due = limit.after(dispatched, 1.0)
    steps: list[Step] = [(at(throw.uniform(0.04, 0.15)), "processing", due)]
    if fate.suspended:
        steps += [(at(0.5), "suspended", due), (at(0.905), "processing", due)]
    elif fate.extended:
        due = limit.after(dispatched, EXTENSION)
        steps.append((at(0.6 / max(1.0, fate.used)), "extended", due))
    if fate.supervised and not fate.suspended:
        steps.append((max(steps[-1][0], due) + _minutes(throw, 2, 12), "supervised", due))
    closed = max(at(1.0), steps[-1][0] + 15 * MINUTE_MS)
    steps += _confirmed(throw, fate, steps[-1][0], closed, due)
    return [*steps, (closed + int(throw.uniform(2, 20) * HOUR_MS), "evaluated", due)]


def _confirmed(throw: Random, fate: _Fate, last: int, closed: int, due: int) -> list[Step]:
    """Feedback and closing, with one round of rework for some; all between the last step and the closing."""
    rest = max(closed - last, 0)
    done = closed - int(rest * throw.uniform(0.08, 0.2))
    steps: list[Step] = [(done, "feedback", due), (closed, "closed", due)]
    if fate.reworked:
        first, again = last + int(rest * 0.4), last + int(rest * 0.5)
        steps = [(first, "feedback", due), (again, "reworked", due), *steps]
    return steps


def _minutes(throw: Random, low: float, high: float) -> int:
    return int(throw.uniform(low, high) * MINUTE_MS)
