"""Working days and hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from config.hours import Calendar, Hours, Span, ahead, alike, back

ZONE = ZoneInfo("Asia/Shanghai")
PLAIN = Calendar(holidays=(date(2026, 10, 1), date(2026, 10, 2)), workdays=(date(2026, 10, 10),))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, 1, hour, minute, tzinfo=ZONE) + timedelta(days=day - 1)


def test_holidays_are_off_and_a_worked_saturday_is_not() -> None:
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 3), date(2026, 10, 10)]
    assert [PLAIN.works(day) for day in days] == [True, False, False, True]


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(1, 9), 3, at(1, 12)),  # a Tuesday
        (at(1, 11), 2, at(1, 14)),  # lunch is not worked
        (at(1, 16), 2, at(2, 10)),
        (at(4, 16), 2, at(7, 10)),  # over a weekend
        (at(30, 16), 2, at(35, 10)),  # over holidays and a weekend
        (at(1, 3), 1, at(1, 10)),
    ],
)
def test_working_time_ahead_and_back(start: datetime, hours: int, end: datetime) -> None:
    assert ahead(PLAIN, ZONE, start, timedelta(hours=hours)) == end
    begin = start if start.hour > 3 else at(1, 9)
    assert back(PLAIN, ZONE, end, timedelta(hours=hours)) == begin


def test_a_calendar_without_working_time_is_an_error_and_no_endless_search() -> None:
    for look in (ahead, back):
        with pytest.raises(ValueError, match="no 1:00:00 of working time"):
            look(Calendar(hours=()), ZONE, at(1, 9), timedelta(hours=1))


def test_hours_over_midnight() -> None:
    night: Hours = TypeAdapter(Span).validate_python("22:00-06:00")
    assert [night.holds(at(1, hour).time()) for hour in (21, 22, 0, 5, 6)] == [False, True, True, True, False]
    late: Hours = TypeAdapter(Span).validate_python("22:00-24:00")
    assert [late.holds(at(1, hour).time()) for hour in (21, 22, 23, 0)] == [False, True, True, False]


def test_a_shift_over_midnight_is_worked_and_belongs_to_the_day_on_which_it_begins() -> None:
    nights = Calendar.model_validate({"hours": ["22:00-06:00"]})
    assert ahead(nights, ZONE, at(1, 23), timedelta(hours=8)) == at(2, 23)
    assert ahead(nights, ZONE, at(5, 2), timedelta(hours=3)) == at(5, 5)  # Saturday morning: Friday's shift
    assert back(nights, ZONE, at(8, 2), timedelta(hours=5)) == at(5, 5)  # Monday's began at 22; before it Friday's
    always = Calendar.model_validate({"hours": ["00:00-24:00"]})
    assert ahead(always, ZONE, at(4, 20), timedelta(hours=5)) == at(7, 1)


@pytest.mark.parametrize("given", ["9-12", "09:00", "09:00-09:00", "25:00-26:00", 9, None])
def test_what_are_no_hours(given: Any) -> None:
    with pytest.raises(ValidationError, match="are no hours"):
        TypeAdapter(Span).validate_python(given)


NATIONAL = Calendar(
    holidays=tuple(date(2026, 10, day) for day in range(1, 8)), workdays=(date(2026, 9, 20), date(2026, 10, 10))
)


@pytest.mark.parametrize(
    ("month", "day", "ago"),
    [
        (9, 17, [7, 14, 21, 28]),  # a Thursday like the Thursdays before
        (10, 1, [5, 12, 19, 26]),  # a Thursday that is off: Saturdays (but for the fourth week, all the same)
        (
            10,
            10,
            [10, 15, 20, 29],
        ),  # a Saturday that is worked: the Wednesday before the holidays, Fridays, a worked Sunday
        (10, 15, [7, 15, 21, 28]),  # a Thursday after them: that of the holidays is replaced by the Wednesday before
    ],
)
def test_days_like_a_day(month: int, day: int, ago: list[int]) -> None:
    assert list(alike(NATIONAL, date(2026, month, day), 4).values()) == ago


def test_a_week_without_a_day_alike_is_left_out() -> None:
    busy = Calendar(workdays=tuple(date(2026, 9, day) for day in range(1, 31)))
    assert alike(busy, date(2026, 10, 3), 4) == {}
