"""Where a column ends: how many bytes a column of a ClickHouse type takes in the Native format.

Blocks pass between a client and the engine as bytes. Only one thing differs between the engine's form (revision 0) and
the wire's (revision >= 54454): a byte after each column's type. To put it in, or take it out, somebody must know where
each column ends; nothing needs to know what is in it. So this steps over a column instead of decoding it as
clickhouse-driver's column classes would: numbers cost nothing, strings cost one C loop of the driver's reader.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Protocol

from clickhouse_driver.columns.util import get_inner_columns_with_types, get_inner_spec

MAX_ITEMS = 1 << 28  # in one block; a number above it is a broken length, and must not become an allocation


class MalformedError(ValueError):
    """The bytes are not what the protocol says; the text says what was expected."""


class Reader(Protocol):
    """clickhouse-driver's BufferedReader, as far as it is used here."""

    def read(self, size: int, /) -> bytes: ...

    def read_one(self) -> int: ...

    def read_strings(self, n_items: int, /) -> tuple[bytes, ...]: ...


# Bytes of one value.
SIZES = {
    "Bool": 1, "Int8": 1, "UInt8": 1, "Enum8": 1, "Nothing": 1,
    "Int16": 2, "UInt16": 2, "Enum16": 2, "Date": 2,
    "Int32": 4, "UInt32": 4, "Float32": 4, "Date32": 4, "DateTime": 4, "IPv4": 4, "Time": 4,
    "Int64": 8, "UInt64": 8, "Float64": 8, "DateTime64": 8, "Time64": 8,
    "Int128": 16, "UInt128": 16, "UUID": 16, "IPv6": 16,
    "Int256": 32, "UInt256": 32,
}  # fmt: skip

# Types that are another name for another type.
ALIASES = {
    "Point": "Tuple(Float64, Float64)",
    "Ring": "Array(Tuple(Float64, Float64))",
    "Polygon": "Array(Array(Tuple(Float64, Float64)))",
    "MultiPolygon": "Array(Array(Array(Tuple(Float64, Float64))))",
}

# Precision of a Decimal up to which it takes so many bytes.
DECIMALS = ((9, 4), (18, 8), (38, 16), (76, 32))


def skip(reader: Reader, spec: str, rows: int) -> None:
    """Step over a column of type `spec` with `rows` rows, prefix first; MalformedError for a type not carried here."""
    try:
        if rows:
            skip_prefix(reader, spec)
            skip_data(reader, spec, rows)
    except MalformedError:
        raise
    except (ValueError, LookupError, RecursionError) as error:  # a type that is no type
        raise MalformedError(f"cannot step over a column of {spec[:80]!r}: {error}") from None


def family(spec: str) -> str:
    """`DateTime64` of `DateTime64(3, 'UTC')`."""
    return spec.partition("(")[0]


def arguments(spec: str) -> list[str]:
    """Types inside the brackets, without names: `Tuple(a Int8, b String)` -> Int8, String."""
    return [str(kind).strip() for _, kind in get_inner_columns_with_types(get_inner_spec(family(spec), spec))]


def inner(spec: str) -> list[str]:
    """Types of the columns that a column of this type is made of, in the order in which their prefixes come."""
    if spec in ALIASES:
        return inner(ALIASES[spec])
    if family(spec) in ("Array", "Nullable", "LowCardinality"):
        return [spec[len(family(spec)) + 1 : -1]]
    if family(spec) == "SimpleAggregateFunction":
        return arguments(spec)[1:]
    if family(spec) in ("Map", "Tuple"):
        return arguments(spec)
    if family(spec) == "Nested":
        return [f"Tuple({spec[len('Nested(') : -1]})"]
    return []


def skip_prefix(reader: Reader, spec: str) -> None:
    """LowCardinality says its version before the data of the whole column, however deep it is inside."""
    if family(spec) == "LowCardinality":
        reader.read(8)
        return
    for part in inner(spec):
        skip_prefix(reader, part)


def skip_data(reader: Reader, spec: str, rows: int) -> None:
    """Step over the values of `rows` rows."""
    if not rows:
        return
    name = family(spec)
    if name in SIZES:
        reader.read(SIZES[name] * checked(rows))
    elif name == "String":
        reader.read_strings(checked(rows))
    else:
        _compound(spec)(reader, spec, rows)


def checked(count: int) -> int:
    """`count`, when a block can hold so many; MalformedError otherwise."""
    if not 0 <= count <= MAX_ITEMS:
        raise MalformedError(f"{count} items in one block: a broken length")
    return count


def u64(reader: Reader) -> int:
    """Eight bytes, little endian."""
    return int(struct.unpack("<Q", reader.read(8))[0])


def _compound(spec: str) -> Callable[[Reader, str, int], None]:
    found = COMPOUNDS.get(family(ALIASES.get(spec, spec)))
    if found is None:
        raise MalformedError(f"type {spec} is not carried by the embedded ClickHouse: cast it to String")
    return found


def _nullable(reader: Reader, spec: str, rows: int) -> None:
    reader.read(checked(rows))
    skip_data(reader, inner(spec)[0], rows)


def _array(reader: Reader, spec: str, rows: int) -> None:
    """Ends of the rows first (the last one is the number of items), then the items; a map has two columns of them."""
    ends = reader.read(8 * checked(rows))
    items = checked(int(struct.unpack("<Q", ends[-8:])[0]))
    for part in inner(spec):
        skip_data(reader, part, items)


def _low_cardinality(reader: Reader, spec: str, rows: int) -> None:
    """Flags (their lowest four bits are the width of a key), the dictionary, the keys."""
    width = 1 << (u64(reader) & 0xF)
    if width > 8:
        raise MalformedError(f"keys of {width} bytes in a {spec}")
    values = inner(spec)[0]
    if family(values) == "Nullable":  # the dictionary's first value stands for NULL: no map of nulls
        values = inner(values)[0]
    skip_data(reader, values, checked(u64(reader)))
    reader.read(8)  # the number of keys, again
    reader.read(width * checked(rows))


def _together(reader: Reader, spec: str, rows: int) -> None:
    for part in inner(spec):
        skip_data(reader, part, rows)


def _fixed_string(reader: Reader, spec: str, rows: int) -> None:
    reader.read(checked(int(spec[len("FixedString(") : -1]) * rows))


def _decimal(reader: Reader, spec: str, rows: int) -> None:
    precision = int(spec[len("Decimal(") : -1].partition(",")[0])
    size = next((size for limit, size in DECIMALS if precision <= limit), 0)
    reader.read(size * checked(rows))


def _interval(reader: Reader, spec: str, rows: int) -> None:
    del spec
    reader.read(8 * checked(rows))


COMPOUNDS: dict[str, Callable[[Reader, str, int], None]] = {
    "Nullable": _nullable,
    "Array": _array,
    "Map": _array,
    "Nested": _array,
    "LowCardinality": _low_cardinality,
    "Tuple": _together,
    "SimpleAggregateFunction": _together,
    "FixedString": _fixed_string,
    "Decimal": _decimal,
    **dict.fromkeys(
        ("IntervalSecond", "IntervalMinute", "IntervalHour", "IntervalDay", "IntervalWeek", "IntervalMonth",
         "IntervalYear"), _interval),
}  # fmt: skip
