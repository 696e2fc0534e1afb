"""What goes to the database as it lies in memory is read back equal: every type, whatever the values."""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.clickhouse import Database, QueryFailed, Question
from streams.columns import NUMBERS, Coded, Texts

pytestmark = pytest.mark.contract

CLEAR = "TRUNCATE TABLE t"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
stamps = st.integers(-2_000_000_000_000, 9_000_000_000_000)  # ms: what DateTime64 can hold
rows = st.lists(
    st.tuples(
        stamps, st.floats(), st.floats(width=32), st.integers(0, 2**64 - 1), st.integers(0, 2**16 - 1), texts, texts
    ),
    min_size=1,
    max_size=300,
)
relaxed = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def database(clickhouse_url: str, client: Any) -> Iterator[Database]:
    found = Database(clickhouse_url.rpartition("/")[0] + f"/{client.connection.database}")
    yield found
    found.close()


def same(found: Sequence[Any], sent: Sequence[Any]) -> bool:
    """Equal, and NaN to itself, to the bit of a float of 64."""
    return [_bits(one) for one in found] == [_bits(one) for one in sent]


def _bits(value: Any) -> Any:
    return ("nan" if math.isnan(value) else struct.pack("<d", value)) if isinstance(value, float) else value


def test_the_columns_of_a_reading_are_read_back_equal(database: Database) -> None:
    database.command(
        "CREATE TABLE t (n UInt32, at DateTime64(3, 'UTC'), value Float64, lat Float32, cell UInt64, item UInt16, "
        "device String, metric LowCardinality(String), epoch LowCardinality(String)) ENGINE = MergeTree ORDER BY n"
    )
    back = Question(
        "back",
        "SELECT toUnixTimestamp64Milli(at) AS at, value, lat, cell, item, device, metric, epoch FROM t ORDER BY n",
    )

    @relaxed
    @given(rows)
    def go_round(some: list[tuple[Any, ...]]) -> None:
        database.command(CLEAR)
        at, value, lat, cell, item, device, metric = (list(column) for column in zip(*some, strict=True))
        epoch = Coded()
        epoch.repeat("e1", len(some))
        columns = {
            "n": list(range(len(some))),  # one that the driver encodes is among them
            "at": array("q", at),
            "value": array("d", value),
            "lat": array("f", lat),
            "cell": array("Q", cell),
            "item": array("H", item),
            "device": Texts(device),
            "metric": Coded(metric),
            "epoch": epoch,
        }
        assert database.insert("t", columns) == len(some)
        found = database.ask(back)
        names = ("at", "value", "lat", "cell", "item", "device", "metric")
        for name, sent in zip(names, (at, value, lat, cell, item, device, metric), strict=True):
            assert same(found.column(name), sent), name
        assert set(found.column("epoch")) == {"e1"}

    go_round()


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for code, kinds in NUMBERS.items() for kind in kinds])
def test_numbers_of_every_type_are_read_back_equal(database: Database, code: str, kind: str) -> None:
    told = "DateTime64(3, 'UTC')" if kind == "DateTime64" else kind
    shown = {"DateTime64": "toUnixTimestamp64Milli(v)", "DateTime": "toUInt32(v)", "Bool": "toUInt8(v)"}.get(kind, "v")
    database.command(f"CREATE TABLE t (n UInt32, v {told}) ENGINE = MergeTree ORDER BY n")
    bits = array(code).itemsize * 8
    if code in "fd":
        values: list[Any] = [0.0, -0.0, 1.5, -1e30, math.inf, -math.inf, math.nan]
    elif kind in ("Bool", "DateTime64"):
        values = [0, 1]
    else:
        values = [0, 1, (1 << bits - 1) - 1, -(1 << bits - 1) if code.islower() else (1 << bits) - 1]
    column = array(code, values)
    database.insert("t", {"n": range(len(values)), "v": column})
    found = database.ask(Question("back", f"SELECT {shown} AS v FROM t ORDER BY n"))  # noqa: S608 - a column of ours
    assert same(found.column("v"), list(column))


@pytest.mark.parametrize("distinct", [1, 256, 257, 65_536, 65_537])
def test_dictionaries_of_every_width_are_read_back_equal(database: Database, distinct: int) -> None:
    database.command("CREATE TABLE t (n UInt32, v LowCardinality(String)) ENGINE = MergeTree ORDER BY n")
    values = [f"v{number}" for number in range(distinct)] * 2
    database.insert("t", {"n": array("I", range(len(values))), "v": Coded(values)})
    assert list(database.ask(Question("back", "SELECT v FROM t ORDER BY n")).column("v")) == values


def test_a_column_of_another_type_goes_as_the_driver_sends_it(database: Database) -> None:
    database.command(
        "CREATE TABLE t (n UInt32, v Nullable(Float64), s String, d Array(UInt16)) ENGINE = MergeTree ORDER BY n"
    )
    database.insert("t", {"n": array("q", [1, 2]), "v": array("d", [1.5, 2]), "s": Coded(["a", "b"]), "d": [[1], []]})
    found = database.ask(Question("back", "SELECT * FROM t ORDER BY n"))
    assert [list(row.values()) for row in found.rows()] == [[1, 1.5, "a", [1]], [2, 2.0, "b", []]]


def test_what_does_not_fit_is_refused_and_the_next_insert_is_none_the_worse(database: Database) -> None:
    database.command("CREATE TABLE t (n UInt32, v UInt8) ENGINE = MergeTree ORDER BY n")
    for values in (array("q", [1_000]), ["text"]):
        with pytest.raises(QueryFailed, match="insert into t"):
            database.insert("t", {"n": array("I", [1]), "v": values})
    database.insert("t", {"n": array("I", [1]), "v": array("B", [7])})
    assert database.ask(Question("back", "SELECT v FROM t")).column("v") == (7,)
