"""Fifty kills at random moments, under load: afterwards each message is stored once, and the rollups are right."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from config.settings import SCHEMA, Settings, as_environment
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed, Question
from streams.migrations import migrate
from streams.rollup import Rollup
from tests.contract import clickhouse_part
from tests.contract.clickhouse_part import Served
from tests.contract.kafka_part import ROOT, Broker, free_port
from tests.contract.test_ingest import INGEST
from tests.contract.test_rollup import WRONG

pytestmark = [pytest.mark.contract, pytest.mark.timeout(600)]  # a busy machine starts few of what is killed

KILLED = Question.load(Path(__file__).parent / "sql", "killed")
KILLS = int(os.environ.get("YIPING_KILLS", "50"))
MEAN_S = 1.1  # between two; an ingest that was killed is back in its group after 3 s, so some fall into its absence
PARTS = ("ingest", "clickhouse", "kafka", "tansu")
TARGETS = (
    *[(part,) for part in PARTS],
    ("ingest",),
    ("ingest", "clickhouse"),
    ("ingest", "kafka"),
    ("kafka", "clickhouse"),
    PARTS,
)


@dataclass
class Machine:
    """Broker, database and ingest, each a process (the broker has a child), started again when it was killed."""

    folder: Path
    broker: Broker
    settings: Settings
    database: Served
    ingest: subprocess.Popen[bytes]

    @classmethod
    def start(cls, folder: Path) -> Machine:
        broker = Broker(data=folder / "kafka")
        broker.start()
        port = free_port()
        database = clickhouse_part.start(folder / "clickhouse", port)
        settings = replace(broker.settings, clickhouse_url=f"clickhouse://default@127.0.0.1:{port}/yiping")
        with_schema = Database(settings.clickhouse_url)
        migrate(with_schema, SCHEMA)
        with_schema.close()
        return cls(folder, broker, settings, database, begin_ingest(settings))

    def kill(self, parts: tuple[str, ...]) -> None:
        """All at once, then all again."""
        for process in [self._process(part) for part in parts]:
            if process is not None:
                process.kill()
        self._restart()

    def _process(self, part: str) -> psutil.Process | None:
        assert self.broker.process is not None
        if part == "tansu":
            return next(iter(psutil.Process(self.broker.process.pid).children()), None)
        pid = {"ingest": self.ingest, "clickhouse": self.database.process, "kafka": self.broker.process}[part].pid
        return psutil.Process(pid)

    def _restart(self) -> None:
        time.sleep(0.3)  # the broker ends when its child is killed
        if self.database.process.poll() is not None:
            self.database.stop(signal.SIGKILL)
            self.database = clickhouse_part.start(self.folder / "clickhouse", self.database.port)
        assert self.broker.process is not None
        if self.broker.process.poll() is not None:
            self.broker.start()
        if self.ingest.poll() is not None:
            self.ingest = begin_ingest(self.settings)

    def stop(self) -> None:
        self.ingest.kill()
        self.ingest.wait()
        self.broker.remove()
        if self.database.process.poll() is None:
            self.database.stop()


def begin_ingest(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", INGEST], cwd=ROOT, env=os.environ | as_environment(settings), stderr=subprocess.DEVNULL
    )


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    one = Machine.start(tmp_path)
    yield one
    one.stop()


def tally(database: Database) -> dict[str, tuple[int, int]]:
    """(rows, different messages) of each table."""
    try:
        return {row["name"]: (row["rows"], row["different"]) for row in database.ask(KILLED).rows()}
    except (DatabaseUnavailable, QueryFailed):
        return {}


def settled(database: Database, total: int) -> dict[str, tuple[int, int]]:
    """The tally once so many rows are there, or three minutes later; a moment after, for too many."""
    until = time.monotonic() + 180
    while sum(rows for rows, _ in tally(database).values()) < total and time.monotonic() < until:
        time.sleep(0.2)
    time.sleep(2.0)
    return tally(database)


@pytest.mark.parametrize("seed", [int(os.environ.get("YIPING_SEED", "20261121"))])
def test_fifty_kills(machine: Machine, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    report = tmp_path / "report.json"
    complaints = tmp_path / "publisher.txt"
    with complaints.open("wb") as stderr:
        publisher = subprocess.Popen(
            [sys.executable, "-m", "tests.contract.numbers", str(report)],
            cwd=ROOT,
            env=os.environ | as_environment(machine.settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    assert publisher.stdout is not None
    assert publisher.stdout.readline() == b"begun\n"
    for _ in range(KILLS):
        time.sleep(dice.expovariate(1 / MEAN_S))
        machine.kill(dice.choice(TARGETS))
    publisher.communicate(timeout=150)
    assert publisher.returncode == 0, complaints.read_text("utf-8")[-3_000:]
    said = json.loads(report.read_text("utf-8"))
    assert said["failed"] == []
    database = Database(machine.settings.clickhouse_url)
    found = settled(database, sum(said["sent"].values()))
    assert found == {name: (count, count) for name, count in said["sent"].items()}
    now = round(time.time() * 1000) + 7_200_000
    Rollup(database).turn(now)
    hours = now // 3_600_000 * 3_600_000
    assert database.ask(WRONG, span=3600, until_ms=hours).rows() == []
    database.close()
