"""From counts to a figure with its comparison and its line. Pure.

按期结案率 = 按期结案数 / 应结案数 (GB/T 30428): of the cases whose deadline fell in the last 7 days, those closed by
their deadline; voided and suspended cases (作废、挂账) are not owed. A case whose deadline was extended owes the
new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from layers.marks import over
from layers.picture import Gauge, Kpi, Numbers, Series

Points = Mapping[int, float]
"""Values by how many steps ago: 0 is now."""

DAY_POINTS = 24
RAIN_POINTS = 24
HOUR_OF_RAIN = 6
"""Points of rain are ten minutes apart."""


@dataclass(frozen=True, slots=True)
class Past:
    """A figure before now: its points, and when the newest of what they are made of was said."""

    points: Points
    at: datetime | None


def change(now: float | None, then: float | None) -> float | None:
    """How much more than then; None when either is not known."""
    return None if now is None or then is None else now - then


def change_percent(now: float | None, then: float | None) -> float | None:
    """How many percent more than then; None when either is not known, or then was nothing."""
    return None if now is None or not then else 100 * (now - then) / then


def line(points: Points, count: int = DAY_POINTS) -> Numbers:
    """The last `count` points, oldest first."""
    return tuple(points.get(point) for point in range(count - 1, -1, -1))


def share(kept: float, owed: float) -> float | None:
    """Percent; None when nothing was owed."""
    return 100 * kept / owed if owed else None


def rain_peak(value: float | None, at: datetime | None) -> Kpi:
    """1 小时最大雨量: the largest hour of any gauge; its line is asked less often (see below)."""
    return Kpi("rain_1h_max", value, "mm", at, None, "mm", "hour", (), "down", 1)


def with_line(peak: Kpi, past: Past) -> Kpi:
    """The largest hour of rain against the hour before, with its line; where no gauge is heard now, of when one was."""
    points = past.points if peak.value is None else {**past.points, 0: peak.value}
    more = change(peak.value, points.get(HOUR_OF_RAIN))
    return replace(peak, at=peak.at or past.at, change=more, spark=line(points, RAIN_POINTS))


def cases_today(today: float, week_ago: float, at: datetime | None, hours: Numbers) -> Kpi:
    """今日案件: reported since local midnight, against the same time of the same weekday; `hours` is its line."""
    value = today if at else None
    more = change_percent(value, week_ago)
    return Kpi("cases_today", value, "cases", at, more, "percent", "week", hours, None, 0)


def on_time_rate(owed: Points, kept: Points, at: datetime | None) -> Kpi:
    """按期结案率 (see above), in percent, against a day ago in percentage points."""
    rates = {point: share(kept.get(point, 0), owed[point]) for point in owed}
    known = {point: rate for point, rate in rates.items() if rate is not None}
    more = change(known.get(0), known.get(DAY_POINTS))
    return Kpi("on_time_rate", known.get(0), "percent", at, more, "points", "day", line(known), "up", 1)


def case_count(key: str, points: Points, at: datetime | None) -> Kpi:
    """在办案件 and 超期案件: how many there are, against a day ago."""
    value = points.get(0)
    return Kpi(key, value, "cases", at, change(value, points.get(DAY_POINTS)), "cases", "day", line(points), "down", 0)


def open_alerts(points: Points, at: datetime | None) -> Kpi:
    """在办警情: open warnings, against a day ago. Nobody watching and nothing ever opened: not 0 but unknown."""
    value = points.get(0, 0) if at else None
    before = points.get(DAY_POINTS, 0) if at else None
    return Kpi("alerts", value, "alerts", at, change(value, before), "alerts", "day", line(points), "down", 0)


def pm25(points: Points, at: datetime | None) -> Kpi:
    """PM2.5: mean of the stations over the last hour, against the same hour of yesterday."""
    value = points.get(0)
    more = change(value, points.get(DAY_POINTS))
    return Kpi("pm25_avg", value, "ug_m3", at, more, "ug_m3", "day", line(points), "down", 0)


def pumps_stopped(states: Sequence[float], day_ago: Sequence[float], at: datetime | None) -> Kpi:
    """停机泵站: pumps that do not run (state 0 stopped, 2 fault), against a day ago."""
    value, before = stopped(states), stopped(day_ago)
    return Kpi("pumps_stopped", value, "pumps", at, change(value, before), "pumps", "day", (), "down", 0)


def stopped(states: Sequence[float]) -> float | None:
    """How many do not run; None when none has said anything."""
    return float(sum(state != 1 for state in states)) if states else None


def stations_over(gauges: Sequence[Gauge], levels: Mapping[str, Series]) -> Kpi:
    """超警站点: stations at or above a mark now, against a day ago (`levels`: their series by station id)."""
    fresh = [gauge for gauge in gauges if gauge.fresh and gauge.marks]
    value = float(sum(gauge.over is not None for gauge in fresh)) if fresh else None
    past = line_of_over(gauges, levels)
    before = past[0] if past else None
    at = max((gauge.at for gauge in fresh if gauge.at), default=None)
    return Kpi("stations_over", value, "stations", at, change(value, before), "stations", "day", past, "down", 0)


def line_of_over(gauges: Sequence[Gauge], levels: Mapping[str, Series]) -> Numbers:
    """Stations over a mark at each step of their series, None where none had anything to say; every sixth step."""
    known = [gauge for gauge in gauges if gauge.marks and gauge.station in levels]
    marked = [(levels[gauge.station].values, gauge.marks) for gauge in known]
    if not marked:
        return ()
    steps = range(0, len(marked[0][0]), 6)
    said = [[over(level, marks) for values, marks in marked if (level := values[step]) is not None] for step in steps]
    return tuple(float(sum(mark is not None for mark in marks)) if marks else None for marks in said)
