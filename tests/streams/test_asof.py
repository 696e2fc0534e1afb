"""Which rows are known as of a moment: every table has a column that says so, or a reason why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.settings import SCHEMA
from streams.asof import LEARNED, WITHOUT, AsOf, Left, filters, settings
from streams.cluster import KEYS
from streams.question import Answer, Question

AT = datetime(2026, 11, 20, 6, 35, tzinfo=UTC)
AT_MS = 1_795_156_500_000


class Told:
    """Stands where the database would; remembers what it was asked."""

    def __init__(self, late: int = 0) -> None:
        self.asked: list[tuple[str, str]] = []
        self.late = late

    def ask_under(self, given, question, **params):
        self.asked.append((question.name, given.get("additional_table_filters", "")))
        return Answer(("first_ms", "rows"), ((self.late,), (int(self.late > 0),)))


def test_every_table_says_when_we_learned_of_a_row() -> None:
    assert set(LEARNED) | set(WITHOUT) == set(KEYS)
    text = "".join(path.read_text("utf-8") for path in sorted(SCHEMA.glob("*.sql")))
    for table, column in LEARNED.items():
        made = text.split(f"CREATE TABLE IF NOT EXISTS {table}\n")[1].split("ENGINE")[0]
        assert f" {column} " in made, (table, column)


def test_a_row_is_known_when_it_came_until_then() -> None:
    made = filters(AT)
    assert made["readings"] == f"received <= fromUnixTimestamp64Milli({AT_MS})"
    assert made["alert_actions"] == f"at <= fromUnixTimestamp64Milli({AT_MS})"
    assert made["device_heard"] == made["device_words"] == made["rollup_looks"] == "0"


def test_a_cluster_keeps_the_rows_in_tables_of_another_name() -> None:
    made = str(settings({"readings": "0"})["additional_table_filters"])
    assert made == "{'readings':'0','readings_local':'0'}"


def looks(told: Told, now: datetime) -> str:
    AsOf(told, AT, now).ask(Question("q", "SELECT max(closed) FROM rollup_looks"))
    filters_of = told.asked[-1][1]
    return filters_of.split("'rollup_looks':'")[1].split("'")[0]


def test_rollups_are_believed_until_the_first_that_came_late() -> None:
    assert looks(Told(), AT).endswith(f"toUnixTimestamp(closed) <= {AT_MS // 1000}")
    assert looks(Told(AT_MS - 90_500), AT).endswith(f"toUnixTimestamp(closed) <= {AT_MS // 1000 - 91}")


def test_rollups_of_long_ago_are_gone() -> None:
    assert looks(Told(), AT.replace(day=23)) == "0"


def test_nobody_is_asked_when_nobody_waits() -> None:
    told = Told()
    with pytest.raises(Left):
        AsOf(told, AT, AT, gone=lambda: True).ask(Question("q", "SELECT 1"))
    assert told.asked == []
