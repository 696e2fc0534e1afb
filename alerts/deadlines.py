"""Deadlines of cases, counted in working time. Pure."""

from __future__ import annotations

from datetime import timedelta

from alerts.alert import instant, milliseconds
from alerts.watches import Cases
from config.city import CityProfile
from config.hours import ahead, back

LONG_AGO = 0  # 1970: before any deadline


def deadlines(watch: Cases, profile: CityProfile, now: int) -> tuple[int, int]:
    """After which time and until which (epoch ms) the deadlines of the cases lie that are counted."""
    if watch.within is not None:
        end = ahead(profile.calendar, profile.zone, instant(now), timedelta(milliseconds=watch.within))
        return now, milliseconds(end)
    late = (
        back(profile.calendar, profile.zone, instant(now), timedelta(milliseconds=watch.late)) if watch.late else None
    )
    return LONG_AGO, milliseconds(late) if late else now
