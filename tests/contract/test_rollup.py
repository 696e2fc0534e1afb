"""Rollups against the readings that they were made of: the same, always, whatever was killed, late or said twice."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from alerts.measures import Asking
from alerts.rulebook import read_rulebook
from config.read import read_city
from config.settings import SCHEMA
from layers.geometry import City, load_city
from layers.moments import to_ms
from layers.snapshot import take
from streams.clickhouse import Database, DatabaseUnavailable, Question
from streams.migrations import migrate
from streams.parse_fields import UNUSABLE
from streams.rollup import ALL_MS, SPANS, Rollup
from tests.contract.clickhouse_part import Served
from tests.contract.snapshot_part import CENTRE, NOW, Record, every, fill, insert, others, rain, water

pytestmark = pytest.mark.contract

WRONG = Question.load(Path(__file__).parent / "sql", "rollup_wrong")
CLOCK = to_ms(NOW.replace(minute=0, second=0))
MINUTE, HOUR = 60_000, 3_600_000


def wrong(database: Database, now: int) -> list[dict[str, Any]]:
    """What differs of the buckets that must be made by `now`."""
    until = (now - MINUTE) // 300_000 * 300_000
    return [
        row
        for span in SPANS
        for row in database.ask(WRONG, span=span, until_ms=until // (span * 1000) * span * 1000).rows()
    ]


class City_:
    """Devices that say halves, so that sums are exact; some late, some twice with another value, some doubted."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.dice, self.offset = database, random.Random(seed), 0

    def say(self, now: int, count: int, oldest: int = 3 * HOUR) -> None:
        """`count` readings of the last five minutes, a tenth of them up to `oldest` ms late, a third said before."""
        dice, rows = self.dice, []
        for _ in range(count):
            back = dice.randrange(oldest) if dice.random() < 0.1 else dice.randrange(5 * MINUTE)
            at = (now - back) // (20_000) * 20_000  # few different times: many are said twice
            rows.append((at, f"d{dice.randrange(12)}", dice.choice(("rain", "pm25")), dice.randrange(200) / 2))
        self.insert(rows, [now - dice.randrange(3000) for _ in rows])

    def insert(self, rows: list[tuple[int, str, str, float]], received: list[int]) -> None:
        at, device, metric, value = zip(*rows, strict=True)
        offsets = range(self.offset, self.offset + len(rows))
        self.offset += len(rows)
        quality = [self.dice.choice(("", "", "", "unit", "suspect", "outside,swapped")) for _ in rows]
        self.database.insert(
            "readings",
            {"at": at, "device": device, "metric": metric, "value": value, "quality": quality, "received": received,
             "cell": [617700169958293503 + int(name[1:]) for name in device], "offset": list(offsets),
             "lat": [36.6 + int(name[1:]) / 1000 for name in device], "lon": [101.7] * len(rows),
             "district": [f"63010{2 + int(name[1:]) % 2}" for name in device]},
        )  # fmt: skip


class Killed(Exception):
    """The end of a worker."""


class Dying:
    """A database whose user is killed at its `turns`th write: before it arrives, or after it was stored."""

    def __init__(self, database: Database, dice: random.Random, turns: int) -> None:
        self._database, self._dice, self._left, self.at = database, dice, turns, ""

    def ask(self, question: Question, **params: object) -> Any:
        writes = question.name if question.name.endswith("_make") else ""
        return self._perhaps(writes, lambda: self._database.ask(question, **params))

    def insert(self, table: str, columns: Any) -> Any:
        return self._perhaps(table, lambda: self._database.insert(table, columns))

    def _perhaps(self, writes: str, act: Callable[[], Any]) -> Any:
        """`writes` names what is written, "" when nothing is; `at` remembers the one that it dies at."""
        self._left -= bool(writes)
        dies = bool(writes) and self._left == 0
        self.at = writes if dies else self.at
        if dies and self._dice.random() < 0.5:
            raise Killed
        answer = act()
        if dies:
            raise Killed
        return answer


def killed_at(database: Database, dice: random.Random, now: int, most: int = 12) -> str:
    """A turn of a worker that begins anew; at which of its writes, of the first so many, it was killed, if at any."""
    dying = Dying(database, dice, dice.randrange(most))
    try:
        Rollup(dying).turn(now)  # type: ignore[arg-type]
    except Killed:
        return dying.at
    return ""


def test_one_who_stays_makes_only_what_is_due(database: Database) -> None:
    city, rollup = City_(database, 3), Rollup(database)
    made = []
    for beat in range(10):
        now = CLOCK + beat * 4 * MINUTE  # some close five minutes, some none
        city.say(now, 120)
        made.append(rollup.turn(now))
        assert wrong(database, now) == []
    assert rollup.turn(now + 1) == 0
    assert sum(made) < 10 * 60, "not everything each time"


def test_what_a_reader_held_back_is_found_when_everything_is_compared(database: Database) -> None:
    """`received` is the reader's clock: a process that was paused stores rows that arrived long ago."""
    city, rollup = City_(database, 5), Rollup(database)
    city.say(CLOCK, 50)
    rollup.turn(CLOCK)
    rollup.turn(CLOCK + 30 * MINUTE)
    city.insert([(CLOCK - HOUR, "d1", "rain", 4.0)], [CLOCK - HOUR])
    rollup.turn(CLOCK + 31 * MINUTE)
    assert wrong(database, CLOCK + 31 * MINUTE)
    rollup.turn(CLOCK + ALL_MS)
    assert wrong(database, CLOCK + ALL_MS) == []


