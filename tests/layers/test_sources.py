"""What ingest's heartbeats say together."""

from __future__ import annotations

import json

from layers.picture import Source
from layers.sources import Pulse, pulsed, pulses


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


def test_what_is_held_is_said_of_that_stream_alone() -> None:
    held = json.dumps({"topics": {"y.iot": {"lag": 9}, "y.cases": {}}, "state": "running", "held": {"iot": {}}})
    found = pulses([held, beat(iot={"lag": 1})])
    assert (found["iot"].held, found["cases"].held) == (True, False)


def test_an_ingest_without_a_broker_says_so_of_every_stream_unless_another_reads() -> None:
    waiting = beat("waiting for broker")
    assert {one.state for one in pulses([waiting]).values()} == {"waiting for broker"}
    assert pulses([waiting, beat(iot={"lag": 1})]) == {"iot": Pulse(1, None, "running")}


def test_a_held_stream_is_not_called_running() -> None:
    row = Source("iot")
    assert pulsed(row, {"iot": Pulse(9, 0.0, "running", held=True)}).state == "held"
    assert pulsed(row, {"iot": Pulse(9, 0.0, "waiting for database", held=True)}).state == "waiting for database"
    assert pulsed(row, {"iot": Pulse(9, 0.0, "running")}).state == "running"
