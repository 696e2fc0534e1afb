"""A cluster as far as one machine can show it: the engine reads every statement, makes every table, and answers every
question over Distributed tables as it does over plain ones (tests/contract/cluster_node.py says what is missing)."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.keep import Keep
from config.read import read_city
from config.settings import SCHEMA
from layers.geometry import load_city
from layers.snapshot import take
from streams.clickhouse import SQL, Database, QueryFailed, Question
from streams.cluster import EVERYWHERE, KEYS, LIVE, SETTINGS, SETTLED, storage
from streams.fence import Fenced
from streams.migrations import MigrationError, keep_rows, migrate, plan, states
from streams.places import Places
from streams.records import Reading, Rejected
from streams.rows import Rows
from streams.store import Store
from tests.contract.blank_part import Blanks
from tests.contract.clickhouse_part import start
from tests.contract.snapshot_part import NOW, fill
from tests.streams.test_cluster import GOLDEN

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
SPREAD = [
    statement for path in sorted(GOLDEN.glob("*.sql")) for statement in path.read_text("utf-8").split(";\n\n")[:-1]
]
ZEROS = {"String": "", "Identifier": "x"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a node of the cluster `city`, without a database."""
    served = start(tmp_path_factory.mktemp("node"), module="tests.contract.cluster_node")
    yield f"clickhouse://default@127.0.0.1:{served.port}"
    assert served.stop() == 0


@pytest.fixture(scope="module")
def database(node: str) -> Iterator[Database]:
    found = Database(f"{node}/yiping?cluster=city")
    migrate(found, SCHEMA, Keep())
    fill(found)
    yield found
    found.close()


@pytest.fixture
def fresh(node: str) -> Iterator[str]:
    """Address of a database of the test's own on the node, not yet created."""
    name = f"c_{uuid.uuid4().hex[:8]}"
    yield f"{node}/{name}"
    cleaner = Database(f"{node}/default")
    cleaner.command(f"DROP DATABASE IF EXISTS {name}")
    cleaner.close()


def engines(database: Database) -> dict[str, str]:
    answer = database.ask(Question.load(SQL, "table_engines"))
    return dict(zip(answer.column("name"), answer.column("engine_full"), strict=True))


@pytest.mark.parametrize("statement", SPREAD, ids=lambda text: " ".join(text.split())[:60])
def test_the_engine_reads_every_statement(database: Database, statement: str) -> None:
    question = Question("q", "SELECT formatQuery({text:String}) AS text")
    read = str(database.ask(question, text=statement).column("text")[0])
    assert "ON CLUSTER city" in read


def test_what_is_no_statement_is_noticed(database: Database) -> None:
    with pytest.raises(QueryFailed):
        database.ask(Question("q", "SELECT formatQuery({text:String}) AS text"), text=SPREAD[0] + " ORDER")


def test_the_statement_that_waits_for_replicas_is_read(database: Database) -> None:
    text = (SQL / "sync_replica.sql").read_text("utf-8").splitlines()[-1]
    text = text.replace("$cluster", "`city`").replace("$table", "`yiping`.readings_local")
    read = database.ask(Question("q", "SELECT formatQuery({text:String}) AS text"), text=text).column("text")[0]
    assert read == "SYSTEM SYNC REPLICA ON CLUSTER city yiping.readings_local LIGHTWEIGHT"


def test_every_replicated_table_is_made_with_its_path_and_macros(tmp_path: Path) -> None:
    """By the engine itself, with a Keeper for tests: only ON CLUSTER is taken out."""
    command = [sys.executable, "-m", "tests.contract.cluster_tables", str(tmp_path)]
    texts = "\0".join(text for text in SPREAD if "CREATE TABLE" in text)
    done = subprocess.run(command, cwd=ROOT, input=texts, text=True, capture_output=True, timeout=120, check=False)
    assert str(len(KEYS)) in done.stdout, done.stderr[-2000:]


def test_tables_are_where_they_should_be(database: Database) -> None:
    there = engines(database)
    for table, key in KEYS.items():
        assert storage(table) in there
        if key != EVERYWHERE:
            assert there[table].startswith(f"Distributed('city', 'yiping', '{table}_local', {key.partition('(')[0]}")
    assert "TTL toDateTime(at) + toIntervalDay(800)" in there["readings_local"]


def test_columns_added_later_are_seen_through_both(database: Database) -> None:
    question = Question("q", "SELECT table FROM system.columns WHERE database = 'yiping' AND name = 'usable'")
    assert {"readings", "readings_local"} <= set(database.ask(question).column("table"))


def test_the_city_is_the_same_picture_on_a_cluster(database: Database, blanks: Blanks) -> None:
    city = load_city(read_city("xining"))
    with blanks.one() as plain:
        fill(plain)
        expected = take(plain, city, NOW)
    found = take(database, city, NOW)
    assert found.failures == expected.failures == ()
    assert found.hexes == expected.hexes
    assert (found.kpis, found.gauges, found.series) == (expected.kpis, expected.gauges, expected.series)


