"""`watch` on a real ClickHouse: from rows of readings to rows of the journal."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from alerts import journal
from alerts.alert import instant
from alerts.lease import ALIVE_MS, HEARTBEAT_MS
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from alerts.watch import Watch, run
from config.read import read_city
from config.settings import Settings
from streams.clickhouse import Database, DatabaseUnavailable, Question
from streams.fence import Fenced
from tests.alerts.made import MINUTE, rule
from tests.contract.city_part import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
START = round(time.time() - 7200) * 1000  # lately: heartbeats live for a week
CELL = 617_700_169_958_293_503  # any cell of resolution 9
ME = f"{socket.gethostname()}:{os.getpid()}"


def watching(database: Database, *rules: Any, instance: str = ME, joined: int = START) -> Watch:
    return Watch(database, PROFILE, RuleBook(rules=rules) if rules else read_rulebook(), instance, joined)


def levels(town: Town, at: int) -> dict[tuple[str, str], str]:
    return {(one.rule, one.place): one.state for one in journal.open_alerts(town.database, instant(at))}


def test_a_river_rises_and_falls(town: Town) -> None:
    watch = watching(town.database, read_rulebook().rule("river_level").model_copy(update={"keep": 3 * MINUTE}))
    course = {0: 3.0, 1: 3.9, 2: 4.1, 3: 4.6, 4: 5.3, 5: 4.2, 9: 3.0, 10: 3.0, 13: 3.0}
    seen = []
    for minute, value in course.items():
        at = START + minute * MINUTE
        town.read("water_level", "wl-xigangqiao", {at: value})
        watch.turn(at)
        seen.append(levels(town, at).get(("river_level", "wl-xigangqiao"), "clear"))
    assert seen == ["clear", "blue", "yellow", "orange", "red", "red", "yellow", "yellow", "clear"]


def test_it_rings_when_the_journal_has_news_and_not_in_each_beat(town: Town) -> None:
    watch = watching(town.database, read_rulebook().rule("river_level"))
    rung: list[int] = []
    watch.tell = lambda: rung.append(len(journal.history(town.database, "", instant(START - 1))))
    for minute, value in {0: 3.0, 1: 3.9, 2: 3.9, 3: 5.3}.items():
        town.read("water_level", "wl-xigangqiao", {START + minute * MINUTE: value})
        watch.turn(START + minute * MINUTE)
    assert rung == [1, 2]  # each time what it rings for is there to be read


def test_a_station_without_marks_is_watched_by_no_rule(town: Town) -> None:
    town.read("water_level", "wl-laoyeshan", {START: 99.0})
    watch = watching(town.database, read_rulebook().rule("river_level"))
    watch.turn(START)
    assert levels(town, START) == {}
    assert watch.failed == {}


def test_a_restart_goes_on_where_the_other_stopped(town: Town) -> None:
    slow = rule(watch={"metric": "level", "measure": "last", "window": "10m"}, **{"for": "2m"})
    town.read("level", "a", {START + n * MINUTE: 12.0 for n in range(4)})
    for minute in range(4):
        watching(town.database, slow, joined=START).turn(START + minute * MINUTE)
    told = journal.history(town.database, "a", instant(START - 1))
    assert [(one.at - START, one.after) for one in told] == [(0, "pending"), (2 * MINUTE, "blue")]


def test_a_timer_survives_a_restart(town: Town) -> None:
    kept = rule(keep_firing_for="3m")
    for minute, value in enumerate([12.0, 5.0, 5.0, 5.0, 5.0]):
        town.read("level", "a", {START + minute * MINUTE: value})
        watching(town.database, kept).turn(START + minute * MINUTE)
    told = journal.history(town.database, "a", instant(START - 1))
    assert [(one.at - START, one.after) for one in told] == [(0, "blue"), (4 * MINUTE, "clear")]


def test_rain_of_a_district_is_that_of_its_worst_gauge(town: Town) -> None:
    for gauge, amount in (("rain-001", 4.0), ("rain-002", 11.0)):
        town.read("rain", gauge, {START - n * MINUTE: amount for n in range(10)}, district="630102", cell=CELL)
    watch = watching(town.database)
    watch.turn(START)
    (storm,) = [one for one in journal.open_alerts(town.database, instant(START)) if one.rule == "rainstorm"]
    assert (storm.place, storm.level, storm.value, storm.threshold) == ("630102", "red", 110.0, 100)
    assert (storm.device, storm.cell) == ("rain-002", CELL)
    assert watch.failed == {}


def test_a_pump_that_stands_while_its_sump_is_high(town: Town) -> None:
    pump = read_rulebook().rule("pump_stopped").model_copy(update={"wait": 0})
    for name, state in (("pump-001", 1.0), ("pump-002", 0.0)):
        town.read("pump_state", name, {START: state})
        town.read("sump_level", name, {START: 3.2})
    watching(town.database, pump).turn(START)
    assert levels(town, START) == {("pump_stopped", "pump-002"): "orange"}


def test_a_burst_of_cases_in_a_cell(town: Town) -> None:
    burst = read_rulebook().rule("case_burst")
    for number in range(60):
        town.case(f"c{number}", "reported", START - number * MINUTE // 6, cell=CELL, district="630102")
    watch = watching(town.database, burst)
    watch.turn(START)
    assert list(levels(town, START).values()) == ["yellow"]
    town.case("later", "filed", START + 39 * MINUTE, cell=CELL)
    for minute in (40, 44):
        watch.turn(START + minute * MINUTE)
    assert levels(town, START + 44 * MINUTE) == {}


def test_overdue_cases_are_open_ones(town: Town) -> None:
    overdue = rule(
        watch={"cases": "overdue", "window": "30d"}, place={"kind": "district"}, levels={"blue": 2}, stale_after="6h"
    )
    for number, last in enumerate(["dispatched", "processing", "closed", "voided", "suspended"]):
        town.case(f"c{number}", "reported", START - 50 * MINUTE, due=START - MINUTE, district="630102", cell=CELL)
        town.case(f"c{number}", last, START - 20 * MINUTE, district="630102")
    watching(town.database, overdue).turn(START)
    (alert,) = journal.open_alerts(town.database, instant(START))
    assert (alert.place, alert.value) == ("630102", 2.0)


def test_silent_sensors(town: Town) -> None:
    gap = read_rulebook().rule("data_gap").model_copy(update={"wait": 0})
    for number in range(6):
        town.read("noise", f"noise-{number}", {START - (40 if number < 3 else 1) * MINUTE: 50.0})
    watching(town.database, gap).turn(START)
    (alert,) = journal.open_alerts(town.database, instant(START))
    assert (alert.place, alert.value, alert.level, alert.detail["missing"]) == ("noise", 50.0, "orange", 3)


def test_readings_that_say_they_are_bad_are_not_looked_at(town: Town) -> None:
    town.read("level", "a", {START: 12.0})
    town.database.command("ALTER TABLE readings UPDATE quality = 'suspect' WHERE 1 SETTINGS mutations_sync = 1")
    watching(town.database, rule()).turn(START)
    assert levels(town, START) == {}


def test_a_rule_that_fails_is_named_and_stops_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = " + ".join(f"{{{name}_ms:Int64}}" for name in ("now", "since", "silent", "heard", "settled"))
    monkeypatch.setattr("alerts.hushes.SILENCE", Question("silence", f"SELECT no_such_column WHERE {asked}"))
    town.read("level", "a", {START: 12.0})
    watch = watching(town.database, read_rulebook().rule("data_gap"), rule())
    watch.turn(START)
    assert levels(town, START) == {("made", "a"): "blue"}
    watch.turn(START + 3000)
    beats = town.database.ask(Question("q", "SELECT detail FROM heartbeats ORDER BY at DESC LIMIT 1"))
    assert json.loads(beats.column("detail")[0])["failed"] == ["data_gap"]


def test_who_leads_says_whom_nobody_can_tell(town: Town) -> None:
    watch = watching(town.database, rule())
    watch.unsaid = lambda: {"duty 630102 water": "KeyError('no word for it')"}
    watch.turn(START)
    watch.turn(START + HEARTBEAT_MS)
    beats = town.database.ask(Question("q", "SELECT detail FROM heartbeats ORDER BY at")).column("detail")
    assert [json.loads(beat)["unsaid"] for beat in beats] == [{}, watch.unsaid()], "at first it does not know who leads"


def test_a_failed_query_changes_no_state(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.read("level", "a", {START: 12.0})
    watch = watching(town.database, rule())
    watch.turn(START)
    asked = "{metric:String} = '' AND {now_ms:Int64} + {since_ms:Int64} + length({edges:Array(Int64)})"
    monkeypatch.setattr("alerts.hearing.READINGS", Question("readings", f"SELECT nothing WHERE {asked}"))
    watch.turn(START + 60 * MINUTE)
    assert list(watch.failed) == ["made"]
    assert levels(town, START + 60 * MINUTE) == {("made", "a"): "blue"}


class Refusing:
    """A database whose next insert into the journal fails, before or after it was stored."""

    def __init__(self, database: Database, *, stored: bool) -> None:
        self._database, self._stored, self._armed = database, stored, True

    def insert(self, table: str, columns: Any, *more: Any) -> int:
        if table == "alert_transitions" and self._armed:
            self._armed = False
            if self._stored:
                self._database.insert(table, columns, *more)
            raise DatabaseUnavailable("pulled the plug")
        return self._database.insert(table, columns, *more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


@pytest.mark.parametrize("stored", [True, False])
def test_an_insert_that_fails_is_told_once(town: Town, stored: bool) -> None:
    town.read("level", "a", {START: 12.0})
    watch = watching(Refusing(town.database, stored=stored), rule())  # type: ignore[arg-type]
    for second in range(4):
        watch.turn(START + second * 1000)
    assert [one.after for one in journal.history(town.database, "a", instant(START - 1))] == ["blue"]
    assert watch.state == "running"


def test_a_rule_that_left_the_book_is_cleared(town: Town) -> None:
    town.read("level", "a", {START: 12.0})
    watching(town.database, rule()).turn(START)
    watching(town.database, rule(key="other")).turn(START + 3000)
    told = journal.history(town.database, "a", instant(START - 1))
    assert [(one.rule, one.after, one.reason) for one in told][1] == ("made", "clear", "rule_removed")


def test_two_watches_tell_once_and_the_second_takes_over(town: Town) -> None:
    first = watching(town.database, rule(), instance="one:1")
    second = watching(town.database, rule(), instance="two:2", joined=START + 1)
    town.read("level", "a", {START: 12.0})
    for second_of in range(0, 6000, 1000):
        first.turn(START + second_of)
        second.turn(START + second_of + 1)
    assert (first.state, second.state) == ("running", "standby")
    town.read("level", "a", {START + 8000: 25.0})
    late = START + 6000 + ALIVE_MS + 2000
    second.turn(late)
    assert second.state == "running"
    assert [one.after for one in journal.history(town.database, "a", instant(START - 1))] == ["blue", "yellow"]


def test_one_that_stood_still_writes_nothing_and_joins_after_all_others(town: Town) -> None:
    first, second = (watching(town.database, rule(), instance=f"{name}:1", joined=START) for name in ("one", "two"))
    first.turn(START)
    late = START + ALIVE_MS + 2000
    second.turn(late)  # nobody else beats: it leads
    town.read("level", "a", {late: 25.0})
    second.turn(late + 500)
    with pytest.raises(Fenced):  # it wakes where it stood: it thinks that it leads
        first.decide(late + 600)
    first.turn(late + 1000)
    assert (first.state, second.state) == ("standby", "running")
    second.turn(late + 3000)
    first.turn(late + 3100)
    assert (first.state, second.state, first.held()) == ("standby", "running", None)
    assert [one.after for one in journal.history(town.database, "a", instant(START - 1))] == ["yellow"]


def test_two_that_both_think_they_lead_are_told_at_the_next_beat(town: Town) -> None:
    first, second = (watching(town.database, rule(), instance=f"{name}:1", joined=START) for name in ("one", "two"))
    first.turn(START)
    second.decide(START + 1000)
    first.turn(START + 2000)
    assert (first.state, first.held()) == ("standby", None)


def test_a_watch_of_this_machine_that_died_leads_no_more(town: Town) -> None:
    town.read("level", "a", {START: 12.0})
    watching(town.database, rule(), instance=f"{socket.gethostname()}:4194999", joined=START - 9).turn(START - 1)
    watch = watching(town.database, rule())
    watch.turn(START)
    assert watch.state == "running"


def test_without_a_database_it_waits_and_says_so(tmp_path: Path) -> None:
    watch = watching(Database("clickhouse://127.0.0.1:1/none", connect_timeout=0.2), rule())
    watch.turn(START)
    assert watch.state == "waiting for database"
    assert "does not answer" in str(watch.last_error)


def test_run_watches_until_it_is_stopped(town: Town, clickhouse_url: str) -> None:
    now = time.time_ns() // 1_000_000
    town.read("water_level", "wl-xigangqiao", {now - 1000: 5.5})
    url = f"{clickhouse_url.rpartition('/')[0]}/{town.database.name}"
    stop = Event()
    thread = Thread(target=run, args=(Settings(clickhouse_url=url), PROFILE, stop))
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not levels(town, time.time_ns() // 1_000_000) and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        stop.set()
        thread.join(5)
    assert not thread.is_alive()
    assert levels(town, time.time_ns() // 1_000_000)["river_level", "wl-xigangqiao"] == "red"


def test_a_clock_that_is_set_back_by_an_hour_blinds_nobody(town: Town) -> None:
    """What is open stays on the screens, what comes is told at once, and what the hour to come said is no last word."""
    rules = (read_rulebook().rule("river_level").model_copy(update={"keep": 0}),)
    watch, hour = watching(town.database, *rules), 60 * MINUTE
    for number, device in enumerate(("wl-xigangqiao", "wl-liuyiqiao")):
        town.read("water_level", device, {START + hour + number: 9.0})
    watch.turn(START + hour + MINUTE)
    assert len(levels(town, START + hour + MINUTE)) == 2
    town.read("water_level", "wl-xigangqiao", {START: 9.0})
    town.read("water_level", "wl-qiaotou", {START: 9.0})
    watch.turn(START + 1)
    assert {place for _, place in levels(town, START + 1)} == {"wl-xigangqiao", "wl-liuyiqiao", "wl-qiaotou"}
    town.read("water_level", "wl-liuyiqiao", {START + MINUTE: 1.0})
    watch.turn(START + MINUTE)
    assert {place for _, place in levels(town, START + MINUTE)} == {"wl-xigangqiao", "wl-qiaotou"}
    town.read("water_level", "wl-liuyiqiao", {START + hour + 2 * MINUTE: 1.0})
    watch.turn(START + hour + 2 * MINUTE)
    assert {place for _, place in levels(town, START + hour + 2 * MINUTE)} == {"wl-xigangqiao", "wl-qiaotou"}
