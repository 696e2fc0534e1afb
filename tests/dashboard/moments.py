"""A believable moment of a storm over Xining, made of the real dataclasses: what screens are tried on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import h3.api.basic_int as h3

from alerts.alert import Action, Alert
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from config.read import read_city
from dashboard.state import Moment
from layers.geometry import City, load_city
from layers.marks import eta, next_mark, over
from layers.picture import Gauge, Hexes, Kpi, Series, Snapshot, Source

NOW = datetime(2026, 7, 21, 8, 42, 8, tzinfo=UTC)
STORM = (36.66, 101.68)


@cache
def city() -> City:
    """Read once by a process that tests: it never changes, and takes a tenth of a second."""
    return load_city(read_city("xining"))


@cache
def book() -> RuleBook:
    """The rules that come with the program; as seldom read as the city."""
    return read_rulebook()


def moment(now: datetime = NOW, storm: float = 1.0, number: int = 1) -> Moment:
    """`storm` from 0 (a calm day without warnings) to 1 (its height)."""
    heard = now - timedelta(seconds=1)
    return Moment(now, snapshot(now, storm), alerts(now) if storm else (), None, number, watched=heard)


def snapshot(now: datetime = NOW, storm: float = 1.0) -> Snapshot:
    place = city()
    return Snapshot(
        now, hexes(now, storm), gauges(place, now, storm), kpis(now, storm), series(now, storm), sources(now)
    )


def hexes(now: datetime, storm: float) -> dict[str, Hexes]:
    shown = {"rain": (412, 18), "water": (488, 24), "air": (80, 110), "cases": (1204, 40)}
    return {
        key: Hexes(key, fields(storm)[key], devices, 3, now - timedelta(seconds=age))
        for key, (devices, age) in shown.items()
    }


@cache
def fields(storm: float) -> dict[str, tuple[float | None, ...]]:
    """The values of each layer's cells: the same at every moment, and a server is shown four a second."""

    def field(height: float, wide: float, floor: float) -> Callable[[int], float | None]:
        def value(cell: int) -> float | None:
            lat, lon = h3.cell_to_latlng(cell)
            away = math.hypot(lat - STORM[0], (lon - STORM[1]) * 0.8) / wide
            noise = cell // 2**24 % 97 / 97
            return None if noise > 0.96 else floor + (height - floor) * math.exp(-away * away) * (0.85 + 0.15 * noise)

        return value

    heights = {
        "rain": field(96 * storm, 0.22, 0.4),
        "water": field(30 + 80 * storm, 0.12, 20),
        "air": field(70, 0.3, 12),
        "cases": field(9, 0.06, 0),
    }
    return {key: tuple(map(value, city().grid.cells)) for key, value in heights.items()}


def gauges(place: City, now: datetime, storm: float) -> tuple[Gauge, ...]:
    rises = {
        "wl-xigangqiao": (2.52, 0.31),
        "wl-qiaotou": (1.82, 0.12),
        "wl-liuyiqiao": (0.76, 0.0),
        "wl-xiaoxia": (0.84, 0.18),
    }
    found = []
    for station in place.profile.stations:
        lift, rate = rises.get(station.id, (0.3, 0.02))
        value = station.base + lift * storm + 0.1
        until = eta(value, rate * storm, station.marks)
        found.append(Gauge(
            station.id, station.name, station.river, station.lat, station.lon, station.base, station.marks,
            station.on_wall, value, now - timedelta(seconds=31), True, rate * storm,
            over(value, station.marks), next_mark(value, station.marks), until,
        ))  # fmt: skip
    return tuple(found)


def wave(count: int, low: float, high: float, turns: float = 1.0) -> tuple[float, ...]:
    middle, swing = (low + high) / 2, (high - low) / 2
    angles = (turns * math.tau * place / count - 1.3 for place in range(count))
    return tuple(middle + swing * (math.sin(angle) + 0.12 * (place * 7 % 5 - 2)) for place, angle in enumerate(angles))


