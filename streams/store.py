"""What ingest asks of the database: store a batch, say what is stored already, note that we live."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from streams.batch import stored_items
from streams.clickhouse import (
    SQL,
    Database,
    DatabaseUnavailable,
    QueryFailed,
    Question,
    insert_statement,
    insert_template,
)
from streams.fence import REFUSED, Fence, Fenced, Lane, structure
from streams.holds import HELD, MOST_REJECTS, Order, order_of
from streams.rows import TABLE_OF, TABLES, Rows

_STORED = {stream: Question.load(SQL, f"stored_{table}") for stream, table in TABLE_OF.items()}
_TYPES = Question.load(SQL, "column_types")
_NUMBER = Question.load(SQL, "fence_number")
_RIVALS = Question.load(SQL, "fence_rivals")
_RUNNING = Question.load(SQL, "running_inserts")
_RUNNING_ANYWHERE = Question.load(SQL, "running_inserts_on_cluster")
_FENCED = insert_template("insert_fenced")
_ORDERS = Question.load(SQL, "stream_orders")
_TURNED_AWAY = Question.load(SQL, "turned_away_since")
_TAKEN = {stream: Question.load(SQL, f"taken_{table}") for stream, table in TABLE_OF.items()}

ALONE_TRIES = 10
OLDER_S = 30.0  # for inserts that ran when we came
LOOK_S = 0.02
SILENT_S = 10
"""A server gives up an insert whose sender says nothing for so long (its own default is 300 s): a process that was
stopped in the middle of sending must not keep the next owner of its lanes waiting."""


class Store:
    """Every method raises DatabaseUnavailable or QueryFailed. `instance` names us (host:pid) in what we write.

    `most_rejects` in ten minutes make a hold, see holds.py.
    """

    def __init__(self, database: Database, instance: str = "", most_rejects: int = MOST_REJECTS) -> None:
        self._database, self._instance, self.most_rejects = database, instance, most_rejects
        self._thread = ThreadPoolExecutor(1, "insert")
        self._types: dict[str, dict[str, str]] = {}

    def open(self, lanes: Sequence[Lane]) -> Fence:
        """Shut out all who opened these lanes before, see fence.py; on return none of their inserts runs or can."""
        self._types = {}  # the schema may have changed while we were away
        for _ in range(ALONE_TRIES):
            fence = self._try(tuple(lanes))
            if fence is not None:
                self._wait_for_older()
                self._database.catch_up(*TABLES)  # so that whoever answers what is stored knows it
                return fence
        raise DatabaseUnavailable("others open the same lanes again and again")

    def _try(self, lanes: tuple[Lane, ...]) -> Fence | None:
        number = int(self._database.ask(_NUMBER).column("number")[0])
        fence = Fence(number, secrets.token_hex(16), lanes)
        self._database.insert("fences", fence.rows(self._instance))
        self._database.catch_up("fences")
        (tokens,) = self._database.ask_settled(_RIVALS, number=number, lanes=fence.keys).column("tokens")
        return fence if fence.holds(tokens) else None

    def _wait_for_older(self) -> None:
        until, older = time.monotonic() + OLDER_S, self._running()
        while older:
            if time.monotonic() > until:
                raise DatabaseUnavailable("an insert of a former owner of our lanes still runs")
            time.sleep(LOOK_S)
            older &= self._running()

    def _running(self) -> set[str]:
        cluster = self._database.cluster
        found = self._database.ask(_RUNNING_ANYWHERE, cluster=cluster.name) if cluster else self._database.ask(_RUNNING)
        return set(found.column("query_id"))

    def insert(self, rows: Rows, fence: Fence) -> Future[int]:
        """Store all rows, table by table, on a thread of its own; gives how many. When it fails, some may be.

        The future raises Fenced when lanes of `fence` were opened by another member since.
        """
        return self._thread.submit(self._insert, rows, fence)

    def close(self) -> None:
        """Waits for what is being stored."""
        self._thread.shutdown()

    def _insert(self, rows: Rows, fence: Fence) -> int:
        return sum(self._insert_table(table, columns, fence) for table in TABLES if (columns := rows.columns(table)))

    def _insert_table(self, table: str, columns: Mapping[str, Sequence[Any]], fence: Fence) -> int:
        told = structure(self._types_of(table), columns)
        sql = insert_statement(table, columns, _FENCED, structure=told, **fence.words())
        try:
            return self._database.insert(table, columns, sql, {"receive_timeout": SILENT_S, **self._database.settled})
        except QueryFailed as error:
            if error.code == REFUSED:
                raise Fenced(f"another member of the group has taken over: {error.name} was refused") from error
            raise

    def _types_of(self, table: str) -> dict[str, str]:
        if table not in self._types:
            found = self._database.ask(_TYPES, table=table)
            self._types[table] = dict(zip(found.column("name"), found.column("type"), strict=True))
        return self._types[table]

    def stored(self, stream: str, epoch: str, partition: int, first: int) -> dict[int, frozenset[int]]:
        """Item numbers by offset of what is stored of a partition from offset `first` on."""
        answer = self._database.ask_settled(_STORED[stream], epoch=epoch, partition=partition, first=first)
        return stored_items(zip(answer.column("offset"), answer.column("item"), strict=True))

    def orders(self) -> dict[str, Order]:
        """The newest order of each stream that was ever held."""
        return {str(row["stream"]): order_of(row) for row in self._database.ask(_ORDERS).rows()}

    def turned_away(self, stream: str, since: int) -> int:
        """Items of a stream in `rejects` that arrived since then (epoch ms)."""
        return int(self._database.ask(_TURNED_AWAY, stream=stream, since_ms=since).column("items")[0])

    def taken(self, stream: str, since: int) -> int:
        """Items of a stream in its table that arrived since then (epoch ms)."""
        return int(self._database.ask(_TAKEN[stream], since_ms=since).column("items")[0])

    def hold(self, stream: str, rejected: int, accepted: int, skip: Mapping[str, int]) -> None:
        """Order that a stream is held, because so many items of a window were turned away, and so many not."""
        self.order(stream, HELD, (rejected, accepted), self._instance, skip)

    def order(
        self, stream: str, kind: str, counts: tuple[int, int], actor: str, skip: Mapping[str, int] | None = None
    ) -> None:
        """Append an order."""
        row = (stream, kind, *counts, actor, json.dumps(skip) if skip else "")
        names = ("stream", "kind", "rejected", "accepted", "actor", "skip")
        self._database.insert("stream_holds", {name: [value] for name, value in zip(names, row, strict=True)})

    def beat(self, heartbeat: Mapping[str, Any]) -> None:
        """One row of `heartbeats`, given by column."""
        self._database.insert("heartbeats", {name: [value] for name, value in heartbeat.items()})
