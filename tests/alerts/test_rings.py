"""Rings of one question are the windows that were asked for."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from alerts.rings import windows

SPOT = (36.6, 101.7, 5, "630102")
NOWHERE = (0.0, 0.0, 0, "")


class Ring(NamedTuple):
    """A row of the answer."""

    device: str
    ring: int
    at: int
    last: float
    sum: float
    max: float
    min: float
    readings: int
    lat: float
    lon: float
    cell: int
    district: str


def columns(*rows: Ring) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def rings(readings: list[tuple[int, float]], edges: list[int]) -> list[list[Any]]:
    """What the database answers for one device."""
    found = []
    for number in range(len(edges) + 1):
        mine = [one for one in readings if sum(one[0] > edge for edge in edges) == number]
        if mine:
            at, last = max(mine)
            values = [value for _, value in mine]
            found.append(Ring("a", number, at, last, sum(values), max(values), min(values), len(mine), *SPOT))
    return columns(*found)


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(0, 50).map(float)), min_size=1, unique_by=lambda one: one[0]),
    st.lists(st.integers(0, 100), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_windows_are_what_they_would_be_alone(readings: list[tuple[int, float]], edges: list[int]) -> None:
    for edge, rows in zip(edges, windows(rings(readings, edges), [0] * len(edges)), strict=True):
        within = [value for at, value in readings if at > edge]
        row = rows["a"]
        assert (row.at, row.last) == max(readings)
        assert (row.readings, row.sum) == (len(within), sum(within))
        assert row.max == max(within) if within else math.isnan(row.max)
        assert row.avg == sum(within) / len(within) if within else math.isnan(row.avg)


def test_a_device_silent_for_too_long_is_in_the_long_window_only() -> None:
    found = rings([(10, 1.0)], [0, 50])
    assert [list(rows) for rows in windows(found, [0, 40])] == [["a"], []]


def test_the_place_is_that_of_the_newest_reading_that_has_one() -> None:
    old, new = Ring("a", 0, 5, 1.0, 1.0, 1.0, 1.0, 1, *SPOT), Ring("a", 1, 9, 2.0, 2.0, 2.0, 2.0, 1, *NOWHERE)
    (rows,) = windows(columns(old, new), [0])
    assert (rows["a"].cell, rows["a"].last) == (5, 2.0)


def test_nowhere_is_no_place() -> None:
    (rows,) = windows(columns(Ring("a", 1, 9, 2.0, 2.0, 2.0, 2.0, 1, *NOWHERE)), [0])
    assert math.isnan(rows["a"].lat)


def test_who_was_not_heard_has_no_row() -> None:
    for empty in ((), ((),) * 12):
        assert [dict(rows) for rows in windows(empty, [0, 40])] == [{}, {}]


def test_what_only_some_were_told() -> None:
    (rows,) = windows(columns(*(Ring(name, 1, 9, 2.0, 2.0, 2.0, 2.0, 1, *SPOT) for name in "ab")), [0])
    told = rows.told(["b", "stranger"], slope=[1.5, 9.0], sloped=[4, 9])
    assert (told["b"].slope, told["b"].sloped, told["a"].sloped) == (1.5, 4, 0)
    assert math.isnan(told["a"].slope)
    both = told.beside(rows.absent_at(1_009))
    assert (both["a"].absent, both["a"].at, both["b"].slope) == (1.0, 1_009, 1.5)
