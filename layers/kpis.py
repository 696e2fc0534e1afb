"""The figures of the screens, as of `now`: asks, and leaves to layers.figures what the answers mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from layers import figures
from layers.asking import ask, ended, question
from layers.cuts import STEP_MS
from layers.geometry import City
from layers.kinds import OPEN_FOR, watched
from layers.measuring import of_city
from layers.moments import DAY, HOUR, WEEK, from_ms, midnight, newest, same_clock, to_ms
from layers.picture import Kpi
from streams.clickhouse import Answer, Database

RAIN_STEP = timedelta(minutes=10)
RAIN_BACK = timedelta(minutes=290)
"""23 points a step apart before now, and the hour behind the oldest."""

AIR_POINTS = 24
"""Hours before the last one."""

CASES_BACK = timedelta(days=60)
"""Cases reported longer ago are neither counted as open nor owed: a limit of the question's cost."""

PUMPS_FRESH = timedelta(minutes=15)


def rain(database: Database, city: City, now: datetime) -> tuple[Kpi, ...]:  # noqa: ARG001 - parts are asked alike
    row = of_city(database, "rain", "sum", now, HOUR)
    return (figures.rain_peak(row.get("peak"), from_ms(row.get("newest_ms"))),)


def rain_line(database: Database, city: City, now: datetime) -> figures.Past:  # noqa: ARG001
    """What was the largest hour of rain before now: of hours that are kept, or else of the gauges' buckets."""
    ends = _ends(now, RAIN_STEP, figures.RAIN_POINTS - 1)
    kept = ended(database, "rain", now, ends)
    if len(kept) < len(ends):
        answer = ask(database, "rain_line", now, RAIN_BACK)
        return figures.Past(_points(answer, "peak"), _at(answer))
    peaks = zip(range(len(ends), 0, -1), (row["peak"] for row in kept), strict=True)
    return figures.Past(_known(peaks), from_ms(max(row["newest_ms"] for row in kept)))


def calls(database: Database, city: City, now: datetime) -> tuple[Kpi, ...]:
    """Reported today, with its line of the last 24 hours."""
    today, then = midnight(now, city.zone), same_clock(now, city.zone, WEEK)
    row = database.ask(
        question("case_days"), now_ms=to_ms(now), midnight_ms=to_ms(today),
        week_now_ms=to_ms(then), week_midnight_ms=to_ms(midnight(then, city.zone)),
    ).first() or {}  # fmt: skip
    at = from_ms(row.get("newest_ms"))
    hours = ask(database, "case_hours", now, DAY, stage="reported")
    counts = dict(zip(hours.column("hour"), map(float, hours.column("cases")), strict=True))
    spark = tuple(counts.get(hour, 0.0) for hour in range(24)) if at else ()
    return (figures.cases_today(float(row.get("today", 0)), float(row.get("week_ago", 0)), at, spark),)


def progress(database: Database, city: City, now: datetime) -> tuple[Kpi, ...]:  # noqa: ARG001
    """Open, overdue, and the rate closed in time."""
    answer = ask(database, "case_progress", now, CASES_BACK)
    at = _at(answer)
    return (
        figures.case_count("cases_open", _points(answer, "open"), at),
        figures.case_count("cases_overdue", _points(answer, "overdue"), at),
        figures.on_time_rate(_points(answer, "owed"), _points(answer, "kept"), at),
    )


def alerts(database: Database, city: City, now: datetime) -> tuple[Kpi, ...]:  # noqa: ARG001
    answer = ask(database, "alert_hours", now, OPEN_FOR)
    return (figures.open_alerts(_points(answer, "open"), newest(watched(database, now), _at(answer))),)


def air(database: Database, city: City, now: datetime) -> tuple[Kpi, ...]:  # noqa: ARG001
    """Of the last hour, and of those that ended 1 to 24 hours before: of hours that are kept, or else of buckets."""
    ends = _ends(now, HOUR, AIR_POINTS)
    kept = ended(database, "pm25", now, ends)
    if len(kept) < len(ends):
        answer = ask(database, "mean_line", now, HOUR * 25, metric="pm25")
        points = _points(answer, "value")
        return (figures.pm25(points, _at(answer) if 0 in points else None),)
    row = of_city(database, "pm25", "avg", now, HOUR)
    means = zip(range(len(ends), -1, -1), [*(one["mean"] for one in kept), row.get("mean")], strict=True)
    return (figures.pm25(_known(means), from_ms(row.get("newest_ms"))),)


def pumps(database: Database, city: City, now: datetime) -> tuple[Kpi, ...]:  # noqa: ARG001
    today = ask(database, "latest", now, PUMPS_FRESH, metric="pump_state")
    before = ask(database, "latest", now - DAY, PUMPS_FRESH, metric="pump_state")
    at = from_ms(max(today.column("last_ms"), default=None))
    return (figures.pumps_stopped(today.column("last"), before.column("last"), at),)


def _ends(now: datetime, step: timedelta, points: int) -> list[datetime]:
    """Ends of spans, `points` steps before the newest full five minutes to one, oldest first."""
    full = now - timedelta(milliseconds=to_ms(now) % STEP_MS)
    return [full - step * point for point in range(points, 0, -1)]


def _known(points: Iterable[tuple[int, float | None]]) -> Mapping[int, float]:
    return {point: value for point, value in points if value is not None}


def _points(answer: Answer, column: str) -> Mapping[int, float]:
    return dict(zip(answer.column("point"), map(float, answer.column(column)), strict=True))


def _at(answer: Answer) -> datetime | None:
    return from_ms(max(answer.column("newest_ms"), default=None))
