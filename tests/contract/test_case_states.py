"""How cases stand: what is noted is what their steps say, whatever was killed, late or said twice; answers stay."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import h3.api.basic_int as h3
import pytest

from layers import inside, kpis
from layers.asking import ask
from layers.contents import Several
from layers.geometry import City
from layers.moments import from_ms, to_ms
from layers.scope import ALL, Look, Scope
from streams.clickhouse import Database, Question
from streams.rollup import Rollup
from streams.states import worked_out
from tests.contract.snapshot_part import CENTRE, DAY, HOUR, MINUTE, NOW, Record, cell, insert, step
from tests.contract.test_rollup import CLOCK

pytestmark = pytest.mark.contract

STATES = Question("states", "SELECT * FROM case_states FINAL WHERE case != '' ORDER BY case")
STORED = Question("stored", "SELECT count() AS rows FROM case_states WHERE case != ''")
STAGES = ("reported", "reported", "filed", "dispatched", "suspended", "handled", "closed", "evaluated", "voided")
PLACES = (0, cell(*CENTRE), *sorted(h3.grid_disk(cell(*CENTRE), 1))[:2])
SECOND = timedelta(seconds=1)


class Office:
    """Steps of forty cases: some told days late, some of the same millisecond, some that have not happened yet."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.dice, self.offset = database, random.Random(seed), 0

    def tell(self, now: datetime, count: int) -> None:
        insert(self.database, "case_steps", [self.step(now) for _ in range(count)])

    def step(self, now: datetime) -> Record:
        dice, self.offset = self.dice, self.offset + 1
        late = dice.choice((MINUTE, MINUTE, MINUTE, HOUR, DAY, DAY * 40))
        at = now - late * dice.randrange(3) + dice.choice((0, 0, 0, 1)) * MINUTE * 4
        where, due = dice.choice(PLACES), dice.choice((None, at + HOUR, at - HOUR, at + DAY))
        named = dice.choice(("", "630102", "630104"))
        return step(
            f"c{dice.randrange(40)}", at, dice.choice(STAGES), self.offset, cell=where, due=due, district=named,
            lat=36.6 + where % 7 / 100, lon=101.7, received=now - SECOND * dice.randrange(3),
        )  # fmt: skip


def of_all_steps(database: Database, now: int) -> list[dict[str, object]]:
    return database.ask(worked_out(STATES), from_ms=0, now_ms=now).rows()


def noted(database: Database) -> list[dict[str, object]]:
    return database.ask(STATES).rows()


def test_one_who_stays_notes_what_comes(database: Database) -> None:
    office, rollup = Office(database, 33), Rollup(database)
    for beat in range(5):
        now = CLOCK + beat * 60_000
        office.tell(when(now), 30)
        rollup.turn(now)
        assert noted(database) == of_all_steps(database, now)


def test_a_step_told_ahead_of_its_time_counts_when_that_has_come(database: Database) -> None:
    """A clock may be an hour ahead; nothing arrives at the moment that it named."""
    rollup, minute = Rollup(database), 60_000
    insert(database, "case_steps", [
        step("c1", when(CLOCK - minute), "reported"),
        step("c1", when(CLOCK + 30 * minute), "closed", 1, received=CLOCK),
    ])  # fmt: skip
    stages = []
    for after in (0, 15, 25, 31):
        rollup.turn(CLOCK + after * minute)
        stages.append(noted(database)[0]["stage"])
    assert stages == ["reported", "reported", "reported", "closed"]


def test_what_is_noted_is_not_noted_again(database: Database) -> None:
    Office(database, 34).tell(when(CLOCK), 60)
    Rollup(database).turn(CLOCK + 600_000)
    once = database.ask(STORED).column("rows")
    Rollup(database).turn(CLOCK + 601_000)
    assert database.ask(STORED).column("rows") == once


def test_answers_are_the_same_from_the_table_and_from_the_steps(database: Database, city: City) -> None:
    """Of a picture, of the map's layers and of what lies in a place, an hour after the last of many steps."""
    office = Office(database, 35)
    for back in range(6):
        office.tell(NOW - HOUR * (6 - back), 40)
    Rollup(database).turn(to_ms(NOW))
    of_table = seen(database, city, NOW)
    database.command("TRUNCATE TABLE word_looks")  # as after an upgrade: nobody has looked
    assert seen(database, city, NOW) == of_table
    assert all(of_table), "there was something to be seen"


def test_a_case_that_began_before_the_window_is_not_counted_however_new_its_steps_are(
    database: Database, city: City
) -> None:
    insert(database, "case_steps", [
        step("old", NOW - DAY * 70, "reported", due=NOW - HOUR), step("old", NOW - HOUR, "handled", 1),
        step("new", NOW - DAY * 59, "reported", due=NOW - HOUR), step("new", NOW - HOUR, "handled", 3),
    ])  # fmt: skip
    for _ in "steps", "table":
        assert [kpi.value for kpi in kpis.progress(database, city, NOW)[:2]] == [1, 1]
        Rollup(database).turn(to_ms(NOW))


def test_the_table_is_believed_as_of_the_look_for_two_minutes(database: Database, city: City) -> None:
    insert(database, "case_steps", [step("c1", NOW - HOUR, "reported")])
    Rollup(database).turn(to_ms(NOW))
    insert(database, "case_steps", [step("c2", NOW + SECOND, "reported", 1)])
    counts = [kpis.progress(database, city, NOW + back)[0].value for back in (SECOND * 119, SECOND * 120)]
    assert counts == [1, 2]


def seen(database: Database, city: City, now: datetime) -> tuple[object, ...]:
    """What every question about how cases stand answers."""
    looks = [Look(Scope((PLACES[1],), ALL), None, CENTRE), Look(Scope(district="630102"), None, CENTRE)]
    found: list[Several] = [inside.cases(database, look, now) for look in looks]
    layer = ask(database, "case_cells", now, inside.CASES_BACK, resolution=8).rows()
    return kpis.progress(database, city, now), found, sorted(layer, key=str)


def when(now: int) -> datetime:
    at = from_ms(now)
    assert at is not None
    return at
