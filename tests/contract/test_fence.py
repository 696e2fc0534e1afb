"""The guard of an insert, judged by a real database; and real processes, stopped and woken."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.settings import SCHEMA
from streams.clickhouse import Database, QueryFailed
from streams.fence import Fenced
from streams.migrations import migrate
from streams.places import Places
from streams.records import Reading, Rejected
from streams.rows import Rows
from streams.store import Store
from tests.contract.blank_part import Blanks
from tests.contract.clickhouse_part import Served
from tests.contract.kafka_part import Broker
from tests.contract.test_ingest import City, city, once, publish_numbers

__all__ = ["city"]
pytestmark = [pytest.mark.contract, pytest.mark.timeout(170)]

LANES = (("epoch-a", 0), ("epoch-a", 1))


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    one = Store(database, "test:1")
    yield one
    one.close()


def rows(offset: int = 0, reject: bool = True) -> Rows:
    """Two readings of two months, and a reject."""
    now = round(time.time() * 1000)
    made = Rows(Places(9, {"type": "FeatureCollection", "features": []}))
    origin = ("", now, "epoch-a", 0, offset)
    readings = [Reading("d", "number", now - month * 40 * 86_400_000, 1.0, "", None, None) for month in range(2)]
    made.add("iot", [*readings, Rejected("bad", "", b"\xff'\n\n; DROP")] if reject else readings, origin)
    return made


def test_rows_pass_while_the_lanes_are_ours(store: Store) -> None:
    fence = store.open(LANES)
    assert store.insert(rows(), fence).result(10) == 3
    assert store.stored("iot", "epoch-a", 0, 0) == {0: frozenset((0, 1, 2))}


def test_nothing_passes_once_another_has_opened_one_of_them(store: Store) -> None:
    fence = store.open(LANES)
    newer = store.open(LANES[1:])
    assert newer.number > fence.number
    with pytest.raises(Fenced):
        store.insert(rows(), fence).result(10)
    assert store.stored("iot", "epoch-a", 0, 0) == {}
    assert store.insert(rows(), newer).result(10) == 3


def test_lanes_of_others_are_no_concern_of_ours(store: Store) -> None:
    fence = store.open(LANES)
    store.open([("epoch-b", 0), ("epoch-a", 2)])
    assert store.insert(rows(), fence).result(10) == 3


def test_an_insert_says_that_it_runs_before_its_guard_is_judged(
    database: Database, blanks: Blanks, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens the lanes while it runs waits for its end, and then finds what it stored."""
    slow = Store(Database(blanks.address(database.name)), "test:2")
    fence = store.open(LANES)
    whole = database.insert

    def insert(table: str, columns: Any, sql: str = "", *more: Any) -> int:
        return whole(table, columns, sql.replace(") = 0\n", ") = 0 AND sleepEachRow(0.7) = 0\n"), *more)

    monkeypatch.setattr(slow._database, "insert", insert)
    sent = slow.insert(rows(reject=False), fence)
    time.sleep(0.5)
    began = time.monotonic()
    store.open(LANES)
    assert time.monotonic() - began > 0.5
    assert store.stored("iot", "epoch-a", 0, 0) == {0: frozenset((0, 1))}
    assert sent.result(5) == 2
    slow.close()
    slow._database.close()


def test_other_errors_stay_what_they_are(database: Database, store: Store) -> None:
    fence = store.open(LANES)
    database.command("DROP TABLE rejects")
    with pytest.raises((QueryFailed, KeyError)):
        store.insert(rows(), fence).result(10)


def test_a_member_stopped_beyond_its_session_wakes_and_stores_nothing_twice(city: City) -> None:
    """SIGSTOP until another has taken over, then SIGCONT: one after the other, under load."""
    count = 18_000
    publisher = threading.Thread(target=publish_numbers, args=(city.settings, range(count), 700))
    publisher.start()
    members = [city.ingest(), city.ingest()]
    time.sleep(5)
    for stopped in members:
        stopped.send_signal(signal.SIGSTOP)
        time.sleep(8.5)  # the session is 6 s
        stopped.send_signal(signal.SIGCONT)
        time.sleep(1.5)
    publisher.join()
    found = city.wait_for(count)
    for one in members:
        one.terminate()
        assert one.wait(15) == 0
    once(found, count // 10 * 9, count // 10)


def test_what_a_dead_member_left_in_a_socket_comes_too_late(
    broker: Broker, embedded: Callable[..., Served], tmp_path: Path
) -> None:
    """The database stands still, ingest is killed with its insert unread, and both go on with another ingest."""
    served, count = embedded(tmp_path / "data"), 6_000
    url = f"clickhouse://default@127.0.0.1:{served.port}/yiping"
    database = Database(url)
    database.create()
    migrate(database, SCHEMA)
    city = City(replace(broker.settings, clickhouse_url=url), database)
    publisher = threading.Thread(target=publish_numbers, args=(city.settings, range(count), 500))
    publisher.start()
    member = city.ingest()
    time.sleep(5)
    for _ in range(3):
        served.process.send_signal(signal.SIGSTOP)
        time.sleep(1.0)  # it sends, nobody reads
        member.kill()
        member.wait()
        member = city.ingest()
        time.sleep(1.0)
        served.process.send_signal(signal.SIGCONT)
        time.sleep(3.0)
    publisher.join()
    found = city.wait_for(count)
    member.terminate()
    assert member.wait(15) == 0
    database.close()
    once(found, count // 10 * 9, count // 10)
