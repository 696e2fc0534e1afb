"""Columns that lie ready are byte for byte what the driver would have written of the same values."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from clickhouse_driver.bufferedwriter import BufferedSocketWriter
from clickhouse_driver.columns.service import read_column, write_column
from clickhouse_driver.context import Context
from hypothesis import example, given
from hypothesis import strategies as st

from streams.columns import NUMBERS, REMEMBERED, Coded, Texts, _encoded, native
from streams.native_blocks import Memory, Tape

CONTEXT = Context()
CONTEXT.client_settings = {
    "strings_as_bytes": False, "use_numpy": False, "strings_encoding": "utf-8", "input_format_null_as_default": False,
}  # fmt: skip
CONTEXT.settings = {}
CONTEXT.server_info = SimpleNamespace(session_timezone=None, get_timezone=lambda: "UTC")


class Kept:
    """A socket as far as the driver's writer needs it."""

    def __init__(self) -> None:
        self.bytes = b""

    def sendall(self, some: bytes) -> None:
        self.bytes += some


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def by_driver(kind: str, values: Sequence[Any]) -> bytes:
    """What the driver writes."""
    kept = Kept()
    out = BufferedSocketWriter(kept, 1 << 16)
    write_column(CONTEXT, "c", kind, list(values), out)
    out.flush()
    return kept.bytes


def read_back(kind: str, raw: bytes, rows: int) -> list[Any]:
    return list(read_column(CONTEXT, kind, rows, Tape(Memory(raw), max(len(raw), 1))))


@given(st.lists(texts))
@example(["x" * 127, "x" * 128, "", "火" * 43, "\0"])
def test_texts_are_a_column_of_string(values: list[str]) -> None:
    column = Texts(values[:1])
    column.extend(values[1:])
    assert native(column, "String") == by_driver("String", values)
    assert list(column) == values
    assert len(column) == len(values)


@given(st.lists(texts, min_size=1), st.sampled_from(("", "rain")), st.integers(0, 400))
def test_coded_texts_are_a_column_of_low_cardinality(values: list[str], same: str, count: int) -> None:
    column = Coded(values)
    column.repeat(same, count)
    expected = values + [same] * count
    assert list(column) == expected
    assert len(column) == len(expected)
    raw = native(column, "LowCardinality(String)")
    assert raw is not None
    assert raw == by_driver("LowCardinality(String)", expected) or column.distinct > 255
    assert read_back("LowCardinality(String)", raw, len(expected)) == expected


@pytest.mark.parametrize("distinct", [1, 2, 255, 256, 257, 65_535, 65_536, 65_537])
def test_the_keys_are_as_wide_as_the_dictionary_needs(distinct: int) -> None:
    values = [str(number) for number in range(distinct)] * 2
    raw = native(Coded(values), "LowCardinality(String)")
    assert raw is not None
    assert read_back("LowCardinality(String)", raw, len(values)) == values


RANGE = {code: array(code).itemsize * 8 for code in NUMBERS}


def numbers(code: str) -> st.SearchStrategy[list[Any]]:
    bits = RANGE[code]
    if code in "fd":
        return st.lists(st.floats(width=32 if code == "f" else 64))
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if code.islower() else (0, (1 << bits) - 1)
    return st.lists(st.integers(least, most))


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for code, kinds in NUMBERS.items() for kind in kinds])
def test_numbers_are_columns_of_their_types(code: str, kind: str) -> None:
    @given(numbers(code))
    def same(values: list[Any]) -> None:
        if kind == "Bool":
            values = [value % 2 for value in values]
        full = "DateTime64(3, 'UTC')" if kind == "DateTime64" else kind
        assert native(array(code, values), full) == by_driver(full, values)

    same()


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (array("q", [1]), "UInt64"), (array("d", [1.0]), "Float32"), (array("d", [1.0]), "Nullable(Float64)"),
        (Texts(["a"]), "LowCardinality(String)"), (Texts(["a"]), "FixedString(1)"), (Coded(["a"]), "String"),
        (Coded(["a"]), "LowCardinality(Nullable(String))"), (Coded(), "LowCardinality(String)"), ([1], "UInt8"),
    ],
)  # fmt: skip
def test_a_column_of_another_type_is_the_drivers_work(column: Sequence[Any], kind: str) -> None:
    assert native(column, kind) is None


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.columns.REMEMBERED", 10)
    _encoded.clear()
    values = [f"device-{number}" for number in range(100)]
    assert list(Texts(values)) == values
    assert 0 < len(_encoded) <= 10
    assert REMEMBERED > 10


def test_columns_read_as_lists_do() -> None:
    assert Texts(["a", "b"])[1] == "b"
    assert Coded(["a", "b", "a"])[1:] == ["b", "a"]
    assert repr(Coded(["a"])) == repr(Texts(["a"])) == "['a']"
