"""Times at the edge of the database: epoch milliseconds there, aware UTC datetimes here. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def to_ms(at: datetime) -> int:
    """Epoch milliseconds of an aware time. ValueError for one without a zone: it could mean two moments."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; `now` must be aware")
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def from_ms(ms: int | None) -> datetime | None:
    """An aware UTC time. None for None and for 0, which is what max() of no rows gives."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms) if ms else None


def window(now: datetime, back: timedelta) -> Mapping[str, int]:
    """Parameters of a question about (now - back, now]."""
    return {"now_ms": to_ms(now), "since_ms": to_ms(now - back)}


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """The start of the local day of `now`, in UTC."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def same_clock(now: datetime, zone: ZoneInfo, back: timedelta) -> datetime:
    """The moment that showed the same clock `back` whole days ago, in UTC: 25 hours away where a clock was changed."""
    return (now.astimezone(zone) - back).astimezone(UTC)


def clock_hours(now: datetime, zone: ZoneInfo, count: int) -> tuple[datetime, ...]:
    """Starts of the last `count` local clock hours, UTC, oldest first; the last one holds `now` and is not full yet."""
    local = now.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    start = local.astimezone(UTC) - past
    return tuple(start - HOUR * back for back in range(count - 1, -1, -1))


def newest(*times: datetime | None) -> datetime | None:
    """The latest of some times, None when there is none."""
    return max((at for at in times if at is not None), default=None)
