"""What ingest asks of the database: store a batch, say what is stored already, note that we live."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from streams.batch import stored_items
from streams.clickhouse import SQL, Database, Question
from streams.fence import Fence, Lane
from streams.fences import Fences
from streams.holds import HELD, MOST_REJECTS, Order, order_of
from streams.rows import TABLE_OF, TABLES, Rows

_STORED = {stream: Question.load(SQL, f"stored_{table}") for stream, table in TABLE_OF.items()}
_ORDERS = Question.load(SQL, "stream_orders")
_TURNED_AWAY = Question.load(SQL, "turned_away_since")
_TAKEN = {stream: Question.load(SQL, f"taken_{table}") for stream, table in TABLE_OF.items()}


class Store:
    """Every method raises DatabaseUnavailable or QueryFailed. `instance` names us (host:pid) in what we write.

    `most_rejects` in ten minutes make a hold, see holds.py.
    """

    def __init__(self, database: Database, instance: str = "", most_rejects: int = MOST_REJECTS) -> None:
        self._database, self._instance, self.most_rejects = database, instance, most_rejects
        self._thread = ThreadPoolExecutor(1, "insert")
        self._fences = Fences(database, instance, TABLES)

    def open(self, lanes: Sequence[Lane]) -> Fence:
        """Shut out all who opened these lanes before, see fence.py; on return none of their inserts runs or can."""
        return self._fences.open(lanes)

    def insert(self, rows: Rows, fence: Fence) -> Future[int]:
        """Store all rows, table by table, on a thread of its own; gives how many. When it fails, some may be.

        The future raises Fenced when lanes of `fence` were opened by another member since.
        """
        return self._thread.submit(self._insert, rows, fence)

    def close(self) -> None:
        """Waits for what is being stored."""
        self._thread.shutdown()

    def _insert(self, rows: Rows, fence: Fence) -> int:
        return sum(self._fences.insert(table, columns, fence) for table in TABLES if (columns := rows.columns(table)))

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
