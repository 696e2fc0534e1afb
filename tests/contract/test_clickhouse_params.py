"""Parameters reach the statement as values and as nothing else: embedded and on a server."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from clickhouse_driver import Client, errors

pytestmark = pytest.mark.contract

WHEN = datetime(2026, 7, 1, 12, 30, 45, 678000, tzinfo=UTC)
TEXTS = [
    "", "it's", 'say "hi"', "back\\slash", "\\n", "line\nline", "blank\n\nSELECT 2", "tab\tcr\r", "城市", "a;b -- c",
    "'; DROP TABLE t; --", "\\'; DROP TABLE t", "{x:String}", "%s %(x)s", "\b\f\v\a", "`back`", "\\", "'", "''", "NULL",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_a_text_parameter_arrives_as_it_is(client: Client, text: str) -> None:
    assert client.execute("SELECT {x:String}, length({x:String})", {"x": text}) == [(text, len(text.encode()))]


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_texts_in_a_list_parameter_arrive_as_they_are(client: Client, text: str) -> None:
    assert client.execute("SELECT {x:Array(String)}", {"x": [text, "b"]}) == [([text, "b"],)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Int64", -(2**63)), ("UInt64", 2**64 - 1), ("Float64", 1.5), ("Float64", float("inf")), ("UInt8", 1),
        ("Array(UInt64)", [1, 2**64 - 1]), ("Array(String)", []), ("Array(Float64)", [0.5]),
        ("UUID", uuid.UUID(int=12345)),
    ],
)  # fmt: skip
def test_a_parameter_of_another_type_arrives(client: Client, kind: str, value: Any) -> None:
    assert client.execute(f"SELECT {{x:{kind}}}", {"x": value}) == [(value,)]


def test_a_parameter_of_the_wrong_type_raises(client: Client) -> None:
    with pytest.raises(errors.ServerException):
        client.execute("SELECT {x:Int64}", {"x": "1 OR 1"})
    with pytest.raises(errors.ServerException):
        client.execute("SELECT {x:Int64}", {})


def test_a_time_parameter_keeps_its_milliseconds(client: Client) -> None:
    at = int(WHEN.timestamp() * 1000)
    assert client.execute("SELECT fromUnixTimestamp64Milli({at:Int64}, 'UTC')", {"at": at}) == [(WHEN,)]


def test_a_parameter_works_where_no_row_comes_back(client: Client) -> None:
    sql = "-- a comment\n-- params: x String\nSELECT {x:String} AS x, 1 AS y WHERE y = 2"
    assert client.execute(sql, {"x": "it's"}, with_column_types=True) == ([], [("x", "String"), ("y", "UInt8")])
