"""Questions, answers and what may be sent; without a server."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.clickhouse import SQL, Answer, Database, Question, answer, checked, insert_statement

QUESTION = Question("levels", "SELECT {now_ms:Int64} AS a, {metrics:Array(String)} AS b")


def write(folder: Path, text: str) -> Path:
    (folder / "q.sql").write_text(text, encoding="utf-8")
    return folder


def test_a_question_is_read_from_its_file(tmp_path: Path) -> None:
    head = "-- How high?\n-- params: now_ms Int64, kinds Map(String, Array(String)), m LowCardinality(String)\n"
    body = "SELECT {now_ms:Int64}, {kinds:Map(String,Array(String))}, {m: LowCardinality(String)}, {now_ms:Int64}"
    question = Question.load(write(tmp_path, head + body + ";\n"), "q")
    assert (question.name, question.sql) == ("q", body)
    assert list(question.params) == ["now_ms", "kinds", "m"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT 1\n", "first two lines"),
        ("-- asks\nSELECT 1\nFROM t", "first two lines"),
        ("-- asks\n-- params: a Int8\nSELECT 1", "a is Int8 in the params line and missing in the statement"),
        ("-- asks\n-- params:\nSELECT {a:Int8}", "a is missing in the params line and Int8 in the statement"),
        ("-- asks\n-- params: a Int8\nSELECT {a:Int16}", "a is Int8 in the params line and Int16 in the statement"),
        ("-- asks\n-- params: a\nSELECT {a:Int16}", "a is missing in the params line"),
    ],
)
def test_a_file_that_contradicts_itself_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=rf"q\.sql.*{told}"):
        Question.load(write(tmp_path, text), "q")


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.stem)
def test_our_own_questions_can_be_read(path: Path) -> None:
    assert Question.load(SQL, path.stem).sql


def test_parameters_must_be_those_of_the_question() -> None:
    assert checked(QUESTION, {"now_ms": 5, "metrics": ["a"]}) == {"now_ms": 5, "metrics": ["a"]}
    with pytest.raises(ValueError, match=r"levels: wants the parameters \(metrics, now_ms\), was given \(now\)"):
        checked(QUESTION, {"now": 5})


@pytest.mark.parametrize("value", [None, datetime(2026, 7, 1, tzinfo=UTC), date(2026, 7, 1), b"bytes"])
def test_what_the_protocol_would_change_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="now_ms must not be"):
        checked(QUESTION, {"now_ms": value, "metrics": []})


def test_a_bool_goes_as_a_number() -> None:
    assert checked(Question("q", "SELECT {a:UInt8}"), {"a": True}) == {"a": 1}


@given(st.lists(st.tuples(st.integers(), st.text()), max_size=20))
def test_an_answer_by_row_and_by_column_is_the_same(rows: list[tuple[int, str]]) -> None:
    columns = list(zip(*rows, strict=True))
    found = answer(columns, [("n", "Int64"), ("s", "String")])
    assert found.names == ("n", "s")
    assert len(found) == len(rows)
    assert [(row["n"], row["s"]) for row in found.rows()] == rows
    assert list(found.column("n")) == [n for n, _ in rows]
    assert found.first() == (found.rows()[0] if rows else None)


def test_an_answer_without_columns_is_empty() -> None:
    assert len(Answer((), ())) == 0
    assert Answer((), ()).first() is None


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="no column 'x' in the answer, only n"):
        Answer(("n",), ((1,),)).column("x")


def test_an_insert_names_its_columns() -> None:
    assert insert_statement("t", {"a": 1, "b": 2}) == "INSERT INTO t (`a`, `b`) VALUES"
    assert insert_statement("db.t", {"a": 1}) == "INSERT INTO db.t (`a`) VALUES"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("t; DROP TABLE t", "a"),
        ("t", "a) SELECT 1 --"),
        ("t", "a`"),
        ("", "a"),
        ("t", ""),
        ("a.b.c", "a"),
        ("t", "é"),
        ("t\n", "a"),
    ],
)
def test_a_name_that_is_no_word_is_refused(table: str, column: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        insert_statement(table, {column: [1]})


@pytest.mark.parametrize("columns", [{}, {"a": [1], "b": [1, 2]}])
def test_columns_must_be_some_and_equally_long(columns: dict[str, list[int]]) -> None:
    with pytest.raises(ValueError, match="equally long"):
        Database("clickhouse://127.0.0.1:1/x").insert("t", columns)


@pytest.mark.parametrize(
    ("url", "name"),
    [("clickhouse://h", "yiping"), ("clickhouse://u:p@h:9/city?secure=1", "city"), ("clickhouses://h/x", "x")],
)
def test_the_address_names_the_database(url: str, name: str) -> None:
    assert Database(url).name == name


def test_a_process_of_ours_begins_without_the_drivers_table_of_four_centuries() -> None:
    """The driver knows the switch in this version, and it is set before the driver is loaded."""
    told = (
        "import streams.clickhouse; from clickhouse_driver.columns.datecolumn import _date_lut; print(len(_date_lut))"
    )
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout == "0\n"
