"""The schema's history: numbered files of config/schema, each applied once, in order, and never changed afterwards."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from config.faults import Fault
from config.keep import Keep
from streams.clickhouse import SQL, Database, QueryFailed, Question, insert_template
from streams.cluster import spread, storage
from streams.keeping import KEPT, changes

_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_COMMENT = re.compile(r"^\s*--[^\n]*\n?", re.MULTILINE)
_SUPERSEDES = re.compile(r"^-- supersedes: ([0-9a-f]{64})$", re.MULTILINE)
_END = re.compile(r";[ \t]*(?:\n|\Z)")
_CREATES = re.compile(r"CREATE\s+TABLE\s+IF\s+NOT\s+EXISTS\s+(\w+)", re.IGNORECASE)

NOTE = "schema_migrations"
UNKNOWN_TABLE = 60
UNKNOWN_DATABASE = 81
UNKNOWN_CLUSTER = 701
# A table, database or folder that another process creates at the same moment: the second attempt finds it there.
RACES = frozenset({57, 82, 76, 253, 1000, 1001})
ATTEMPTS = 5

_KEEP, _FOR_EVER = insert_template("keep"), insert_template("keep_for_ever")


class MigrationError(Fault, RuntimeError):
    """The files and the database disagree; the text names the file."""


@dataclass(frozen=True)
class Migration:
    """One file: `statements` in order, each safe to run twice; `checksum` is the SHA-256 of its text.

    `supersedes` are those of earlier texts, which made tables that serve as well: where one of them was applied, the
    file counts as applied. A text says so in a line `-- supersedes: CHECKSUM`.
    """

    version: int
    name: str
    checksum: str
    statements: tuple[str, ...]
    supersedes: frozenset[str] = frozenset()

    def is_of(self, checksum: str) -> bool:
        """Is this the text that was applied, or one that takes its place?"""
        return checksum == self.checksum or checksum in self.supersedes


@dataclass(frozen=True)
class Applied:
    """A row of the notes: what was applied, and when for the first time (epoch ms)."""

    name: str
    checksum: str
    at: int


@dataclass(frozen=True)
class State:
    """A file and what the database says of it: `applied`, `pending`, `changed` after it was applied, or `unknown`, when
    another version of this program applied it and there is no file here. `at` is epoch ms, None when pending."""

    version: int
    name: str
    checksum: str
    state: str
    at: int | None


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
    earlier = frozenset(_SUPERSEDES.findall(text))
    return Migration(int(named[1]), path.stem, checksum, statements(path, text), earlier)


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


def migrate(database: Database, folder: Path, keep: Keep | None = None) -> list[str]:
    """Create the database if need be, apply what is pending, and keep rows as long as `keep` says.

    Returns the names of the files that were applied. May be killed at any moment and run by several processes at once.
    Raises MigrationError when a file that was applied has been changed or the cluster is not as it must be, QueryFailed
    when the server refuses a statement, DatabaseUnavailable.
    """
    known = migrations(folder)
    _create(database)
    _check(database)
    for statement in _spread(database, [_notes()]):
        _patiently(partial(database.command, statement))
    waiting = _waiting(database, folder, known)
    for migration in waiting:
        _apply(database, migration)
    if keep is not None:
        keep_rows(database, keep)
    return [migration.name for migration in waiting]


def _create(database: Database) -> None:
    try:
        _patiently(database.create)
    except QueryFailed as error:
        if error.code == UNKNOWN_CLUSTER:
            raise MigrationError(f"{error}; CLICKHOUSE_CLUSTER must be a name in the servers' remote_servers") from None
        raise


def _check(database: Database) -> None:
    """Raises MigrationError where the tables would not be, or are not, those of a cluster such as we were told."""
    there = _engines(database)
    spread_already = any(engine.startswith(("Replicated", "Distributed")) for engine in there.values())
    if NOTE in there and bool(database.cluster) != spread_already:
        was = "without" if database.cluster else "with"
        raise MigrationError(
            f"the tables of {database.name} were made {was} CLICKHOUSE_CLUSTER, and cannot be changed into others: "
            "set it as it was, or name a new database in CLICKHOUSE_URL"
        )
    if database.cluster:
        nodes = database.ask(Question.load(SQL, "cluster_nodes"), cluster=database.cluster.name).first() or {}
        if nodes["nodes"] > nodes["shards"] and not nodes["internal_replication"]:
            raise MigrationError(
                f"cluster {database.cluster.name}: a shard without <internal_replication>true</internal_replication> "
                "in remote_servers would store every row once for each replica: set it on every node"
            )


def pending(database: Database, folder: Path) -> list[str]:
    """Names of the files that `migrate` would apply; changes nothing. Raises as `migrate`."""
    return [migration.name for migration in _waiting(database, folder, migrations(folder))]


def states(database: Database, folder: Path) -> list[State]:
    """Of each file, and of each note without a file, how it stands; changes nothing. Raises as `migrate`."""
    files = {migration.version: migration for migration in migrations(folder)}
    notes = _applied(database)
    return [_state(version, files.get(version), notes.get(version)) for version in sorted(files | notes)]


def _state(version: int, file: Migration | None, note: Applied | None) -> State:
    if file is None:
        assert note is not None  # noqa: S101 - one of the two is there
        return State(version, note.name, note.checksum, "unknown", note.at)
    if note is None:
        return State(version, file.name, file.checksum, "pending", None)
    return State(version, file.name, file.checksum, "applied" if file.is_of(note.checksum) else "changed", note.at)


def plan(database: Database, folder: Path, keep: Keep) -> Iterator[str]:
    """Every statement that `migrate` would run, in order; changes nothing. Raises as `migrate`."""
    there = _engines(database)
    if there:
        _check(database)
    waiting = _waiting(database, folder, migrations(folder))
    if NOTE not in there:
        yield database.creation
        yield from _spread(database, [_notes()])
    for migration in waiting:
        yield f"-- {migration.name}"
        yield from _spread(database, migration.statements)
    made = [statement for migration in waiting for statement in migration.statements]
    definitions = {_stored(database, found[1]): statement for statement in made if (found := _CREATES.match(statement))}
    yield from (statement for _, _, statement in _keeping(database, keep, {**definitions, **there}))


def _waiting(database: Database, folder: Path, known: list[Migration]) -> list[Migration]:
    applied = _applied(database)
    for migration in known:
        if migration.version in applied and not migration.is_of(applied[migration.version].checksum):
            raise MigrationError(
                f"{folder / migration.name}.sql was changed after it was applied: put the old text back, "
                "and write the change as a new file"
            )
    return [migration for migration in known if migration.version not in applied]


def _applied(database: Database) -> dict[int, Applied]:
    """Notes by version; empty when there is no database or no table yet."""
    try:
        answer = database.ask(Question.load(SQL, "applied_migrations"))
    except QueryFailed as error:
        if error.code in (UNKNOWN_DATABASE, UNKNOWN_TABLE):
            return {}
        raise
    return {row["version"]: Applied(row["name"], row["checksum"], row["at_ms"]) for row in answer.rows()}


def _apply(database: Database, migration: Migration) -> None:
    """Statements first, then the note: killed between the two, the statements run again and find their work done."""
    for statement in _spread(database, migration.statements):
        _patiently(partial(database.command, statement))
    note = dict[str, list[Any]](version=[migration.version], name=[migration.name], checksum=[migration.checksum])
    database.insert(NOTE, note)


def _notes() -> str:
    return Question.load(SQL, "create_migrations").sql


def _spread(database: Database, some: Iterable[str]) -> list[str]:
    """The statements as the database needs them: on a cluster each becomes one or two others."""
    cluster = database.cluster
    return [one for statement in some for one in (spread(statement, cluster) if cluster else (statement,))]


def keep_rows(database: Database, keep: Keep) -> dict[str, int]:
    """Make the rows of our tables end when `keep` says; returns the days, 0 for ever, of each table that was changed.

    Rows that are older now are removed by the server in the background. Raises as `migrate`.
    """
    found = list(_keeping(database, keep, _engines(database)))
    for table, _, statement in found:
        try:
            _patiently(partial(database.command, statement))
        except QueryFailed:  # another process may have done it a moment ago: an end cannot be removed twice
            if table in {name for name, _, _ in _keeping(database, keep, _engines(database))}:
                raise
    return {table: days for table, days, _ in found}


def _keeping(database: Database, keep: Keep, there: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """(table, days, statement) of each table that is not kept as `keep` wants, of those that are `there`."""
    definitions = {
        table: there[name] for table in (kept.table for kept in KEPT) if (name := _stored(database, table)) in there
    }
    for table, (column, days) in changes(keep, definitions).items():
        template = _KEEP if days else _FOR_EVER
        statement = template.substitute(table=table, column=column, days=days)
        yield from ((table, days, one) for one in _spread(database, [statement]))


def _stored(database: Database, table: str) -> str:
    return storage(table) if database.cluster else table


def _engines(database: Database) -> dict[str, str]:
    """Definition (engine, keys, end of rows) of each table that is there; empty when there is no database yet."""
    try:
        answer = database.ask(Question.load(SQL, "table_engines"))
    except QueryFailed as error:
        if error.code == UNKNOWN_DATABASE:
            return {}
        raise
    return dict(zip(answer.column("name"), answer.column("engine_full"), strict=True))


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
