"""Do the parts of a machine answer a call: each as it runs, while it stands still, and once it goes on."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from config.settings import SCHEMA, Settings
from dashboard import calls
from dashboard.calls import Calls
from streams.clickhouse import Database, Question
from streams.migrations import migrate
from tests.contract import clickhouse_part
from tests.contract.kafka_part import Broker

pytestmark = [pytest.mark.contract, pytest.mark.server]

SAID = Question("said", "SELECT detail FROM heartbeats WHERE process = 'up'")
ME = psutil.Process().pid


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "WAIT_S", 1.0)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    one = Broker(data=tmp_path / "kafka")
    one.start()
    yield one
    one.remove()


@pytest.mark.parametrize("child", [False, True])
def test_a_broker_that_takes_connections_and_does_not_answer(own_broker: Broker, child: bool) -> None:
    assert own_broker.process is not None
    gate = psutil.Process(own_broker.process.pid)
    asking = Calls(Settings(kafka_port=own_broker.port))
    assert asking.answered("kafka", ME)
    still = gate.children()[0] if child else gate
    still.send_signal(signal.SIGSTOP)
    assert not asking.answered("kafka", ME)
    still.send_signal(signal.SIGCONT)
    assert asking.answered("kafka", ME)


def beat(asking: Calls, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many connections to the database a beat opens."""
    opened, opening = [], Database._client
    with monkeypatch.context() as patched:
        patched.setattr(Database, "_client", lambda *given: opened.append(given) or opening(*given))
        assert asking.answered("clickhouse", ME)
        asking.tell("")
    return len(opened)


def test_a_database_that_answers_were_it_with_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = clickhouse_part.start(tmp_path / "clickhouse")
    settings = replace(Settings(), clickhouse_port=served.port)
    asking = Calls(settings)
    assert asking.answered("clickhouse", ME), "it has no tables, and says so"
    with_tables = Database(settings.database_url)
    migrate(with_tables, SCHEMA)
    assert asking.answered("clickhouse", ME)
    asking.tell("web was ended")
    assert "web was ended" in with_tables.ask(SAID).column("detail")[0]
    with_tables.close()
    assert beat(asking, monkeypatch) == 1, "the heartbeat goes where the last one went"
    served.process.send_signal(signal.SIGSTOP)
    assert not asking.answered("clickhouse", ME)
    began = time.monotonic()
    asking.tell("nobody hears this")
    assert time.monotonic() - began < 0.5, "it is not waited for twice"
    served.process.send_signal(signal.SIGCONT)
    asking.close()
    assert served.stop() == 0


def test_a_web_that_takes_connections_and_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        assert not Calls(Settings(web_port=hanging.getsockname()[1])).answered("web", ME)
