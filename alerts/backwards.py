"""The machine's clock was set back: the journal then tells of times that are still to come. Pure.

Screens show what is journaled up to now, so what is open would be seen by nobody until the clock has caught up, and
timers that began in the time to come would not run. So timers begin now at the latest; what the journal says of later
is told again as of now, and once more when that time has passed, lest the old word be the newest. Nothing is undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from alerts.alert import Transition
from alerts.engine import States
from alerts.states import State, write_state

BACK_MS = 5_000
"""A clock that is drawn back by less is waited for: beats are a second apart, and machines differ by as much."""

Ahead = Mapping[tuple[str, str], Transition]
"""By (rule, place) its last transition, of those that are of a time to come."""


def ahead(told: Iterable[Transition]) -> dict[tuple[str, str], Transition]:
    """The last of each (rule, place), of transitions in order."""
    return {(one.rule, one.place): one for one in told}


def begun(states: Mapping[str, States], now: int) -> dict[str, States]:
    """The states with nothing in them later than `now`, but for the time of opening: the alert's id is made of it."""
    return {rule: {place: _begun(state, now) for place, state in places.items()} for rule, places in states.items()}


def _begun(state: State, now: int) -> State:
    timers = {
        level: replace(
            timer,
            active=min(timer.active, now),
            ending=None if timer.ending is None else min(timer.ending, now),
        )
        for level, timer in state.timers.items()
    }
    observed = None if state.observed is None else min(state.observed, now)
    return replace(state, changed=min(state.changed, now), timers=timers, observed=observed)


def told_again(later: Ahead, states: Mapping[str, States], now: int) -> list[Transition]:
    """What is so at `now`, for each (rule, place) of `later`: a row that changes nothing and is the newest."""
    return [_again(last, states.get(rule, {}).get(place), now) for (rule, place), last in sorted(later.items())]


def _again(last: Transition, state: State | None, now: int) -> Transition:
    name = state.name if state else "clear"
    return replace(
        last,
        at=now,
        alert=state.alert(last.rule, last.place) if state else last.alert,
        before=name,
        after=name,
        reason="clock_set_back",
        memory=write_state(state) if state else "",
    )
