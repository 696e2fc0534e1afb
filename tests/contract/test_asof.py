"""The picture of a past moment: it is what was shown then, and nothing that came later is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from alerts.journal import act, open_alerts
from alerts.quiet import Quiet
from alerts.rulebook import read_rulebook
from alerts.silences import begin
from alerts.standing import Standing
from alerts.states import State, Timer, write_state
from config.read import read_words
from dashboard.judging import judged
from dashboard.past.kept import Kept
from dashboard.past.picture import kept, marks, measure, open_then, picture_at
from dashboard.state import CityState, Moment
from dashboard.wall import panels
from dashboard.web import picture
from layers.catalog import layer
from layers.cells import Cells, cells
from layers.geometry import City
from layers.moments import to_ms
from streams.asof import AsOf, Left
from streams.clickhouse import Database
from streams.rollup import Rollup
from tests.contract.blank_part import Blanks
from tests.contract.snapshot_part import (
    CENTRE,
    DAY,
    HOUR,
    MINUTE,
    NORTH,
    NOW,
    cases,
    insert,
    others,
    rain,
    reading,
    step,
    transition,
    water,
)  # fmt: skip

pytestmark = pytest.mark.contract

SECOND = timedelta(seconds=1)
PRESENT = NOW + HOUR * 5
BOOK = read_rulebook()
KEPT = Kept({"readings": NOW - DAY * 9, "beats": NOW - DAY})


@pytest.fixture(scope="module")
def database(blanks: Blanks) -> Iterator[Database]:
    """What was known at NOW; nothing of it arrived later."""
    with blanks.one() as found:
        insert(found, "readings", [{**row, "received": row["at"]} for row in (*rain(), *water(), *others())])
        insert(found, "case_steps", cases())
        insert(found, "city_events", [{"event": "e1", "at": NOW - HOUR, "kind": "weather", "received": NOW - HOUR}])
        insert(found, "rejects", [{"stream": "iot", "reason": "not_json", "received": NOW - HOUR}])
        insert(found, "alert_transitions", [
            journaled("rainstorm", "630106", NOW - HOUR, "blue", "a1"),
            journaled("rainstorm", "630106", NOW - MINUTE * 9, "red", "a1"),
            journaled("river_level", "wl-qiaotou", NOW - HOUR * 30, "orange", "a0"),
            journaled("river_level", "wl-qiaotou", NOW - MINUTE * 30, "clear", "a0"),
        ])  # fmt: skip
        act(found, "a1", "acknowledge", "王", "", NOW - MINUTE)
        beats = [{"at": NOW - SECOND * 2, "process": name, "instance": "h", "detail": BEAT} for name in PROCESSES]
        insert(found, "heartbeats", beats)
        Rollup(found).turn(to_ms(NOW))  # live tells of silent devices as of this look, at most two minutes old
        yield found


PROCESSES = ("watch", "ingest")
BEAT = json.dumps({"topics": {"yiping.iot": {"lag": 7, "rate": 55.5}}, "state": "running"})


def journaled(rule: str, place: str, at: datetime, state: str, name: str) -> dict[str, Any]:
    timers = {state: Timer(to_ms(at), firing=True)}
    memory = write_state(State(state, to_ms(at), to_ms(at), fired=to_ms(at), timers=timers, value=61.5, peak=61.5))
    told = {
        "alert": name,
        "detail": "{}",
        "memory": "" if state == "clear" else memory,
        "from_state": "clear",
    }
    return {**transition(rule, place, at, state), **told, "value": 61.5, "threshold": 50.0, "reason": "over"}


def later(database: Database) -> None:
    """All that can come after NOW: late and new rows of each stream, decisions, actions, silences, signs of life."""
    new = NOW + MINUTE * 2
    insert(database, "readings", [
        reading("rain-001", "rain", NOW - MINUTE * 7, 80.0, CENTRE, received=NOW + MINUTE),
        reading("rain-late", "rain", NOW - HOUR * 2, 60.0, NORTH, received=NOW + SECOND),
        reading("air-001", "pm25", NOW - HOUR * 20, 900.0, CENTRE, received=NOW + HOUR),
        reading("wl-xigangqiao", "water_level", NOW - SECOND, 9.0, None, received=NOW + SECOND),
        reading("rain-002", "rain", new, 70.0, CENTRE, received=new),
    ])  # fmt: skip
    insert(database, "case_steps", [
        step("c1", NOW - HOUR, "closed", 3, received=NOW + MINUTE), step("c9", NOW - HOUR, "reported", received=new),
    ])  # fmt: skip
    insert(database, "city_events", [{"event": "e2", "at": NOW - HOUR, "kind": "flood", "received": new}])
    insert(database, "device_entries", [{"device": "rain-009", "at": NOW - DAY, "state": "active", "received": new}])
    for table in ("device_heard", "device_words"):
        insert(database, table, [{"device": name, "at": new} for name in ("", "rain-002")])
    opened = {"opened": NOW - HOUR, "reported": True, "stage": "reported"}
    insert(database, "case_states", [{"case": name, "last_at": new, **opened} for name in ("", "c9")])
    insert(database, "rejects", [{"stream": "iot", "reason": "not_json", "received": new}])
    insert(database, "alert_transitions", [
        journaled("rainstorm", "630106", new, "clear", "a1"), journaled("rainstorm", "630105", new, "red", "a2"),
    ])  # fmt: skip
    act(database, "a1", "note", "李", "后来", new)
    begin(database, Quiet("", "silence", "李", "演练", NOW - MINUTE, NOW + DAY, level="red", rule="rainstorm"), new)
    insert(database, "heartbeats", [{"at": new, "process": "watch", "instance": "h", "detail": BEAT}])
    Rollup(database).turn(to_ms(NOW + HOUR))  # sums of five minutes and of hours that hold what came late


def live(database: Database, city: City) -> Moment:
    """What the screens show at NOW."""
    state = CityState(
        lambda now: picture(Standing(database), city, now, None), now=lambda: NOW,
        judge=lambda alerts, now: judged(database, BOOK, measure(), alerts, now),
    )  # fmt: skip
    return state.step()


def past(database: Database, city: City, present: datetime = PRESENT) -> Moment:
    return picture_at(AsOf(database, NOW, present), city, BOOK, KEPT)


def same(moment: Moment) -> Moment:
    """Without what is of the making and not of the city."""
    return replace(moment, number=0, seconds=None, free=None, earlier=frozenset())


def test_the_picture_of_a_moment_is_what_was_shown_then_and_stays_it(database: Database, city: City) -> None:
    words = read_words("zh-CN")
    shown = live(database, city)
    assert shown.error is None
    agree(past(database, city), shown)
    maps = coloured(database, city)
    later(database)
    then = past(database, city)
    agree(then, shown)
    agree(past(database, city, NOW + DAY * 30), shown)  # without rollups
    assert panels.frame(then, words, city, BOOK, "emergency").keys() == panels.frame(shown, words, city, BOOK).keys()
    known = cast(Database, AsOf(database, NOW, PRESENT))
    assert coloured(known, city) == maps
    now_differs(database, city, shown)


def coloured(database: Database, city: City) -> list[Cells]:
    """Layers of the map that the wall does not show, one of each kind."""
    shown = [layer(key) for key in ("overdue", "calls", "events", "alerts", "blind", "unheard")]
    return [cells(database, city, one, NOW, 7, city.bounds) for one in shown]


def agree(one: Moment, other: Moment) -> None:
    assert one.snapshot is not None
    assert other.snapshot is not None
    for part, answer in other.snapshot.parts.items():
        assert one.snapshot.parts[part] == answer, part
    assert same(one) == same(other)


def now_differs(database: Database, city: City, shown: Moment) -> None:
    """Asked plainly, the same moment looks different by now: else the test above would prove nothing."""
    plain, _, _ = picture(Standing(database), city, NOW, None)
    assert shown.snapshot is not None
    differ = {part for part, answer in plain.parts.items() if answer != shown.snapshot.parts[part]}
    assert {"hexes.rain", "line.rain", "gauges", "kpis.progress", "kpis.calls"} <= differ


def test_who_acknowledged_by_then_had_acknowledged(database: Database) -> None:
    before, after = NOW - MINUTE * 2, NOW
    for at, names in ((before, []), (after, ["王"])):
        found = open_alerts(cast(Database, AsOf(database, at, PRESENT)), at)
        (one,) = [alert for alert in found if alert.id == "a1"]
        assert [action.actor for action in one.actions] == names


def test_what_is_kept_is_known_by_when_it_came(database: Database) -> None:
    found = kept(database)
    assert set(found.since) == {"readings", "cases", "events", "alerts", "beats"}
    assert found.earliest == NOW - DAY * 7 - HOUR
    assert found.nothing(NOW - DAY * 8)
    assert not found.nothing(NOW)


def test_marks_tell_where_warnings_changed(database: Database) -> None:
    found = marks(database, NOW - HOUR, NOW, 60)
    assert found[51] == (1, 4), "red 9 minutes before the end"
    assert found[30] == (1, 0), "the river is clear again 30 minutes before"
    assert sum(count for count, _ in found.values()) == 2, "what was an hour before lies outside"


def test_a_picture_that_nobody_waits_for_ends_at_its_next_question(database: Database, city: City) -> None:
    asked: list[int] = []

    def gone() -> bool:
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(Left):
        picture_at(AsOf(database, NOW, PRESENT, gone), city, BOOK, KEPT)
    assert len(asked) == 6


def test_a_database_without_anything_keeps_nothing(blanks: Blanks) -> None:
    with blanks.one() as empty:
        assert kept(empty).earliest is None
        assert marks(empty, NOW - HOUR, NOW, 60) == {}


def test_an_alert_of_then_has_the_value_of_then(blanks: Blanks, city: City) -> None:
    """Between two changes of level the journal holds no value: it is what the rule sees in what was known then."""
    rule = BOOK.rule("river_level")
    with blanks.one() as found:
        insert(found, "readings", [{**row, "received": row["at"]} for row in water()])
        late = reading("wl-xigangqiao", "water_level", NOW - SECOND, 9.0, None, received=NOW + SECOND)
        insert(found, "readings", [late])
        insert(found, "alert_transitions", [
            {**journaled(rule.key, "wl-xigangqiao", NOW - MINUTE * 20, "yellow", "a1"), "version": rule.version},
            {**journaled(rule.key, "wl-qiaotou", NOW - MINUTE * 20, "yellow", "a2"), "version": "another book"},
        ])  # fmt: skip
        for minutes, expected in ((0, 3.70), (10, 3.60)):
            at = NOW - MINUTE * minutes
            alerts, earlier = open_then(cast(Database, AsOf(found, at, PRESENT)), city, BOOK, at)
            values = {one.id: (one.value, one.latest, one.observed) for one in alerts}
            assert values["a1"] == (61.5, pytest.approx(expected), at)
            assert values["a2"][:2] == (61.5, 61.5), "by a rule that is another one today: nobody asks it"
            assert earlier == {"a2"}
