"""Exactly once, shown: every message is in its table once or in `rejects` once, whatever is killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from config.read import read_city
from config.settings import SCHEMA, Settings, as_environment
from streams import kafka
from streams.clickhouse import Database, DatabaseUnavailable, Question
from streams.ingest import run
from streams.migrations import migrate
from streams.publish import publish
from tests.contract.blank_part import Blanks
from tests.contract.clickhouse_part import Served
from tests.contract.kafka_part import REAL, ROOT, Broker, Drained, delete_topic

pytestmark = [pytest.mark.contract, pytest.mark.timeout(170)]

SQL = Path(__file__).parent / "sql"
TALLY = Question.load(SQL, "tally")
INGEST = """
import signal, threading
from config.read import read_city
from config.settings import read_settings
from streams.ingest import run
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
run(read_settings(), read_city("xining"), stop)
"""


@dataclass
class City:
    """A broker's topics and a database of the test's own, and ingests that run between them."""

    settings: Settings
    database: Database
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ingest(self) -> subprocess.Popen[bytes]:
        environment = os.environ | as_environment(self.settings)
        started = subprocess.Popen(
            [sys.executable, "-c", INGEST],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.started.append(started)
        return started

    def end(self) -> None:
        """Kill the ingests that a test left behind."""
        for one in self.started:
            one.kill()
            one.wait()

    @property
    def killed(self) -> bool:
        """Whether one of them did not end by itself."""
        return any(one.returncode != 0 for one in self.started)

    def tally(self) -> dict[str, Any]:
        """Rows and different messages in `readings` and `rejects`."""
        return self.database.ask(TALLY).first() or {}

    def wait_for(self, rows: int, seconds: float = 60.0) -> dict[str, Any]:
        """Until that many rows are stored, and a moment longer for those that would be too many."""
        until, found = time.monotonic() + seconds, {}
        while time.monotonic() < until:
            try:
                found = self.tally()
            except DatabaseUnavailable:
                found = {}
            if found.get("rows", 0) >= rows:
                break
            time.sleep(0.1)
        time.sleep(1.0)
        return self.tally()


def once(found: dict[str, Any], good: int, bad: int) -> None:
    """Each of the messages numbered from 0 is there, and once."""
    assert found["readings"] == found["different_readings"] == good
    assert found["rejects"] == found["different_rejects"] == bad


@pytest.fixture
def city(kafka_settings: Settings, blanks: Blanks) -> Iterator[City]:
    with blanks.one() as database:
        one = City(replace(kafka_settings, clickhouse_url=blanks.address(database.name)), database)
        yield one
        one.end()
        if one.killed:
            blanks.spoil(database)


class Running:
    """An ingest in a thread of this process."""

    def __init__(self, settings: Settings) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=run, args=(settings, read_city("xining"), self.stop))
        self.thread.start()

    def end(self) -> float:
        """Stop it; seconds that took."""
        began = time.monotonic()
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()
        return time.monotonic() - began


@pytest.fixture
def running(city: City) -> Iterator[Running]:
    one = Running(city.settings)
    yield one
    one.end()


def message(number: int) -> bytes:
    """A reading that tells its number, of a metric without a range; each tenth is none, but tells it. Two months."""
    if number % 10 == 9:
        return f"bad {number}".encode()
    at = round(time.time() * 1000) - (number % 2) * 40 * 86_400_000
    return json.dumps({"device": f"d-{number % 50}", "metric": "number", "at": at, "value": number}).encode()


def publish_numbers(settings: Settings, numbers: range, rate: float = 1e9) -> None:
    producer = kafka.producer(settings)
    sent, began = [], time.monotonic()
    for count, number in enumerate(numbers):
        sent.append(producer.send(settings.topic("iot"), message(number)))
        if count % 50 == 0:
            time.sleep(max(0.0, count / rate - (time.monotonic() - began)))
    producer.flush(timeout=30)
    assert all(one.get(timeout=30) for one in sent)
    producer.close(timeout=2)


def test_all_three_streams_land_in_their_tables(city: City, running: Running, tmp_path: Path) -> None:
    now = round(time.time() * 1000)
    reading = {"device": "rain-001", "metric": "rain", "at": now, "value": 1.5, "lat": 36.589, "lon": 101.841}
    lines: dict[str, list[dict[str, Any]]] = {
        "iot": [reading, {"readings": [reading, reading | {"value": None}]}],
        "cases": [{"case": "c-1", "at": now, "stage": "filed", "district": "630102", "due": now + 86_400_000}],
        "events": [{"event": "e-1", "at": now, "kind": "fire", "title": "火情", "status": "active", "source": "119"}],
    }
    for stream, messages in lines.items():
        file = tmp_path / f"{stream}.jsonl"
        file.write_text("\n".join(map(json.dumps, messages)), "utf-8")
        assert publish(city.settings, str(file), stream, source="simulator").sent == len(messages)
    city.wait_for(3)

    def ask(table: str) -> list[dict[str, Any]]:
        return city.database.ask(Question.load(SQL, table)).rows()

    assert [(row["device"], row["value"], row["source"], row["item"]) for row in ask("readings")] == [
        ("rain-001", 1.5, "simulator", 0),
        ("rain-001", 1.5, "simulator", 0),
    ]
    assert {(row["cell"] > 0, row["district"]) for row in ask("readings")} == {(True, "630102")}
    assert [(row["reason"], row["item"]) for row in ask("rejects")] == [("missing_field", 1)]
    assert [(row["case"], row["stage"], row["district"]) for row in ask("case_steps")] == [("c-1", "filed", "630102")]
    assert [(row["event"], row["title"], row["sender"]) for row in ask("city_events")] == [("e-1", "火情", "119")]


def test_it_says_that_it_lives_and_stops_within_three_seconds(city: City, running: Running) -> None:
    publish_numbers(city.settings, range(100))
    city.wait_for(100)
    time.sleep(2.5)
    (beat,) = city.database.ask(Question.load(SQL, "heartbeat")).rows()
    detail = json.loads(beat["detail"])
    assert detail["state"] == "running"
    assert detail["accepted"]["iot"] == 90
    assert detail["rejected"]["iot"] == 10
    assert detail["topics"][city.settings.topic("iot")]["lag"] == 0
    assert detail["topics"][city.settings.topic("iot")]["position"] == 100
    assert running.end() < 3


def test_a_quiet_stream_reaches_the_table_within_two_seconds(city: City, running: Running) -> None:
    publish_numbers(city.settings, range(1))
    city.wait_for(1)
    publish_numbers(city.settings, range(1, 2))
    began = time.monotonic()
    while city.tally()["rows"] < 2 and time.monotonic() < began + 10:
        time.sleep(0.02)
    assert time.monotonic() - began < 2.0  # the budget from published to screen; some 0.5 s on a quiet machine


@pytest.mark.parametrize("kafka_server", [REAL], indirect=True)  # test_kills does so with the embedded one
def test_ingest_killed_under_load(city: City) -> None:
    """SIGKILL at random moments: in a poll, between two tables, between insert and commit."""
    count, dice = 30_000, random.Random(7)
    publisher = threading.Thread(target=publish_numbers, args=(city.settings, range(count), 1_200))
    publisher.start()
    for _ in range(5):
        one = city.ingest()
        time.sleep(4.0 + dice.random() * 2)
        one.kill()
        one.wait()
    last = city.ingest()
    publisher.join()
    found = city.wait_for(count)
    last.terminate()
    assert last.wait(10) == 0
    once(found, count // 10 * 9, count // 10)


@pytest.fixture
def own(broker: Broker, embedded: Callable[..., Served]) -> Iterator[City]:
    """A city on servers of its own."""
    url = f"clickhouse://default@127.0.0.1:{embedded().port}/yiping"
    database = Database(url)
    database.create()
    migrate(database, SCHEMA)
    yield City(replace(broker.settings, clickhouse_url=url), database)
    database.close()


def test_a_broker_that_comes_back_empty(own: City, broker: Broker) -> None:
    """Its offsets begin at 0 again, and nothing of its new life is skipped."""
    running = own.ingest()  # in a process of its own: the client leaks the sockets of a broker that was killed
    publish_numbers(own.settings, range(1_000))
    own.wait_for(1_000)
    broker.stop(signal.SIGKILL)
    shutil.rmtree(broker.data)
    time.sleep(1)
    broker.start()
    publish_numbers(own.settings, range(1_000, 1_500))
    found = own.wait_for(1_500, 30)
    running.terminate()
    assert running.wait(10) == 0
    once(found, 1_350, 150)


def test_topics_renewed_under_it(city: City, running: Running) -> None:
    publish_numbers(city.settings, range(1_000))
    city.wait_for(1_000)
    delete_topic(city.settings, "iot")
    topics = kafka.Topics(city.settings)
    topics.create(1)
    topics.close()
    publish_numbers(city.settings, range(1_000, 3_000))
    once(city.wait_for(3_000, 20), 2_700, 300)


@pytest.mark.parametrize("kafka_server", ["embedded"], indirect=True)
def test_the_broker_is_drained_under_it(drained: Drained, city: City) -> None:
    """The keeper deletes and creates topics while messages come in: none is lost, none is read twice."""
    city.settings = replace(city.settings, kafka_port=drained.port, topic_prefix=drained.prefix)
    running = Running(city.settings)
    hundreds, done = 0, 0
    until = time.monotonic() + 60
    while done < 4 and time.monotonic() < until:
        numbers = range(hundreds * 100, hundreds * 100 + 500)
        publisher = threading.Thread(target=publish_numbers, args=(city.settings, numbers, 1_500))
        publisher.start()
        done += drained.drain()
        publisher.join()
        hundreds += 5
    found = city.wait_for(hundreds * 100)
    running.end()
    assert done == 4
    once(found, hundreds * 90, hundreds * 10)
