"""All that the worker keeps beside the readings, against the readings: whatever was killed, late or said twice."""

from __future__ import annotations

import random
from collections import Counter
from threading import Thread

import pytest

from streams.clickhouse import Database
from streams.rollup import Rollup
from tests.contract import test_case_states, test_city_hours, test_device_states, test_heard, test_rollup, test_windows
from tests.contract.test_case_states import Office, when
from tests.contract.test_device_states import Registry
from tests.contract.test_rollup import CLOCK, HOUR, MINUTE, City_, killed_at

pytestmark = pytest.mark.contract

WRITES = 27
"""About as many as a turn that finds something of everything has."""


def wrong(database: Database, now: int) -> dict[str, object]:
    """What differs of all that must be kept by `now`."""
    noted, said = test_case_states.noted(database), test_case_states.of_all_steps(database, now)
    listed, entered = test_device_states.noted(database), test_device_states.of_all_entries(database, now)
    found = {
        "spans": test_rollup.wrong(database, now),
        "hours": test_city_hours.wrong(database, now),
        "words": test_heard.wrong(database, now),
        "windows": test_windows.wrong(database, now),
        "devices": [] if listed == entered else [listed, entered],
        "cases": [one for one in zip(noted, said, strict=False) if one[0] != one[1]] or len(noted) - len(said),
    }
    return {name: rows for name, rows in found.items() if rows}


def test_all_is_as_the_readings_say_however_often_the_worker_is_killed(database: Database) -> None:
    city, office, registry, dice = City_(database, 1), Office(database, 31), Registry(database, 41), random.Random(2)
    killed: Counter[str] = Counter()
    for beat in range(40):
        now = CLOCK + beat * 3 * MINUTE
        city.say(now, 80, oldest=(3 if beat % 2 else 26) * HOUR)
        office.tell(when(now), 25)
        registry.tell(now, 12)
        killed[killed_at(database, dice, now, WRITES)] += 1
        if beat % 8 == 7:
            Rollup(database).turn(now)
            assert wrong(database, now) == {}
    assert killed.total() - killed[""] > 20
    assert len(killed) > 6, "at writes of every kind"
    assert database.ask(test_heard.NEWEST).column("noted_ms") == (now,)
    blocks = test_windows.noted(database)
    assert blocks["blocks"] > blocks["windows"] > 0, "what was late made some anew"


def test_several_at_once_do_no_harm(database: Database) -> None:
    city, office, registry = City_(database, 4), Office(database, 5), Registry(database, 6)
    for beat in range(6):
        now = CLOCK + beat * 10 * MINUTE
        city.say(now, 200)
        office.tell(when(now), 25)
        registry.tell(now, 12)
        workers = [Thread(target=Rollup(database).turn, args=(now,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        if beat % 2:
            city.say(now, 50)  # while they work
        for worker in workers:
            worker.join(60)
        if beat % 2:
            Rollup(database).turn(now)
        assert wrong(database, now) == {}
