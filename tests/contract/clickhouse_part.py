"""A ClickHouse for the contract tests: the one that CLICKHOUSE_URL names, or the embedded one in its own process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from clickhouse_driver import Client

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Served:
    """An embedded ClickHouse that runs; `port` is the one it took."""

    process: subprocess.Popen[str]
    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"clickhouse://default@127.0.0.1:{self.port}/default"

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the return code."""
        self.process.send_signal(number)
        code = self.process.wait(10)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()
        return code


def start(data: Path, port: int = 0, module: str = "streams.embedded_clickhouse") -> Served:
    """Start the embedded ClickHouse and wait until it listens."""
    command = [sys.executable, "-m", module, "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    if "listening on" not in line:
        raise RuntimeError(f"the embedded ClickHouse did not start: {process.communicate()[1]}")
    return Served(process, data, int(line.partition("127.0.0.1:")[2].partition(",")[0]))


@pytest.fixture(scope="session")
def clickhouse_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a ClickHouse with a database of its own for this run."""
    given = os.environ.get("CLICKHOUSE_URL")
    if given:
        yield given
        return
    served = start(tmp_path_factory.mktemp("clickhouse"))
    yield served.url
    assert served.stop() == 0


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts embedded ClickHouses for a test that kills them; what is left over is killed at the end."""
    started: list[Served] = []

    def begin(data: Path | None = None, port: int = 0) -> Served:
        started.append(start(data or tmp_path / "data", port))
        return started[-1]

    yield begin
    for served in started:
        if served.process.poll() is None:
            served.stop(signal.SIGKILL)


@pytest.fixture
def client(clickhouse_url: str) -> Iterator[Client]:
    """A driver's client in a database that lives as long as the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with Client.from_url(clickhouse_url) as outside:
        outside.execute(f"CREATE DATABASE {name}")
        options = {"server_side_params": True}
        url = clickhouse_url.rpartition("/")[0] + f"/{name}"
        with Client.from_url(url) as inside:
            inside.settings.update(options)
            inside.client_settings.update(options)
            yield inside
        outside.execute(f"DROP DATABASE {name}")
