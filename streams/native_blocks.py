"""Rows as bytes: a block of ClickHouse's Native format, on the wire and in the engine.

The two forms differ in a preamble and in one byte a column, so columns are carried over and never decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from clickhouse_driver.bufferedreader import BufferedReader
from clickhouse_driver.varint import read_varint, write_varint

from streams.native_columns import MalformedError, Reader, checked, skip

MAX_TEXT = 64 << 20  # bytes of a query, a name or a parameter; a length above it is not a length


@dataclass(frozen=True)
class Block:
    """Some rows. `columns` has one run of bytes a column, in the Native format, and is empty when there are no rows."""

    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: int = 0
    columns: tuple[bytes | memoryview, ...] = ()

    @property
    def is_end(self) -> bool:
        """The empty block that ends the data of an insert."""
        return not self.names and not self.rows

    def header(self) -> Block:
        """The same columns without rows: drivers take names and types from it."""
        return Block(self.names, self.types)


class Source(Protocol):
    """Where bytes come from: a socket, or bytes in memory."""

    def recv_into(self, buffer: bytearray, /) -> int: ...


class Tape(BufferedReader):  # type: ignore[misc]  # the driver has no types
    """Reads from `source.recv_into`, and keeps what it reads between `record()` and `cut()`.

    A block says nowhere how long it is; recording lets a reader step over columns and take their bytes afterwards.
    """

    def __init__(self, source: Source, size: int = 1 << 17) -> None:
        super().__init__(size)
        self._source = source
        self._kept: bytearray | None = None

    def read_into_buffer(self) -> None:
        """Called by the driver's reader when the buffer is used up; EOFError when the other side has gone."""
        size: int = self._source.recv_into(self.buffer)
        if not size:
            raise EOFError("the client has gone")
        self.current_buffer_size = size
        if self._kept is not None:
            self._kept += memoryview(self.buffer)[:size]

    def record(self) -> None:
        """Keep everything from here on."""
        self._kept = bytearray(memoryview(self.buffer)[self.position : self.current_buffer_size])

    def offset(self) -> int:
        """Bytes read since `record()`."""
        unread: int = self.current_buffer_size - self.position
        return len(self._kept or b"") - unread

    def cut(self) -> memoryview:
        """What was kept (and perhaps a little more than was read); recording ends."""
        kept, self._kept = self._kept, None
        return memoryview(kept or b"")


class Memory:
    """Bytes in memory with a socket's `recv_into`."""

    def __init__(self, data: bytes) -> None:
        self._rest = memoryview(data)

    def recv_into(self, buffer: bytearray) -> int:
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def read_text(reader: Reader) -> str:
    """A length and so many bytes of UTF-8 (bytes that are none are kept as they came, as the server does)."""
    size = read_varint(reader)
    if not 0 <= size <= MAX_TEXT:
        raise MalformedError(f"a text of {size} bytes")
    return bytes(reader.read(size)).decode("utf-8", "surrogateescape")


def read_block(tape: Tape, *, wire: bool) -> Block:
    """One block; on the wire a byte stands after each type, 0 for the plain serialization that we ask for."""
    tape.record()
    count, rows = checked(read_varint(tape)), checked(read_varint(tape))
    names, types, spans = [], [], []
    for _ in range(count):
        names.append(read_text(tape))
        types.append(read_text(tape))
        if wire and tape.read_one():
            raise MalformedError(f"column {names[-1]} has a serialization of its own")
        begin = tape.offset()
        skip(tape, types[-1], rows)
        spans.append(slice(begin, tape.offset()))
    kept = tape.cut()
    return Block(tuple(names), tuple(types), rows, tuple(kept[span] for span in spans) if rows else ())


def blocks(native: bytes) -> Iterator[Block]:
    """The blocks of an answer of the engine in `FORMAT Native`; MalformedError when it is in another format."""
    if not native:
        return
    tape = Tape(Memory(native), len(native))
    tape.read_into_buffer()
    while tape.position < tape.current_buffer_size:
        try:
            yield read_block(tape, wire=False)
        except (EOFError, ValueError) as error:
            raise MalformedError(
                f"the engine's answer is not in the Native format (a FORMAT clause?): {error}"
            ) from None


def to_native(block: Block) -> list[bytes | memoryview]:
    """The pieces of a block in the engine's form, to be written one after another."""
    head = BytesIO()
    write_varint(len(block.names), head)
    write_varint(block.rows, head)
    pieces: list[bytes | memoryview] = [head.getvalue()]
    for name, kind, column in zip(block.names, block.types, block.columns, strict=True):
        pieces += [text(name) + text(kind), column]
    return pieces


def strings(column: bytes | memoryview, rows: int) -> tuple[str, ...]:
    """The values of a column of String."""
    return tuple(Tape(Memory(bytes(column)), max(len(column), 1)).read_strings(rows, "utf-8"))


def text(value: str) -> bytes:
    """A length and the text in UTF-8; the reverse of `read_text`."""
    raw = value.encode("utf-8", "surrogateescape")
    out = BytesIO()
    write_varint(len(raw), out)
    return out.getvalue() + raw
