"""What the schema's statements become on a cluster: the whole set against files that people have read, and each form.

`python -m tests.streams.test_cluster` writes the files anew; read what changed before you keep it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import SCHEMA
from streams.clickhouse import SQL
from streams.cluster import EVERYWHERE, KEYS, LOCAL, CannotSpread, Cluster, spread, storage
from streams.migrations import migrations
from streams.question import Question

GOLDEN = Path(__file__).parent.parent / "golden" / "cluster"
CITY = Cluster("city", "yiping")


def spread_set() -> dict[str, str]:
    """Text of each golden file: the notes and every migration, as a cluster gets them."""
    notes = Question.load(SQL, "create_migrations").sql
    files = {"0000_notes": (notes,)} | {migration.name: migration.statements for migration in migrations(SCHEMA)}
    return {
        name: "".join(f"{one};\n\n" for statement in statements for one in spread(statement, CITY))
        for name, statements in files.items()
    }


def test_the_whole_set_is_as_people_have_read_it() -> None:
    assert spread_set() == {path.stem: path.read_text("utf-8") for path in GOLDEN.glob("*.sql")}


def test_every_table_of_the_schema_is_spread_and_no_other_is_named() -> None:
    text = "".join(spread_set().values())
    made = set(re.findall(r"CREATE TABLE IF NOT EXISTS `yiping`\.(\w+)", text))
    assert made == {name for table in KEYS for name in (table, storage(table))}


def test_every_path_in_keeper_is_of_one_table() -> None:
    paths = re.findall(r"'(/clickhouse/tables/[^']+)'", "".join(spread_set().values()))
    assert len(paths) == len(set(paths)) == len(KEYS)
    assert all(("{shard}" in path) == path.endswith(LOCAL) for path in paths)


def test_a_key_that_is_replaced_lies_on_one_shard() -> None:
    for text in "".join(spread_set().values()).split(";"):
        found = re.search(
            r"EXISTS `yiping`\.(\w+) .*Replicated(?:Replacing|Summing|Aggregating)\w+\(.*ORDER BY \(?([^)]*)",
            text,
            re.S,
        )
        if found and KEYS[found[1].removesuffix(LOCAL)] != EVERYWHERE:
            sharded = re.findall(r"\w+", KEYS[found[1].removesuffix(LOCAL)].partition("(")[2])
            assert set(sharded) <= set(re.findall(r"\w+", text.partition("ORDER BY")[2]))


def test_a_table_becomes_two() -> None:
    stored, over = spread(
        "CREATE TABLE IF NOT EXISTS heartbeats\n(\n    at DateTime\n)\nENGINE = MergeTree\nORDER BY at", CITY
    )
    assert stored == (
        "CREATE TABLE IF NOT EXISTS `yiping`.heartbeats_local ON CLUSTER `city`\n(\n    at DateTime\n)\n"
        "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/heartbeats_local', '{replica}')\nORDER BY at"
    )
    assert over == (
        "CREATE TABLE IF NOT EXISTS `yiping`.heartbeats ON CLUSTER `city` AS `yiping`.heartbeats_local\n"
        "ENGINE = Distributed('city', 'yiping', 'heartbeats_local', cityHash64(process, instance))"
    )


def test_a_small_table_is_everywhere_and_keeps_what_its_engine_was_given() -> None:
    (one,) = spread("create table if not exists rollups (a Int8) engine = ReplacingMergeTree(a) ORDER BY a", CITY)
    assert "`yiping`.rollups ON CLUSTER `city`" in one
    assert "ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/rollups', '{shard}-{replica}', a)" in one


@pytest.mark.parametrize(
    ("statement", "targets"),
    [
        ("ALTER TABLE readings ADD COLUMN IF NOT EXISTS x UInt8", ["readings_local", "readings"]),
        ("ALTER TABLE readings DROP COLUMN IF EXISTS x", ["readings_local", "readings"]),
        ("ALTER TABLE readings MODIFY COLUMN x UInt16 CODEC(ZSTD(1))", ["readings_local", "readings"]),
        ("ALTER TABLE readings MODIFY COLUMN x CODEC(ZSTD(1))", ["readings_local"]),
        ("ALTER TABLE readings MODIFY COLUMN x REMOVE CODEC", ["readings_local"]),
        ("ALTER TABLE readings ADD INDEX IF NOT EXISTS i at TYPE minmax", ["readings_local"]),
        ("ALTER TABLE readings MODIFY TTL toDateTime(at) + INTERVAL 9 DAY", ["readings_local"]),
        ("ALTER TABLE readings REMOVE TTL", ["readings_local"]),
        ("ALTER TABLE rollups ADD COLUMN IF NOT EXISTS x UInt8", ["rollups"]),
        ("DROP TABLE IF EXISTS readings", ["readings", "readings_local"]),
        ("DROP TABLE IF EXISTS rollups", ["rollups"]),
        ("DROP VIEW IF EXISTS some_view", ["some_view"]),
        ("TRUNCATE TABLE IF EXISTS readings", ["readings_local"]),
    ],
)
def test_where_a_change_goes(statement: str, targets: list[str]) -> None:
    done = spread(statement, CITY)
    assert [re.findall(r"`yiping`\.(\w+) ON CLUSTER `city`", one) for one in done] == [[target] for target in targets]
    verb = re.split(" readings| rollups| some_view", statement)[0]
    assert all(one.startswith(verb) for one in done)


def test_a_view_fills_and_reads_what_is_on_its_shard() -> None:
    (one,) = spread(
        "CREATE MATERIALIZED VIEW IF NOT EXISTS v TO reading_spans AS SELECT toDate(at) AS d FROM readings GROUP BY d",
        CITY,
    )
    assert one == (
        "CREATE MATERIALIZED VIEW IF NOT EXISTS `yiping`.v ON CLUSTER `city` TO `yiping`.reading_spans_local "
        "AS SELECT toDate(at) AS d FROM `yiping`.readings_local GROUP BY d"
    )


def test_rows_from_a_question_go_through_the_tables_over_all_shards() -> None:
    statement = "INSERT INTO reading_spans SELECT * FROM readings"
    assert spread(statement, CITY) == (statement,)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("CREATE TABLE readings (a Int8) ENGINE = MergeTree ORDER BY a", "not known how"),
        ("RENAME TABLE readings TO r", "not known how"),
        ("CREATE TABLE IF NOT EXISTS readings (a Int8) ENGINE = Log", "no engine of the MergeTree family"),
        ("CREATE TABLE IF NOT EXISTS unheard_of (a Int8) ENGINE = MergeTree ORDER BY a", "enter it in KEYS"),
        ("DROP TABLE readings", "not known how"),
        ("DROP TABLE IF EXISTS readings SYNC", "not known how"),
    ],
)
def test_what_is_not_known_is_refused(statement: str, told: str) -> None:
    with pytest.raises(CannotSpread, match=told):
        spread(statement, CITY)


def test_names_cannot_break_out() -> None:
    odd = Cluster("a`b", "c'd")
    text = "\n".join(spread("CREATE TABLE IF NOT EXISTS readings (a Int8) ENGINE = MergeTree ORDER BY a", odd))
    assert "ON CLUSTER `a\\`b`" in text
    assert "'c\\'d'" in text
    assert "/c\\'d/readings_local'" in text


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for path in GOLDEN.glob("*.sql"):
        path.unlink()
    for name, text in spread_set().items():
        (GOLDEN / f"{name}.sql").write_text(text, "utf-8")
