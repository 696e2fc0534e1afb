"""What the map script is told: values of the cells, pins, stations, and where to look. Pure."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from dashboard.frames import MAP, Frame
from dashboard.wall.focus import focus
from dashboard.wall.gauges import OVER
from dashboard.wall.groups import numbers
from dashboard.wall.view import View
from layers.catalog import encode

if TYPE_CHECKING:
    from alerts.alert import Alert
    from layers.picture import Gauge


def map_part(view: View) -> Frame:
    """`map`: see assets/map.js. A layer that could not be read has no values, and every cell is hatched."""
    seen, numbered = focus(view.alerts, view.now), numbers(view.alerts)
    return {
        MAP: {
            "layer": view.scene.layer,
            "values": _values(view),
            "pins": [_pin(alert, numbered.get(alert.id, "")) for alert in view.alerts if alert.lat is not None],
            "stations": [_station(view, gauge) for gauge in view.snapshot.gauges] if view.snapshot else [],
            "focus": {"box": seen.box, "alert": seen.alert.id} if seen else None,
        }
    }


def _values(view: View) -> str:
    hexes = view.snapshot.hexes.get(view.scene.layer) if view.snapshot else None
    return b64encode(encode(hexes.values, view.scene.layer)).decode() if hexes else ""


def _pin(alert: Alert, number: str) -> dict[str, Any]:
    """A warning that is not the worst of a line on the list has a pin without a number."""
    where = {"lat": round(alert.lat or 0.0, 5), "lon": round(alert.lon or 0.0, 5)}
    return {"id": alert.id, "number": number, "level": alert.level, "stale": alert.state == "stale", **where}


def _station(view: View, gauge: Gauge) -> dict[str, Any]:
    level = OVER.get(gauge.over or "", "") if gauge.fresh else "none"
    where = {"lat": gauge.lat, "lon": gauge.lon}
    return {"id": gauge.station, "name": view.words.name(gauge.name), "level": level, **where}
