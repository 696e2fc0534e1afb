"""From observations to states and transitions: the decision, and nothing else. Pure: `now` is an argument.

| where            | semantics                                                                                      |
|------------------|------------------------------------------------------------------------------------------------|
| each level       | an alert as Prometheus has it: active, `for`, firing, `keep_firing_for`; true at the threshold |
| the place        | is in the highest level that fires; else pending; else clear, and then nothing is kept of it   |
| escalation       | at once after the level's `for`                                                                |
| de-escalation    | when the value was below threshold minus margin for `keep_firing_for`                          |
| clear            | the mildest level ends only when the clear condition is true too, for `keep_firing_for`        |
| absent, open     | `stale` after `stale_after`; never resolves; with data again every level is looked at anew     |
| absent, pending  | back to clear, as Prometheus: nobody saw it yet                                                |
| absent, shortly  | (before `stale_after`) changes nothing                                                         |
| a device of many | goes silent while it was above: the alert is held, whatever the others say                     |
| a failed query   | is no call of `step`: changes nothing                                                          |
| one reading      | fires as any other; the level says that it stands on one, until others bear it out (witness.py)|

`for`, `keep_firing_for` and staleness are measured on `now`, the evaluation's time, as in Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from alerts.alert import Observation, Transition
from alerts.events import event_of
from alerts.look import Look, known
from alerts.reasons import told
from alerts.rules import Rule
from alerts.states import State, Timer, highest
from alerts.witness import witnessed

States = Mapping[str, State]


@dataclass(frozen=True, slots=True)
class Outcome:
    """States after a step, by place (a place that is clear has none), and the transitions that led there, by place."""

    states: States
    transitions: tuple[Transition, ...]


def step(rule: Rule, states: States, observations: Iterable[Observation], now: int) -> Outcome:
    """One evaluation of `rule` at `now` (epoch ms). The order of the observations does not matter."""
    seen = _by_place(observations)
    after: dict[str, State] = {}
    transitions: list[Transition] = []
    for place in sorted({*states, *seen}):
        look = _look(rule, seen.get(place), now)
        before, state = states.get(place), _turn(rule, states.get(place), look, now)
        if state is not None:
            after[place] = state
        transition = told(rule, place, before, state, look, now)
        transitions += [transition] if transition else []
    return Outcome(after, tuple(transitions))


def _by_place(observations: Iterable[Observation]) -> dict[str, Observation]:
    """One observation a place: should two be given, the newest, then the one with the larger value."""
    usable = [(one.at, one.value, one) for one in observations if known(one.value) is not None]
    return {one.place: one for _, _, one in sorted(usable, key=lambda row: row[:2])}


def _look(rule: Rule, seen: Observation | None, now: int) -> Look | None:
    """What can be judged; None when the place says nothing, or said it too long ago."""
    return None if seen is None or now - seen.at > rule.stale_after else Look(rule, seen, now)


def _turn(rule: Rule, state: State | None, look: Look | None, now: int) -> State | None:
    """The state of a place after one look at it; None is clear."""
    if look is None:
        return _absent(rule, state, now)
    timers = _timers(look, state)
    if not timers:
        return None
    return _settled(look, state or State("clear", opened=now, changed=now), timers)


def _absent(rule: Rule, state: State | None, now: int) -> State | None:
    """No data: what is open waits for `stale_after` and is then stale, what is pending is dropped."""
    if state is None or state.observed is None or now - state.observed <= rule.stale_after:
        return state
    if not state.level:
        return None
    frozen = {level: replace(timer, ending=None) for level, timer in state.timers.items() if timer.firing}
    changed = state.changed if state.name == "stale" else now
    return replace(state, name="stale", timers=frozen, changed=changed)


def _timers(look: Look, state: State | None) -> dict[str, Timer]:
    """The timers of all levels after this look; a level without one is not active."""
    old: Mapping[str, Timer] = state.timers if state else {}
    held = look.held_by_silence(state)
    turned = {level: _timer(look, level, old.get(level), held=held) for level in look.rule.ladder}
    return {level: timer for level, timer in turned.items() if timer is not None}


def _timer(look: Look, level: str, timer: Timer | None, *, held: bool) -> Timer | None:
    """One level, as Prometheus' alerting rule does it."""
    if look.reached(level):
        since = timer.active if timer else look.now
        fires = bool(timer and timer.firing) or look.now - since >= look.rule.wait_of(level)
        return Timer(since, fires, witness=witnessed(look, level, timer.witness if timer else None, new=timer is None))
    if timer is None or not timer.firing:
        return None
    doubted = replace(timer, witness=witnessed(look, level, timer.witness, new=False))
    if held or look.goes_on(level):
        return replace(doubted, ending=None)
    ending = look.now if timer.ending is None else timer.ending
    return None if look.now - ending >= look.rule.keep else replace(doubted, ending=ending)


def _settled(look: Look, state: State, timers: Mapping[str, Timer]) -> State:
    """The state with its new timers, and what follows from them and from the observation."""
    level = highest(timers, firing=True)
    name, device = level or "pending", look.holder(state)
    value = look.value(level or highest(timers, firing=False))
    return State(
        name=name,
        opened=state.opened,
        changed=state.changed if name == state.name else look.now,
        fired=look.now if state.fired is None and name != "pending" else state.fired,
        timers=timers,
        device=device,
        value=value,
        observed=look.seen.at,
        peak=_worse(look, state.peak, value),
        thresholds=look.seen.thresholds,
        spot=look.spot(device, state.spot),
        holding=look.holding(state),
        told=(look.seen.detail or state.told) if event_of(look.seen.place) else {},
    )


def _worse(look: Look, peak: float | None, value: float | None) -> float | None:
    values = [one for one in (peak, value) if one is not None]
    return max(values, key=lambda one: look.rule.sign * one, default=None)
