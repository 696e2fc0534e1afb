"""Holes in the data of a day."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.brief.presence import SHORTEST_GAP, gaps, holes


def test_two_missing_spans_are_no_hole() -> None:
    assert holes({0, 1, 4, 5}, 0, 6) == []


def test_holes_at_both_ends_and_between() -> None:
    assert holes({3, 7, 8}, 0, 12) == [(0, 3), (4, 7), (9, 12)]


def test_nothing_at_all_is_one_hole() -> None:
    assert holes(set(), 144, 288) == [(144, 288)]


def test_a_hole_of_all_is_told_once() -> None:
    assert gaps({"rain": {0, 1, 9}, "noise": {0, 1, 9}}, 0, 10) == [("", (2, 9))]


def test_a_metric_that_stopped_earlier_has_its_own_gap() -> None:
    found = gaps({"rain": set(range(10)), "noise": {0, 1}}, 0, 10)
    assert found == [("noise", (2, 10))]


@given(st.sets(st.integers(0, 50)))
def test_holes_hold_nothing_and_are_long_enough(present: set[int]) -> None:
    for first, end in holes(present, 5, 45):
        assert first >= 5
        assert end <= 45
        assert end - first >= SHORTEST_GAP
        assert not present & set(range(first, end))
