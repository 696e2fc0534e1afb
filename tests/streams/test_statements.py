"""Which statements carry rows behind them, and which may be streamed."""

from __future__ import annotations

import time

import pytest

from streams.statements import body, escaped, has_rows_in_text, insert_of_blocks, is_streamed, quoted


@pytest.mark.parametrize(
    ("sql", "bare"),
    [
        ("SELECT 1", "SELECT 1"),
        ("-- a; b\n-- params:\n\n SELECT 1 ; ", "SELECT 1"),
        ("/* a\n b */ SELECT 1;-- end\n-- end", "SELECT 1"),
        ("SELECT 1 -- end", "SELECT 1 -- end"),
        ("SELECT ';'", "SELECT ';'"),
        ("", ""),
        ("-- nothing", ""),
    ],
)
def test_comments_in_front_and_the_mark_at_the_end_go(sql: str, bare: str) -> None:
    assert body(sql) == bare


@pytest.mark.parametrize(
    ("sql", "target"),
    [
        ("INSERT INTO t VALUES", ("t", "*")),
        ("insert into `t` (`a`, b)\nvalues ", ("`t`", "`a`, b")),
        ("INSERT INTO TABLE db.t (a) FORMAT Native", ("db.t", "a")),
        ('INSERT INTO "d"."t" ("a b") VALUES;', ('"d"."t"', '"a b"')),
        ("INSERT INTO t (a, b)", ("t", "a, b")),
        ("INSERT INTO t (n.a, n.b) VALUES", ("t", "n.a, n.b")),
    ],
)
def test_an_insert_of_blocks(sql: str, target: tuple[str, str]) -> None:
    assert insert_of_blocks(sql) == target
    assert not has_rows_in_text(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1)",
        "INSERT INTO t (a) VALUES (1)",
        "INSERT INTO t FORMAT TSV\n1\n\nDROP TABLE t",
        "insert into t (a) format JSONEachRow {}",
        "INSERT INTO t (a) FORMAT Values (1)",
        "INSERT INTO FUNCTION file('x') VALUES (1)",
        "INSERT INTO t (a) FROM INFILE '/etc/passwd' FORMAT TSV",
    ],
)
def test_rows_in_the_text(sql: str) -> None:
    assert insert_of_blocks(sql) is None
    assert has_rows_in_text(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t SELECT 1",
        "INSERT INTO t (a) WITH 1 AS x SELECT x",
        "INSERT INTO t (a) SETTINGS x=1 SELECT 2",
        "SELECT 1",
    ],
)
def test_other_statements_have_no_rows(sql: str) -> None:
    assert insert_of_blocks(sql) is None
    assert not has_rows_in_text(sql)


@pytest.mark.parametrize(
    ("sql", "yes"),
    [
        ("select 1", True),
        ("WITH 1 AS x SELECT x", True),
        ("(SELECT 1)", True),
        ("SHOW TABLES", False),
        ("selected", False),
    ],
)
def test_what_may_be_streamed(sql: str, yes: bool) -> None:
    assert is_streamed(sql) is yes


@pytest.mark.parametrize(
    "sql",
    ["INSERT INTO t (" + "a" * 50_000 + "(", "SELECT 1;" + " -- " * 10_000 + "\nx", "INSERT INTO t (" + "a," * 20_000],
)
def test_a_long_text_is_judged_at_once(sql: str) -> None:
    begun = time.perf_counter()
    has_rows_in_text(body(sql))
    assert time.perf_counter() - begun < 1


def test_quoting() -> None:
    assert quoted("a`b\\c") == "`a\\`b\\\\c`"
    assert escaped("a\tb\nc\\d") == "a\\tb\\nc\\\\d"
