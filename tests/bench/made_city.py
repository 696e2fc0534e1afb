"""Fills a database with a made-up big city, inside the engine: half of the readings of the last day, half of 89 days
before, on each of which every 89th device spoke.

The devices are those of the simulator's Xining at their own intervals, as many times as it takes; they stand in the
profile's own cells. One in 200 readings came twice, as gateways do.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h3.api.basic_int as h3

from layers.geometry import City
from streams.clickhouse import Database, Question

SQL = Path(__file__).parent / "sql"
HOUR, DAY = 3_600_000, 86_400_000  # ms
PAST_DAYS = 89

FLEETS: Mapping[str, tuple[str, int, int]] = {
    "rain": ("rain", 412, 60),
    "water_level": ("wl", 8, 60),
    "manhole_level": ("mh", 420, 120),
    "pump_state": ("pump", 60, 60),
    "sump_level": ("pump", 60, 60),
    "pm25": ("air", 80, 300),
    "pm10": ("air", 80, 300),
    "noise": ("noise", 120, 60),
    "traffic_speed": ("tr", 300, 60),
    "traffic_flow": ("tr", 300, 60),
    "smoke": ("smoke", 600, 120),
}
"""By metric: device ids begin with, devices and seconds between two readings of one Xining."""

A_DAY = sum(count * 86_400 // seconds for _, count, seconds in FLEETS.values())
"""Readings of one Xining in a day."""


def question(name: str) -> Question:
    return Question.load(SQL, name)


def fill(database: Database, city: City, readings: int, now: int) -> float:
    """Fill an empty database with about `readings` readings until `now` (epoch ms); the seconds it took."""
    began = time.perf_counter()
    database.command(question("devices").sql)
    rows = list(devices(city, readings / 2 / A_DAY))
    database.insert("bench_devices", {key: [row[key] for row in rows] for key in rows[0]})
    for day in range(PAST_DAYS):
        since = now - (day + 2) * DAY
        database.ask(question("readings"), since_ms=since, until_ms=since + DAY, nth=PAST_DAYS, turn=day)
    for since in range(now - DAY, now, HOUR):
        database.ask(question("readings"), since_ms=since, until_ms=since + HOUR, nth=1, turn=0)
    database.ask(question("cases"), until_ms=now, cases=max(readings // 500, 1000))
    database.ask(question("events"), until_ms=now, events=2000)
    database.ask(question("rejects"), until_ms=now, rejects=max(readings // 500, 1000))
    database.ask(question("transitions"), until_ms=now, warnings=20_000)
    database.ask(question("heartbeats"), until_ms=now)
    return time.perf_counter() - began


def devices(city: City, scale: float) -> Iterator[dict[str, Any]]:
    """`scale` Xinings of devices; the profile's stations are the first of the river gauges."""
    dice = random.Random(1)
    stations = [station.id for station in city.profile.stations]
    for metric, (name, count, seconds) in FLEETS.items():
        for number in range(max(1, round(count * scale))):
            row = dice.randrange(len(city.grid))
            lat, lon = h3.cell_to_latlng(h3.cell_to_center_child(city.grid.cells[row], city.profile.resolutions.store))
            device = stations[number] if name == "wl" and number < len(stations) else f"{name}-{number + 1:05}"
            cell = h3.latlng_to_cell(lat, lon, city.profile.resolutions.store)
            yield {
                "metric": metric, "device": device, "number": number, "every": seconds * 1000, "lat": lat, "lon": lon,
                "cell": cell, "district": city.grid.district[row],
            }  # fmt: skip
