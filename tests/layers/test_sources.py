"""What ingest's heartbeats say together."""

from __future__ import annotations

import json

from layers.sources import Pulse, pulses


def beat(state: str = "running", **topics: dict[str, float | int | None]) -> str:
    return json.dumps({"topics": {f"yiping.{stream}": told for stream, told in topics.items()}, "state": state})


def test_processes_add_up() -> None:
    found = pulses([beat(iot={"lag": 3, "rate": 20.5}), beat(iot={"lag": 4, "rate": 1.5}, cases={"lag": 0, "rate": 0})])
    assert found == {"iot": Pulse(7, 22.0, "running"), "cases": Pulse(0, 0.0, "running")}


def test_one_that_waits_is_seen() -> None:
    found = pulses([beat(iot={"lag": 0}), beat("waiting for database", iot={"lag": 9}), beat(iot={"lag": 0})])
    assert found["iot"] == Pulse(9, None, "waiting for database")


def test_unknown_lag_is_not_zero() -> None:
    assert pulses([beat(iot={"lag": None, "rate": None})])["iot"] == Pulse(None, None, "running")


def test_a_beat_nobody_can_read_says_nothing() -> None:
    assert pulses(["", "{", "[]", "{}", '{"topics": 3}']) == {}
