"""Items become rows: every column of the schema but none besides, in step."""

from __future__ import annotations

import math
import re

import pytest

from config.settings import SCHEMA
from streams.places import Places
from streams.records import CaseStep, CityEvent, Reading, Rejected
from streams.rows import COLUMNS, TABLES, Rows
from tests.streams.test_places import DISTRICTS

ORIGIN = ("simulator", 1_000, "epoch-1", 3, 77)
READING = Reading("rain-001", "rain", 500, 1.5, "", 36.5, 101.5)


@pytest.fixture
def rows() -> Rows:
    return Rows(Places(9, DISTRICTS))


@pytest.mark.parametrize("table", TABLES)
def test_the_columns_are_those_of_the_schema(table: str) -> None:
    sql = "".join(path.read_text("utf-8") for path in sorted(SCHEMA.glob("*.sql")))
    body = sql.partition(f"CREATE TABLE IF NOT EXISTS {table}\n(")[2].partition("\n)")[0]
    schema = re.findall(r"^ {4}(\w+) +[A-Z]\w+[(,\n ]?", body, re.MULTILINE)
    schema += re.findall(rf"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS (marks|expires|outline|message)\b", sql)
    assert sorted(COLUMNS[table]) == sorted(name for name in schema if name != "INDEX")


def test_a_reading_becomes_a_row(rows: Rows) -> None:
    rows.add("iot", [READING], ORIGIN)
    columns = rows.columns("readings")
    assert {name: column[0] for name, column in columns.items() if name != "cell"} == {
        **{"at": 500, "device": "rain-001", "metric": "rain", "value": 1.5, "quality": "", "lat": 36.5, "lon": 101.5},
        **{"district": "630102", "source": "simulator", "received": 1_000},
        **{"epoch": "epoch-1", "partition": 3, "offset": 77, "item": 0},
    }


def test_without_a_place_there_is_no_number_and_no_cell(rows: Rows) -> None:
    rows.add("iot", [Reading("d", "rain", 500, 1.0, "no_place", None, None)], ORIGIN)
    columns = rows.columns("readings")
    assert math.isnan(columns["lat"][0])
    assert math.isnan(columns["lon"][0])
    assert (list(columns["cell"]), list(columns["district"])) == ([0], [""])


def test_each_kind_goes_to_its_table_with_its_number(rows: Rows) -> None:
    rejected = Rejected("bad_value", "value must be a number", b"\xff")
    rows.add("iot", [READING, rejected, READING], ORIGIN)
    assert list(rows.columns("readings")["item"]) == [0, 2]
    assert rows.columns("rejects")["item"] == [1]
    assert rows.columns("rejects")["raw"] == [b"\xff"]
    assert rows.columns("rejects")["stream"] == ["iot"]
    assert rows.length == 3
    assert rows.rejected == {"iot": 1}


def test_a_case_keeps_the_district_it_was_told_only_where_we_know_none(rows: Rows) -> None:
    step = CaseStep("c", 1, "filed", "", "", "", None, None, "630199", "", "", None, "")
    inside = CaseStep("c", 1, "filed", "", "", "", 36.5, 101.5, "630199", "", "", 9, "")
    rows.add("cases", [step, inside], ORIGIN)
    assert rows.columns("case_steps")["district"] == ["630199", "630102"]
    assert rows.columns("case_steps")["due"] == [None, 9]


def test_an_event_becomes_a_row(rows: Rows) -> None:
    rows.add("events", [CityEvent("e", 1, "fire", "c", "III", "t", "x", 36.5, 102.5, "a", "active", "119")], ORIGIN)
    columns = rows.columns("city_events")
    assert [columns[name][0] for name in ("class", "area", "district", "status", "sender", "source")] == [
        *("c", "a", "630103", "active", "119", "simulator")
    ]


def test_what_is_stored_is_left_out_exactly(rows: Rows) -> None:
    """Not by the highest number: item 1 may be stored and item 0 not, when one insert of two got through."""
    rows.add("iot", [READING, READING, Rejected("bad_value", "-", b"")], ORIGIN, frozenset((1, 2)))
    assert list(rows.columns("readings")["item"]) == [0]
    assert rows.columns("rejects") == {}
    assert rows.length == 1


def test_a_table_without_rows_has_no_columns(rows: Rows) -> None:
    assert {table: rows.columns(table) for table in TABLES} == {table: {} for table in TABLES}


def test_a_reading_from_elsewhere_says_so(rows: Rows) -> None:
    rows.add(
        "iot", [Reading("d", "rain", 500, 1.0, "", 51.5, 0.1), Reading("d", "rain", 500, 1.0, "bad", 51.5, 0.1)], ORIGIN
    )
    assert list(rows.columns("readings")["quality"]) == ["outside", "bad"]
