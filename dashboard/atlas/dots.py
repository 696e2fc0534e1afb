"""Devices and warnings as points: what the map is told of them. Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alerts.alert import Alert
    from config.words import Words
    from layers.contents import Device
    from layers.tiles import Box

STATES = ("fresh", "silent", "never", "blue", "yellow", "orange", "red")
"""What a point may be; the browser is told the place in this row."""
DIGITS = 5  # decimals of a degree: one metre


def ring_of(box: Box) -> tuple[tuple[float, float], ...]:
    """The outline of a box as layers.area has rings: (lat, lon)."""
    west, south, east, north = box
    return (south, west), (south, east), (north, east), (north, west)


def levels_of(alerts: Iterable[Alert]) -> Mapping[str, str]:
    """The worst open level of each device that holds a warning. Alerts come worst first."""
    found: dict[str, str] = {}
    for alert in alerts:
        found.setdefault(alert.device, alert.level)
    return found


def of_devices(devices: Sequence[Device], levels: Mapping[str, str], words: Words, have: str) -> dict[str, Any]:
    """Devices with a place: `states` a byte each; `points` (id, name, lon, lat) unless the browser `have`s these."""
    placed = [one for one in devices if one.lat is not None and one.lon is not None]
    points = [[one.id, words.name(one.name) or one.id, *_at(one)] for one in placed]
    states = bytes(STATES.index(levels.get(one.id, one.state)) for one in placed)
    tag = sha256(repr(points).encode()).hexdigest()[:16]
    found = {"tag": tag, "states": b64encode(states).decode()}
    return found if tag == have else {**found, "points": points}


def _at(one: Device) -> tuple[float, float]:
    return round(one.lon or 0.0, DIGITS), round(one.lat or 0.0, DIGITS)


def warnings(alerts: Iterable[tuple[Alert, str]]) -> list[dict[str, Any]]:
    """Open warnings that have a place, each with its headline, the mildest first: the worst is drawn last, on top."""
    found = [
        {"id": alert.id, "level": alert.level, "stale": alert.state == "stale", "name": said, "place": place_of(alert),
         "lat": round(alert.lat, DIGITS), "lon": round(alert.lon, DIGITS)}
        for alert, said in alerts if alert.lat is not None and alert.lon is not None
    ]  # fmt: skip
    return found[::-1]


def place_of(alert: Alert) -> str:
    """Where a press on a warning leads: to its device, if it has one."""
    return f"device:{alert.device}" if alert.device else ""
