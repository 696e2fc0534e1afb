"""The one way to the database, embedded or a server: ask, insert, command."""

from __future__ import annotations

import logging
import re
import struct
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from string import Template
from threading import Lock
from typing import Any, TypeVar

from clickhouse_driver import Client, errors
from clickhouse_driver.util.helpers import parse_url

from config.faults import Fault
from streams.cluster import LIVE, SETTINGS, SETTLED, Cluster
from streams.question import Answer, Question, answer, checked, template
from streams.sending import Sender
from streams.statements import quoted

__all__ = ["Answer", "Database", "DatabaseUnavailable", "QueryFailed", "Question"]

SQL = Path(__file__).parent / "sql"
DATABASE = "yiping"
TIMEOUT_S = 60.0  # for an answer; screens wait for less
IDLE_CLIENTS = 8

insert_template = partial(template, SQL)
_INSERT = insert_template("insert")
_SYNC = insert_template("sync_replica")
_PLAIN: Mapping[str, object] = {}

_TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?", re.ASCII)
_COLUMN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NETWORK = (errors.NetworkError, errors.SocketTimeoutError, errors.UnexpectedPacketFromServerError, OSError, EOFError)
_UNFIT = (AttributeError, TypeError, ValueError, KeyError, IndexError, struct.error)

Result = TypeVar("Result")

# The driver logs a traceback for each failed connection; whoever called gets an error that says it, too.
logging.getLogger("clickhouse_driver").setLevel(logging.ERROR)


class DatabaseUnavailable(Fault, ConnectionError):
    """Nobody answers, or the connection broke; an insert that raises this may or may not be stored."""


class QueryFailed(Fault, RuntimeError):
    """The server said no. `code` is ClickHouse's (0 when the values did not even fit the columns)."""

    def __init__(self, name: str, message: str, code: int = 0) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.code = code


