"""The questions of operations and /api against a ClickHouse, embedded or a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from dashboard import inflow
from dashboard.vitals import newest
from streams.clickhouse import Database
from tests.contract.blank_part import Blanks

pytestmark = pytest.mark.contract

NOW = datetime.now(UTC).replace(microsecond=0)  # of today: what is older than a table's TTL vanishes at insert
MS = round(NOW.timestamp() * 1000)
RAW = b"\xff\x00\n\n;DROP TABLE rejects" + b"x" * 5000


@pytest.fixture(scope="module")
def database(blanks: Blanks) -> Iterator[Database]:
    with blanks.one() as found:
        fill(found)
        yield found


def fill(database: Database) -> None:
    ages = (0, 60_000, 3 * 86_400_000)
    reasons = ["bad_time", "bad_time", "not_json"]
    database.insert("rejects", {
        "received": [MS - age for age in ages], "stream": ["iot", "iot", "cases"], "reason": reasons,
        "detail": ["at"] * 3, "raw": [RAW] * 3, "source": [""] * 3, "epoch": ["e"] * 3, "partition": [0] * 3,
        "offset": [7, 6, 1], "item": [0] * 3,
    })  # fmt: skip
    database.insert("heartbeats", {
        "at": [MS - 4000, MS - 2000, MS - 7_200_000], "process": ["ingest"] * 2 + ["watch"],
        "instance": ["a:1"] * 2 + ["a:2"], "detail": ['{"state":"starting"}', '{"state":"running"}', "{}"],
    })  # fmt: skip
    steps = range(6000)
    database.insert("readings", {
        "at": [MS - place * 1000 for place in steps], "device": ["wl-1"] * 6000, "metric": ["water_level"] * 6000,
        "value": [float(place) for place in steps], "epoch": ["e"] * 6000, "offset": list(steps),
    })  # fmt: skip


def test_samples_carry_any_bytes_newest_first(database: Database) -> None:
    found = inflow.samples(database, "iot", "", 10)
    assert [sample.position for sample in found] == ["e:0:7:0", "e:0:6:0"]
    assert found[0].raw == RAW[:4096]
    assert found[0].size == len(RAW)
    assert [sample.stream for sample in inflow.samples(database, limit=1)] == ["iot"]
    assert inflow.samples(database, "iot", "'; DROP TABLE rejects; --") == ()


def test_rejects_are_counted_by_stream_and_reason(database: Database) -> None:
    found = inflow.turned_away(database, NOW - timedelta(days=1))
    assert [(one.stream, one.reason, one.total, one.lately) for one in found] == [
        ("cases", "not_json", 1, 0), ("iot", "bad_time", 2, 2),
    ]  # fmt: skip
    assert found[1].newest == NOW


def test_accepted_rows_are_counted_by_stream(database: Database) -> None:
    assert inflow.accepted(database) == {"iot": 6000, "cases": 0, "events": 0, "devices": 0}


def test_the_newest_heartbeat_of_each_instance(database: Database) -> None:
    found = inflow.beats(database, NOW - timedelta(hours=1))
    beat = newest(found, "ingest")
    assert beat is not None
    assert (len(found), beat.state, beat.at) == (1, "running", NOW - timedelta(seconds=2))


def test_when_the_rules_were_last_judged(database: Database) -> None:
    assert inflow.watched(database, NOW) == NOW - timedelta(hours=2)
    assert inflow.watched(database, NOW + timedelta(hours=5)) is None


def test_readings_behind_an_alert_come_oldest_first_and_the_newest_when_there_are_many(database: Database) -> None:
    found = inflow.readings(database, "wl-1", "water_level", NOW - timedelta(hours=3), NOW)
    assert len(found) == 5000
    assert (found[-1].at, found[-1].value) == (NOW, 0.0)
    assert inflow.readings(database, "wl-2", "water_level", NOW - timedelta(hours=3), NOW) == ()


def test_sizes_of_our_tables(database: Database) -> None:
    sizes = {one.table: one for one in inflow.table_sizes(database)}
    assert sizes["readings"].rows == 6000
    assert sizes["readings"].bytes > 0
