"""Rows of figures for charts, as of `now`."""

from __future__ import annotations

from datetime import datetime, timedelta

from layers.asking import ask, ended
from layers.geometry import City
from layers.measuring import of_city
from layers.moments import HOUR, clock_hours, midnight
from layers.picture import Numbers, Series
from streams.clickhouse import Answer, Database

HOURS = 24
BARS = 8
MOMENT = timedelta(milliseconds=1)
"""An hour holds the moment that it begins at; a window does not."""


def calls(database: Database, city: City, now: datetime) -> tuple[Series, ...]:
    """`calls_24h`: cases reported in each clock hour."""
    return (_stage(database, city, now, "calls_24h", "reported"),)


def closed(database: Database, city: City, now: datetime) -> tuple[Series, ...]:
    """`closed_24h`: cases closed in each clock hour."""
    return (_stage(database, city, now, "closed_24h", "closed"),)


def _stage(database: Database, city: City, now: datetime, key: str, stage: str) -> Series:
    """An hour without is 0, unless there is none in the whole day: then nobody knows whether anything came in."""
    times = clock_hours(now, city.zone, HOURS)
    answer = ask(database, "case_hours", now, now - times[0], stage=stage)
    return Series(key, "cases", _hours(answer, "cases", 0.0 if len(answer) else None), times)


def rain(database: Database, city: City, now: datetime) -> tuple[Series, ...]:
    """`rain_24h`: the largest hourly rain of any gauge in each clock hour."""
    times, values = _metric(database, city, now, "rain", ("sum", "peak"))
    return (Series("rain_24h", "mm", values, times),)


def air(database: Database, city: City, now: datetime) -> tuple[Series, ...]:
    """`pm25_24h`: the mean of the stations in each clock hour."""
    times, values = _metric(database, city, now, "pm25", ("avg", "mean"))
    return (Series("pm25_24h", "ug_m3", values, times),)


def _metric(
    database: Database, city: City, now: datetime, metric: str, way: tuple[str, str]
) -> tuple[tuple[datetime, ...], Numbers]:
    """Starts of the clock hours, and what the city heard in each: kept where it ended, else of buckets and readings.

    `way`: the measure of a device's hour, and what is taken of all devices'.
    """
    times, (measure, column) = clock_hours(now, city.zone, HOURS), way
    kept = ended(database, metric, now, [start + HOUR for start in times])
    known = tuple(row[column] for row in kept)
    if len(known) == HOURS - 1:  # the hour that is open is put together up to its closed five minutes
        return times, (*known, of_city(database, metric, measure, now, now - times[-1] + MOMENT).get(column))
    rest = ask(database, "metric_hours", now, now - times[len(kept)], metric=metric)
    return times, (*known, *_hours(rest, column)[: HOURS - len(kept)])


def categories(database: Database, city: City, now: datetime) -> tuple[Series, ...]:
    """`categories_today`: cases reported today by category as the stream names it ('' for none), most first."""
    answer = ask(database, "case_categories", now, now - midnight(now, city.zone), most=BARS)
    labels, counts = answer.column("category"), answer.column("reported")
    return (Series("categories_today", "cases", tuple(map(float, counts)), labels=tuple(labels)),)


def _hours(answer: Answer, column: str, empty: float | None = None) -> Numbers:
    """A column by hour, oldest first; `empty` where an hour has no row."""
    found = dict(zip(answer.column("hour"), map(float, answer.column(column)), strict=True))
    return tuple(found.get(hour, empty) for hour in range(HOURS))
