"""ClickHouse's native protocol as its server side speaks it: packets in, packets out, blocks as bytes.

Written after clickhouse-driver 0.2's connection.py, which is the other end. We announce revision 54459: the first that
carries query parameters, and so the one with the fewest fields besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from clickhouse_driver.block import BlockInfo
from clickhouse_driver.protocol import ClientPacketTypes, ServerPacketTypes
from clickhouse_driver.reader import read_binary_uint8
from clickhouse_driver.varint import read_varint, write_varint
from clickhouse_driver.writer import write_binary_int32, write_binary_str, write_binary_uint8

from streams.native_blocks import Block, Tape, read_block, read_text, text
from streams.native_columns import MalformedError, Reader

REVISION = 54459
VERSION = (26, 9, 2)

UNEXPECTED_PACKET = 101  # codes of ClickHouse's ErrorCodes.cpp
TOO_MANY = 202
UNKNOWN_EXCEPTION = 1002

_FAILURE = re.compile(r"Code: (\d+)\.\s*(.*)", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "v": "\v"}


@dataclass(frozen=True)
class Hello:
    """How a client introduces itself."""

    client: str
    revision: int
    database: str
    user: str


@dataclass(frozen=True)
class Query:
    """A question as it came; `params` are the texts that stand for `{name:Type}`, escaped as in a TSV field."""

    sql: str
    settings: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    compressed: bool = False


# ---- what a client says


def read_hello(reader: Reader) -> Hello:
    """The first packet. MalformedError when it is not one: another protocol, or noise, has reached the port."""
    kind = read_varint(reader)
    if kind != ClientPacketTypes.HELLO:
        raise MalformedError(f"packet {kind} where a Hello was expected: not ClickHouse's native protocol")
    client, _, _, revision = read_text(reader), read_varint(reader), read_varint(reader), read_varint(reader)
    database, user, _password = read_text(reader), read_text(reader), read_text(reader)
    if revision < REVISION:
        raise MalformedError(f"client revision {revision} is older than {REVISION}: it cannot send query parameters")
    return Hello(client, revision, database, user)


def read_addendum(reader: Reader) -> None:
    """The quota key that follows the server's Hello."""
    read_text(reader)


def read_query(reader: Reader) -> Query:
    """A Query packet after its number."""
    read_text(reader)  # the query's id: the engine gives its own
    _skip_client_info(reader)
    settings = _read_settings(reader)
    read_text(reader)  # the secret of a cluster
    read_varint(reader)  # the stage: always complete
    compressed = bool(read_varint(reader))
    sql = read_text(reader)
    params = {name: restore(value) for name, value in _read_settings(reader).items()}
    return Query(sql, settings, params, compressed)


def _skip_client_info(reader: Reader) -> None:
    """Who asks, on whose behalf: nothing of it is used, every field of it must be stepped over."""
    if not read_binary_uint8(reader):
        return
    for _ in range(3):  # initial user, query id, address
        read_text(reader)
    reader.read(8 + 1)  # start time, interface
    for _ in range(3):  # os user, host, client
        read_text(reader)
    for _ in range(3):  # version, revision
        read_varint(reader)
    read_text(reader)  # quota key
    read_varint(reader)  # distributed depth
    read_varint(reader)  # version, patch
    if read_binary_uint8(reader):  # a trace: its id, span, state, flags
        reader.read(16 + 8)
        read_text(reader)
        reader.read(1)
    for _ in range(3):  # parallel replicas
        read_varint(reader)


def _read_settings(reader: Reader) -> dict[str, str]:
    """Names with flags and values, until an empty name."""
    found = {}
    while name := read_text(reader):
        reader.read(1)
        found[name] = read_text(reader)
    return found


def restore(dump: str) -> str:
    """The text in a dumped field: `'it\\'s'` -> it's. A field without quotes is its own text."""
    if len(dump) < 2 or dump[0] != "'" or dump[-1] != "'":
        return dump
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), dump[1:-1], flags=re.DOTALL)


def read_data(tape: Tape) -> Block:
    """A Data packet after its number: the name of an external table (refused), then a block in the wire's form."""
    if read_text(tape):
        raise MalformedError("external tables are not carried by the embedded ClickHouse")
    BlockInfo().read(tape)
    return read_block(tape, wire=True)


def failure(message: str) -> tuple[int, str]:
    """Code and text of an error of the engine: `Code: 62. DB::Exception: Syntax` -> (62, `DB::Exception: Syntax`)."""
    found = _FAILURE.match(message)
    return (int(found[1]), found[2]) if found else (UNKNOWN_EXCEPTION, message or "the engine gave no reason")


# ---- what we say


def hello(name: str, timezone: str) -> bytes:
    """The server's Hello."""
    out = BytesIO()
    write_varint(ServerPacketTypes.HELLO, out)
    write_binary_str(name, out)
    for number in (*VERSION[:2], REVISION):
        write_varint(number, out)
    write_binary_str(timezone, out)
    write_binary_str(name, out)
    write_varint(VERSION[2], out)
    return out.getvalue()


def pong() -> bytes:
    """The answer to Ping."""
    return bytes((ServerPacketTypes.PONG,))


def end_of_stream() -> bytes:
    """After the last block of an answer, and after an insert is stored."""
    return bytes((ServerPacketTypes.END_OF_STREAM,))


def data(block: Block, packet: int = ServerPacketTypes.DATA) -> bytes:
    """A block in the wire's form."""
    out = BytesIO()
    write_varint(packet, out)
    write_binary_str("", out)
    BlockInfo().write(out)
    write_varint(len(block.names), out)
    write_varint(block.rows, out)
    columns: Sequence[bytes | memoryview] = block.columns or [b""] * len(block.names)
    for name, kind, column in zip(block.names, block.types, columns, strict=True):
        out.write(text(name) + text(kind) + b"\0")
        out.write(column)
    return out.getvalue()


def profile_events() -> bytes:
    """Drivers wait for one after each block of an insert; ours are empty."""
    return data(Block(), ServerPacketTypes.PROFILE_EVENTS)


def exception(code: int, message: str) -> bytes:
    """An error, as clickhouse-driver's `read_exception` takes it."""
    out = BytesIO()
    write_varint(ServerPacketTypes.EXCEPTION, out)
    write_binary_int32(code, out)
    for part in ("DB::Exception", message, ""):
        out.write(text(part))
    write_binary_uint8(0, out)  # no nested one
    return out.getvalue()
