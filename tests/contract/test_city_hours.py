"""Hours of the city against the readings: the same, whatever was killed, late or said twice; answers stay the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from layers import figures, kpis, series
from layers.geometry import City
from layers.moments import to_ms
from layers.picture import Series
from streams import city_hours
from streams.asof import AsOf
from streams.city_hours import KEPT, METRICS
from streams.clickhouse import Database, Question
from streams.rollup import ALL_MS, Rollup
from tests.contract.snapshot_part import CENTRE, HOUR, MINUTE, NOW, every, insert, reading
from tests.contract.test_rollup import CLOCK, City_, Dying, Killed

pytestmark = pytest.mark.contract

WRONG = Question.load(Path(__file__).parent / "sql", "city_hours_wrong")
STORED = Question("stored", "SELECT count() AS rows FROM city_hours")
MS = 60_000
KEPT_MS = KEPT // timedelta(milliseconds=1)


def closed(now: int) -> int:
    return (now - MS) // 300_000 * 300_000


def wrong(database: Database, now: int) -> list[dict[str, Any]]:
    """What differs of the hours that must be kept at `now`."""
    asked = {"from_ms": now - KEPT_MS, "until_ms": closed(now)}
    return database.ask(WRONG, metrics=list(METRICS), **asked).rows()


def stored(database: Database) -> int:
    return int(database.ask(STORED).column("rows")[0])


class Halfway(Dying):
    """Killed at the making of hours, and at no other write."""

    def ask(self, question: Question, **params: object) -> Any:
        return self._perhaps(
            question.name if question.name == "city_hours_make" else "", lambda: self._database.ask(question, **params)
        )

    def insert(self, table: str, columns: Any) -> Any:
        assert table != "rollup_looks", "nobody may believe hours that were not made"
        return self._database.insert(table, columns)


@pytest.mark.parametrize("turns", [1, 2])
def test_killed_between_two_metrics_the_rest_is_made_next(database: Database, turns: int) -> None:
    city = City_(database, 43)
    for beat in range(3):
        now = CLOCK + beat * 5 * MS
        city.say(now, 60)
        with pytest.raises(Killed):
            Rollup(cast(Database, Halfway(database, random.Random(beat), turns))).turn(now)
        Rollup(database).turn(now + 20_000)
        assert wrong(database, now + 20_000) == []


def test_one_who_stays_makes_only_what_is_due(database: Database) -> None:
    city, rollup, counts = City_(database, 44), Rollup(database), []
    for beat in range(12):
        now = CLOCK + beat * 2 * MS
        city.say(now, 60, oldest=5 * MS)
        before = stored(database)
        rollup.turn(now)
        counts.append(stored(database) - before)
        assert wrong(database, now) == []
    before = stored(database)
    rollup.turn(now + 1)
    assert city_hours.make(database, now, closed(now)) == 0
    assert stored(database) == before
    assert max(counts[1:]) < 12 * len(METRICS) * 2, "not every hour each time"


def test_a_late_reading_changes_the_twelve_hours_that_it_lies_in_and_no_others(database: Database) -> None:
    city, rollup = City_(database, 46), Rollup(database)
    for beat in range(4):
        city.say(CLOCK - beat * 5 * MS, 100)
    rollup.turn(CLOCK)
    before = versions(database)
    city.insert([(CLOCK - 180 * MS - 1, "d1", "rain", 4.0)], [CLOCK])
    rollup.turn(CLOCK + 1)
    assert wrong(database, CLOCK + 1) == []
    changed = versions(database) - before
    assert sorted(until for _, until, _ in changed) == [CLOCK // 1000 - 60 * back for back in range(180, 120, -5)]


def versions(database: Database) -> set[tuple[str, int, int]]:
    kept = Question("kept", "SELECT toString(metric), toUnixTimestamp(until), version FROM city_hours FINAL")
    return set(zip(*database.ask(kept).columns, strict=True))


def test_what_a_reader_held_back_is_in_when_everything_is_compared(database: Database) -> None:
    city, rollup = City_(database, 47), Rollup(database)
    city.say(CLOCK, 50)
    rollup.turn(CLOCK)
    city.insert([(CLOCK - 60 * MS, "d1", "rain", 4.0)], [CLOCK - 60 * MS])
    rollup.turn(CLOCK + 31 * MS)
    rollup.turn(CLOCK + ALL_MS)
    assert wrong(database, CLOCK + ALL_MS) == []


def test_who_saw_less_and_writes_last_does_not_count(database: Database) -> None:
    """Two notice the same; one stops between its look and its row, and the other sees a reading more."""
    city = City_(database, 48)
    city.say(CLOCK - 10 * MS, 80)
    Rollup(database).turn(CLOCK)
    old = database.ask(Question("all", "SELECT * FROM city_hours FINAL"))
    city.say(CLOCK - 9 * MS, 40)
    Rollup(database).turn(CLOCK)
    database.insert("city_hours", dict(zip(old.names, map(list, old.columns), strict=True)))
    assert wrong(database, CLOCK) == []


def test_a_bucket_that_nobody_has_noted_yet_hides_none_that_is_noted_after(database: Database) -> None:
    """Its maker was killed before the note, or is slow: an hour made with it has as many as are noted of others."""
    until = CLOCK - 30 * MS
    bucket(database, until - 15 * MS, "d1", 2.0)
    note(database, until - 15 * MS)
    bucket(database, until - 10 * MS, "d2", 3.0)
    assert city_hours.make(database, CLOCK, until) > 0
    bucket(database, until - 5 * MS, "d3", 4.0)
    note(database, until - 5 * MS)
    assert city_hours.make(database, CLOCK, until) > 0
    row = database.ask(Question("q", "SELECT devices, mean, peak FROM city_hours FINAL ORDER BY until DESC LIMIT 1"))
    assert row.rows() == [{"devices": 3, "mean": 3.0, "peak": 4.0}]


def bucket(database: Database, start: int, device: str, total: float) -> None:
    row = {"span": 300, "metric": "rain", "start": start // 1000, "device": device, "version": 1 << 32}
    said = {"total": total, "readings": 1, "last_at": start}
    database.insert("reading_spans", {name: [value] for name, value in (row | said).items()})


def note(database: Database, start: int) -> None:
    database.insert("rollups", {"span": [300], "metric": ["rain"], "start": [start // 1000], "rows": [1]})


# -- what the wall makes of them ---------------------------------------------------------------------------------------


def test_the_wall_shows_the_same_of_kept_hours_as_of_buckets_and_of_readings(database: Database, city: City) -> None:
    for seed in range(3):
        storm(database, seed)
        database.command("TRUNCATE TABLE rollup_looks")
        of_readings = [wall(database, city, NOW + MINUTE * back) for back in (0, 7)]
        Rollup(database).turn(to_ms(NOW + MINUTE * 7))
        of_hours = [wall(database, city, NOW + MINUTE * back) for back in (0, 7)]
        agree(of_hours, of_readings)
        assert None not in of_hours[0][1].values


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu"])
def test_hours_that_begin_at_half_past_or_a_quarter_to(database: Database, city: City, zone: str) -> None:
    """Each hour's largest rain of a gauge, counted by hand; from readings, and once somebody looked."""
    city = replace(city, zone=ZoneInfo(zone))
    records = every(5, 26 * 12, lambda number: number % 7 / 10, ("rain-1", "rain"), CENTRE)
    insert(database, "readings", [{**one, "received": one["at"]} for one in records])
    for _ in range(2):
        rain = series.rain(database, city, NOW)[0]
        assert {start.astimezone(city.zone).minute for start in rain.times} == {0}
        fell = [
            sum(one["value"] for one in records if start <= one["at"] < start + HOUR and one["at"] <= NOW)
            for start in rain.times
        ]
        assert rain.values == pytest.approx(fell)
        Rollup(database).turn(to_ms(NOW))


