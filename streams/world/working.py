"""Limits that run in working hours: 08:30 to 18:00 local time, every day (city management knows no weekend)."""

from __future__ import annotations

from streams.world.catalogue import WORKDAY, Clock

HOUR_MS = 3_600_000
_DAY_MS = 24 * HOUR_MS
_OPENS_MS = int(8.5 * HOUR_MS)
_LENGTH_MS = int(WORKDAY * HOUR_MS)


def after(start: int, hours: float, clock: Clock, offset: int) -> int:
    """The moment (epoch ms) at which `hours` have run on the clock since `start`; `offset`: ms east of UTC."""
    span = round(hours * HOUR_MS)
    if clock == "always":
        return start + span
    return _moment(_worked(start + offset) + span) - offset


def _worked(local: int) -> int:
    """Working ms from the beginning of time to a local moment."""
    day, into = divmod(local, _DAY_MS)
    return day * _LENGTH_MS + min(max(into - _OPENS_MS, 0), _LENGTH_MS)


def _moment(worked: int) -> int:
    """The last local moment at which so much has been worked: the end of a day belongs to that day."""
    day, into = divmod(worked, _LENGTH_MS)
    if into == 0:
        day, into = day - 1, _LENGTH_MS
    return day * _DAY_MS + _OPENS_MS + into
