"""Database and migrations against a ClickHouse, embedded or a server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed, Question
from streams.migrations import MigrationError, migrate, pending
from tests.contract.clickhouse_part import ROOT, Served

pytestmark = pytest.mark.contract

TABLE = (
    "CREATE TABLE t (n UInt32, s String, at DateTime64(3, 'UTC'), v Nullable(Float64)) ENGINE = MergeTree ORDER BY n"
)
COUNT = Question("count", "SELECT count() AS n FROM t")
AT = 1_782_909_045_678


@pytest.fixture
def url(clickhouse_url: str) -> Iterator[str]:
    """Address of a database that does not exist yet, and does not any more after the test."""
    base, name = clickhouse_url.rpartition("/")[0], f"test_{uuid.uuid4().hex[:12]}"
    yield f"{base}/{name}"
    cleaner = Database(clickhouse_url)
    cleaner.command(f"DROP DATABASE IF EXISTS {name}")
    cleaner.close()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    found = Database(url)
    found.create()
    yield found
    found.close()


def test_rows_go_in_by_column_and_come_out_by_name(database: Database) -> None:
    database.command(TABLE)
    rows = {"n": [1, 2], "s": ("it's\n\n", b"\xff"), "at": [AT, AT + 1], "v": [None, 0.5]}
    assert database.insert("t", rows) == 2
    answer = database.ask(Question("q", "SELECT * FROM t WHERE n >= {least:UInt32} ORDER BY n"), least=1)
    assert answer.names == ("n", "s", "at", "v")
    assert answer.column("at")[0] == datetime.fromtimestamp(AT / 1000, UTC)
    assert [row["s"] for row in answer.rows()] == ["it's\n\n", b"\xff"]
    first = answer.first()
    assert first is not None
    assert first["v"] is None
    assert len(answer) == 2


def test_no_rows_are_an_answer_too(database: Database) -> None:
    database.command(TABLE)
    answer = database.ask(Question("q", "SELECT n, s FROM t"))
    assert (len(answer), answer.rows(), answer.first(), answer.column("s")) == (0, [], None, ())


def test_inserting_nothing_asks_nobody(database: Database) -> None:
    assert database.insert("no_such_table", {"n": []}) == 0


def test_the_server_says_no(database: Database) -> None:
    with pytest.raises(QueryFailed, match=r"lost: .*no_such_table") as raised:
        database.ask(Question("lost", "SELECT 1 FROM no_such_table"))
    assert (raised.value.name, raised.value.code) == ("lost", 60)
    assert "Stack trace" not in str(raised.value)
    with pytest.raises(QueryFailed, match="insert into no_such_table"):
        database.insert("no_such_table", {"n": [1]})


@pytest.mark.parametrize("values", [["text"], [None], [-1], [1.5], [2**40]])
def test_values_that_do_not_fit_are_no(database: Database, values: list[object]) -> None:
    database.command(TABLE)
    with pytest.raises(QueryFailed, match="insert into t"):
        database.insert("t", {"n": values})
    assert database.ask(COUNT).first() == {"n": 0}


def test_a_bool_parameter_fits_numbers_and_bools(database: Database) -> None:
    assert database.ask(Question("q", "SELECT {a:UInt8} AS a, {b:Bool} AS b"), a=True, b=False).first() == {
        "a": 1,
        "b": False,
    }


def test_the_database_is_told_from_the_server(url: str) -> None:
    missing = Database(url)
    assert missing.ping()
    with pytest.raises(QueryFailed) as raised:
        missing.ask(Question("q", "SELECT 1"))
    assert raised.value.code == 81
    missing.create()
    missing.create()
    assert missing.ask(Question("q", "SELECT currentDatabase() AS d")).first() == {"d": missing.name}
    missing.close()


def test_threads_share_a_database(database: Database) -> None:
    database.command(TABLE)
    wrong: list[object] = []

    def work(who: int) -> None:
        try:
            for _ in range(20):
                database.insert("t", {"n": [who]})
                found = database.ask(Question("q", "SELECT count() AS c FROM t WHERE n = {n:UInt32}"), n=who).first()
                if not found or not found["c"]:
                    wrong.append(found)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert database.ask(COUNT).first() == {"n": 240}


def test_nobody_there() -> None:
    nobody = Database("clickhouse://127.0.0.1:1/x", connect_timeout=0.5)
    assert not nobody.ping()
    with pytest.raises(DatabaseUnavailable, match=r"q: ClickHouse at 127.0.0.1:1 does not answer"):
        nobody.ask(Question("q", "SELECT 1"))
    with pytest.raises(DatabaseUnavailable):
        nobody.insert("t", {"n": [1]})


@pytest.mark.skipif("CLICKHOUSE_URL" in os.environ, reason="kills the server")
def test_a_restart_goes_unnoticed_by_those_who_ask(embedded: Callable[..., Served]) -> None:
    first = embedded()
    database = Database(first.url)
    database.command(TABLE)
    database.insert("t", {"n": [1]})
    first.stop(signal.SIGKILL)
    with pytest.raises(DatabaseUnavailable):
        database.ask(COUNT)
    second = embedded(first.data, first.port)
    assert database.ask(COUNT).first() == {"n": 1}
    assert database.insert("t", {"n": [2]}) == 1
    second.stop(signal.SIGKILL)
    embedded(first.data, first.port)
    assert database.ask(COUNT).first() == {"n": 2}
    database.close()


# ---- migrations


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text(
        "-- one; two\nCREATE TABLE IF NOT EXISTS a (n UInt32) ENGINE = MergeTree ORDER BY n;\n"
        "\n-- the next\nCREATE TABLE IF NOT EXISTS b (n UInt32) ENGINE = MergeTree\nORDER BY n;\n"
    )
    (tmp_path / "0002_second.sql").write_text("ALTER TABLE a ADD COLUMN IF NOT EXISTS s String;\n")
    return tmp_path


def test_migrations_are_applied_once_and_in_order(url: str, folder: Path) -> None:
    database = Database(url)
    assert pending(database, folder) == ["0001_first", "0002_second"]
    assert migrate(database, folder) == ["0001_first", "0002_second"]
    assert migrate(database, folder) == []
    assert pending(database, folder) == []
    (folder / "0003_third.sql").write_text("ALTER TABLE b ADD COLUMN IF NOT EXISTS s String;\n")
    assert pending(database, folder) == ["0003_third"]
    assert migrate(database, folder) == ["0003_third"]
    assert database.insert("a", {"n": [1], "s": ["x"]}) == 1
    database.close()


def test_a_file_changed_afterwards_is_refused(url: str, folder: Path) -> None:
    database = Database(url)
    migrate(database, folder)
    (folder / "0001_first.sql").write_text("CREATE TABLE IF NOT EXISTS a (n UInt64) ENGINE = MergeTree ORDER BY n;\n")
    for act in (migrate, pending):
        with pytest.raises(MigrationError, match=r"0001_first\.sql was changed"):
            act(database, folder)
    database.close()


def test_a_migration_that_failed_halfway_is_taken_up_again(url: str, folder: Path) -> None:
    database = Database(url)
    second = folder / "0002_second.sql"
    good = second.read_text()
    second.write_text(good + "ALTER TABLE missing ADD COLUMN x UInt8;\n")
    with pytest.raises(QueryFailed):
        migrate(database, folder)
    assert pending(database, folder) == ["0002_second"]
    second.write_text(good)
    assert migrate(database, folder) == ["0002_second"]
    database.close()


def test_many_may_migrate_at_once(url: str, folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from streams.clickhouse import Database; "
        "from streams.migrations import migrate; migrate(Database(sys.argv[1]), Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, url, str(folder)]
    started = [subprocess.Popen(command, cwd=ROOT, text=True, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate(timeout=60)[1] for process in started] == [""] * 4
    assert [process.returncode for process in started] == [0] * 4
    database = Database(url)
    assert migrate(database, folder) == []
    database.close()
