"""Every type that we keep comes back as it went, through clickhouse-driver: embedded and on a server."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from clickhouse_driver import Client

pytestmark = pytest.mark.contract

WHEN = datetime(2026, 7, 1, 12, 30, 45, 678000, tzinfo=UTC)
TYPES: list[tuple[str, list[Any]]] = [
    ("String", ["", "plain", "城市 一屏", "a\nb\n\nDROP TABLE t", 'it\'s \\ "x" ; --', "\0 zero"]),
    ("LowCardinality(String)", ["a", "b", "a", "", "西宁"]),
    ("LowCardinality(Nullable(String))", ["a", None, "", None]),
    ("Nullable(String)", ["a", None, ""]),
    ("Nullable(Float64)", [1.5, None, -0.0, float("inf")]),
    ("Float64", [0.1, -1e300, 5e-324]),
    ("Float32", [0.5, -2.25, 1e10]),
    ("Int8", [-128, 127]),
    ("Int16", [-32768, 32767]),
    ("Int32", [-(2**31), 2**31 - 1]),
    ("Int64", [-(2**63), 2**63 - 1]),
    ("UInt8", [0, 255]),
    ("UInt16", [0, 65535]),
    ("UInt32", [0, 2**32 - 1]),
    ("UInt64", [0, 2**64 - 1]),
    ("Int128", [-(2**127), 2**127 - 1]),
    ("Bool", [True, False]),
    ("Date", [date(1970, 1, 1), date(2149, 6, 6)]),
    ("DateTime('UTC')", [WHEN.replace(microsecond=0)]),
    ("Nullable(DateTime('Asia/Shanghai'))", [WHEN.replace(microsecond=0), None]),
    ("DateTime64(3, 'UTC')", [WHEN, WHEN.replace(year=1999)]),
    ("DateTime64(3, 'Asia/Shanghai')", [WHEN]),
    ("Nullable(DateTime64(3, 'UTC'))", [WHEN, None]),
    ("UUID", [uuid.UUID(int=0), uuid.uuid4()]),
    ("Nullable(UUID)", [None, uuid.UUID(int=7)]),
    ("Enum8('clear' = 0, 'red' = 4, 'it\\'s' = 5)", ["clear", "red", "it's"]),
    ("Enum16('a' = -1000, 'b' = 1000)", ["a", "b"]),
    ("Array(String)", [[], ["a"], ["b", "", "城"]]),
    ("Array(Float64)", [[1.5], [], [2.5, -3.5]]),
    ("Array(LowCardinality(String))", [["x", "y"], [], ["x"]]),
    ("Array(Nullable(Float64))", [[None], [1.0, None]]),
    ("Array(Array(UInt64))", [[[1], [2, 3]], [], [[]]]),
    ("Map(String, Float64)", [{"a": 1.0}, {}, {"b": 2.0, "c": -1.0}]),
    ("Map(String, String)", [{}, {"城": "市"}]),
    ("Tuple(Float64, String)", [(1.0, "a"), (2.0, "")]),
    ("Tuple(lon Float64, lat Float64)", [(101.7, 36.6)]),
    ("Array(Tuple(Float64, Float64))", [[(1.0, 2.0), (3.0, 4.0)], []]),
    ("FixedString(3)", ["abc", "x"]),
]


@pytest.mark.parametrize(("kind", "values"), TYPES, ids=[kind for kind, _ in TYPES])
def test_a_type_comes_back_as_it_went(client: Client, kind: str, values: list[Any]) -> None:
    client.execute(f"CREATE TABLE t (n UInt32, v {kind}, z UInt8) ENGINE = MergeTree ORDER BY n")
    numbers = list(range(len(values)))
    assert client.execute("INSERT INTO t (n, v, z) VALUES", [numbers, values, [7] * len(values)], columnar=True) == len(
        values
    )
    rows, described = client.execute("SELECT n, v, z FROM t ORDER BY n", with_column_types=True)
    assert described[1] == ("v", kind)
    assert [(row[0], row[2]) for row in rows] == [(n, 7) for n in numbers]
    assert [list(row[1]) if isinstance(row[1], list) else row[1] for row in rows] == values


@pytest.mark.parametrize(("kind", "values"), TYPES, ids=[kind for kind, _ in TYPES])
def test_no_rows_still_have_names_and_types(client: Client, kind: str, values: list[Any]) -> None:
    client.execute(f"CREATE TABLE t (v {kind}) ENGINE = Memory")
    assert client.execute("SELECT v FROM t", with_column_types=True) == ([], [("v", kind)])
