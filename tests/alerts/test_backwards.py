"""What becomes of states and of the journal when the clock of the machine was set back."""

from __future__ import annotations

from alerts.backwards import ahead, begun, told_again
from alerts.states import read_state
from tests.alerts.made import MINUTE, course, rule, saw

LATER = 60 * MINUTE
MADE = rule(**{"for": "2m"}, keep_firing_for="5m")


def test_timers_of_a_time_to_come_begin_now() -> None:
    states, _ = course(MADE, [(LATER, [saw(MADE, 15, LATER)])])
    (state,) = begun({"made": states}, MINUTE)["made"].values()
    assert (state.timers["blue"].active, state.observed, state.opened) == (MINUTE, MINUTE, LATER)
    _, told = course(MADE, [(at * MINUTE, [saw(MADE, 15, at * MINUTE)]) for at in (2, 3)], {"a": state})
    assert [(one.at, one.after) for one in told] == [(3 * MINUTE, "blue")]


def test_what_is_not_of_a_time_to_come_stays_as_it_is() -> None:
    states, _ = course(MADE, [(at, [saw(MADE, 15, at)]) for at in (0, 2 * MINUTE)])
    assert begun({"made": states}, LATER) == {"made": states}


def test_it_is_told_again_as_it_is_now() -> None:
    states, told = course(MADE, [(at, [saw(MADE, 15, at)]) for at in (LATER, LATER + 2 * MINUTE)])
    later = ahead(told)
    (again,) = told_again(later, {"made": states}, MINUTE)
    assert (again.at, again.before, again.after, again.alert) == (MINUTE, "blue", "blue", told[-1].alert)
    assert read_state(again.memory) == states["a"]
    (over,) = told_again(later, {}, MINUTE)
    assert (over.before, over.after, over.memory) == ("clear", "clear", "")
