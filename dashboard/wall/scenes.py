"""Which scene the wall shows: what a city hall looks at in turn, and why it stays with an emergency. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.alert import Alert

TURN = 60  # seconds a scene stays while nothing is orange or above
URGENT = ("orange", "red")
ACTIVE = ("blue", "yellow", "orange", "red", "stale")


@dataclass(frozen=True)
class Scene:
    """A way to look at the city: the layer of the map, four figures, one chart beside the map."""

    key: str
    layer: str
    kpis: tuple[str, str, str, str]
    chart: str


EMERGENCY = Scene("emergency", "rain", ("alerts", "rain_1h_max", "cases_today", "on_time_rate"), "rain")
SCENES = (
    EMERGENCY,
    Scene("water", "water", ("stations_over", "rain_1h_max", "pumps_stopped", "alerts"), "rain"),
    Scene("urban", "cases", ("cases_today", "cases_open", "cases_overdue", "on_time_rate"), "categories"),
    Scene("ecology", "air", ("pm25_avg", "rain_1h_max", "cases_today", "alerts"), "pm25"),
)


def active(alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
    """The alerts a wall shows: those that warn, and those whose data broke off."""
    return tuple(alert for alert in alerts if alert.state in ACTIVE)


def urgent(alerts: tuple[Alert, ...]) -> bool:
    """Whether anything is orange or above; a broken-off alert counts with its last level."""
    return any(alert.level in URGENT for alert in active(alerts))


def scene_at(now: datetime, alerts: tuple[Alert, ...], pinned: str = "") -> Scene:
    """The scene somebody pinned; else emergency while something is orange or above; else each in turn.

    The turn follows the clock, so that all the walls of a city show the same scene.
    """
    for scene in SCENES:
        if scene.key == pinned:
            return scene
    if urgent(alerts):
        return EMERGENCY
    return SCENES[int(now.timestamp()) // TURN % len(SCENES)]
