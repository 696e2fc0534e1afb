"""River stations as of `now`: level, rate of rise, time to the next mark, and the day behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from config.city import Station
from layers.asking import ask
from layers.catalog import layer
from layers.geometry import City
from layers.marks import Points, climbing, course, eta, next_mark, over
from layers.moments import DAY, from_ms
from layers.picture import Gauge, Numbers, Series
from streams.clickhouse import Database

RECENT = timedelta(minutes=20)
"""What is asked for the rate of rise: three readings where they come each five minutes, and the newest is not new."""

STEP = timedelta(minutes=10)
STEPS = DAY // STEP
FRESH = timedelta(seconds=layer("water").freshness_s)


def gauges(database: Database, city: City, now: datetime) -> tuple[Gauge, ...]:
    """Each station of the profile, in its order. Raises as Database.ask."""
    stations = city.profile.stations
    newest = _latest(database, now)
    recent = _recent(database, stations, now)
    return tuple(gauge(station, newest.get(station.id), recent[station.id], now) for station in stations)


def gauge(station: Station, newest: tuple[datetime, float] | None, recent: Points, now: datetime) -> Gauge:
    """A station from its newest (time, level) within a day and its recent ones, oldest first. Decides, asks nothing."""
    place = (station.id, station.name, station.river, station.lat, station.lon, station.base, station.marks)
    if newest is None:
        return Gauge(*place, station.on_wall)
    at, level = newest
    fresh = now - at <= FRESH
    rise = course(recent) if fresh else None
    above = next_mark(level, station.marks)
    reached = over(level, station.marks)
    ahead = eta(level, rise, station.marks) if climbing(recent) else None
    return Gauge(*place, station.on_wall, level, at, fresh, rise, reached, above, ahead)


def _latest(database: Database, now: datetime) -> Mapping[str, tuple[datetime, float]]:
    rows = ask(database, "latest", now, DAY, metric="water_level").rows()
    found = ((row["device"], from_ms(row["last_ms"]), row["last"]) for row in rows)
    return {device: (at, level) for device, at, level in found if at}


def _recent(database: Database, stations: Iterable[Station], now: datetime) -> Mapping[str, Points]:
    rows = ask(database, "levels_recent", now, RECENT, devices=_ids(stations)).rows()
    found: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for row in rows:
        found[row["device"]].append((datetime.fromtimestamp(row["at_ms"] / 1000, UTC), row["value"]))
    return found


def _ids(stations: Iterable[Station]) -> list[str]:
    return [station.id for station in stations]


def level_series(database: Database, city: City, now: datetime) -> tuple[Series, ...]:
    """`level.<station>` of each station: its last level in each ten minutes of a day; None where it was silent.

    `times` are the ends of the steps, so the last one is `now`. Raises as Database.ask.
    """
    stations, step_ms = city.profile.stations, STEP // timedelta(milliseconds=1)
    rows = ask(database, "levels_day", now, DAY, devices=_ids(stations), step_ms=step_ms).rows()
    levels: dict[str, dict[int, float]] = defaultdict(dict)
    for row in rows:
        levels[row["device"]][row["step"]] = row["level"]
    times = tuple(now - STEP * back for back in range(STEPS - 1, -1, -1))
    return tuple(Series(f"level.{one.id}", "m", oldest_first(levels[one.id], STEPS), times) for one in stations)


def oldest_first(points: Mapping[int, float], count: int) -> Numbers:
    """Values at the points count-1 .. 0 (0 is now), None where there is none."""
    return tuple(points.get(point) for point in range(count - 1, -1, -1))
