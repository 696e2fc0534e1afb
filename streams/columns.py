"""Columns on their way to the database, held as they lie in a block of ClickHouse's Native format. Pure.

What is added is encoded at once, while the processor still has it at hand: when a block is sent, its bytes are only put
together. The driver would walk over each value again, under the interpreter's lock, while messages wait to be read.
Numbers are `array.array`s of the type's width; texts are `Texts` (String) and `Coded` (LowCardinality(String)).
"""

from __future__ import annotations

import struct
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from streams.native_blocks import strings, text
from streams.native_columns import family

REMEMBERED = 200_000  # encoded texts; a province's devices, about 30 MB

# Types whose values are so many bytes in memory, too. Every machine that runs ClickHouse is little endian.
NUMBERS = {
    "B": ("UInt8", "Bool"),
    "H": ("UInt16",),
    "I": ("UInt32", "DateTime"),
    "Q": ("UInt64",),
    "b": ("Int8",),
    "h": ("Int16",),
    "i": ("Int32",),
    "q": ("Int64", "DateTime64"),
    "f": ("Float32",),
    "d": ("Float64",),
}

# Of LowCardinality, as the driver writes it: the version; keys follow their dictionary, and nothing is shared.
VERSION = 1
OWN_DICTIONARY = 1 << 9 | 1 << 10


class _Encoded(dict[str, bytes]):
    """Texts met lately, each with its length before it."""

    def __missing__(self, value: str) -> bytes:
        if len(self) >= REMEMBERED:
            self.clear()
        self[value] = found = text(value)
        return found


_encoded = _Encoded()


class _Column(Sequence[str]):
    """Texts that can be read back by those who look; nobody does on the way to the database."""

    @abstractmethod
    def values(self) -> list[str]: ...

    def __iter__(self) -> Iterator[str]:
        return iter(self.values())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self.values()[index]

    def __repr__(self) -> str:
        return repr(self.values())


class Texts(_Column):
    """A column of String."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._bytes = bytearray()
        self._length = 0
        self.extend(list(values))

    def extend(self, values: Sequence[str]) -> None:
        self._bytes += b"".join(map(_encoded.__getitem__, values))
        self._length += len(values)

    def native(self) -> bytes:
        return bytes(self._bytes)

    def __len__(self) -> int:
        return self._length

    def values(self) -> list[str]:
        return list(strings(bytes(self._bytes), self._length))


class _Codes(dict[str, int]):
    """Values by the order in which they were met."""

    def __missing__(self, value: str) -> int:
        self[value] = code = len(self)
        return code


class Coded(_Column):
    """A column of LowCardinality(String): each value once, and its number for every row."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._codes = _Codes()
        self._keys = array("I")
        self.extend(values)

    def extend(self, values: Iterable[str]) -> None:
        self._keys.extend(map(self._codes.__getitem__, values))

    def repeat(self, value: str, count: int) -> None:
        """`value` for each of `count` rows, which costs the same for one and for thousands."""
        if count:
            self._keys += array("I", (self._codes[value],)) * count

    @property
    def distinct(self) -> int:
        return len(self._codes)

    def native(self) -> bytes:
        width = sum(len(self._codes) > most for most in (1 << 8, 1 << 16))  # of a key: 1 << width bytes
        return b"".join(
            (
                struct.pack("<qqq", VERSION, OWN_DICTIONARY | width, len(self._codes)),
                b"".join(map(text, self._codes)),
                struct.pack("<q", len(self._keys)),
                np.frombuffer(self._keys, np.uint32).astype(f"<u{1 << width}").tobytes(),
            )
        )

    def __len__(self) -> int:
        return len(self._keys)

    def values(self) -> list[str]:
        return list(map(list(self._codes).__getitem__, self._keys))


def native(column: Sequence[Any], kind: str) -> bytes | None:
    """The bytes of a column as one of type `kind`; None when its values must be encoded one by one, by the driver."""
    if isinstance(column, array):
        return column.tobytes() if family(kind) in NUMBERS.get(column.typecode, ()) else None
    if isinstance(column, Texts):
        return column.native() if kind == "String" else None
    if isinstance(column, Coded):
        return column.native() if kind == "LowCardinality(String)" and len(column) else None
    return None
