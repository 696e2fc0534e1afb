"""Files of the schema: how they are read, ordered and refused; without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SCHEMA
from streams.clickhouse import DatabaseUnavailable, QueryFailed
from streams.migrations import MigrationError, _patiently, migrations, read, statements


def test_the_projects_own_schema_can_be_read() -> None:
    found = migrations(SCHEMA)
    versions = [migration.version for migration in found]
    assert versions == sorted(set(versions))
    assert versions[0] == 1
    assert all(migration.statements for migration in found)


def test_statements_end_at_the_end_of_a_line() -> None:
    text = "-- one; two\nCREATE a\n(\n    -- inside;\n    x\n);\n\n  -- last;\nCREATE b; \n"
    assert statements(Path("f"), text) == ("CREATE a\n(\n    x\n)", "CREATE b")


def test_a_file_of_comments_has_no_statements() -> None:
    assert statements(Path("f"), "-- nothing\n\n") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("CREATE a", "does not end with ';'"),
        ("CREATE a; CREATE b;\n", "a ';' inside"),
        ("CREATE a;\nCREATE b", "CREATE b"),
    ],
)
def test_a_statement_that_could_be_misread_is_refused(text: str, told: str) -> None:
    with pytest.raises(MigrationError, match=f"0001_x.sql.*{told}"):
        statements(Path("0001_x.sql"), text)


@pytest.mark.parametrize("name", ["first.sql", "1_first.sql", "0001-first.sql", "0001_First.sql"])
def test_a_file_must_have_a_number(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("CREATE a;\n")
    with pytest.raises(MigrationError, match="four digits"):
        migrations(tmp_path)


def test_two_files_of_one_number_are_refused(tmp_path: Path) -> None:
    for name in ("0001_a.sql", "0001_b.sql"):
        (tmp_path / name).write_text("CREATE a;\n")
    with pytest.raises(MigrationError, match=r"0001_b\.sql has the same number as 0001_a\.sql"):
        migrations(tmp_path)


def test_the_checksum_is_of_the_text_whatever_the_line_ends(tmp_path: Path) -> None:
    unix, windows = tmp_path / "0001_a.sql", tmp_path / "0002_a.sql"
    unix.write_bytes(b"CREATE a\n(x);\n")
    windows.write_bytes(b"CREATE a\r\n(x);\r\n")
    assert read(unix).checksum == read(windows).checksum
    assert len(read(unix).checksum) == 64
    assert read(unix).statements == read(windows).statements


def test_a_text_may_take_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "0001_a.sql"
    file.write_text("CREATE a;\n")
    earlier = read(file).checksum
    file.write_text(f"-- A better order.\n-- supersedes: {earlier}\nCREATE b;\n")
    found = read(file)
    assert found.supersedes == {earlier}
    assert found.statements == ("CREATE b",)
    assert found.is_of(earlier)
    assert found.is_of(found.checksum)
    assert not found.is_of("0" * 64)


def test_a_race_is_tried_again_and_anything_else_is_not() -> None:
    calls: list[int] = []

    def fail(code: int, times: int) -> None:
        calls.append(code)
        if len(calls) <= times:
            raise QueryFailed("create", "exists", code)

    _patiently(lambda: fail(57, 2))
    assert calls == [57, 57, 57]
    calls.clear()
    with pytest.raises(QueryFailed):
        _patiently(lambda: fail(62, 1))
    assert calls == [62]


def test_a_network_error_is_not_tried_again() -> None:
    def gone() -> None:
        raise DatabaseUnavailable("gone")

    with pytest.raises(DatabaseUnavailable):
        _patiently(gone)
