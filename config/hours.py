"""Days and hours: which day is a working day, when people work, and time that counts only while they do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict

LONGEST = 400
"""Days that are looked through for working time: a calendar without any would be looked through for ever."""


class Hours(NamedTuple):
    """From `first` (included) to `last` (not included) of a day; `22:00-06:00` goes over midnight, `-24:00` to it."""

    first: time
    last: time

    def holds(self, clock: time) -> bool:
        if self.first < self.last:
            return self.first <= clock < self.last
        return clock >= self.first or clock < self.last


def _hours(given: Any) -> Any:
    """`09:00-12:00` as Hours."""
    if isinstance(given, Hours):
        return given
    first, dash, last = given.partition("-") if isinstance(given, str) else ("", "", "")
    try:
        found = Hours(time.fromisoformat(first), time.min if last == "24:00" else time.fromisoformat(last))
    except ValueError:
        found = None
    if not dash or found is None or (found.first == found.last and last != "24:00"):
        raise ValueError(f"{given!r} are no hours; write such as 09:00-12:00")
    return found


Span = Annotated[Hours, BeforeValidator(_hours, json_schema_input_type=str)]


class Calendar(BaseModel):
    """Working days and hours of a city: `holidays` are off beside weekends, `workdays` are weekends that are worked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    hours: tuple[Span, ...] = (Hours(time(9), time(12)), Hours(time(13), time(17)))

    def works(self, day: date) -> bool:
        """True for a working day (工作日)."""
        return day in self.workdays or (day.isoweekday() < 6 and day not in self.holidays)

    def spans(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """The working time of a day, in order, UTC; none of a day off."""
        if self.works(day):
            for hours in sorted(self.hours):
                night = timedelta(days=hours.last <= hours.first)  # a shift over midnight is of the day it begins on
                yield (
                    datetime.combine(day, hours.first, zone).astimezone(UTC),
                    datetime.combine(day + night, hours.last, zone).astimezone(UTC),
                )


NEAR = (0, -1, 1, -2, 2, -3, 3)
"""Days from the same weekday of a week before at which one of another kind is replaced, the nearest first."""


def alike(calendar: Calendar, day: date, weeks: int) -> dict[int, int]:
    """For each week before (1 is a week ago) how many days ago there was a day like `day`, worked or off as it is.

    It is the same weekday, or the nearest within three days of it; a week that has none is left out.
    """
    found: dict[int, int] = {}
    for week in range(1, weeks + 1):
        near = (7 * week + days for days in NEAR)
        same = (ago for ago in near if calendar.works(day - timedelta(days=ago)) == calendar.works(day))
        found[week] = next(same, 0)
    return {week: ago for week, ago in found.items() if ago}


def ahead(calendar: Calendar, zone: ZoneInfo, at: datetime, span: timedelta) -> datetime:
    """When `span` of working time will have passed after `at`. Raises ValueError when a year has not that much."""
    left = span
    for day in range(-1, LONGEST):  # the shift of last night may still be at work
        for first, last in calendar.spans(at.astimezone(zone).date() + timedelta(days=day), zone):
            begin = max(first, at)
            if last - begin >= left:
                return begin + left
            left -= max(last - begin, timedelta())
    raise ValueError(f"there are no {span} of working time in {LONGEST} days")


def back(calendar: Calendar, zone: ZoneInfo, at: datetime, span: timedelta) -> datetime:
    """Since when `span` of working time has passed at `at`. Raises as `ahead`."""
    left = span
    for day in range(LONGEST):
        for first, last in reversed(list(calendar.spans(at.astimezone(zone).date() - timedelta(days=day), zone))):
            end = min(last, at)
            if end - first >= left:
                return end - left
            left -= max(end - first, timedelta())
    raise ValueError(f"there are no {span} of working time in {LONGEST} days")
