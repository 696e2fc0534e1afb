"""What lies in a place, asked of a real database: every number of a small day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import h3.api.basic_int as h3
import pytest

from alerts.alert import Spot
from alerts.states import State, Timer, write_state
from layers import curves, inside
from layers.area import Ring
from layers.asking import heard
from layers.scope import Look, of_cell, of_district, of_ring, of_spot
from streams.clickhouse import Database
from streams.rollup import Rollup
from tests.contract.blank_part import Blanks
from tests.contract.snapshot_part import CENTRE, DAY, HOUR, MINUTE, NORTH, NOW, cell, insert, step

pytestmark = pytest.mark.contract

CELL = int(h3.latlng_to_cell(*CENTRE, 8))
HERE = of_cell(CELL, 9)
BESIDE = h3.cell_to_latlng(min(set(h3.grid_disk(CELL, 1)) - {CELL}))
SQUARE: Ring = tuple(
    (CENTRE[0] + y, CENTRE[1] + x) for y, x in ((-0.003, -0.003), (-0.003, 0.003), (0.003, 0.003), (0.003, -0.003))
)
DISTRICT = "630102"


def placed(place: tuple[float, float], district: str = DISTRICT) -> dict[str, Any]:
    return {"lat": place[0], "lon": place[1], "cell": cell(*place), "district": district}


def readings(
    device: str, metric: str, place: tuple[float, float], values: dict[timedelta, float]
) -> list[dict[str, Any]]:
    """`values` by how long before NOW."""
    return [
        {
            "at": NOW - back, "device": device, "metric": metric, "value": value, "quality": "",
            "received": NOW - back, "source": "", **placed(place),
        }
        for back, value in values.items()
    ]  # fmt: skip


def entry(device: str, place: tuple[float, float], interval: float, **more: Any) -> dict[str, Any]:
    return {
        "device": device, "at": NOW - DAY * 9, "state": "active", "kind": "gauge", "interval": interval,
        "name_zh": "雨量站", "name_en": "Rain gauge", "received": NOW - DAY * 9, **placed(place), **more,
    }  # fmt: skip


def fill(database: Database) -> None:
    rain = {MINUTE * 10 * back: 0.5 for back in range(6 * 24)}
    insert(database, "readings", [
        *readings("rain-1", "rain", CENTRE, rain),
        *readings("rain-2", "rain", CENTRE, {MINUTE * 70: 3.0}),
        *readings("rain-3", "rain", BESIDE, {MINUTE: 9.0}),
        *readings("rain-4", "rain", NORTH, {MINUTE: 90.0}),
        *readings("air-1", "pm25", CENTRE, {HOUR * back: 40.0 + back for back in range(150)}),
        *readings("air-1", "pm10", CENTRE, {MINUTE: 70.0}),
        *readings("air-9", "pm25", CENTRE, {-MINUTE: 999.0}),
    ])  # fmt: skip
    insert(database, "device_entries", [
        entry("rain-1", CENTRE, 600), entry("rain-2", CENTRE, 600), entry("dead-1", CENTRE, 60),
        entry("gone-1", CENTRE, 60, state="retired"), entry("far-1", NORTH, 60),
    ])  # fmt: skip
    insert(database, "case_steps", [
        step("c1", NOW - HOUR * 5, "reported", title="路灯不亮", due=NOW - HOUR, **spotted(CENTRE)),
        step("c2", NOW - HOUR * 4, "reported", title="", due=NOW + HOUR, **spotted(BESIDE)),
        step("c3", NOW - HOUR * 4, "reported", title="", **spotted(CENTRE)),
        step("c3", NOW - HOUR, "closed", 1, title="", **spotted(CENTRE)),
        step("c4", NOW - HOUR * 3, "reported", title="", due=NOW - HOUR * 2, **spotted(CENTRE)),
        step("c4", NOW - HOUR * 2, "suspended", 1, title="", due=NOW - HOUR * 2, **spotted(CENTRE)),
        step("c5", NOW + HOUR, "reported", title="", **spotted(CENTRE)),
    ])  # fmt: skip
    insert(
        database,
        "city_events",
        [event("e1", CENTRE, "active"), event("e2", CENTRE, "ended"), event("e3", NORTH, "open")],
    )
    insert(database, "city_events", [event("e4", CENTRE, "active") | {"expires": NOW - MINUTE}])
    insert(database, "alert_transitions", [
        moved("a1", NOW - HOUR * 3, "blue"), moved("a1", NOW - HOUR * 2, "red"), moved("a1", NOW - HOUR, "clear"),
        moved("a2", NOW - MINUTE, "yellow", "area:x", NORTH), moved("a3", NOW - HOUR * 5, "pending"),
        moved("a4", NOW - DAY * 40, "red"), moved("a5", NOW - HOUR, "orange", "rain-2"),
    ])  # fmt: skip


def spotted(place: tuple[float, float]) -> dict[str, Any]:
    return {**placed(place), "category": "市容环境"}


def event(name: str, place: tuple[float, float], status: str) -> dict[str, Any]:
    return {
        "event": name, "at": NOW - HOUR, "kind": "accident", "title": "追尾", "status": status,
        "received": NOW - HOUR, **placed(place),
    }  # fmt: skip


def moved(
    alert: str, at: Any, state: str, place: str = "rain-1", where: tuple[float, float] = CENTRE
) -> dict[str, Any]:
    ms = round(at.timestamp() * 1000)
    spot = Spot(*where, cell(*where), DISTRICT)
    memory = write_state(State(state, ms, ms, fired=ms, timers={state: Timer(ms, firing=True)}, value=25.0, spot=spot))
    told = {"version": "1", "reason": "crossed", "value": 25.0, "threshold": 20.0, "detail": "{}", "memory": memory}
    named = {"at": at, "rule": "rainstorm", "place": place, "alert": alert, "from_state": "clear", "to_state": state}
    return {**named, **told, **placed(where)}


@pytest.fixture(scope="module", params=["readings", "rollups"])
def database(blanks: Blanks, request: pytest.FixtureRequest) -> Iterator[Database]:
    with blanks.one() as found:
        fill(found)
        if request.param == "rollups":
            Rollup(found).turn(round(NOW.timestamp() * 1000))
        yield found


def named(several: Any) -> dict[str, bool]:
    return {one.id: one.here for one in several.items}


def test_devices_of_a_cell_and_of_its_ring(database: Database) -> None:
    found = inside.devices(database, HERE, NOW)
    assert named(found) == {"rain-1": True, "rain-2": True, "rain-3": False, "air-1": True, "dead-1": True}
    states = {one.id: one.state for one in found.items}
    assert states == {"rain-1": "fresh", "rain-2": "silent", "rain-3": "fresh", "air-1": "fresh", "dead-1": "never"}
    assert (found.count, found.wrong) == (5, 2)
    assert [one.id for one in found.items][:2] == ["rain-2", "dead-1"], "what is wrong is told first"


def test_each_device_has_the_last_word_of_each_metric(database: Database) -> None:
    found = {one.id: one for one in inside.devices(database, HERE, NOW).items}
    air = found["air-1"]
    assert [(word.metric, word.value, word.at) for word in air.words] == [
        ("pm10", 70.0, NOW - MINUTE),
        ("pm25", 40.0, NOW),
    ]
    assert (air.registered, air.last) == (False, NOW)
    assert (found["dead-1"].last, found["dead-1"].words, found["dead-1"].name["en"]) == (None, (), "Rain gauge")
    assert found["rain-1"].lat == pytest.approx(CENTRE[0], abs=1e-4)


@pytest.mark.parametrize(
    ("look", "ids"),
    [
        (of_ring(SQUARE), {"rain-1", "rain-2", "air-1", "dead-1"}),
        (of_district(DISTRICT, CENTRE), {"rain-1", "rain-2", "rain-3", "rain-4", "air-1", "dead-1", "far-1"}),
        (of_cell(int(h3.latlng_to_cell(*NORTH, 6)), 9), {"rain-4", "far-1"}),
        (of_cell(int(h3.latlng_to_cell(*CENTRE, 10)), 9), {"rain-1", "rain-2", "air-1", "dead-1"}),
        (of_district("630121", NORTH), set()),
    ],
)
def test_every_kind_of_place(database: Database, look: Look, ids: set[str]) -> None:
    assert {one.id for one in inside.devices(database, look, NOW).items} == ids


def test_fewer_are_named_than_are_counted(database: Database) -> None:
    found = inside.devices(database, HERE, NOW, most=1)
    assert (len(found.items), found.count, found.wrong) == (1, 5, 2)


def test_one_device(database: Database) -> None:
    found = inside.device(database, "rain-2", NOW)
    assert found is not None
    assert (found.state, found.words[0].value) == ("silent", 3.0)
    assert inside.device(database, "nobody", NOW) is None


def test_open_cases(database: Database) -> None:
    found = inside.cases(database, HERE, NOW)
    assert [(one.id, one.overdue, one.here) for one in found.items] == [
        ("c1", True, True), ("c4", False, True), ("c2", False, False),
    ]  # fmt: skip
    assert (found.count, found.wrong) == (3, 1), "c4 is suspended, c3 closed, c5 to come"
    assert (found.items[0].title, found.items[0].category) == ("路灯不亮", "市容环境")
    earlier = inside.cases(database, HERE, NOW - HOUR * 2)
    assert {one.id for one in earlier.items} == {"c1", "c2", "c3", "c4"}, "as of then c3 was open"


def test_what_a_later_step_of_a_case_does_not_say_stands(database: Database) -> None:
    nowhere = {"lat": 0.0, "lon": 0.0, "cell": 0, "district": "", "category": "", "due": None}
    insert(database, "case_steps", [
        step("c1", NOW - HOUR * 2, "dispatched", 7, **{**nowhere, "title": ""}),
        step("c6", NOW - HOUR * 2, "reported", 8, **{**nowhere, "title": "电话", "district": DISTRICT}),
        step("c7", NOW - HOUR * 2, "reported", 9, **{**nowhere, "title": "", "district": "630199"}),
    ])  # fmt: skip
    if heard(database, NOW):  # where somebody looks, somebody looks again
        Rollup(database).turn(round(NOW.timestamp() * 1000))
    (first, *_) = inside.cases(database, HERE, NOW).items
    assert (first.id, first.stage, first.title, first.category) == ("c1", "dispatched", "路灯不亮", "市容环境")
    assert (first.due, first.overdue, first.here) == (NOW - HOUR, True, True)
    district = inside.cases(database, of_district(DISTRICT, CENTRE), NOW)
    assert [one.id for one in district.items] == ["c1", "c4", "c2", "c6"], "c6 said a district and no place"


def test_a_day_of_a_district_is_told_in_hours(database: Database) -> None:
    (rain,) = curves.day(database, of_district(DISTRICT, CENTRE), ["rain"], NOW)
    assert (len(rain.values), rain.times[1] - rain.times[0]) == (24, HOUR)
    (one,) = curves.day(database, of_spot(CENTRE, 9, 7, "rain-1"), ["rain"], NOW)
    assert len(one.values) == 96


def test_events_that_are_not_over(database: Database) -> None:
    assert named(inside.events(database, HERE, NOW)) == {"e1": True}


def test_past_warnings(database: Database) -> None:
    past = inside.past(database, HERE, NOW)
    assert [(one.alert, one.level, one.began, one.ended) for one in past] == [
        ("a5", "orange", NOW - HOUR, None),
        ("a1", "red", NOW - HOUR * 3, NOW - HOUR),
    ]
    area = inside.past(database, of_ring(SQUARE, "area:x"), NOW)
    assert [one.alert for one in area] == ["a2", "a5", "a1"], "the own ones of the area, wherever their device stands"
    assert area[0].ended is None


def test_the_figures_of_a_day(database: Database) -> None:
    (rain,) = curves.day(database, HERE, ["rain"], NOW)
    assert (rain.unit, len(rain.values)) == ("mm", 96)
    assert rain.times[-1] <= NOW < rain.times[-1] + timedelta(minutes=15)
    known = [value for value in rain.values if value is not None]
    assert known[-1] in (0.5, 1.0)
    assert max(known) in (1.75, 2.0), "the mean of two gauges: half a millimetre or one, and three"


def test_the_figures_of_a_week(database: Database) -> None:
    rain, air = curves.week(database, HERE, ["rain", "pm25"], NOW)
    assert (len(air.values), air.key, air.unit) == (168, "pm25", "ug_m3")
    assert air.values[-1] == pytest.approx(40.0)
    assert air.values[-100] == pytest.approx(40.0 + 99)
    assert air.values[0] is None, "nobody measured then"
    assert rain.values[-3] == pytest.approx(3.0), "six readings of half a millimetre"
    assert curves.week(database, HERE, [], NOW) == ()


def test_the_figures_of_one_device(database: Database) -> None:
    look = of_spot(CENTRE, 9, 7, "rain-1")
    (rain,) = curves.week(database, look, ["rain"], NOW)
    assert {value for value in rain.values[-20:-1] if value is not None} == {3.0}


def test_nothing_lies_nowhere(database: Database) -> None:
    empty = of_cell(int(h3.latlng_to_cell(36.9, 101.2, 9)), 9)
    assert inside.devices(database, empty, NOW).count == 0
    assert inside.cases(database, empty, NOW).items == ()
    assert curves.day(database, empty, ["rain"], NOW) == ()
