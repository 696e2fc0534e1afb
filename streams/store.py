"""What ingest asks of the database: store a batch, say what is stored already, note that we live."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from streams.batch import stored_items
from streams.clickhouse import SQL, Database, Question
from streams.rows import TABLE_OF, TABLES, Rows

_STORED = {stream: Question.load(SQL, f"stored_{table}") for stream, table in TABLE_OF.items()}


class Store:
    """Every method raises DatabaseUnavailable or QueryFailed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, "insert")

    def insert(self, rows: Rows) -> Future[int]:
        """Store all rows, table by table, on a thread of its own; gives how many. When it fails, some may be."""
        return self._thread.submit(self._insert, rows)

    def close(self) -> None:
        """Waits for what is being stored."""
        self._thread.shutdown()

    def _insert(self, rows: Rows) -> int:
        return sum(self._database.insert(table, columns) for table in TABLES if (columns := rows.columns(table)))

    def stored(self, stream: str, epoch: str, partition: int, first: int) -> dict[int, frozenset[int]]:
        """Item numbers by offset of what is stored of a partition from offset `first` on."""
        answer = self._database.ask(_STORED[stream], epoch=epoch, partition=partition, first=first)
        return stored_items(zip(answer.column("offset"), answer.column("item"), strict=True))

    def beat(self, heartbeat: Mapping[str, Any]) -> None:
        """One row of `heartbeats`, given by column."""
        self._database.insert("heartbeats", {name: [value] for name, value in heartbeat.items()})
