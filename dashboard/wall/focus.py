"""Where the map looks: the whole city, or for a while the place of the worst warning. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alerts.events import event_of
from dashboard.wall.scenes import URGENT, active

if TYPE_CHECKING:
    from alerts.alert import Alert

STAY = timedelta(seconds=60)  # how long the map stays with the worst warning
CYCLE = timedelta(seconds=240)  # after which it goes there again, while that warning stands
NEAR = 18.0  # km: warnings this near are looked at together
MARGIN = 14.0  # km shown around them: enough for the names of the districts beside it
KM_PER_DEGREE = 111.32

Spot = tuple[float, float]
"""(lat, lon), WGS-84 degrees."""


@dataclass(frozen=True)
class Focus:
    """A box to look at, WGS-84 degrees (west, south, east, north), and until when."""

    alert: Alert
    until: datetime
    box: tuple[float, float, float, float]


def focus(alerts: tuple[Alert, ...], now: datetime) -> Focus | None:
    """Where the map looks at `now`; None is the whole city.

    The worst warning of orange or above is visited when it reached its level, and again each CYCLE.
    """
    placed = _placed(alerts)
    if not placed:
        return None
    worst = placed[0]
    visit = max(timedelta(), now - worst.changed) % CYCLE
    if visit >= STAY:
        return None
    return Focus(worst, now - visit + STAY, _box([_spot(alert) for alert in placed]))


def _placed(alerts: tuple[Alert, ...]) -> list[Alert]:
    """Warnings of orange or above that are somewhere, worst first. What is issued for all of the city is everywhere."""
    urgent = [alert for alert in active(alerts) if alert.level in URGENT and None not in (alert.lat, alert.lon)]
    return [alert for alert in urgent if alert.district or not event_of(alert.place)]


def _box(spots: list[Spot]) -> tuple[float, float, float, float]:
    """Around the first spot and those near it."""
    near = [spot for spot in spots if _distance(spots[0], spot) <= NEAR]
    high = MARGIN / KM_PER_DEGREE
    wide = high / math.cos(math.radians(spots[0][0]))
    south, north = min(lat for lat, _ in near) - high, max(lat for lat, _ in near) + high
    west, east = min(lon for _, lon in near) - wide, max(lon for _, lon in near) + wide
    return (round(west, 4), round(south, 4), round(east, 4), round(north, 4))


def _distance(one: Spot, other: Spot) -> float:
    """Kilometres on a plane: good to a percent over the size of a city."""
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], east) * KM_PER_DEGREE


def _spot(alert: Alert) -> Spot:
    return (alert.lat or 0.0, alert.lon or 0.0)
