"""Why a state changed: the transition between two states, with the numbers that caused it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from alerts.alert import Transition, rank
from alerts.events import fits
from alerts.look import Look
from alerts.rules import Rule
from alerts.states import State, write_state

REASONS = (
    "waiting",
    "crossed",
    "escalated",
    "eased",
    "cleared",
    "not_sustained",
    "no_data",
    "data_back",
    "rule_removed",
    "rule_changed",
    "clock_set_back",
)
"""Every reason; each has a sentence in words/reason.yaml."""


def told(  # noqa: PLR0913, PLR0917 - the two states, and all that was known when one became the other
    rule: Rule, place: str, before: State | None, after: State | None, look: Look | None, now: int
) -> Transition | None:
    """The transition from `before` to `after` (None: clear), None when the name of the state is the same.

    `look` is None when there was no fresh observation.
    """
    was, becomes = _name(before), _name(after)
    state = after or before
    if was == becomes or state is None:
        return None
    level = _level(state, becomes)
    return Transition(
        at=now,
        rule=rule.key,
        version=rule.version,
        place=place,
        alert=state.alert(rule.key, place),
        before=was,
        after=becomes,
        reason=_reason(was, becomes, absent=look is None),
        value=look.value(level) if look else state.value,
        threshold=_threshold(rule, look.seen.thresholds if look else state.thresholds, level, becomes),
        observed=look.seen.at if look else state.observed,
        spot=state.spot,
        detail=_detail(state, level, look) | _left(before, becomes),
        memory=write_state(after) if after else "",
    )


def swept(
    rules: Iterable[Rule], states: Mapping[str, Mapping[str, State]], now: int
) -> tuple[dict[str, Mapping[str, State]], list[Transition]]:
    """What rules still speak of; and what clears the rest: of a rule that left the rulebook, or of places of before."""
    book = {rule.key: rule for rule in rules}
    kept: dict[str, Mapping[str, State]] = {}
    gone: list[Transition] = []
    for key, places in sorted(states.items()):
        rule = book.get(key)
        if rule is None:
            gone += retired(key, "", places, now)
            continue
        strange = {place: state for place, state in places.items() if not fits(rule, place)}
        gone += retired(key, rule.version, strange, now, "rule_changed")
        kept[key] = {place: state for place, state in places.items() if place not in strange}
    return kept, gone


def retired(
    rule: str, version: str, states: Mapping[str, State], now: int, reason: str = "rule_removed"
) -> tuple[Transition, ...]:
    """Clears what a rule left open that does not speak of it any more, and says that this is why."""
    found = (_retired(rule, version, place, state, now) for place, state in sorted(states.items()))
    return tuple(replace(one, reason=reason) for one in found)


def _retired(rule: str, version: str, place: str, state: State, now: int) -> Transition:
    return Transition(
        at=now,
        rule=rule,
        version=version,
        place=place,
        alert=state.alert(rule, place),
        before=state.name,
        after="clear",
        reason="",
        value=state.value,
        threshold=None,
        observed=state.observed,
        spot=state.spot,
        detail=_detail(state, state.level, None),
    )


def _name(state: State | None) -> str:
    return state.name if state else "clear"


def _level(state: State, becomes: str) -> str:
    """The level that the transition is about: the one gone to; on the way to clear, the mildest one left."""
    if becomes == "clear":
        return min(state.timers, key=rank, default="")
    return state.waiting if becomes == "pending" else state.level


def _reason(was: str, becomes: str, *, absent: bool) -> str:
    """Why, as a key of words/reason.yaml."""
    if absent:
        return "no_data"
    if becomes == "clear":
        return "not_sustained" if was == "pending" else "cleared"
    if was in ("clear", "pending"):
        return "waiting" if becomes == "pending" else "crossed"
    if was == "stale":
        return "data_back"
    return "escalated" if rank(becomes) > rank(was) else "eased"


def _threshold(rule: Rule, thresholds: Mapping[str, float], level: str, becomes: str) -> float | None:
    """The number that the value passed: the level's; on the way to clear the clear number, if it is the value's."""
    if becomes == "clear" and rule.clear.at is not None and rule.clear.watch is None:
        return rule.clear.at
    return thresholds.get(level)


def _left(before: State | None, becomes: str) -> dict[str, object]:
    """Of a level that is left for a milder one: whether it stood on one reading to its end."""
    witness = before.witness if before and rank(becomes) < rank(before.level) and becomes != "stale" else None
    return {"left": witness.word} if witness else {}


def _detail(state: State, level: str, look: Look | None) -> dict[str, object]:
    """What a sentence about the transition needs beside value and threshold."""
    detail: dict[str, object] = {"level": level, "device": state.device, "peak": state.peak}
    timer = state.timers.get(level)
    if timer and timer.witness:
        detail["witness"] = timer.witness.word
    if look is None:
        return detail
    seen = look.seen
    if seen.members:
        detail |= {"devices": len(seen.members), "silent": sum(map(look.silent, seen.members))}
    if seen.clear_value is not None:
        detail["clear_value"] = seen.clear_value
    return {**seen.detail, **detail}
