"""Times at the edge of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.moments import WEEK, clock_hours, from_ms, midnight, newest, same_clock, to_ms, window

XINING, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 7, 21, 16, 42, 8, 125000, tzinfo=UTC)


@given(st.integers(1, 4_000_000_000_000))
def test_milliseconds_come_back(ms: int) -> None:
    at = from_ms(ms)
    assert at is not None
    assert to_ms(at) == ms


def test_no_time() -> None:
    assert from_ms(0) is None
    assert from_ms(None) is None
    with pytest.raises(ValueError, match="has no time zone"):
        to_ms(datetime(2026, 7, 21))  # noqa: DTZ001 - that is the point


def test_window() -> None:
    asked = window(NOW, timedelta(hours=1))
    assert asked["now_ms"] - asked["since_ms"] == 3_600_000


def test_the_local_day() -> None:
    assert midnight(NOW, XINING) == datetime(2026, 7, 21, 16, tzinfo=UTC)
    assert midnight(NOW - timedelta(hours=1), XINING) == datetime(2026, 7, 20, 16, tzinfo=UTC)


def test_same_clock_over_a_change_of_clocks() -> None:
    """Berlin's clocks went back on 2026-10-25: noon a week before is 169 hours away."""
    noon = datetime(2026, 10, 26, 11, tzinfo=UTC)
    assert noon - same_clock(noon, BERLIN, WEEK) == timedelta(hours=169)


def test_clock_hours_end_with_the_one_that_holds_now() -> None:
    hours = clock_hours(NOW, XINING, 24)
    assert len(hours) == 24
    assert hours[-1] == datetime(2026, 7, 21, 16, tzinfo=UTC)
    assert hours[0] == datetime(2026, 7, 20, 17, tzinfo=UTC)


def test_clock_hours_of_a_zone_at_half_an_hour() -> None:
    assert clock_hours(NOW, ZoneInfo("Asia/Kolkata"), 1) == (datetime(2026, 7, 21, 16, 30, tzinfo=UTC),)


def test_newest() -> None:
    assert newest(None, NOW, NOW - WEEK) == NOW
    assert newest(None) is None