def test_kept_hours_are_read_and_none_when_nobody_looked(database: Database, city: City) -> None:
    storm(database, 1)
    Rollup(database).turn(to_ms(NOW))
    database.command("ALTER TABLE city_hours UPDATE peak = 1000, mean = 2000 WHERE 1 SETTINGS mutations_sync = 1")
    line, rain, air = wall(database, city, NOW)
    assert set(line.points.values()) == {1000}
    assert sorted(line.points) == list(range(1, 24))
    assert set(rain.values[:-1]) == {1000}
    assert cast(float, rain.values[-1]) < 1000
    assert set(air.values[:-1]) == {2000}
    for late in (MINUTE * 11, timedelta(days=1)):
        line, rain, air = wall(database, city, NOW + late)
        assert 1000 not in {*line.points.values(), *rain.values}
        assert 2000 not in air.values


def test_a_city_that_heard_nothing_shows_nothing(database: Database, city: City) -> None:
    Rollup(database).turn(to_ms(NOW))
    line, rain, _ = wall(database, city, NOW)
    assert line == figures.Past({}, None)
    assert set(rain.values) == {None}


def test_hours_that_are_not_there_are_worked_out(database: Database, city: City) -> None:
    """As after an upgrade: somebody looked, but it was a Yiping that kept none; and where some are missing."""
    storm(database, 1)
    Rollup(database).turn(to_ms(NOW))
    shown = wall(database, city, NOW)
    for lost in (f"until > fromUnixTimestamp64Milli({to_ms(NOW - HOUR * 4)})", "1"):
        database.command(f"ALTER TABLE city_hours DELETE WHERE {lost} SETTINGS mutations_sync = 1")
        agree([wall(database, city, NOW)], [shown])


