"""A process is alive when one of its instances works, not when one of them starts."""

from datetime import timedelta

import pytest

from dashboard.vitals import FULL, Beat, full, held, troubles
from tests.dashboard.moments import NOW


def beat(process, state, age=1, instance="a:1"):
    return Beat(process, instance, NOW - timedelta(seconds=age), {"state": state})


def found(*beats):
    told = troubles(NOW, database=True, snapshot_at=NOW, error=None, beats=(beat("watch", "running"), *beats))
    return [(trouble.part, trouble.what) for trouble in told]


@pytest.mark.parametrize("state", ["starting", "waiting for broker", "standby"])
def test_a_process_that_does_not_run_yet_is_not_ready(state):
    assert found(beat("ingest", state)) == [("ingest", "not_running")]


def test_a_crash_loop_is_not_ready_once_the_last_running_beat_is_old():
    assert found(beat("ingest", "running", 16), beat("ingest", "starting", 1, "a:2")) == [("ingest", "not_running")]


def test_one_that_runs_is_enough():
    assert found(beat("ingest", "running", 3), beat("ingest", "starting", 1, "a:2")) == []


def test_silence_comes_before_its_state():
    assert found(beat("ingest", "starting", 16)) == [("ingest", "silent")]


def test_a_full_disk_and_a_held_stream_are_said():
    ingest = Beat("ingest", "a:1", NOW, {"state": "running", "held": {"iot": {"since": 1}}})
    told = troubles(NOW, database=True, snapshot_at=NOW, error=None, beats=(beat("watch", "running"), ingest), free=1)
    assert [(one.part, one.what) for one in told] == [("disk", "full"), ("stream_iot", "held")]


def test_room_that_is_not_known_is_not_too_little():
    assert [full(free) for free in (None, FULL, FULL - 1)] == [False, False, True]


def test_a_hold_told_by_one_that_fell_silent_is_not_now():
    old = Beat("ingest", "a:1", NOW - timedelta(seconds=16), {"held": {"iot": {}}})
    assert held(NOW, [old, Beat("ingest", "a:2", NOW, {"held": "noise"})]) == ()
