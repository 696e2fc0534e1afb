"""The clock of a replay: where it stands, how it goes, and what an address says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dashboard.past.clock import PACES, Clock, grid, moment_of, read

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
AT = datetime(2026, 11, 20, 6, 35, 7, 250_000, tzinfo=UTC)


def test_it_stands_still_until_it_is_told_to_go() -> None:
    assert Clock(AT).shown(NOW) == Clock(AT).shown(NOW + timedelta(hours=9)) == AT.replace(microsecond=0)


@pytest.mark.parametrize("pace", PACES)
def test_it_goes_at_its_pace_and_each_second_is_one_moment(pace: int) -> None:
    clock = Clock(AT, pace, NOW)
    shown = [clock.shown(NOW + timedelta(seconds=second)) for second in range(5)]
    steps = [later - earlier for earlier, later in pairwise(shown)]  # type: ignore[operator]
    assert steps == [timedelta(seconds=pace)] * 4


def test_two_who_look_at_almost_the_same_time_see_the_same() -> None:
    one, other = Clock(AT, 60, NOW), Clock(AT, 60, NOW)
    at = NOW + timedelta(seconds=30)
    assert one.shown(at) == other.shown(at + timedelta(milliseconds=100))


def test_it_ends_when_it_comes_to_the_present() -> None:
    clock = Clock(NOW - timedelta(minutes=10), 60, NOW)
    assert clock.shown(NOW + timedelta(seconds=9)) is not None
    assert clock.shown(NOW + timedelta(seconds=11)) is None


def test_a_clock_begun_elsewhere_shows_the_same() -> None:
    """Where it stands when it is written anew does not matter."""
    first = Clock(AT, 60, NOW)
    later = NOW + timedelta(seconds=40)
    again = Clock(AT + timedelta(seconds=60 * 40), 60, later)
    assert [first.shown(later + timedelta(seconds=n)) for n in range(9)] == [
        again.shown(later + timedelta(seconds=n)) for n in range(9)
    ]


def test_an_address_is_a_clock() -> None:
    assert read("?at=2026-11-20T06:35:00Z&lang=en", NOW) == Clock(datetime(2026, 11, 20, 6, 35, tzinfo=UTC))
    moving = read("at=2026-11-20T14:35:00%2B08:00&pace=60&since=2026-11-22T06:59:00Z", NOW)
    assert moving == Clock(datetime(2026, 11, 20, 6, 35, tzinfo=UTC), 60, NOW - timedelta(minutes=1))


@pytest.mark.parametrize(
    "search", ["", None, "lang=en", "at=yesterday", "at=2026-11-20T06:35:00", "at=2026-11-22T07:00:00Z", "at=9999"]
)
def test_what_is_no_past_moment_is_the_present(search: str | None) -> None:
    assert read(search, NOW) is None


PACELESS = ["pace=7&since=2026-11-22T06:59:00Z", "pace=60", "pace=x", "pace=60&since=2027-01-01T00:00:00Z"]


@pytest.mark.parametrize("rest", PACELESS)
def test_a_pace_that_is_none_stands(rest: str) -> None:
    found = read(f"at=2026-11-20T06:35:00Z&{rest}", NOW)
    assert found is not None
    assert found.pace == 0


def test_a_moment_lies_on_its_grid() -> None:
    assert grid(AT, 600) == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert moment_of("2026-11-20T14:35:00 08:00") == datetime(2026, 11, 20, 6, 35, tzinfo=UTC)
