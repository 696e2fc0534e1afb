"""What the registry says: what is noted is what the entries say, late or said twice; answers stay."""

from __future__ import annotations

import random

import pytest

from layers import inside
from layers.asking import ask
from layers.catalog import layer
from layers.cells import cells
from layers.geometry import City
from layers.moments import DAY, to_ms
from layers.scope import ALL, Look, Scope
from streams.clickhouse import Database, Question
from streams.rollup import Rollup
from streams.states import worked_out
from tests.contract.snapshot_part import CENTRE, NOW, Record, cell, insert
from tests.contract.test_rollup import CLOCK

pytestmark = pytest.mark.contract

STATES = Question("states", "SELECT * FROM device_states FINAL ORDER BY device")
STORED = Question("stored", "SELECT count() AS rows FROM device_states")


class Registry:
    """Entries of thirty devices: late, of one millisecond, of a moment that has not come, without a place."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.dice, self.offset = database, random.Random(seed), 0

    def tell(self, now: int, count: int) -> None:
        insert(self.database, "device_entries", [self.entry(now) for _ in range(count)])

    def entry(self, now: int) -> Record:
        dice, self.offset = self.dice, self.offset + 1
        at = now - dice.choice((0, 1000, 60_000, 86_400_000)) * dice.randrange(3) + dice.choice((0, 0, 0, 240_000))
        placed = dice.random() < 0.8
        return {
            "device": f"d{dice.randrange(30)}", "at": at, "received": now - 1000 * dice.randrange(3),
            "state": dice.choice(("active", "active", "active", "retired")), "kind": dice.choice(("rain", "smoke")),
            "lat": CENTRE[0] if placed else float("nan"), "lon": CENTRE[1] if placed else float("nan"),
            "cell": cell(*CENTRE) if placed else 0, "district": "630102" if placed else "",
            "interval": dice.choice((0.0, 30.0, 600.0)), "gateway": dice.choice(("", "g1")),
            "name_zh": f"设备{self.offset}", "name_en": f"device {self.offset}", "offset": self.offset,
        }  # fmt: skip


def of_all_entries(database: Database, now: int) -> str:
    return repr(database.ask(worked_out(STATES), now_ms=now).rows())  # NaN is not equal to itself


def noted(database: Database) -> str:
    return repr(database.ask(STATES).rows())


def test_one_who_stays_notes_what_comes_and_what_comes_to_pass(database: Database) -> None:
    registry, rollup = Registry(database, 43), Rollup(database)
    for beat in range(8):
        now = CLOCK + beat * 60_000
        if beat < 5:
            registry.tell(now, 20)
        rollup.turn(now)
        assert noted(database) == of_all_entries(database, now)


def test_what_is_noted_is_not_noted_again(database: Database) -> None:
    Registry(database, 44).tell(CLOCK, 60)
    Rollup(database).turn(CLOCK + 600_000)
    once = database.ask(STORED).column("rows")
    Rollup(database).turn(CLOCK + 601_000)
    assert database.ask(STORED).column("rows") == once


def test_answers_are_the_same_from_the_table_and_from_the_entries(database: Database, city: City) -> None:
    registry, now = Registry(database, 45), to_ms(NOW)
    for back in range(4):
        registry.tell(now - 3_600_000 * (4 - back), 30)
    Rollup(database).turn(now)
    of_table = seen(database, city)
    database.command("TRUNCATE TABLE word_looks")  # as after an upgrade: nobody has looked
    assert seen(database, city) == of_table
    assert all(of_table), "there was something to be seen"


def place() -> Look:
    return Look(Scope(district="630102"), None, CENTRE)


def seen(database: Database, city: City) -> tuple[object, ...]:
    """What every question about registered devices answers."""
    looks = [Look(Scope((cell(*CENTRE),), ALL), None, CENTRE), place()]
    found = [inside.devices(database, look, NOW, "rain", 50) for look in looks]
    blind = cells(database, city, layer("blind"), NOW, 9, city.bounds)
    silent = ask(database, "devices_silent", NOW, DAY, least_s=0.0, most_s=1e9, listed=50).rows()
    return found, blind.ids, blind.values, silent
