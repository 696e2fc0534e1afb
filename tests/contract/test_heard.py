"""What each device said last: the readings' own newest, whatever was killed, late or said twice; answers stay."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import h3.api.basic_int as h3
import pytest

from layers import curves, inside
from layers.catalog import layer
from layers.cells import cells
from layers.devices import Fleet, Strangers
from layers.geometry import City
from layers.moments import from_ms, to_ms
from layers.registered import fleet, strangers
from layers.scope import ALL, Look, Scope, of_cell, of_district, of_ring
from streams.clickhouse import Database, Question
from streams.rollup import HEARD_MS, Rollup
from tests.contract.snapshot_part import CENTRE, DAY, MINUTE, NOW, cell, fill, insert, reading
from tests.contract.test_rollup import CLOCK, City_, killed_at

pytestmark = pytest.mark.contract

WRONG = [Question.load(Path(__file__).parent / "sql", name) for name in ("heard_wrong", "words_wrong")]
SQUARE = ((36.5995, 101.69), (36.5995, 101.71), (36.6055, 101.71), (36.6055, 101.69))  # d0 to d5 of a City_
TOWN = 617700169958293503  # where the first device of a City_ stands, the others in the cells after it
NEWEST = Question("newest", "SELECT toUnixTimestamp64Milli(max(noted)) AS noted_ms FROM word_looks")


def wrong(database: Database, now: int) -> list[object]:
    told = (database.ask(question, now_ms=now, from_ms=now - HEARD_MS).rows() for question in WRONG)
    return [row for rows in told for row in rows]


def test_one_who_stays_notes_what_comes(database: Database) -> None:
    town, rollup = City_(database, 13), Rollup(database)
    for beat in range(8):
        now = CLOCK + beat * 20_000
        town.say(now, 40)
        rollup.turn(now)
        assert wrong(database, now) == []


def test_answers_are_the_same_with_it_and_without(database: Database, city: City) -> None:
    fill(database)
    insert(database, "device_entries", [
        {"device": name, "at": NOW - DAY * 9, "state": state, "interval": 30.0, "cell": cell(*CENTRE)}
        for name, state in (("rain-002", "active"), ("never", "active"), ("pump-001", "retired"), ("mh-001", "active"))
    ])  # fmt: skip
    Rollup(database).turn(to_ms(NOW))
    noted = seen(database, city, NOW)
    later = seen(database, city, NOW + timedelta(seconds=110))
    database.command("TRUNCATE TABLE word_looks")  # as after an upgrade: words that nobody looked at are not believed
    plain = seen(database, city, NOW)
    assert (plain[0].silent, plain[1].total) == (1, 10), "never; all but rain-002 and mh-001"
    assert noted == plain
    assert later[0].silent == 1, "as of the look; by now rain-002 and mh-001 are silent too"
    assert seen(database, city, NOW + timedelta(seconds=110))[0].silent == 3


def test_curves_are_the_same_of_what_is_kept_and_of_readings(database: Database) -> None:
    """Buckets made several times, of late, doubted and repeated readings, by makers that were killed."""
    town, dice = City_(database, 21), random.Random(22)
    for beat in range(24):
        now = CLOCK + beat * 10 * 60_000
        town.say(now, 120)
        killed_at(database, dice, now)
    Rollup(database).turn(now)
    kept = drawn(database, now)
    assert [len(one) for one in kept] == [2] * len(kept), "everywhere somebody said something of both"
    database.command("TRUNCATE TABLE window_notes")
    assert drawn(database, now) == kept, "of five minutes, where nobody put the open hour together"
    database.command("TRUNCATE TABLE rollup_looks")
    database.command("TRUNCATE TABLE word_looks")
    assert drawn(database, now) == kept, "of readings alone"


def drawn(database: Database, now: int) -> list[dict[str, list[float | None]]]:
    """Curves of a day and of a week: of some cells, of a device, of a district, of a polygon."""
    at = from_ms(now)
    assert at is not None
    looks = [Look(Scope((TOWN + number, TOWN + number + 3), ALL), None, CENTRE) for number in range(0, 9, 4)]
    looks += [Look(Scope(), None, CENTRE, device="d3"), of_district("630102", CENTRE), of_ring(SQUARE)]
    found = [way(database, look, ("rain", "pm25"), at) for look in looks for way in (curves.day, curves.week)]
    return [{one.key: [value and round(value, 6) for value in one.values] for one in some} for some in found]


def test_an_old_look_is_not_believed(database: Database, city: City) -> None:
    fill(database)
    Rollup(database).turn(to_ms(NOW))
    later = NOW + MINUTE * 3
    insert(database, "readings", [reading("rain-002", "rain", later, 1.0, CENTRE)])
    found = cells(database, city, layer("unheard"), later, 9, city.bounds)
    assert dict(zip(found.ids, found.values, strict=True))[cell(*CENTRE)] == 0


def test_the_past_is_read_from_the_readings(database: Database, city: City) -> None:
    fill(database)
    before = seen(database, city, NOW - MINUTE * 30)
    Rollup(database).turn(to_ms(NOW))
    assert seen(database, city, NOW - MINUTE * 30) == before


def seen(database: Database, city: City, now: datetime) -> tuple[Fleet, Strangers, object, object, object]:
    """All that asks for last words."""
    blind, unheard = (cells(database, city, layer(key), now, 8, city.bounds) for key in ("blind", "unheard"))
    looks = (of_cell(int(h3.cell_to_parent(cell(*CENTRE), 7)), 9), of_district("630102", CENTRE))
    lies = [inside.devices(database, look, now, "rain") for look in looks]
    one = inside.device(database, "rain-002", now)
    return replace(fleet(database, city, now), at=NOW), strangers(database, now), blind, unheard, (lies, one)