class Database:
    """A ClickHouse database; may be used by many threads at once, each call on a connection of its own."""

    def __init__(self, url: str, *, connect_timeout: float = 3.0, patience: float = TIMEOUT_S) -> None:
        """`url` is `clickhouse://user:password@host:port/database?option=value`, as clickhouse-driver takes it.

        `connect_timeout` is in seconds, as is `patience` for an answer, unless the address says
        `send_receive_timeout`; the database is `yiping` when the address names none. `alt_hosts=host:port,...`
        are tried when a host does not answer, `cluster=name` says that all of them are one. Nothing is opened yet.
        """
        self._host, options = parse_url(url)
        server = options.pop("settings", {})
        cluster = server.pop("cluster", "")
        waits = {"connect_timeout": connect_timeout, "sync_request_timeout": connect_timeout}
        self._options = {"database": DATABASE, "send_receive_timeout": patience} | waits | options
        self.cluster = Cluster(cluster, self.name) if cluster else None
        self._options["settings"] = {**(SETTINGS if cluster else {}), **server}
        self._hosts: tuple[tuple[str, int], ...] = ()  # in the order in which to try them, once one was tried
        self._idle: deque[Client] = deque()
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Name of the database."""
        return str(self._options["database"])

    def ask(self, question: Question, **params: object) -> Answer:
        """The answer to a question; times among `params` are epoch milliseconds.

        Tried again once when the network fails. Raises DatabaseUnavailable, QueryFailed, or ValueError or TypeError
        for `params` that are not those of the question.
        """
        return self._ask(question, params, _PLAIN)

    def ask_settled(self, question: Question, **params: object) -> Answer:
        """`ask`, of a replica that has every row that `catch_up` waited for. On one server the same as `ask`."""
        return self._ask(question, params, self.settled)

    def ask_under(self, settings: Mapping[str, object], question: Question, **params: object) -> Answer:
        """`ask`, with settings of the database for this question alone."""
        return self._ask(question, params, settings)

    @property
    def settled(self) -> Mapping[str, object]:
        """Settings of a statement that must see every row that `catch_up` waited for; none on one server."""
        return SETTLED if self.cluster else _PLAIN

    def catch_up(self, *tables: str) -> None:
        """Of a cluster: wait until each live replica of `tables` has all rows that any of them has. Raises as `ask`.

        A row that only a dead replica has is waited for in vain: an error, until that replica is back or removed.
        """
        cluster = self.cluster
        for table in tables if cluster else ():
            assert cluster is not None  # noqa: S101 - or there are no tables
            self.command(_SYNC.substitute(cluster=cluster.word, table=cluster.stored(table)), **LIVE)

    def _ask(self, question: Question, params: Mapping[str, object], settings: Mapping[str, object]) -> Answer:
        values = checked(question, params)

        def attempt(client: Client) -> Answer:
            options = {"server_side_params": True, **settings}
            return answer(
                *client.execute(question.sql, values, with_column_types=True, columnar=True, settings=options)
            )

        try:
            return self._call(question.name, attempt)
        except DatabaseUnavailable:
            self._drop_idle()  # as old as the one that failed
            return self._call(question.name, attempt)

    def insert(
        self, table: str, columns: Mapping[str, Sequence[Any]], sql: str = "", settings: Mapping[str, object] = _PLAIN
    ) -> int:
        """Store rows given by column, all of the same length; returns how many. Never tried again.

        Columns that lie ready (columns.py) go as they are. `sql` is another statement than the plain INSERT of these
        columns, `settings` are for this one alone. Raises DatabaseUnavailable (they may be stored or not), QueryFailed,
        or ValueError for a wrong shape.
        """
        lengths = {len(column) for column in columns.values()}
        if len(lengths) != 1:
            raise ValueError(f"insert into {table}: the columns must be some, and equally long: {sorted(lengths)}")
        if lengths == {0}:
            return 0
        sql = sql or insert_statement(table, columns)
        rows, options = list(columns.values()), {"async_insert": 0, **settings}

        def attempt(client: Client) -> int:
            return int(client.execute(sql, rows, columnar=True, settings=options))

        return self._call(f"insert into {table}", attempt)

    def command(self, sql: str, **settings: object) -> None:
        """Run a statement that has no answer, such as CREATE TABLE. Raises as `ask`; never tried again."""
        self._call(" ".join(sql.split())[:60], lambda client: client.execute(sql, settings=settings))

    def create(self) -> None:
        """Create the database itself, if it is missing."""
        with self._outside("create_database") as client:
            client.execute(self.creation)

    @property
    def creation(self) -> str:
        """The statement that makes the database itself."""
        template = insert_template("create_database_on_cluster" if self.cluster else "create_database")
        return template.substitute(database=quoted(self.name), cluster=self.cluster.word if self.cluster else "")

    def ping(self) -> bool:
        """Does the server answer, whether or not the database exists?"""
        try:
            with self._outside("ping") as client:
                client.connection.force_connect()
                return bool(client.connection.ping())
        except (DatabaseUnavailable, QueryFailed):
            return False

    def close(self) -> None:
        """Close the connections that are not in use; the next call opens a new one."""
        self._drop_idle()

    def _call(self, name: str, attempt: Callable[[Client], Result]) -> Result:
        """Run `attempt` on a connection of the pool, which gets it back when nothing went wrong."""
        client = self._take()
        try:
            with self._translated(name):
                result = attempt(client)
        except BaseException as error:
            self._remember(client, answered=not isinstance(error, DatabaseUnavailable))
            _disconnect(client)
            raise
        self._remember(client, answered=True)
        self._give_back(client)
        return result

    def _remember(self, client: Client, answered: bool) -> None:
        """Who is tried first from now on: the host that answered, or the one after that which did not.

        The driver goes on to the next host when one refuses the connection, but not when it breaks later.
        """
        order = deque(client.connection.hosts)
        if not answered:
            order.rotate(-1)
        self._hosts = tuple(order)

    @contextmanager
    def _outside(self, name: str) -> Iterator[Client]:
        """A connection that does not name our database, for when there is none yet."""
        client = self._client(self._options | {"database": "default"})
        try:
            with self._translated(name):
                yield client
        finally:
            _disconnect(client)

    @contextmanager
    def _translated(self, name: str) -> Iterator[None]:
        """Errors of the driver become ours."""
        try:
            yield
        except errors.ServerException as error:
            raise QueryFailed(name, _first_line(error), int(error.code)) from error
        except _NETWORK as error:
            raise DatabaseUnavailable(f"{name}: {self._where()} does not answer: {error}") from error
        except (errors.Error, *_UNFIT) as error:
            raise QueryFailed(name, f"{type(error).__name__}: {error}") from error

    def _take(self) -> Client:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._client(self._options)

    def _client(self, options: Mapping[str, Any]) -> Client:
        client = Sender(self._host, **options)
        if self._hosts:
            client.connection.hosts = deque(self._hosts)
        return client

    def _where(self) -> str:
        others = self._options.get("alt_hosts", "")
        first = f"{self._host}:{self._options.get('port', 9440 if self._options.get('secure') else 9000)}"
        return f"ClickHouse at {first}{', ' if others else ''}{others.replace(',', ', ')}"

    def _give_back(self, client: Client) -> None:
        with self._lock:
            if len(self._idle) < IDLE_CLIENTS:
                self._idle.append(client)
                return
        _disconnect(client)

    def _drop_idle(self) -> None:
        with self._lock:
            dropped, self._idle = self._idle, deque()
        for client in dropped:
            _disconnect(client)


def insert_statement(table: str, columns: Mapping[str, object], template: Template = _INSERT, **words: str) -> str:
    """The INSERT of columns into a table; ValueError for a name that is not a plain word, so nothing else gets in.

    `words` are what else the template wants; they are the caller's own, never of a message.
    """
    for pattern, name in [(_TABLE, table), *((_COLUMN, column) for column in columns)]:
        if not pattern.fullmatch(name):
            raise ValueError(f"insert into {table}: {name!r} is not a name")
    names = ", ".join(f"`{name}`" for name in columns)
    return template.substitute(table=table, columns=names, **words)


def _first_line(error: errors.ServerException) -> str:
    """The server's sentence without its stack trace."""
    return str(error.message).partition(" Stack trace:")[0].removeprefix("DB::Exception: ").strip()


def _disconnect(client: Client) -> None:
    with suppress(OSError):
        client.disconnect()
