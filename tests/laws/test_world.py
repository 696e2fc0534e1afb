"""Laws of the made-up city, whatever the moment and the seed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.world.catalogue import CASES, STORM_CASES
from streams.world.devices import MINUTE_MS
from streams.world.walk import NEXT, walk
from streams.world.weather import DAY_MS
from streams.world.working import HOUR_MS, after
from tests.streams.world.made import ANCHOR, items, xining

MOMENTS = st.integers(ANCHOR - DAY_MS, ANCHOR + 5 * DAY_MS)
KINDS = st.sampled_from(CASES + STORM_CASES)


@given(seed=st.integers(0, 2**40), at=MOMENTS, kind=KINDS)
@settings(max_examples=400)
def test_every_walk_is_legal(seed: int, at: int, kind) -> None:  # type: ignore[no-untyped-def]
    steps = walk(Random(seed), at, kind, 8 * HOUR_MS)
    assert steps[0][:2] == (at, "reported")
    assert steps[-1][1] in {"evaluated", "voided"}
    for before, later in pairwise(steps):
        assert later[1] in NEXT[before[1]]
        assert later[0] >= before[0]
    assert steps[-1][0] - at < 24 * DAY_MS
    for moment, stage, due in steps:
        assert (due is None) == (stage in {"reported", "filed", "voided"})
        assert due is None or due > at or moment >= due


@given(start=MOMENTS, first=st.floats(0, 30), second=st.floats(0, 30))
def test_working_hours_add_up(start: int, first: float, second: float) -> None:
    at_once = after(start, first + second, "working", 8 * HOUR_MS)
    in_turn = after(after(start, first, "working", 8 * HOUR_MS), second, "working", 8 * HOUR_MS)
    assert abs(at_once - in_turn) <= 2 or at_an_edge(at_once) or at_an_edge(in_turn)


def at_an_edge(at: int) -> bool:
    """Whether a moment is, up to rounding, the beginning or end of a working day: the two name the same moment."""
    clock = (at + 8 * HOUR_MS) % DAY_MS
    return min(abs(clock - edge) for edge in (8.5 * HOUR_MS, 18 * HOUR_MS)) <= 2


@given(start=MOMENTS, first=st.integers(0, 90), second=st.integers(0, 90))
@settings(max_examples=25, deadline=None)
def test_however_time_is_cut_the_same_is_said(start: int, first: int, second: int) -> None:
    world = xining()
    middle, end = start + first * 1000, start + (first + second) * 1000
    whole = items(world.live(start, end), end)
    parts = items(world.live(start, middle), end) + items(world.live(middle, end), end)
    assert Counter(map(repr, whole)) == Counter(map(repr, parts))
    assert all(start < one.at <= end for one in whole)  # type: ignore[union-attr]


@given(start=MOMENTS)
@settings(max_examples=20, deadline=None)
def test_nothing_said_is_ever_rejected(start: int) -> None:
    end = start + 2 * MINUTE_MS
    assert not [one for one in items(xining().live(start, end), end) if type(one).__name__ == "Rejected"]