def kpis(now: datetime, storm: float) -> dict[str, Kpi]:
    at = now - timedelta(seconds=6)
    figures = (
        Kpi(
            "alerts",
            5.0 if storm else 0.0,
            "alerts",
            now - timedelta(seconds=2),
            3.0 * storm,
            "alerts",
            "day",
            wave(24, 0, 5),
        ),
        Kpi(
            "rain_1h_max",
            42.6 * storm,
            "mm",
            now - timedelta(seconds=18),
            38.1 * storm,
            "mm",
            "hour",
            wave(24, 0, 40, 0.4),
            "down",
            1,
        ),
        Kpi("cases_today", 318.0, "cases", at, -4.2, "percent", "week", wave(24, 5, 30, 2)),
        Kpi("on_time_rate", 93.7, "percent", at, 1.1, "points", "day", wave(24, 90, 95, 3), "up", 1),
        Kpi("stations_over", 2.0 * storm, "stations", at, 2.0 * storm, "stations", "day", wave(24, 0, 2), "down"),
        Kpi("pm25_avg", 38.0, "ug_m3", at, -6.0, "ug_m3", "day", wave(24, 20, 60), "down"),
        Kpi("pumps_stopped", 1.0 * storm, "pumps", at, 1.0 * storm, "pumps", "day", wave(24, 0, 1), "down"),
        Kpi("cases_open", 1204.0, "cases", at, 22.0, "cases", "day", wave(24, 1100, 1204), "down"),
        Kpi("cases_overdue", 31.0, "cases", at, None, "", "", wave(24, 20, 31), "down"),
    )
    return {figure.key: figure for figure in figures}


def series(now: datetime, storm: float) -> dict[str, Series]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    times = tuple(hour - timedelta(hours=23 - place) for place in range(24))
    calls = (3, 4, 7, 7, 6, 8, 13, 18, 16, 20, 22, 24, 22, 24, 20, 20, 16, 18, 14, 10, 6, 18, 32, 46)
    rain = (0.0,) * 19 + (0.4, 2.1, 11.0, 31.5, 42.6)
    return {
        "calls_24h": Series("calls_24h", "cases", tuple(float(call) for call in calls), times),
        "rain_24h": Series("rain_24h", "mm", tuple(one * storm for one in rain), times),
        "categories_today": Series(
            "categories_today",
            "cases",
            (88.0, 71.0, 40.0, 22.0, 9.0, 3.0),
            (),
            (
                "市容环境",
                "公用设施",
                "道路交通",
                "街面秩序",
                "园林绿化",
                "",
            ),
        ),
        "pm25_24h": Series("pm25_24h", "ug_m3", (*wave(20, 20, 60), None, 40.0, 39.0, 38.0), times),
    }


def sources(now: datetime) -> tuple[Source, ...]:
    def source(stream: str, seconds: int, rows: int, simulated: int) -> Source:
        at = now - timedelta(seconds=seconds)
        return Source(stream, at, at, rows, simulated, {}, 0, rows / 900, "running")

    return (source("iot", 2, 48_000, 48_000), source("cases", 61, 14, 14), source("events", 1400, 1, 1))


def alerts(now: datetime) -> tuple[Alert, ...]:
    return tuple(_alert(now, place, *row) for place, row in enumerate(ROWS))


ROWS = (
    # rule, place, level, minutes, value, threshold, lat, lon, district, acknowledged, stale
    ("rainstorm", "630106", "red", 12, 104.2, 100.0, 36.655, 101.62, "630106", True, False),
    ("river_level", "wl-xigangqiao", "orange", 4, 4.62, 4.5, 36.6475, 101.69, "630105", False, False),
    ("pump_stopped", "pump-012", "yellow", 9, 2.0, 2.0, 36.625, 101.80, "630102", True, False),
    ("river_level", "wl-qiaotou", "yellow", 31, 3.42, 3.1, 36.929, 101.685, "630121", True, True),
    ("case_burst", "630104", "blue", 17, 46.0, 30.0, 36.62, 101.71, "630104", True, False),
)


def _alert(  # noqa: PLR0917
    now: datetime, place: int, rule: str, where: str, level: str, minutes: int, value: float, threshold: float,
    lat: float, lon: float, district: str, acknowledged: bool, stale: bool,
) -> Alert:  # fmt: skip
    since = now - timedelta(minutes=minutes)
    actions = (Action(since + timedelta(minutes=1), "acknowledge", "王"),) if acknowledged else ()
    return Alert(
        f"{place:012x}", rule, "1", where, "stale" if stale else level, level, since, since, value, threshold, "over",
        {}, value, value, now - timedelta(seconds=20), lat, lon, 0, district, actions,
    )  # fmt: skip


def many(now: datetime, count: int) -> tuple[Alert, ...]:
    """More warnings than the wall lists."""
    one = alerts(now)[4]
    return tuple(replace(one, id=f"{place:012x}", lat=36.5 + place / 100) for place in range(count))
