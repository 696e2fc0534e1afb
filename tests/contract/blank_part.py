"""Databases with our tables and nothing in them, one for each test that asks: made once, and emptied for the next."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from config.settings import SCHEMA
from streams.clickhouse import Database, Question
from streams.migrations import NOTE, migrate

TABLES = Question(
    "tables",
    "SELECT name, create_table_query AS made, coalesce(total_rows, 0) AS rows "
    "FROM system.tables WHERE database = currentDatabase()",
)


@dataclass
class Blanks:
    """Databases of one server. The schema's 70 statements take a second; to empty what a test filled, a tenth of it."""

    server: str
    free: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)

    @contextmanager
    def one(self) -> Iterator[Database]:
        """One that nothing is in; nobody else has it as long as the block."""
        name, tables = self._taken()
        with closing(self._database(name)) as database:
            yield database
        if name in self.spoilt:
            self._drop(name)
        else:
            self.free.append((name, tables))

    def spoil(self, database: Database) -> None:
        """Nobody gets it after this test: what a killed process left in its socket may be stored yet."""
        self.spoilt.add(database.name)

    def address(self, name: str) -> str:
        return f"{self.server.rpartition('/')[0]}/{name}"

    def remove(self) -> None:
        for name, _ in self.free:
            self._drop(name)

    def _taken(self) -> tuple[str, dict[str, Any]]:
        while self.free:
            name, tables = self.free.pop()
            with closing(self._database(name)) as database:
                if emptied(database, tables):
                    return name, tables
            self._drop(name)
        return self._made()

    def _made(self) -> tuple[str, dict[str, Any]]:
        name = f"test_{uuid.uuid4().hex[:12]}"
        with closing(self._database(name)) as database:
            database.create()
            migrate(database, SCHEMA)
            return name, made(database)

    def _drop(self, name: str) -> None:
        with closing(Database(self.server)) as database:
            database.command(f"DROP DATABASE {name}")

    def _database(self, name: str) -> Database:
        return Database(self.address(name))


def made(database: Database) -> dict[str, Any]:
    """How each table was made, and how many rows say which files were applied."""
    rows = database.ask(TABLES).rows()
    return {row["name"]: (row["made"], row["rows"] if row["name"] == NOTE else 0) for row in rows}


def emptied(database: Database, tables: dict[str, Any]) -> bool:
    """Remove all rows; False where a test changed more than rows."""
    if made(database) != tables:
        return False
    for row in database.ask(TABLES).rows():
        if row["rows"] and row["name"] != NOTE:
            database.command(f"TRUNCATE TABLE {row['name']}")
    return True


@pytest.fixture(scope="session")
def blanks(clickhouse_url: str) -> Iterator[Blanks]:
    """All that a worker's tests share."""
    several = Blanks(clickhouse_url)
    yield several
    several.remove()
