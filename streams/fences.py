"""Opens lanes in a database, and inserts what only their newest owner may; why that is safe stands in fence.py."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

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

_TYPES = Question.load(SQL, "column_types")
_NUMBER = Question.load(SQL, "fence_number")
_RIVALS = Question.load(SQL, "fence_rivals")
_RUNNING = Question.load(SQL, "running_inserts")
_RUNNING_ANYWHERE = Question.load(SQL, "running_inserts_on_cluster")
_FENCED = insert_template("insert_fenced")

ALONE_TRIES = 10
OLDER_S = 30.0  # for inserts that ran when we came
LOOK_S = 0.02
SILENT_S = 10
"""A server gives up an insert whose sender says nothing for so long (its own default is 300 s): a process that was
stopped in the middle of sending must not keep the next owner of its lanes waiting."""


class Fences:
    """Every method raises DatabaseUnavailable or QueryFailed. `instance` names us (host:pid) in what we write.

    `tables` are those that are inserted into: on a cluster, whoever opens lanes has all their rows.
    """

    def __init__(self, database: Database, instance: str, tables: Sequence[str]) -> None:
        self._database, self._instance, self._tables = database, instance, tables
        self._types: dict[str, dict[str, str]] = {}

    def open(self, lanes: Sequence[Lane]) -> Fence:
        """Shut out all who opened these lanes before; on return none of their inserts runs or can."""
        self._types = {}  # the schema may have changed while we were away
        for _ in range(ALONE_TRIES):
            fence = self._try(tuple(lanes))
            if fence is not None:
                self._wait_for_older()
                self._database.catch_up(*self._tables)  # so that whoever answers what is stored knows it
                return fence
        raise DatabaseUnavailable("others open the same lanes again and again")

    def _try(self, lanes: tuple[Lane, ...]) -> Fence | None:
        number = int(self._database.ask(_NUMBER).column("number")[0])
        fence = Fence(number, secrets.token_hex(16), lanes)
        self._database.insert("fences", fence.rows(self._instance))
        self._database.catch_up("fences")
        return fence if self.holds(fence) else None

    def holds(self, fence: Fence) -> bool:
        """Whether nobody else has opened one of its lanes since."""
        (tokens,) = self._database.ask_settled(_RIVALS, number=fence.number, lanes=fence.keys).column("tokens")
        return fence.holds(tokens)

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

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]], fence: Fence) -> int:
        """Store rows by column, all or none; how many. Raises Fenced when another opened a lane of `fence` since."""
        told = structure(self._types_of(table), columns)
        sql = insert_statement(table, columns, _FENCED, structure=told, **fence.words())
        try:
            return self._database.insert(table, columns, sql, {"receive_timeout": SILENT_S, **self._database.settled})
        except QueryFailed as error:
            if error.code == REFUSED:
                raise Fenced(f"another has taken over: {error.name} was refused") from error
            raise

    def _types_of(self, table: str) -> dict[str, str]:
        if table not in self._types:
            found = self._database.ask(_TYPES, table=table)
            self._types[table] = dict(zip(found.column("name"), found.column("type"), strict=True))
        return self._types[table]


class Inserting(Protocol):
    """A Database, or the pen of one who has opened lanes."""

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]], /) -> int:
        """Store rows by column; how many. Raises DatabaseUnavailable (may be stored or not), QueryFailed, Fenced."""


@dataclass(frozen=True)
class Pen:
    """Inserts under one opening, until another opens the same lanes."""

    fences: Fences
    fence: Fence

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]]) -> int:
        """As Fences.insert."""
        return self.fences.insert(table, columns, self.fence)

    def holds(self) -> bool:
        """As Fences.holds."""
        return self.fences.holds(self.fence)
