"""Is a part ready: what a heartbeat says of it."""

import json
import socket

import pytest

from dashboard.probes import is_running, listens


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
