"""One wild reading pulls no slope, and a true rise goes through as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.marks import rate
from layers.smoothing import smoothed

START = datetime(2026, 7, 21, tzinfo=UTC)
WILD = st.floats(-1000, 1000, allow_nan=False)


def slope(values: Sequence[float]) -> float:
    """Of one reading an hour."""
    found = rate([(START + timedelta(hours=n), value) for n, value in enumerate(values)])
    assert found is not None
    return found


def run(*values: float) -> list[float]:
    return smoothed(np.array(values), np.array([0]), np.array([len(values)])).tolist()


@given(st.integers(3, 20), st.data(), WILD)
def test_one_wild_reading_of_still_water_is_no_slope(count: int, data: st.DataObject, wild: float) -> None:
    values = [1.6] * count
    values[data.draw(st.integers(0, count - 1))] = wild
    assert slope(values) == pytest.approx(0.0, abs=1e-9)


@given(st.integers(5, 20), st.data(), WILD)
def test_one_wild_reading_of_a_rise_hardly_moves_it(count: int, data: st.DataObject, wild: float) -> None:
    values = [float(n) for n in range(count)]
    values[data.draw(st.integers(0, count - 1))] = wild
    assert slope(values) == pytest.approx(1.0, abs=0.5 + 1e-9)


@given(st.lists(st.integers(0, 100), min_size=3, max_size=20), st.booleans())
def test_what_only_rises_or_only_falls_goes_through(values: list[int], falls: bool) -> None:
    made = [float(value) for value in sorted(values, reverse=falls)]
    assert run(*made)[1:-1] == made[1:-1]


def test_a_rise_is_believed_with_its_second_reading() -> None:
    assert run(1.0, 1.0, 1.0, 3.0) == [1.0, 1.0, 1.0, 1.0]
    assert run(1.0, 1.0, 1.0, 3.0, 4.0) == [1.0, 1.0, 1.0, 3.0, 4.0]


def test_each_run_by_itself() -> None:
    runs = [[9.0], [1.0, 5.0], [0.0, 9.0, 0.0], [0.0, 1.0, 2.0, 3.0]]
    ends = np.cumsum([len(one) for one in runs])
    starts = ends - np.array([len(one) for one in runs])
    found = smoothed(np.concatenate([np.array(one) for one in runs]), starts, ends).tolist()
    assert found == [9.0, 1.0, 5.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0]
