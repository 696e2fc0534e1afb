"""The wall as a list of panels: draws each, and lets none take the others down. Logs what could not be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog
from dash import html

from dashboard.frames import Frame
from dashboard.wall.alert_list import alert_list
from dashboard.wall.caption import caption, legend
from dashboard.wall.charts import charts
from dashboard.wall.gauges import gauges
from dashboard.wall.header import header
from dashboard.wall.kpis import kpis
from dashboard.wall.map_part import map_part
from dashboard.wall.scenes import active, scene_at
from dashboard.wall.view import View

if TYPE_CHECKING:
    from alerts.rules import RuleBook
    from config.words import Words
    from dashboard.state import Moment
    from layers.geometry import City

Panel = Callable[[View], Frame]
PANELS: tuple[tuple[Panel, tuple[str, ...]], ...] = (
    (header, ("trouble",)),
    (kpis, ("kpi-0", "kpi-1", "kpi-2", "kpi-3")),
    (map_part, ()),
    (caption, ("caption", "map-title")),
    (legend, ("legend",)),
    (alert_list, ("alerts",)),
    (gauges, ("gauge-0", "gauge-1", "gauge-2", "gauge-3")),
    (charts, ("chart-foot-note", "chart-side-note")),
)
"""Each panel with the components that say 读取失败 when it cannot be drawn."""

log = structlog.get_logger(__name__)


def frame(moment: Moment, words: Words, city: City, rulebook: RuleBook, scene: str = "") -> Frame:
    """All that the wall shows of a moment. A panel that cannot be drawn says so and leaves the others alone."""
    shown = scene_at(moment.at, moment.shown, scene)
    view = View(moment, words, city, rulebook, shown, active(moment.shown), shown.key == scene)
    frame: dict[str, Any] = {}
    for panel, parts in PANELS:
        frame.update(_drawn(panel, parts, view))
    return frame


def _drawn(panel: Panel, parts: tuple[str, ...], view: View) -> Frame:
    try:
        return panel(view)
    except Exception:
        log.exception("panel not drawn", panel=panel.__name__)
        return {part: {"children": html.P(view.words("wall.failed"), className="failed")} for part in parts}
