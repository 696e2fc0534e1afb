"""The ClickHouse engine in this process (chdb): questions in, blocks of bytes out.

Traps that shaped it, each met. After a fork nothing answers. A connection serves one question at a time, and a second
question ends the first, so there is one for each client. Several statements in one text all run, so they are counted
first. Rows written behind `INSERT ... FORMAT` end at the first blank line and what follows runs as SQL, so rows come
only as a Native block in a file of memory. `send_insert()` reports success when it failed.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from config.faults import Fault
from streams.headers import Headers
from streams.native_blocks import Block, blocks, strings, to_native
from streams.native_columns import MalformedError
from streams.statements import (
    body,
    escaped,
    has_rows_in_text,
    insert_of_blocks,
    insert_of_input,
    is_streamed,
    quoted,
)

_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# At revision 0 the engine leaves the zone out of DateTime('Asia/Shanghai'), and of no other type.
_ZONE_LOST = re.compile(r"\bDateTime(?![\w(])")
_NOT_STREAMED = "Streaming query is not supported"

KNOWN = 256
"""Texts that a connection remembers to be one statement: ours are few, with parameters beside. To count the statements
of the longest takes 2.5 ms."""


class EngineError(Fault):
    """The engine said no; the text is its own, `Code: 62. DB::Exception: ...`."""


@contextmanager
def suppress_unknown() -> Iterator[None]:
    """Settings that the engine does not know are no error."""
    try:
        yield
    except EngineError as error:
        if not str(error).startswith("Code: 115."):
            raise


def load() -> Any:
    """The engine's library, without the signal handlers and the data-frame packages that it would bring along."""
    for name in ("pyarrow", "pandas"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how an import is refused
    from chdb import _chdb

    library: Any = _chdb  # has no types
    library.set_signal_handlers_enabled(0)
    library.reset_signal_handlers()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # the reset took Python's own with it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return library


class Engine:
    """One connection to the engine: for one thread, which closes it."""

    def __init__(self, library: Any, folder: Path, settings: Mapping[str, str]) -> None:
        self._profile = dict(settings)
        self._database = ""
        self._aside: Engine | None = None
        self._known: set[str] = set()
        self._headers = Headers()
        self._another = partial(Engine, library, folder, settings)
        text = "&".join(f"{name}={value}" for name, value in settings.items())
        try:
            self._connection = library.connect(f"{folder}?{text}")
        except RuntimeError as error:
            raise EngineError(str(error) or f"the engine cannot open {folder}, and does not say why") from None

    def close(self) -> None:
        """Must happen before the process exits, or the exit hangs or crashes."""
        if self._aside:
            self._aside.close()
        self._connection.close()

    def ask(self, sql: str, params: Mapping[str, str]) -> Generator[Block]:
        """Blocks of the answer, the first one a header without rows; no block at all for a statement without answer.

        `params` are escaped as in a TSV field. Raises EngineError, also in the middle; leaving early cancels.
        """
        self._single(sql)
        sql = body(sql)
        if has_rows_in_text(sql):
            raise EngineError(
                "Code: 62. DB::Exception: rows in the text of an INSERT are refused: send them as a block"
            )
        if is_streamed(sql):
            yield from self._answer(sql, params)
            return
        try:
            yield from self._told(sql, params)
        finally:
            Headers.changed()

    def _answer(self, sql: str, params: Mapping[str, str]) -> Generator[Block]:
        some = False
        for block in self._told(sql, params):
            some = True
            yield block
        if not some:
            yield self._headers.of((self._database, sql), partial(self._describe, sql, params))

    def _told(self, sql: str, params: Mapping[str, str]) -> Generator[Block]:
        header = None
        for block in self._blocks(sql, params):
            if header is None:
                header = self._zoned(block.header(), sql, params)
                yield header
            yield replace(block, types=header.types)

    def target(self, sql: str) -> Block | None:
        """For an INSERT whose rows come as blocks: the columns it takes. None for any other statement."""
        through = insert_of_input(body(sql))
        if through is not None:
            return self._describe(f"SELECT * FROM null({through[1]})", {})  # noqa: S608  # as below
        found = insert_of_blocks(body(sql))
        if found is None:
            return None
        table, columns = found
        return self._describe(f"SELECT {columns} FROM {table}", {})  # noqa: S608  # parts of the client's own SQL

    def insert(self, sql: str, block: Block) -> None:
        """Store a block: on return it is on disk. EngineError when it is not (of several partitions, some may be)."""
        file = os.memfd_create("block", os.MFD_CLOEXEC)
        try:
            with open(file, "wb", closefd=False) as out:
                out.writelines(to_native(block))
            self._run(_from_file(body(sql), block.names, f"/proc/self/fd/{file}"), {})
        finally:
            os.close(file)

    def use(self, database: str) -> None:
        """Make `database` the one that names without a database mean."""
        self._run("USE {database:Identifier}", {"database": escaped(database)})
        self._database = database

    def set(self, settings: Mapping[str, str]) -> None:
        """Settings for what follows on this connection."""
        for name, value in settings.items():
            if not _SETTING.fullmatch(name):
                raise EngineError(f"Code: 115. DB::Exception: Unknown setting {name!r}")
            self._run(f"SET {name} = {{value:String}}", {"value": escaped(value)})

    @contextmanager
    def during(self, settings: Mapping[str, str]) -> Iterator[None]:
        """`set` for one question; a setting that is not known is passed over, as a server does."""
        done: list[str] = []
        try:
            for name, value in settings.items():
                if self._profile.get(name) != value:
                    with suppress_unknown():
                        self.set({name: value})
                        done.append(name)
            yield
        finally:
            self.reset(done)

    def reset(self, names: Iterable[str]) -> None:
        """Undo `set`: back to what this process was started with, or to the engine's default."""
        for name in names:
            if name in self._profile:
                self.set({name: self._profile[name]})
            else:
                self._run(f"SET {name} = DEFAULT", {})

    def kill(self, mark: str) -> None:
        """Ask a question of another connection to stop: the one that has set `log_comment` to `mark`."""
        self._run("KILL QUERY WHERE Settings['log_comment'] = {mark:String} ASYNC", {"mark": escaped(mark)})

    def _single(self, sql: str) -> None:
        """A server runs one statement; the library would run all. What was counted once is not parsed for it again."""
        if sql in self._known:
            return
        if self._connection.classify_query(sql)["statement_count"] > 1:
            raise EngineError("Code: 62. DB::Exception: Syntax error (Multi-statements are not allowed)")
        if len(self._known) >= KNOWN:
            self._known.clear()
        self._known.add(sql)

    def _describe(self, sql: str, params: Mapping[str, str]) -> Block:
        """Names and types of the answer to `sql`, as a block without rows; nothing is read."""
        native = self._run(f"DESCRIBE (\n{sql}\n)", params)
        found = next(blocks(native))  # at most a block: its first two columns are names and types
        return Block(strings(found.columns[0], found.rows), strings(found.columns[1], found.rows))

    def _zoned(self, header: Block, sql: str, params: Mapping[str, str]) -> Block:
        """`header` with the zones that the engine left out; asked on another connection, for this one is busy."""
        if not any(_ZONE_LOST.search(kind) for kind in header.types):
            return header
        if self._aside is None:
            self._aside = self._another()
        try:
            self._aside.use(self._database or "default")
            return self._aside._describe(sql, params)
        except EngineError:  # not a SELECT: SHOW, EXISTS
            return header

    def _blocks(self, sql: str, params: Mapping[str, str]) -> Generator[Block]:
        with closing(self._chunks(sql, params)) as chunks:
            try:
                yield from chain.from_iterable(map(blocks, chunks))
            except MalformedError as error:
                raise EngineError(f"Code: 73. DB::Exception: {error}") from None

    def _chunks(self, sql: str, params: Mapping[str, str]) -> Generator[bytes]:
        """Parts of the answer in the Native format, as they become ready where the engine can do that."""
        stream = self._stream(sql, params) if is_streamed(sql) else None
        if stream is None:
            yield self._run(sql, params)
        else:
            yield from self._fetch(stream)

    def _stream(self, sql: str, params: Mapping[str, str]) -> Any | None:
        """A question begun; None when it is one that must be run to its end (WITH ... INSERT)."""
        try:
            return self._connection.send_query(sql, "Native", params=dict(params))
        except (RuntimeError, UnicodeEncodeError) as error:
            if _NOT_STREAMED in str(error):
                return None
            raise EngineError(str(error)) from None

    def _fetch(self, stream: Any) -> Generator[bytes]:
        done = False
        try:
            while not done:
                result = self._connection.streaming_fetch_result(stream)
                done = not result.rows_read()
                yield result.bytes()
        except RuntimeError as error:
            done = True
            raise EngineError(str(error)) from None
        finally:
            if not done:
                self._connection.streaming_cancel_query(stream)

    def _run(self, sql: str, params: Mapping[str, str]) -> bytes:
        try:
            result = self._connection.query(sql, "Native", params=dict(params))
        except (RuntimeError, UnicodeEncodeError) as error:
            raise EngineError(str(error)) from None
        if result.has_error():
            raise EngineError(result.error_message())
        return bytes(result.bytes())


def _from_file(statement: str, names: Iterable[str], path: str) -> str:
    """An INSERT of blocks as one of the file that holds a block; EngineError when it is none.

    In the statement's own text only `input` is put out and the file in: its WHERE is evaluated as a server does.
    """
    through = insert_of_input(statement)
    if through is not None:
        return f"{through[0]}file('{path}', 'Native', {through[1]}){through[2]}"
    found = insert_of_blocks(statement)
    if found is None:
        raise EngineError("Code: 62. DB::Exception: not an INSERT of blocks")
    return f"INSERT INTO {found[0]} ({', '.join(map(quoted, names))}) FROM INFILE '{path}' FORMAT Native"