def test_an_hour_with_unusable_readings_alone_has_nothing_and_is_not_made_again(database: Database, city: City) -> None:
    insert(database, "readings", [reading("r1", "rain", NOW - HOUR, 9.0, CENTRE, quality="bad", received=NOW)])
    Rollup(database).turn(to_ms(NOW))
    assert stored(database) > 0
    assert city_hours.make(database, to_ms(NOW), closed(to_ms(NOW))) == 0
    assert wall(database, city, NOW)[0] == figures.Past({}, None)


def test_as_of_a_past_moment_nothing_is_shown_that_came_later(database: Database, city: City) -> None:
    storm(database, 2)
    Rollup(database).turn(to_ms(NOW))
    shown = wall(database, city, NOW)
    then = cast(Database, AsOf(database, NOW, NOW + HOUR * 3))
    agree([wall(then, city, NOW)], [shown])
    insert(database, "readings", [
        reading("rain-200", "rain", NOW - HOUR * 3, 800.0, CENTRE, received=NOW + MINUTE),
        reading("air-204", "pm25", NOW - HOUR * 9, 900.0, CENTRE, received=NOW + MINUTE * 2),
    ])  # fmt: skip
    Rollup(database).turn(to_ms(NOW + MINUTE * 5))
    agree([wall(cast(Database, AsOf(database, NOW, NOW + HOUR * 3)), city, NOW)], [shown])
    later = NOW + MINUTE * 5
    known = wall(cast(Database, AsOf(database, later, NOW + HOUR * 3)), city, later)
    assert max(known[0].points.values()) > 800
    agree([known], [wall(database, city, later)])


def test_ends_longer_ago_than_they_are_made_for_are_not_believed(database: Database, city: City) -> None:
    """Asked plainly of a moment two hours and more ago, its day reaches back further than anybody keeps."""
    storm(database, 3)
    Rollup(database).turn(to_ms(NOW))
    database.command("ALTER TABLE city_hours UPDATE peak = 1000 WHERE 1 SETTINGS mutations_sync = 1")
    assert 1000 in wall(database, city, NOW - HOUR * 2)[1].values
    assert 1000 not in wall(database, city, NOW - HOUR * 4)[1].values


def test_the_wall_asks_by_the_hour_for_what_is_kept(city: City) -> None:
    """A metric that another series asks for must be named in METRICS, or it is read from the buckets each minute."""
    asked: set[str] = set()

    class Listening:
        def ask(self, question: Question, **params: Any) -> Any:
            asked.update({params["metric"]} if question.name in ("metric_hours", "city_hours") else ())
            raise ValueError

    for part in (series.rain, series.air):
        with pytest.raises(ValueError):  # noqa: PT011 - ours, raised just above
            part(cast(Database, Listening()), city, NOW)


def storm(database: Database, seed: int) -> None:
    """A day and two hours of gauges and stations, some of which fall silent; some say things twice."""
    dice = random.Random(seed)
    for number in range(6):
        name, metric = (f"rain-{seed}0{number}", "rain") if number < 4 else (f"air-{seed}0{number}", "pm25")
        records = every(dice.choice((1, 5)), 26 * 12, lambda _: dice.randrange(60) / 10, (name, metric), CENTRE)
        kept = [{**one, "received": one["at"]} for one in records if dice.random() < 0.9]
        again = [{**one, "value": 99.0, "received": one["at"] - MINUTE} for one in kept if dice.random() < 0.05]
        insert(database, "readings", [*kept, *again])


def wall(database: Database, city: City, now: datetime) -> tuple[figures.Past, Series, Series]:
    return kpis.rain_line(database, city, now), series.rain(database, city, now)[0], series.air(database, city, now)[0]


def agree(found: list[tuple[figures.Past, Series, Series]], others: list[tuple[figures.Past, Series, Series]]) -> None:
    for (line, *rows), (other_line, *other_rows) in zip(found, others, strict=True):
        assert line.at == other_line.at
        assert line.points == pytest.approx(other_line.points)
        for one, other in zip(rows, other_rows, strict=True):
            assert one.times == other.times
            assert one.values == pytest.approx(other.values)
