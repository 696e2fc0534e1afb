"""Times of a decoded JSON object, as epoch ms. Pure: `now` is an argument."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from streams.parse_fields import AHEAD, MINUTE, OLDEST, Refusal, mend

Window = tuple[int, int]
"""The least and the greatest epoch ms that are believed."""
CENTURY: Window = (946_684_800_000, 4_417_977_600_000)  # years 2000 to 2109: of a deadline, which may lie far ahead
SCALES = (("", 1.0), ("seconds", 1e3), ("microseconds", 1e-3), ("nanoseconds", 1e-6))
"""What a number may be, its mark, and ms of it. A window reaches from a time to less than a thousand times that,
counted from 1970, so a number is believed as one of them at most."""
BIGGEST = 1e20  # beyond it nothing is a time, and some are too big to compute with
_DIGITS = re.compile(r"\d{9,20}(?:\.\d{1,9})?", re.ASCII)


def instant(found: Mapping[str, Any], field: str, now: int) -> int:
    """A time that must be there and believable at `now`: not older than 400 days, not more than 1 h ahead."""
    value = found.get(field)
    if value is None or value == "":
        raise Refusal("missing_field", f"{field} is missing")
    return believable(_moment(found, field, (now - OLDEST, now + AHEAD)), field, now)


def believable(at: int, field: str, now: int) -> int:
    """`at` when it is between 400 days ago and an hour ahead of `now`."""
    if at < now - OLDEST:
        raise Refusal("time_too_old", f"{field} is more than 400 days ago")
    if at > now + AHEAD:
        minutes = min((at - now) // MINUTE, 999_999_999)
        why = "set the sender's clock, or its offset: local time that says Z is 8 h ahead in China"
        raise Refusal("time_in_future", f"{field} is {minutes} min ahead of our clock, and at most 60 are taken; {why}")
    return at


def since(found: Mapping[str, Any], field: str, now: int) -> int:
    """A time from 1970 on, at most an hour ahead of `now`; `now` when not told. Numbers are mended as of a reading's.

    Of a number that could be a time of this century in some unit that unit is meant, so one of milliseconds before
    1970-02 is not believed as such.
    """
    if found.get(field) in (None, ""):
        return now
    at = _moment(found, field, (CENTURY[0], now + AHEAD))
    if not 0 <= at <= now + AHEAD:
        raise Refusal(
            "time_in_future" if at > now else "time_too_old", f"{field} is before 1970 or more than an hour ahead"
        )
    return at


def optional_time(found: Mapping[str, Any], field: str) -> int | None:
    """A time that may lie ahead, such as a deadline; None when not told."""
    value = found.get(field)
    if value is None or value == "":
        return None
    at = _moment(found, field, CENTURY)
    if not CENTURY[0] <= at <= CENTURY[1]:
        raise Refusal("bad_time", f"{field} is not of this century")
    return at


def told(found: Mapping[str, Any], field: str) -> int | None:
    """The time that a field tells, of whatever year, believable or not; None when it tells none."""
    if found.get(field) in (None, ""):
        return None
    try:
        return _moment(found, field, CENTURY)
    except Refusal:
        return None


def moment(value: Any, field: str) -> int:
    """Epoch ms of an ISO 8601 text with offset, or of a number of ms."""
    if isinstance(value, str):
        return _iso(value, field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal("bad_time", f"{field} must be an ISO 8601 text with offset or epoch milliseconds")
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal("bad_time", f"{field} must be finite, not {value}")
    return round(value)


def _moment(found: Mapping[str, Any], field: str, window: Window) -> int:
    """As `moment`; numbers as text, and what is believed only as another unit than ms, are mended."""
    value = found[field]
    believed = _believed(_number(value), window)
    if believed is None:
        return moment(value, field)
    at, mark = believed
    for one in ("text" if isinstance(value, str) else "", mark):
        if one:
            mend(found, one)
    return at


def _number(value: Any) -> float:
    """NaN when this is no number; 20261121 is a day and no number."""
    if isinstance(value, str):
        return float(value) if _DIGITS.fullmatch(value.strip()) else math.nan
    return math.nan if isinstance(value, bool) or not isinstance(value, int | float) else value


def _believed(number: float, window: Window) -> tuple[int, str] | None:
    """Epoch ms and mark of a number as the first unit that puts it into the window."""
    if not abs(number) < BIGGEST:
        return None
    found = ((round(number * scale), mark) for mark, scale in SCALES)
    return next(((at, mark) for at, mark in found if window[0] <= at <= window[1]), None)


def _iso(value: str, field: str) -> int:
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refusal("bad_time", f"{field} {value[:40]!r} is not an ISO 8601 time") from None
    if at.tzinfo is None:
        raise Refusal("time_without_offset", f"{field} {value[:40]!r} names no offset such as +08:00")
    try:
        return round(at.timestamp() * 1000)
    except (OverflowError, ValueError):
        raise Refusal("bad_time", f"{field} {value[:40]!r} is out of range") from None
