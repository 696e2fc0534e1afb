"""Laws of the engine: true for every rule and every course of readings. test_prometheus.py holds it to an oracle."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import LEVELS, Transition, rank
from alerts.engine import States, step
from alerts.rules import Rule
from alerts.states import read_state, write_state
from tests.alerts.made import MINUTE, course, line, rule, saw

VALUES = st.one_of(st.none(), st.integers(0, 50).map(float))
SERIES = st.lists(VALUES, min_size=1, max_size=40)
MINUTES = st.integers(0, 6).map(lambda n: f"{n}m")


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules that fire above, with any for, keep, margin and clear number."""
    chosen = draw(st.lists(st.sampled_from(LEVELS), min_size=1, unique=True))
    numbers = {"blue": 10, "yellow": 20, "orange": 30, "red": 40}
    clear: dict[str, Any] = {"margin": draw(st.integers(0, 12))}
    if draw(st.booleans()):
        clear["at"] = draw(st.integers(0, 10))
    return rule(
        levels={level: {"at": numbers[level], **_own_for(draw)} for level in chosen},
        **{"for": draw(MINUTES), "keep_firing_for": draw(MINUTES)},
        clear=clear,
    )


def _own_for(draw: st.DrawFn) -> dict[str, str]:
    return {"for": draw(MINUTES)} if draw(st.booleans()) else {}


def again(states: States) -> States:
    """What a restart knows."""
    return {place: read_state(write_state(state)) for place, state in states.items()}


@given(rules(), SERIES)
def test_the_same_look_twice_tells_nothing_more(made: Rule, values: list[float | None]) -> None:
    states: States = {}
    for now, seen in line(made, values):
        states = step(made, states, seen, now).states
        assert step(made, states, seen, now).transitions == ()


@given(rules(), SERIES)
def test_never_fires_before_its_for(made: Rule, values: list[float | None]) -> None:
    for one in course(made, line(made, values))[1]:
        if one.after in LEVELS and one.reason in ("crossed", "escalated"):
            minutes = made.wait_of(one.after) // MINUTE
            held = values[one.at // MINUTE - minutes : one.at // MINUTE + 1]
            assert len(held) == minutes + 1
            threshold = made.thresholds(None)[one.after]
            assert all(value is None or value >= threshold for value in held)


@given(rules(), SERIES)
def test_every_clear_follows_a_fire(made: Rule, values: list[float | None]) -> None:
    before = "clear"
    for one in course(made, line(made, values))[1]:
        assert one.before == before != one.after
        assert one.reason != "cleared" or before in (*LEVELS, "stale")
        before = one.after


@given(rules(), SERIES, st.integers(1, 400))
def test_absence_never_resolves(made: Rule, values: list[float | None], minutes: int) -> None:
    states, _ = course(made, line(made, values))
    later = len(values) * MINUTE
    after, told = course(made, [(later + n * MINUTE, []) for n in range(minutes)], states)
    assert {place for place, state in states.items() if state.level} <= set(after)
    assert all(one.after == "stale" or one.before == "pending" for one in told)


@given(rules(), st.lists(VALUES, min_size=1, max_size=30), st.data())
def test_raising_a_reading_never_lowers_the_level(made: Rule, values: list[float | None], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(values) - 1))
    raised = [*values]
    raised[which] = None if values[which] is None else values[which] + data.draw(st.integers(0, 40))  # type: ignore[operator]
    low, high = course(made, line(made, values))[0], course(made, line(made, raised))[0]
    assert _level(high) >= _level(low)


def _level(states: States) -> int:
    return rank(states["a"].level) if "a" in states else 0


@given(rules(), SERIES, st.sets(st.integers(0, 40)))
def test_a_restart_anywhere_tells_the_same(made: Rule, values: list[float | None], restarts: set[int]) -> None:
    states: States = {}
    told: list[Transition] = []
    for turn, (now, seen) in enumerate(line(made, values)):
        states = again(states) if turn in restarts else states
        outcome = step(made, states, seen, now)
        states, told = outcome.states, [*told, *outcome.transitions]
    assert told == course(made, line(made, values))[1]


@given(rules(), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 50).map(float)), st.randoms())
def test_order_does_not_matter(made: Rule, values: dict[str, float], chance: Any) -> None:
    seen = [saw(made, value, 0, place) for place, value in values.items()]
    mixed = [*seen]
    chance.shuffle(mixed)
    assert step(made, {}, seen, 0) == step(made, {}, mixed, 0)


@given(rules(), st.lists(st.integers(0, 50).map(float), min_size=1, max_size=20))
def test_between_clear_and_fire_nothing_changes(made: Rule, values: list[float]) -> None:
    lowest = min(made.thresholds(None).values())
    end = made.clear.at if made.clear.at is not None else lowest - made.clear.margin
    between = [end + (lowest - end) * part for part in (0.0, 0.5, 0.99)]
    states, _ = course(made, line(made, list(values)))
    if not states or rank(states["a"].level) != rank(made.ladder[0]) or states["a"].timers.keys() != {made.ladder[0]}:
        return
    now = len(values) * MINUTE
    for value in between:
        if value < lowest:
            assert step(made, states, [saw(made, value, now)], now).transitions == ()
