"""Is a part ready: what a heartbeat says of it."""

import json
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.settings import SCHEMA, Settings
from dashboard.probes import Probes, is_running, listens
from tests.dashboard.served import Show, running


@pytest.mark.parametrize(
    ("instance", "state", "expected"),
    [
        ("duty:17", "running", True),
        ("duty:17", "starting", False),
        ("duty:17", "waiting for database", False),
        ("duty:117", "running", False),
        ("duty:1", "running", False),
    ],
)
def test_only_its_own_beat_that_says_running_counts(instance: str, state: str, expected: bool) -> None:
    assert is_running(instance, json.dumps({"state": state}), 17) is expected


@pytest.mark.server
def test_a_port_listens_or_does_not() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        assert not listens("127.0.0.1", port)
        server.listen()
        assert listens("127.0.0.1", port)


@pytest.mark.server
def test_the_screens_are_ready_once_there_is_a_picture(tmp_path: Path) -> None:
    with running(tmp_path, Show(error=OSError("no database yet"))) as show:
        probes = Probes(Settings(data=tmp_path, web_port=urlsplit(show.address).port or 0), SCHEMA)
        assert not probes.ready("web", 1)
        show.error = None
        end = time.monotonic() + 10
        while not probes.ready("web", 1):
            assert time.monotonic() < end, "never ready"
            time.sleep(0.05)
