"""One client of the embedded ClickHouse: its packets in, the engine's answers out. One thread each."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass

from clickhouse_driver.protocol import ClientPacketTypes
from clickhouse_driver.varint import read_varint

from streams import native
from streams.engine import Engine, EngineError
from streams.native_blocks import Block, Tape
from streams.native_columns import MalformedError

SERVER = "ClickHouse"  # drivers look at the name to know what they talk to
TIMEZONE = "UTC"


@dataclass(eq=False)
class Client:
    """A connection and what it is doing. While `watched`, nobody reads the socket: it may be looked at for a Cancel."""

    connection: socket.socket
    mark: str
    watched: bool = False
    cancelled: bool = False

    def __post_init__(self) -> None:
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.tape = Tape(self.connection)

    def impatient(self) -> bool:
        """Has it gone, or sent Cancel, while it waits for an answer? Looks only; the packet stays unread."""
        try:
            ahead = self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return False
        self.watched = False
        self.cancelled = ahead in (b"", bytes((ClientPacketTypes.CANCEL,)))
        return self.cancelled

    def send(self, *packets: bytes) -> None:
        self.connection.sendall(b"".join(packets))


def talk(client: Client, open_engine: Callable[[], Engine]) -> None:
    """Serve a client until it leaves. Its mistakes are told to it and end, at worst, its own connection."""
    try:
        with closing(open_engine()) as engine:
            _greet(client, engine)
            while True:
                _packet(client, engine)
    except EngineError as error:
        _refuse(client, *native.failure(str(error)))
    except MalformedError as error:
        _refuse(client, native.UNEXPECTED_PACKET, f"DB::Exception: {error}")
    except (EOFError, OSError, struct.error, MemoryError, OverflowError):
        pass  # gone, or noise
    finally:
        client.watched = False
        client.connection.close()


def turn_away(client: Client, open_engine: Callable[[], Engine]) -> None:
    """Tell a client that there are too many."""
    del open_engine
    with closing(client.connection):
        _refuse(client, native.TOO_MANY, "DB::Exception: too many connections to the embedded ClickHouse")


def _refuse(client: Client, code: int, message: str) -> None:
    with suppress(OSError):
        client.send(native.exception(code, message))


def _greet(client: Client, engine: Engine) -> None:
    """Hello for Hello; a client that names a database that does not exist is refused, as a server does."""
    hello = native.read_hello(client.tape)
    engine.set({"log_comment": client.mark})
    if hello.database:
        engine.use(hello.database)
    client.send(native.hello(SERVER, TIMEZONE))
    native.read_addendum(client.tape)


def _packet(client: Client, engine: Engine) -> None:
    kind = read_varint(client.tape)
    if kind == ClientPacketTypes.PING:
        client.send(native.pong())
    elif kind == ClientPacketTypes.QUERY:
        _query(client, engine)
    elif kind != ClientPacketTypes.CANCEL:  # one that came too late has nothing to stop
        raise MalformedError(f"packet {kind} is not known here")


def _query(client: Client, engine: Engine) -> None:
    query = native.read_query(client.tape)
    if query.compressed:
        raise MalformedError("the embedded ClickHouse does not compress: take compression= out of the address")
    if not _data(client).is_end:
        raise MalformedError("external tables are not carried by the embedded ClickHouse")
    try:
        with engine.during(query.settings):
            _run(client, engine, query)
        client.send(native.end_of_stream())
    except EngineError as error:
        stopped = native.end_of_stream() if client.cancelled else native.exception(*native.failure(str(error)))
        client.send(stopped)


def _run(client: Client, engine: Engine, query: native.Query) -> None:
    target = engine.target(query.sql)
    if target is None:
        _answer(client, engine, query)
    else:
        _insert(client, engine, query.sql, target)


def _answer(client: Client, engine: Engine, query: native.Query) -> None:
    client.watched, client.cancelled = True, False
    try:
        with closing(engine.ask(query.sql, query.params)) as answer:
            for block in answer:
                client.send(native.data(block))
    finally:
        client.watched = False


def _insert(client: Client, engine: Engine, sql: str, target: Block) -> None:
    """Tell which columns are wanted; store each block as it comes, and say so, until the empty one."""
    client.send(native.data(target))
    while not (block := _data(client)).is_end:
        if block.rows:
            engine.insert(sql, block)
        client.send(native.profile_events())
    client.send(native.profile_events())


def _data(client: Client) -> Block:
    kind = read_varint(client.tape)
    if kind != ClientPacketTypes.DATA:
        raise MalformedError(f"packet {kind} where a block was expected")
    return native.read_data(client.tape)
