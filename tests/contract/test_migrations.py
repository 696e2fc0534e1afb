"""The whole schema as a history: from nothing, from every earlier state, twice, killed anywhere, two at once."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.keep import Keep
from config.settings import SCHEMA
from streams.clickhouse import SQL, Database, Question
from streams.migrations import MigrationError, keep_rows, migrate, migrations, pending, plan, states

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(SCHEMA.glob("*.sql"))
SET = migrations(SCHEMA)
TOLD = Question("q", "SELECT name, create_table_query AS made FROM system.tables WHERE database = currentDatabase()")


class Killed(BaseException):
    """What a process that is killed does not catch."""


class Mortal(Database):
    """Dies after so many statements."""

    left = 0

    def command(self, sql: str, **settings: Any) -> None:
        if not self.left:
            raise Killed
        self.left -= 1
        super().command(sql, **settings)


@pytest.fixture
def url(clickhouse_url: str) -> Iterator[str]:
    """Address of a database that does not exist yet."""
    name = f"m_{uuid.uuid4().hex[:8]}"
    yield f"{clickhouse_url.rpartition('/')[0]}/{name}"
    with closing(Database(clickhouse_url)) as cleaner:
        cleaner.command(f"DROP DATABASE IF EXISTS {name}")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(Database(url)) as found:
        yield found


@pytest.fixture(scope="module")
def expected(clickhouse_url: str) -> Iterator[dict[str, str]]:
    """Each table of a database made from nothing, by name."""
    database = Database(f"{clickhouse_url.rpartition('/')[0]}/m_{uuid.uuid4().hex[:8]}")
    migrate(database, SCHEMA, Keep())
    yield tables(database)
    database.command(f"DROP DATABASE {database.name}")
    database.close()


def tables(database: Database) -> dict[str, str]:
    answer = database.ask(TOLD)
    made = zip(answer.column("name"), answer.column("made"), strict=True)
    return {name: text.replace(f"{database.name}.", "") for name, text in made}


def test_from_nothing(database: Database) -> None:
    assert [state.state for state in states(database, SCHEMA)] == ["pending"] * len(SET)
    before = time.time()
    assert migrate(database, SCHEMA, Keep()) == [path.stem for path in FILES]
    found = states(database, SCHEMA)
    assert [(state.version, state.name, state.checksum, state.state) for state in found] == [
        (migration.version, migration.name, migration.checksum, "applied") for migration in SET
    ]
    assert all(before - 1 <= (state.at or 0) / 1000 <= time.time() + 1 for state in found)


def test_twice_changes_nothing(database: Database, expected: dict[str, str]) -> None:
    migrate(database, SCHEMA, Keep())
    noted = states(database, SCHEMA)
    assert migrate(database, SCHEMA, Keep()) == pending(database, SCHEMA) == list(plan(database, SCHEMA, Keep())) == []
    assert tables(database) == expected
    assert states(database, SCHEMA) == noted


def test_one_file_after_the_other(database: Database, expected: dict[str, str], tmp_path: Path) -> None:
    """As who takes every version: each finds what the one before made, and sets anew how long rows are kept."""
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
        assert migrate(database, tmp_path, Keep()) == [path.stem]
    assert tables(database) == expected


@pytest.mark.parametrize("known", [1, len(FILES) // 2, len(FILES) - 1])
def test_from_an_earlier_state(database: Database, expected: dict[str, str], tmp_path: Path, known: int) -> None:
    for path in FILES[:known]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    migrate(database, tmp_path)
    assert migrate(database, SCHEMA, Keep()) == [path.stem for path in FILES[known:]]
    assert tables(database) == expected


def test_tables_of_a_text_that_was_superseded_stay_and_serve(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "0001_a.sql"
    file.write_text("CREATE TABLE IF NOT EXISTS a (x UInt8, y UInt8) ENGINE = MergeTree ORDER BY x;\n")
    migrate(database, tmp_path)
    (made,) = migrations(tmp_path)
    better = "CREATE TABLE IF NOT EXISTS a (x UInt8, y UInt8) ENGINE = MergeTree ORDER BY (x, y);\n"
    file.write_text(better)
    with pytest.raises(MigrationError, match=r"0001_a\.sql was changed after it was applied"):
        migrate(database, tmp_path)
    file.write_text(f"-- supersedes: {made.checksum}\n{better}")
    assert migrate(database, tmp_path) == []
    assert [state.state for state in states(database, tmp_path)] == ["applied"]


def test_killed_before_any_statement(url: str, expected: dict[str, str]) -> None:
    """Each process survives one statement more than the one before it, until a file is noted; so it dies before all."""
    deaths, survived, known = 0, 0, 0
    database = Mortal(url)
    while True:
        database.left = survived
        try:
            migrate(database, SCHEMA, Keep())
        except Killed:
            deaths += 1
        else:
            break
        noted = sum(state.state == "applied" for state in states(database, SCHEMA))
        survived, known = (survived + 1 if noted == known else 0), noted
    assert deaths > sum(len(migration.statements) for migration in SET)
    assert tables(database) == expected
    database.close()


SCRIPT = (
    "import sys; from config.keep import Keep; from config.settings import SCHEMA\n"
    "from streams.clickhouse import Database; from streams.migrations import migrate\n"
    "database = Database(sys.argv[1]); migrate(database, SCHEMA, Keep()); database.close()"
)


def begin(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, url], cwd=ROOT, stderr=subprocess.PIPE)


def test_two_at_once(url: str, database: Database, expected: dict[str, str]) -> None:
    for process in [begin(url), begin(url)]:
        assert process.communicate(timeout=60)[1] == b""
        assert process.returncode == 0
    assert tables(database) == expected
    assert [state.state for state in states(database, SCHEMA)] == ["applied"] * len(SET)


def test_a_killed_process_leaves_what_another_ends(url: str, database: Database, expected: dict[str, str]) -> None:
    process = begin(url)
    while process.poll() is None and not applied(database):
        time.sleep(0.002)
    process.kill()
    process.communicate(timeout=30)
    migrate(database, SCHEMA, Keep())
    assert tables(database) == expected


def applied(database: Database) -> bool:
    """Has somebody noted the first file?"""
    try:
        return states(database, SCHEMA)[0].state == "applied"
    except Exception:  # no database yet
        return False


def test_the_plan_is_what_is_done(database: Database, expected: dict[str, str]) -> None:
    planned = [statement for statement in plan(database, SCHEMA, Keep()) if not statement.startswith("--")]
    assert "CREATE DATABASE" in planned[0]
    database.create()
    for statement in planned[1:]:
        database.command(statement)
    assert tables(database) == expected
    assert pending(database, SCHEMA) == [path.stem for path in FILES], "a plan notes nothing"


def test_a_file_that_was_changed_and_one_that_is_gone_are_told(database: Database, tmp_path: Path) -> None:
    for path in FILES[:3]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    migrate(database, tmp_path)
    (tmp_path / FILES[0].name).write_bytes(FILES[0].read_bytes() + b"-- more\n")
    (tmp_path / FILES[2].name).unlink()
    assert [state.state for state in states(database, tmp_path)] == ["changed", "applied", "unknown"]


def test_days_are_changed_only_where_they_differ(database: Database) -> None:
    migrate(database, SCHEMA, Keep())
    assert keep_rows(database, Keep()) == {}
    assert keep_rows(database, Keep(readings=500, cases=700, heartbeats=0)) == {
        "readings": 500, "case_steps": 700, "heartbeats": 0,
    }  # fmt: skip
    assert keep_rows(database, Keep()) == {"readings": 800, "case_steps": 0, "heartbeats": 7}


def test_rows_end_when_they_should(database: Database) -> None:
    migrate(database, SCHEMA, Keep(readings=30))
    now = round(time.time() * 1000)
    day = 86_400_000
    database.insert(
        "readings", {"at": [now - 31 * day, now - 29 * day], "device": ["old", "new"], "metric": ["m", "m"]}
    )
    database.command("OPTIMIZE TABLE readings FINAL")
    assert list(database.ask(Question("q", "SELECT device FROM readings")).column("device")) == ["new"]


def test_every_note_has_its_statement_in_a_file() -> None:
    assert Question.load(SQL, "create_migrations").params == {}
