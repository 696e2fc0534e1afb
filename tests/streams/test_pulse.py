"""Why an ingest waits, by what the database said."""

from __future__ import annotations

import json

import pytest

from streams.clickhouse import DatabaseUnavailable, QueryFailed
from streams.pulse import Pulse, waits_for


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (QueryFailed("insert", "Cannot reserve 1.00 MiB, not enough space", 243), "disk full"),
        (
            QueryFailed("insert", "Cannot write to file: , errno: 28, strerror: No space left", 75),
            "disk full",
        ),
        (QueryFailed("insert", "Write error: No space left on device", 1001), "disk full"),
        (QueryFailed("insert", "Memory limit exceeded", 241), "waiting for database"),
        (QueryFailed("insert", "errno: 281", 75), "waiting for database"),
        (DatabaseUnavailable("gone"), "waiting for database"),
    ],
)
def test_a_full_disk_is_a_state_of_its_own(error: Exception, state: str) -> None:
    assert waits_for(error) == state


def test_a_heartbeat_says_which_file_is_wrong() -> None:
    pulse = Pulse("host:1")
    assert json.loads(pulse.heartbeat(1.0, [])["detail"])["wrong"] == {}
    pulse.wrong["devices.csv"] = "line 3"
    assert json.loads(pulse.heartbeat(1.0, [])["detail"])["wrong"] == {"devices.csv": "line 3"}
