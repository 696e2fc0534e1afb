"""Laws of what an alert stands on: it says so truly, and decides nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Transition
from alerts.engine import States
from alerts.rules import Rule
from tests.alerts.made import MINUTE, course, rule, saw
from tests.laws.test_engine import rules

SERIES = st.lists(st.one_of(st.none(), st.integers(0, 50).map(float)), min_size=1, max_size=30)


def told(made: Rule, values: list[float | None], *, said: bool) -> tuple[States, list[Transition]]:
    looks = [
        (n * MINUTE, [] if value is None else [saw(made, value, n * MINUTE, said=(value,) if said else ())])
        for n, value in enumerate(values)
    ]
    return course(made, looks)


@given(rules(), SERIES)
def test_it_decides_nothing(made: Rule, values: list[float | None]) -> None:
    with_it, without = (told(made, values, said=said)[1] for said in (True, False))
    assert [(one.at, one.before, one.after, one.reason, one.value) for one in with_it] == [
        (one.at, one.before, one.after, one.reason, one.value) for one in without
    ]


@given(st.sampled_from(["0m", "7m"]), SERIES)
def test_one_reading_is_one_reading(keep: str, values: list[float | None]) -> None:
    made = rule(keep_firing_for=keep, stale_after="2h")
    states, _ = told(made, values, said=True)
    for level, timer in (states["a"].timers if "a" in states else {}).items():
        assert timer.witness is not None
        threshold = made.thresholds(None)[level]
        since = values[timer.witness.at // MINUTE :]
        reaching = [value for value in since if value is not None and value >= threshold]
        assert (timer.witness.word == "confirmed") == (len(reaching) > 1)
        below = [value for value in since if value is not None and value < threshold]
        assert timer.witness.word != "denied" or below
