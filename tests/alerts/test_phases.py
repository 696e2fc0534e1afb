"""When rules are looked at: their own clocks, which nobody's start moves."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alerts.phases import due, phase
from alerts.rules import Rule
from tests.alerts.made import rule

RULES = [rule(key=f"r{number}", every=every) for number, every in enumerate(("1s", "2s", "10s", "1m", "5m", "1h"))]
STARTS = st.integers(1_626_750_000_000, 1_626_760_000_000)


def looks(one: Rule, beats: range) -> list[int]:
    """The beats in which a rule is looked at by somebody who begins with the first of them."""
    found: list[int] = []
    for now in beats:
        if due(one, phase(one), found[-1] if found else None, now):
            found.append(now)
    return found


@given(st.sampled_from(RULES), STARTS, st.integers(0, 4000))
def test_who_begins_later_looks_in_the_same_beats(one: Rule, start: int, later: int) -> None:
    end = start + 2 * one.every + 4_001_000
    first, second = looks(one, range(start, end, 1000)), looks(one, range(start + later * 1000, end, 1000))
    assert second[0] == start + later * 1000, "the first beat looks at everything"
    assert second[1:] == [at for at in first if at > second[0]]


@given(st.sampled_from(RULES), STARTS)
def test_a_rule_is_looked_at_as_often_as_it_says(one: Rule, start: int) -> None:
    found = looks(one, range(start, start + 5 * one.every + 1, 1000))[1:]
    assert {after - before for before, after in pairwise(found)} <= {one.every}
    assert len(found) >= 4


@given(st.sampled_from(RULES), STARTS, st.integers(1001, 400_000))
def test_slow_beats_miss_no_clock(one: Rule, start: int, every: int) -> None:
    found = looks(one, range(start, start + 20 * every, every))
    wanted = max(one.every, every)
    assert all(after - before < wanted + every for before, after in pairwise(found))


def test_rules_are_spread() -> None:
    watches = [{"metric": f"m{number}", "measure": "last", "window": "10m"} for number in range(60)]
    assert len({phase(rule(watch=watch, every="1m")) // 1000 for watch in watches}) > 20


def test_rules_of_a_metric_strike_together() -> None:
    one, other = rule(key="a", every="1m"), rule(key="b", every="30s", levels={"red": 99})
    assert phase(one) % other.every == phase(other)


def test_one_that_failed_is_due_in_the_next_beat() -> None:
    (one,) = RULES[4:5]
    struck = phase(one) + 1000 * one.every
    assert due(one, phase(one), struck - 1, struck)
    assert due(one, phase(one), struck - 1, struck + 1000)
    assert not due(one, phase(one), struck, struck + 1000)
