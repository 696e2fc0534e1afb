"""Which warnings share a line of the wall."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dashboard.wall.groups import MOST, groups, numbers
from tests.dashboard.moments import NOW, many

RULES = st.lists(st.sampled_from("abcdefgh"), max_size=30)


def alerts(rules: list[str]):
    return tuple(replace(alert, rule=rule) for alert, rule in zip(many(NOW, len(rules)), rules, strict=True))


@given(RULES)
def test_every_warning_stands_on_one_line(rules: list[str]) -> None:
    given_alerts = alerts(rules)
    assert sorted(alert.id for group in groups(given_alerts) for alert in group.alerts) == sorted(
        alert.id for alert in given_alerts
    )


@given(RULES)
def test_nothing_is_folded_that_fits(rules: list[str]) -> None:
    lines = groups(alerts(rules))
    if len(rules) <= MOST:
        assert len(lines) == len(rules)
    assert len(lines) <= max(MOST, len(set(rules)))


@given(RULES)
def test_the_worst_leads_its_line_and_the_lines_keep_their_order(rules: list[str]) -> None:
    given_alerts = alerts(rules)
    order = [alert.id for alert in given_alerts]
    worst = [order.index(group.worst.id) for group in groups(given_alerts)]
    assert worst == sorted(worst)
    assert list(numbers(given_alerts).values()) == [str(place) for place in range(1, min(MOST, len(worst)) + 1)]


def test_the_largest_is_folded_first() -> None:
    lines = groups(alerts(list("aabbbbcc")))
    assert [len(group.alerts) for group in lines] == [1, 1, 4, 1, 1]