def roll_for_ever(database: Database, city: City_, now: int) -> None:
    while True:
        Rollup(database).turn(now)
        city.say(now, 100)


def test_a_server_killed_while_it_rolls_up(embedded: Callable[..., Served]) -> None:
    dice = random.Random(6)
    served = embedded()
    for death in range(3):
        database = Database(served.url.replace("/default", "/yiping"))
        migrate(database, SCHEMA)
        city = City_(database, 10 + death)
        now = CLOCK + death * 20 * MINUTE
        city.say(now, 3000, oldest=12 * HOUR)
        death_blow = threading.Timer(dice.random() * 0.5, served.stop, (signal.SIGKILL,))
        death_blow.start()
        with pytest.raises(DatabaseUnavailable):
            roll_for_ever(database, city, now)
        database.close()
        death_blow.join(10)
        served = embedded(served.data)
        database = Database(served.url.replace("/default", "/yiping"))
        Rollup(database).turn(now)
        assert wrong(database, now) == []
        database.close()


# -- what questions make of them --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def xining() -> City:
    return load_city(read_city("xining"))


def looks(database: Database, city: City) -> dict[str, Any]:
    found = take(database, city, NOW)
    assert found.failures == ()
    return {"hexes": found.hexes, "gauges": found.gauges, "kpis": found.kpis, "series": found.series}


def rules_see(database: Database, city: City) -> dict[str, Any]:
    rules = read_rulebook().rules
    asking = Asking(database, city.profile, rules, to_ms(NOW))
    devices = database.ask(Question("devices", "SELECT DISTINCT device FROM readings")).column("device")
    places = {*devices, *(district.adcode for district in city.districts), str(city.profile.adcode)}
    return {rule.key: sorted(asking.observe(rule, places), key=lambda one: one.place) for rule in rules}


def storm(database: Database) -> None:
    """Half a day of 20 gauges each minute, halves of a millimetre."""
    dice = random.Random(7)
    for gauge in range(20):
        place = (CENTRE[0] + gauge / 100, CENTRE[1])
        records = every(1, 14 * 60, lambda _: dice.randrange(6) / 2, (f"rain-1{gauge:02}", "rain"), place)
        insert(database, "readings", [{**one, "district": "630102"} for one in records])


def test_the_picture_and_the_rules_see_the_same_with_rollups_and_without(database: Database, xining: City) -> None:
    fill(database)
    storm(database)
    before, seen = looks(database, xining), rules_see(database, xining)
    made = Rollup(database).turn(to_ms(NOW))
    assert made > 100
    assert looks(database, xining) == before
    assert rules_see(database, xining) == seen


def test_rollups_are_read_and_a_stale_look_is_not_believed(database: Database, xining: City) -> None:
    """Rain that only the rollups have is seen while somebody looks; ten minutes after the last look it is not."""
    storm(database)
    assert looks(database, xining)["kpis"]["rain_1h_max"].value < 1000
    Rollup(database).turn(to_ms(NOW))
    for table in ("reading_spans", "reading_windows"):
        database.command(f"ALTER TABLE {table} UPDATE total = 1000 WHERE 1 SETTINGS mutations_sync = 1")
    database.command("ALTER TABLE city_hours UPDATE peak = 1000 WHERE 1 SETTINGS mutations_sync = 1")
    assert looks(database, xining)["kpis"]["rain_1h_max"].value > 1000
    assert looks(database, xining)["series"]["rain_24h"].values[-2] == 1000
    assert max(one.value or 0 for one in rules_see(database, xining)["rainstorm"]) > 1000
    database.command("TRUNCATE TABLE rollup_looks")
    old = int(datetime.fromtimestamp(to_ms(NOW) / 1000, UTC).timestamp()) - 601
    database.insert("rollup_looks", {"looked": [old * 1000], "closed": [old - old % 300]})
    assert looks(database, xining)["kpis"]["rain_1h_max"].value < 1000


@pytest.mark.parametrize("rolled", [False, True])
def test_a_reading_that_came_twice_counts_once(database: Database, xining: City, rolled: bool) -> None:
    """The one received last; what was received before with another value is as if it had never come."""
    fill(database)
    before, seen = looks(database, xining), rules_see(database, xining)
    records = [*rain(), *water(), *others()]
    again: list[Record] = [
        {**one, "received": datetime.fromtimestamp(to_ms(one["received"]) / 1000 + 30, UTC)} for one in records
    ]
    insert(database, "readings", again)
    wrongly: list[Record] = [{**one, "value": 7.5, "received": one["at"]} for one in records]
    insert(database, "readings", wrongly)
    if rolled:
        Rollup(database).turn(to_ms(NOW))
    after = looks(database, xining)
    assert after == before
    assert rules_see(database, xining) == seen


@pytest.mark.parametrize("mark", ["", "unit", "swapped", "seconds"])
def test_the_words_that_make_a_reading_unusable_are_those_of_the_reader(database: Database, mark: str) -> None:
    words = [*UNUSABLE, "good", "outsider"]
    quality = [f"{mark},{word}".lstrip(",") for word in words] + [f"{word},{mark}".rstrip(",") for word in words]
    database.insert("readings", {"quality": quality, "at": [CLOCK] * len(quality)})
    answer = database.ask(Question("q", "SELECT quality, usable FROM readings"))
    found = dict(zip(answer.column("quality"), answer.column("usable"), strict=True))
    doubted = {one for one in quality if set(one.split(",")) & set(UNUSABLE)}
    assert {one for one, usable in found.items() if not usable} == doubted
