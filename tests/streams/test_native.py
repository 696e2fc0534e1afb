"""The protocol without a server: blocks survive the way through, and broken bytes end in one kind of error."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from clickhouse_driver.block import ColumnOrientedBlock
from clickhouse_driver.bufferedreader import BufferedReader
from clickhouse_driver.columns.service import read_column, write_column
from clickhouse_driver.connection import ServerInfo
from clickhouse_driver.context import Context
from clickhouse_driver.readhelpers import read_exception
from clickhouse_driver.streams.native import BlockInputStream, BlockOutputStream
from clickhouse_driver.util.escape import escape_param
from clickhouse_driver.varint import read_varint, write_varint
from hypothesis import given, settings
from hypothesis import strategies as st

from streams import native
from streams.native_blocks import Block, Memory, Tape, blocks, read_block, strings, text, to_native
from streams.native_columns import MalformedError, skip

CONTEXT = Context()
CONTEXT.client_settings = {"strings_as_bytes": False, "use_numpy": False, "strings_encoding": "utf-8"}
CONTEXT.settings = {}
CONTEXT.server_info = ServerInfo("x", 26, 9, 2, native.REVISION, "UTC", "x", native.REVISION)


class Pipe(BytesIO):
    """A BytesIO with what the driver's columns call on a writer."""

    def write_strings(self, items: list[str], encoding: str | None = None) -> None:
        for item in items:
            raw = item.encode(encoding or "utf-8")
            write_varint(len(raw), self)
            self.write(raw)

    def flush(self) -> None:
        pass


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "String": st.text(max_size=300),
    "UInt8": st.integers(0, 255),
    "Int64": st.integers(-(2**63), 2**63 - 1),
    "Float64": st.floats(allow_nan=False),
    "UUID": st.uuids(),
    "Enum8('a' = 1, 'b' = 2)": st.sampled_from(["a", "b"]),
    "Decimal(18, 2)": st.decimals(-1000, 1000, places=2),
}


def nested(kind: str, values: st.SearchStrategy[Any]) -> list[tuple[str, st.SearchStrategy[Any]]]:
    """Types that can be made of a scalar one."""
    made = [
        (kind, values),
        (f"Nullable({kind})", st.none() | values),
        (f"Array({kind})", st.lists(values, max_size=4)),
        (f"Array(Array({kind}))", st.lists(st.lists(values, max_size=3), max_size=3)),
        (f"Map(String, {kind})", st.dictionaries(st.text(max_size=5), values, max_size=3)),
        (f"Tuple({kind}, b String)", st.tuples(values, st.text(max_size=5))),
        (f"SimpleAggregateFunction(any, {kind})", values),
    ]
    if kind == "String":
        made += [
            ("LowCardinality(String)", values),
            ("LowCardinality(Nullable(String))", st.none() | values),
            ("Array(LowCardinality(String))", st.lists(values, max_size=3)),
        ]
    return made


KINDS = [pair for kind, values in SCALARS.items() for pair in nested(kind, values)]
COLUMN = st.sampled_from(KINDS).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), st.lists(pair[1], min_size=3, max_size=3))
)


@given(st.lists(COLUMN, min_size=1, max_size=4), st.integers(1, 64))
@settings(deadline=None)
def test_a_block_survives_the_way_through(columns: list[tuple[str, list[Any]]], size: int) -> None:
    described = [(f"c{n}", kind) for n, (kind, _) in enumerate(columns)]
    sent = Pipe()
    BlockOutputStream(sent, CONTEXT).write(ColumnOrientedBlock(described, [list(values) for _, values in columns]))
    preamble = 8  # of the block's info
    received = read_block(Tape(Memory(sent.getvalue()[preamble:] + b"rest"), size), wire=True)
    assert list(zip(received.names, received.types, strict=True)) == described
    (inside,) = blocks(b"".join(to_native(received)))
    returned = Tape(Memory(native.data(inside)[2:]), size)  # without packet number and table name
    back = BlockInputStream(returned, CONTEXT).read()
    again = BlockInputStream(Tape(Memory(sent.getvalue()), size), CONTEXT).read()
    assert (back.columns_with_types, back.data) == (described, again.data)