def questions() -> list[Path]:
    """Files of SQL that ask; the others are templates and statements, tested where they are used."""
    packages = ("streams", "layers", "alerts", "dashboard")
    paths = sorted(path for package in packages for path in (ROOT / package).rglob("sql/*.sql"))
    texts = {path: Question.load(path.parent, path.stem).sql.lstrip("( \n").upper() for path in paths}
    return [path for path, text in texts.items() if text.startswith(("SELECT", "WITH")) and "$" not in text]


@pytest.mark.parametrize("path", questions(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_question_can_be_asked_of_distributed_tables(database: Database, path: Path) -> None:
    question = Question.load(path.parent, path.stem)
    params = {name: [] if kind.startswith("Array") else ZEROS.get(kind, 1) for name, kind in question.params.items()}
    database.ask(question, **(params | ({"cluster": "city"} if "cluster" in params else {})))


def test_all_settings_are_known_to_the_engine(database: Database) -> None:
    known = set(database.ask(Question("q", "SELECT name FROM system.settings")).column("name"))
    assert {*SETTINGS, *SETTLED, *LIVE} <= known


def test_our_settings_go_with_every_question(database: Database) -> None:
    question = Question("q", "SELECT name, value FROM system.settings WHERE changed")
    said = dict(zip(*database.ask(question).columns, strict=True))
    assert {name: said.get(name) for name in SETTINGS} == {name: str(value) for name, value in SETTINGS.items()}
    assert dict(zip(*database.ask_settled(question).columns, strict=True))["select_sequential_consistency"] == "1"


def test_ingest_stores_and_fences_over_distributed_tables(database: Database) -> None:
    one = Store(database, "test:1")
    lanes = ((uuid.uuid4().hex, 0),)
    places = Places(9, {"type": "FeatureCollection", "features": []})
    now = round(time.time() * 1000)

    def rows(offset: int) -> Rows:
        made = Rows(places)
        items = [Reading(f"d{number}", "number", now, 1.0, "", None, None) for number in range(20)]
        made.add("iot", [*items, Rejected("bad", "", b"x")], ("", now, lanes[0][0], 0, offset))
        return made

    fence = one.open(lanes)
    assert one.insert(rows(5), fence).result(30) == 21
    assert one.stored("iot", lanes[0][0], 0, 0) == {5: frozenset(range(21))}
    newer = one.open(lanes)
    with pytest.raises(Fenced):
        one.insert(rows(6), fence).result(30)
    assert one.insert(rows(6), newer).result(30) == 21
    assert one.stored("iot", lanes[0][0], 0, 6) == {6: frozenset(range(21))}
    one.close()


def test_the_address_may_say_otherwise(node: str) -> None:
    loose = Database(f"{node}/default?cluster=city&insert_quorum=0")
    question = Question("q", "SELECT value FROM system.settings WHERE name = 'insert_quorum'")
    assert list(loose.ask(question).column("value")) == ["0"]
    loose.close()


def test_what_is_migrated_stays_so_and_days_change_where_rows_are(fresh: str) -> None:
    database = Database(f"{fresh}?cluster=city")
    assert all(state.state == "pending" for state in states(database, SCHEMA))
    assert next(plan(database, SCHEMA, Keep())).endswith("ON CLUSTER `city`")
    migrate(database, SCHEMA, Keep())
    assert migrate(database, SCHEMA, Keep()) == []
    assert list(plan(database, SCHEMA, Keep())) == []
    assert keep_rows(database, Keep(readings=30, rejects=0)) == {"readings": 30, "rejects": 0}
    there = engines(database)
    assert "toIntervalDay(30)" in there["readings_local"]
    assert "TTL" not in there["rejects_local"]
    database.catch_up("readings", "fences")
    database.close()


def test_plain_tables_are_not_taken_for_a_clusters_nor_the_other_way(fresh: str) -> None:
    plain, cluster = Database(fresh), Database(f"{fresh}?cluster=city")
    migrate(plain, SCHEMA)
    for act in (migrate, lambda *given: list(plan(*given, Keep()))):
        with pytest.raises(MigrationError, match="were made without CLICKHOUSE_CLUSTER"):
            act(cluster, SCHEMA)
    plain.command(f"DROP DATABASE {plain.name}")
    migrate(cluster, SCHEMA)
    with pytest.raises(MigrationError, match="were made with CLICKHOUSE_CLUSTER"):
        migrate(plain, SCHEMA)
    plain.close(), cluster.close()


def test_a_cluster_that_would_store_twice_is_refused(fresh: str) -> None:
    careless = Database(f"{fresh}?cluster=careless")
    with pytest.raises(MigrationError, match="internal_replication>true"):
        migrate(careless, SCHEMA)
    careless.close()
