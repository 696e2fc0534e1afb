"""The middles of windows: what is put together is what the readings say, whatever was killed or late; answers stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from layers.catalog import LAYERS, ways
from layers.kinds import window
from layers.measuring import by_cell, of_city
from layers.moments import to_ms
from streams.asof import AsOf
from streams.clickhouse import Answer, Database, Question
from streams.rollup import Rollup
from tests.contract.snapshot_part import CENTRE, HOUR, MINUTE, NOW, every, insert, reading
from tests.contract.test_rollup import CLOCK, City_

pytestmark = pytest.mark.contract

WRONG = Question.load(Path(__file__).parent / "sql", "window_wrong")
NOTED = Question("noted", "SELECT count() AS blocks, uniqExact(metric, since) AS windows FROM window_notes")
MARK = Question(
    "mark",
    "ALTER TABLE reading_windows UPDATE total = 1000, most = 1000, last = 1000 WHERE 1 SETTINGS mutations_sync = 1",
)
STEP_MS = 300_000
METRICS = sorted({one.metric for one in LAYERS if one.metric})


def wrong(database: Database, now: int) -> list[dict[str, object]]:
    closed = (now - 60_000) // STEP_MS * STEP_MS
    return database.ask(WRONG, until_s=closed // 1000).rows()


def noted(database: Database) -> dict[str, int]:
    return database.ask(NOTED).rows()[0]


def test_nothing_is_made_twice_without_need(database: Database) -> None:
    city, rollup = City_(database, 43), Rollup(database)
    city.say(CLOCK, 60)
    rollup.turn(CLOCK + 70_000)
    before = noted(database)
    rollup.turn(CLOCK + 90_000)
    assert noted(database) == before
    assert before["blocks"] == before["windows"] == 8, "two metrics, four windows"
    rollup.turn(CLOCK + 280_000)
    assert noted(database)["windows"] == 16, "those of the next five minutes, before they begin"


@dataclass
class Blocks:
    """Passes questions on; `asked` are the names of those about the middle of a window."""

    database: Database
    asked: list[str] = field(default_factory=list)

    def ask(self, question: Question, **params: object) -> Answer:
        self.asked += [question.name] if question.name in {"metric_block", "metric_buckets"} else []
        return self.database.ask(question, **params)


def quiet(database: Database) -> None:
    """Three hours of one device of each metric; 5 each minute."""
    for metric in METRICS:
        insert(database, "readings", every(1, 180, lambda _: 5.0, (f"{metric}-1", metric), CENTRE))


def test_every_window_of_the_map_is_put_together_now_and_in_the_next_five_minutes(database: Database) -> None:
    quiet(database)
    rollup = Rollup(database)
    for late in (0, 100, 250, 279):  # looks, the last one just before the next five minutes
        rollup.turn(to_ms(NOW + timedelta(seconds=late)))
    windows = {one.window_minutes: one for plain in LAYERS if plain.metric for one in (plain, *ways(plain))}
    for late in (0, 99, 279, 309):
        now, told = NOW + timedelta(seconds=late), Blocks(database)
        for one in windows.values():
            by_cell(told, one, now, window(one, now), 8)
        of_city(told, "rain", "sum", now, HOUR)
        assert set(told.asked) <= {"metric_block"}
        assert len(told.asked) == (0 if late in (99, 279) else len(windows) + 1), "once in five minutes"


def test_what_is_late_is_in_after_the_next_look(database: Database) -> None:
    quiet(database)
    rain = next(one for one in LAYERS if one.metric == "rain")
    rollup = Rollup(database)
    rollup.turn(to_ms(NOW))
    before = fallen(database, rain)
    insert(database, "readings", [reading("rain-1", "rain", NOW - HOUR + MINUTE / 2, 7.0, CENTRE, received=NOW)])
    assert fallen(database, rain) == before
    rollup.turn(to_ms(NOW) + 1)
    assert fallen(database, rain) == before + 7


def fallen(database: Database | AsOf, rain: object) -> float:
    found: float = by_cell(database, rain, NOW, window(rain, NOW), 8).column("total")[0]  # type: ignore[arg-type]
    return found


def test_the_past_has_no_blocks(database: Database) -> None:
    quiet(database)
    rain = next(one for one in LAYERS if one.metric == "rain")
    Rollup(database).turn(to_ms(NOW))
    then = fallen(AsOf(database, NOW, NOW + HOUR), rain)
    database.ask(MARK)
    assert fallen(database, rain) > 1000
    assert fallen(AsOf(database, NOW, NOW + HOUR), rain) == then > 800