@pytest.mark.parametrize(
    ("kind", "values"), [(kind, values) for kind, values in KINDS], ids=[kind for kind, _ in KINDS]
)
def test_a_column_ends_where_the_driver_says(kind: str, values: st.SearchStrategy[Any]) -> None:
    @given(st.lists(values, min_size=1, max_size=5))
    @settings(max_examples=10, deadline=None)
    def ends(items: list[Any]) -> None:
        out = Pipe()
        write_column(CONTEXT, "c", kind, list(items), out)
        stepped, decoded = (Tape(Memory(out.getvalue() + b"\x07"), 16) for _ in range(2))
        skip(stepped, kind, len(items))
        read_column(CONTEXT, kind, len(items), decoded)
        assert stepped.read_one() == decoded.read_one() == 7

    ends()


@pytest.mark.parametrize(
    "kind", ["JSON", "AggregateFunction(sum, Int8)", "FixedString(x)", "Array(", "", "Nope", "Dynamic"]
)
def test_a_type_that_is_not_carried_is_named(kind: str) -> None:
    with pytest.raises(MalformedError, match=r"column of|type|length"):
        skip(Tape(Memory(b"\1" * 100)), kind, 3)


def test_a_type_as_deep_as_a_well_is_no_crash() -> None:
    kind = "Array(" * 5000 + "Int8" + ")" * 5000
    with pytest.raises(MalformedError):
        skip(Tape(Memory(b"\1" * 100)), kind, 3)


@given(st.binary(max_size=400))
def test_broken_bytes_of_a_block_end_in_one_kind_of_error(noise: bytes) -> None:
    with suppress(MalformedError):
        assert all(block.rows >= 0 for block in blocks(noise))


@given(st.binary(max_size=300))
def test_broken_bytes_of_a_client_end_in_two_kinds_of_error(noise: bytes) -> None:
    for read in (native.read_hello, native.read_query, native.read_data):
        with suppress(EOFError, MalformedError):
            read(Tape(Memory(noise), 16))


def test_a_long_length_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(MalformedError, match="a text of"):
        native.read_data(Tape(Memory(b"\xff\xff\xff\xff\x7f")))
    with pytest.raises(MalformedError, match="broken length"):
        list(blocks(b"\x01\xff\xff\xff\xff\x7f"))


def test_an_answer_in_another_format_is_told() -> None:
    with pytest.raises(MalformedError, match="FORMAT"):
        list(blocks(b'{\n\t"meta": []\n}'))


def test_another_protocol_is_told() -> None:
    with pytest.raises(MalformedError, match="not ClickHouse's native protocol"):
        native.read_hello(Tape(Memory(b"GET / HTTP/1.1\r\n\r\n")))


def test_an_old_client_is_told() -> None:
    hello = b"\0" + text("old") + b"\1\1" + b"\x64" + text("") * 3
    with pytest.raises(MalformedError, match="client revision 100 is older"):
        native.read_hello(Tape(Memory(hello)))


@given(st.text())
def test_a_text_parameter_is_unquoted_as_the_driver_quoted_it(value: str) -> None:
    escaped = escape_param(value, CONTEXT, for_server=True)
    once = native.restore(escaped)
    assert native.restore(f"'{once}'") == value


@pytest.mark.parametrize(("dump", "plain"), [("5", "5"), ("'5'", "5"), ("''", ""), ("'", "'"), (r"'it\'s'", "it's")])
def test_a_dumped_field(dump: str, plain: str) -> None:
    assert native.restore(dump) == plain


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Code: 62. DB::Exception: Syntax error\nhere", (62, "DB::Exception: Syntax error\nhere")),
        ("something else", (1002, "something else")),
        ("", (1002, "the engine gave no reason")),
    ],
)
def test_the_engines_errors_have_code_and_text(message: str, told: tuple[int, str]) -> None:
    assert native.failure(message) == told


def test_an_exception_is_read_by_the_driver() -> None:
    packet = reader(native.exception(62, "DB::Exception: no 不"))
    assert read_varint(packet) == 2
    error = read_exception(packet)
    assert error.code == 62
    assert error.message.startswith("DB::Exception: no 不")


def test_an_answer_of_nothing_has_no_blocks() -> None:
    assert list(blocks(b"")) == []
    assert Block().is_end
    assert not Block(("a",), ("Int8",)).is_end


def test_strings_of_a_column() -> None:
    assert strings(text("a") + text("城"), 2) == ("a", "城")
    assert strings(b"", 0) == ()


def reader(data: bytes) -> BufferedReader:
    return Tape(Memory(data))
