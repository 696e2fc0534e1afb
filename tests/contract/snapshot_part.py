"""A small city day in a database of its own: what the contract tests of the snapshot look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import h3.api.basic_int as h3
import pytest

from config.read import read_city
from layers.geometry import City, load_city
from streams.clickhouse import Database
from tests.contract.blank_part import Blanks

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = (datetime.now(UTC) - DAY).replace(hour=8, minute=30, second=20, microsecond=0)
"""16:30:20 in Xining; yesterday, so that the tables' TTLs keep what is written."""

Record = Mapping[str, Any]


def cell(lat: float, lon: float) -> int:
    return int(h3.latlng_to_cell(lat, lon, 9))


CENTRE = (36.6200, 101.7700)
NORTH = (37.0000, 101.6000)


@pytest.fixture
def database(blanks: Blanks) -> Iterator[Database]:
    """One that nothing is in yet."""
    with blanks.one() as found:
        yield found


@pytest.fixture(scope="session")
def city() -> City:
    return load_city(read_city("xining"))


def insert(database: Database, table: str, records: list[Record]) -> None:
    """Rows given as mappings that all have the same keys."""
    database.insert(table, {key: [record[key] for record in records] for key in records[0]})


def reading(
    device: str, metric: str, at: datetime, value: float, place: tuple[float, float] | None, **more: Any
) -> Record:
    where = cell(*place) if place else 0
    return {
        "at": at, "device": device, "metric": metric, "value": value, "quality": "", "cell": where,
        "received": at + timedelta(seconds=1), "source": "", **more,
    }  # fmt: skip


def step(case: str, at: datetime, stage: str, offset: int = 0, **more: Any) -> Record:
    return {
        "case": case, "at": at, "stage": stage, "category": "市容环境", "cell": cell(*CENTRE), "due": None,
        "received": at, "source": "simulator", "offset": offset, **more,
    }  # fmt: skip


def transition(rule: str, place: str, at: datetime, state: str, where: tuple[float, float] | None = CENTRE) -> Record:
    return {"at": at, "rule": rule, "place": place, "to_state": state, "cell": cell(*where) if where else 0}


def every(
    minutes: int, count: int, value: Callable[[int], float], name: tuple[str, str], place: tuple[float, float] | None
) -> list[Record]:
    """`count` readings back from NOW, newest first: value(0) is the newest."""
    device, metric = name
    return [reading(device, metric, NOW - MINUTE * minutes * back, value(back), place) for back in range(count)]


def rain() -> list[Record]:
    return [
        *every(10, 18, lambda _: 0.5, ("rain-001", "rain"), CENTRE),
        *every(10, 18, lambda back: 3.0 if back < 6 else 0.0, ("rain-002", "rain"), CENTRE),
        reading("rain-003", "rain", NOW - MINUTE * 40, 30.0, NORTH),
        reading("rain-004", "rain", NOW + MINUTE, 99.0, NORTH),
        reading("rain-001", "rain", NOW - MINUTE * 5, 99.0, CENTRE, quality="bad"),
        reading("rain-001", "rain", NOW - HOUR * 5, 99.0, CENTRE),
        reading("rain-005", "rain", NOW - MINUTE, 99.0, None),
    ]


def water() -> list[Record]:
    return [
        *every(1, 31, lambda back: 3.70 - 0.01 * back, ("wl-xigangqiao", "water_level"), None),
        *every(1, 1, lambda _: 3.20, ("wl-qiaotou", "water_level"), None),
        reading("wl-qiaotou", "water_level", NOW - HOUR * 23 - MINUTE * 55, 3.15, None),
        reading("wl-xiaoxia", "water_level", NOW - HOUR * 2, 4.0, None),
        reading("wl-laoyeshan", "water_level", NOW, 9.0, None),
        reading("mh-001", "manhole_level", NOW - MINUTE, 2.0, NORTH),
    ]


def others() -> list[Record]:
    return [
        *every(5, 300, lambda back: 30.0 if back < 12 else 50.0, ("air-001", "pm25"), CENTRE),
        reading("pump-001", "pump_state", NOW - MINUTE, 0, CENTRE, source="simulator"),
        reading("pump-002", "pump_state", NOW - MINUTE, 1, CENTRE),
        reading("pump-001", "pump_state", NOW - MINUTE - DAY, 1, CENTRE),
    ]


def cases() -> list[Record]:
    """c1 open, overdue; c2 closed in time; c3 closed late; c4 voided; c5 reported last week; c6 outside every cell.

    c8 is past its time but suspended, two hours ago.
    """
    return [
        step("c1", NOW - HOUR * 5, "reported", due=NOW - HOUR),
        step("c1", NOW - HOUR * 5, "filed", 1, due=NOW - HOUR),
        step("c2", NOW - HOUR * 4, "reported", due=NOW - HOUR),
        step("c2", NOW - HOUR * 2, "closed", 1),
        step("c3", NOW - HOUR * 30, "reported", due=NOW - HOUR * 28),
        step("c3", NOW - HOUR * 27, "closed", 1),
        step("c3", NOW - HOUR * 26, "evaluated", 2),
        step("c4", NOW - HOUR * 3, "voided", 9),  # in the same millisecond: the offset says which was last
        step("c4", NOW - HOUR * 3, "reported", 8, due=NOW - HOUR, category=""),
        step("c5", NOW - DAY * 7 - HOUR, "reported"),
        step("c6", NOW - MINUTE * 50, "reported", cell=0, due=NOW + HOUR),
        step("c7", NOW + MINUTE, "reported"),
        step("c8", NOW - DAY * 2, "reported", due=NOW - HOUR * 25, cell=0),
        step("c8", NOW - HOUR * 2, "suspended", 1, cell=0),
    ]


def transitions() -> list[Record]:
    return [
        transition("rain", "a", NOW - HOUR, "blue"),
        transition("rain", "a", NOW - MINUTE * 30, "orange"),
        transition("rain", "a", NOW - MINUTE, "stale"),
        transition("level", "b", NOW - HOUR * 30, "red", NORTH),
        transition("level", "b", NOW - HOUR * 2, "clear", NORTH),
        transition("pump", "c", NOW - HOUR * 3, "pending", NORTH),
        transition("calls", "d", NOW - MINUTE, "yellow", None),
        transition("rain", "e", NOW + MINUTE, "red", NORTH),
    ]


def fill(database: Database) -> None:
    beat = {"topics": {"yiping.iot": {"lag": 7, "rate": 55.5}}, "state": "running"}
    insert(database, "readings", [*rain(), *water(), *others()])
    insert(database, "case_steps", cases())
    insert(database, "alert_transitions", transitions())
    event = {"event": "e1", "at": NOW - HOUR * 9, "kind": "weather", "received": NOW - HOUR * 9}
    insert(database, "city_events", [event])
    refused = [("iot", "not_json", NOW - HOUR), ("iot", "not_json", NOW - HOUR), ("iot", "bad_time", NOW - DAY * 2)]
    columns = ("stream", "reason", "received")
    insert(database, "rejects", [dict(zip(columns, row, strict=True)) for row in refused])
    beats = [("ingest", "h:1", json.dumps(beat), NOW - timedelta(seconds=3)), ("watch", "h:2", "{}", NOW - MINUTE)]
    names = ("process", "instance", "detail", "at")
    insert(database, "heartbeats", [dict(zip(names, row, strict=True)) for row in beats])
