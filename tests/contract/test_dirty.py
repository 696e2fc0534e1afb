"""What is wrong with a message, from its bytes to what the questions of the screens and the rules make of it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from alerts.measures import DUE, STAGED
from config.settings import CITIES
from layers.asking import ask
from layers.catalog import layer
from layers.measuring import by_cell
from layers.moments import to_ms
from streams.batch import Batch, Lane
from streams.clickhouse import Answer, Database, Question
from streams.places import Places
from streams.records import Stream
from tests.contract.snapshot_part import CENTRE, NOW
from tests.laws.test_batch import Message, Partition

pytestmark = pytest.mark.contract

NOW_MS = to_ms(NOW)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
PLACES = Places(9, json.loads((CITIES / "xining" / "districts.geojson").read_text("utf-8")))
HERE = {"lat": CENTRE[0], "lon": CENTRE[1]}


def store(database: Database, stream: Stream, *said: Mapping[str, Any], now: int = NOW_MS) -> None:
    """As ingest does it: a batch of messages, and an insert for each table."""
    batch = Batch(PLACES)
    messages = [Message(offset, json.dumps(one).encode()) for offset, one in enumerate(said)]
    assert batch.take(Partition("t", 0), Lane(stream, "e", 0, {}), messages, now) == len(messages)
    for table in ("readings", "case_steps", "city_events", "rejects"):
        if columns := batch.rows.columns(table):
            database.insert(table, columns)


def level(at: int, value: float, **more: Any) -> dict[str, Any]:
    return {"device": "wl-1", "metric": "water_level", "at": at, "value": value, **HERE, **more}


def latest(database: Database, later: int = 0) -> dict[str, float]:
    answer = ask(database, "latest", NOW + timedelta(milliseconds=later), timedelta(days=1), metric="water_level")
    return dict(zip(answer.column("device"), answer.column("last"), strict=True))


def test_a_value_from_the_future_is_never_the_current_one(database: Database) -> None:
    """Neither now nor when its time has come, for then it is an hour old and looks new."""
    store(database, "iot", level(NOW_MS - MINUTE, 2.5), level(NOW_MS + 50 * MINUTE, 9.0))
    assert latest(database) == {"wl-1": 2.5}
    assert latest(database, 51 * MINUTE) == {"wl-1": 2.5}


def test_a_clock_a_little_ahead_counts_when_its_time_has_come(database: Database) -> None:
    store(database, "iot", level(NOW_MS - MINUTE, 2.5), level(NOW_MS + 2 * MINUTE, 3.0))
    assert latest(database) == {"wl-1": 2.5}
    assert latest(database, 3 * MINUTE) == {"wl-1": 3.0}


def test_late_and_out_of_order_the_newest_is_the_newest(database: Database) -> None:
    """Weeks late, over the border of a month: each in its own monthly partition."""
    store(database, "iot", level(NOW_MS, 3.0), level(NOW_MS - 40 * DAY, 1.0), level(NOW_MS - 5 * MINUTE, 2.0))
    assert latest(database) == {"wl-1": 3.0}
    assert latest(database, -39 * DAY - HOUR * 23) == {"wl-1": 1.0}


def test_what_is_mended_is_what_is_measured(database: Database) -> None:
    changed = {"lat": CENTRE[1], "lon": CENTRE[0]}
    store(database, "iot", level((NOW_MS - MINUTE) // 1000, 250, unit="cm") | changed)
    assert latest(database) == {"wl-1": 2.5}


@pytest.mark.parametrize(
    "change", [{"quality": "bad"}, {"lat": 39.9, "lon": 116.4}, {"value": -999999}, {"unit": "kg"}]
)
def test_what_is_flagged_or_rejected_is_in_no_figure(database: Database, change: dict[str, Any]) -> None:
    store(database, "iot", level(NOW_MS - MINUTE, 2.5) | change)
    assert latest(database) == {}


def test_rain_that_came_twice_fell_once(database: Database) -> None:
    rain = {"device": "rain-1", "metric": "rain", "at": NOW_MS - MINUTE, "value": 7.5, **HERE}
    store(database, "iot", rain, rain, {"readings": [rain, rain]})
    answer = by_cell(database, layer("rain.sum.60"), NOW, timedelta(hours=1), 8)
    assert answer.column("total") == (7.5,)


OWN: dict[str, dict[str, object]] = {
    STAGED.name: {"stage": "reported"},
    DUE.name: {"from_ms": NOW_MS - DAY, "until_ms": NOW_MS},
}


def reported(database: Database, question: Question = STAGED) -> Answer:
    return database.ask(question, now_ms=NOW_MS, since_ms=NOW_MS - DAY, **OWN[question.name])


@pytest.mark.parametrize("question", [STAGED, DUE], ids=lambda question: question.name)
def test_a_case_outside_counts_and_is_nowhere(database: Database, question: Question) -> None:
    case = {"case": "c-1", "at": NOW_MS - MINUTE, "stage": "reported", "district": "630102", "due": NOW_MS - 1}
    store(database, "cases", case | {"lat": 39.9, "lon": 116.4})
    (row,) = (tuple(row.values()) for row in reported(database, question).rows())
    cell, district, cases, lat, lon = row
    assert (cell, district, cases) == (0, "630102", 1)
    assert math.isnan(lat)  # no warning is to stand there
    assert math.isnan(lon)


def test_marks_of_cases_and_events_are_kept(database: Database) -> None:
    changed = {"lat": CENTRE[1], "lon": CENTRE[0]}
    store(database, "cases", {"case": "c-1", "at": NOW_MS // 1000, "stage": "reported", **changed})
    store(
        database, "events", {"event": "e", "at": NOW_MS, "kind": "k", "title": "t\u200b", "status": "s", "source": "x"}
    )
    assert database.ask(Question("q", "SELECT marks FROM case_steps")).column("marks") == ("seconds,swapped",)
    assert database.ask(Question("q", "SELECT marks FROM city_events")).column("marks") == ("cleaned",)
