"""The schema's history: numbered files of config/schema, each applied once, in order, and never changed afterwards."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from config.faults import Fault
from streams.clickhouse import SQL, Database, QueryFailed, Question

_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_COMMENT = re.compile(r"^\s*--[^\n]*\n?", re.MULTILINE)
_END = re.compile(r";[ \t]*(?:\n|\Z)")

UNKNOWN_DATABASE = 81
# A table, database or folder that another process creates at the same moment: the second attempt finds it there.
RACES = frozenset({57, 82, 76, 1000, 1001})
ATTEMPTS = 5


class MigrationError(Fault, RuntimeError):
    """The files and the database disagree; the text names the file."""


@dataclass(frozen=True)
class Migration:
    """One file: `statements` in order, each safe to run twice; `checksum` is the SHA-256 of its text."""

    version: int
    name: str
    checksum: str
    statements: tuple[str, ...]


def migrations(folder: Path) -> list[Migration]:
    """The files of `folder` in order of their numbers; MigrationError names one that cannot be used."""
    found = [read(path) for path in sorted(folder.glob("*.sql"))]
    for before, after in pairwise(found):
        if before.version == after.version:
            raise MigrationError(f"{folder / after.name}.sql has the same number as {before.name}.sql")
    return found


def read(path: Path) -> Migration:
    """One file, named as in `0001_streams.sql`."""
    named = _FILE.fullmatch(path.name)
    if named is None:
        raise MigrationError(f"{path}: must be named as in 0001_streams.sql: four digits, small letters")
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Migration(int(named[1]), path.stem, checksum, statements(path, text))


def statements(path: Path, text: str) -> tuple[str, ...]:
    """Statements of a file: each ends with `;` at the end of a line and has no other; lines of comment are dropped."""
    *whole, rest = _END.split(_COMMENT.sub("", text))
    found = tuple(statement.strip() for statement in whole if statement.strip())
    if rest.strip():
        raise MigrationError(f"{path}: the last statement does not end with ';': {rest.strip()[:60]!r}")
    for statement in found:
        if ";" in statement:
            raise MigrationError(f"{path}: a ';' inside a statement, after {statement.partition(';')[0][-60:]!r}")
    return found


def migrate(database: Database, folder: Path) -> list[str]:
    """Create the database if need be and apply what is pending; returns the names of the files that were applied.

    May be killed at any moment and run by several processes at once. Raises MigrationError when a file that was applied
    has been changed, QueryFailed when the server refuses a statement, DatabaseUnavailable.
    """
    known = migrations(folder)
    _patiently(database.create)
    _patiently(lambda: database.command(Question.load(SQL, "create_migrations").sql))
    waiting = _waiting(database, folder, known)
    for migration in waiting:
        _apply(database, migration)
    return [migration.name for migration in waiting]


def pending(database: Database, folder: Path) -> list[str]:
    """Names of the files that `migrate` would apply; changes nothing. Raises as `migrate`."""
    return [migration.name for migration in _waiting(database, folder, migrations(folder))]


def _waiting(database: Database, folder: Path, known: list[Migration]) -> list[Migration]:
    applied = _applied(database)
    for migration in known:
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise MigrationError(
                f"{folder / migration.name}.sql was changed after it was applied: put the old text back, "
                "and write the change as a new file"
            )
    return [migration for migration in known if migration.version not in applied]


def _applied(database: Database) -> dict[int, str]:
    """Checksum by version; empty when there is no database or no table yet."""
    try:
        answer = database.ask(Question.load(SQL, "applied_migrations"))
    except QueryFailed as error:
        if error.code in (UNKNOWN_DATABASE, 60):
            return {}
        raise
    return dict(zip(answer.column("version"), answer.column("checksum"), strict=True))


def _apply(database: Database, migration: Migration) -> None:
    """Statements first, then the note: killed between the two, the statements run again and find their work done."""
    for statement in migration.statements:
        _patiently(partial(database.command, statement))
    note = dict[str, list[Any]](version=[migration.version], name=[migration.name], checksum=[migration.checksum])
    database.insert("schema_migrations", note)


def _patiently(action: Callable[[], object]) -> None:
    """Run it again when another process creates the same thing at the same moment."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            action()
            return
        except QueryFailed as error:
            if error.code not in RACES or attempt == ATTEMPTS:
                raise
            time.sleep(0.05 * attempt)
