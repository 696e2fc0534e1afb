"""What the kinds of watch ask, of a real ClickHouse: and of messages in memory, which answer the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alerts import grounds, measures
from alerts.beside import Beside, Event
from alerts.measures import Asking
from alerts.memory import CASES, READINGS, Memory
from alerts.outside import Told
from alerts.rules import Rule
from alerts.seasons import hours
from config.read import read_city
from tests.alerts.made import MINUTE, rule
from tests.contract.city_part import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
CITY = str(PROFILE.adcode)
NOW = 1_795_233_600_000
DAY = 24 * 60 * MINUTE
WEEK = 7 * DAY
CELL = 617_700_169_958_293_503
WINDOW = {"now_ms": NOW, "window_ms": 60 * MINUTE, "weeks": 4}


def values(asked: Any, made: Rule, places: tuple[str, ...] = ()) -> dict[str, float | None]:
    return {one.place: one.value for one in Asking(asked, PROFILE, [made], NOW).observe(made, places)}


def test_cases_of_the_weeks_before(town: Town) -> None:
    edges = (0, 30, 59, 60)  # minutes before now: the last is no longer within
    rows = [(f"{week}.{age}", NOW - week * WEEK - age * MINUTE) for week in range(6) for age in edges]
    for case, at in rows:
        town.case(case, "reported", at, cell=CELL, district="630102")
    plain = {
        "stage": "reported",
        "due": None,
        "cell": CELL,
        "district": "630102",
        "lat": 36.6,
        "lon": 101.7,
        "offset": 0,
    }
    columns = {name: [({"case": case, "at": at} | plain)[name] for case, at in rows] for name in CASES}
    weeks, ends = list(range(5)), [NOW - week * WEEK for week in range(5)]
    for asked in (town.database, Memory({}, columns)):
        answer = asked.ask(measures.WEEKS, window_ms=WINDOW["window_ms"], weeks=weeks, ends_ms=ends)
        found = {(week, cases) for _, _, week, cases, *_ in zip(*answer.columns, strict=True)}
        assert found == {(week, 3) for week in range(5)}
        known = asked.ask(measures.KNOWN, now_ms=NOW, weeks=4)
        assert sorted(known.column("week")) == [1, 2, 3, 4]
        surge = rule(watch={"surge": "reported", "window": "1h", "least": 1}, place={"kind": "city"})
        assert 0 < (values(asked, surge)[CITY] or 0) < 1


def test_means_of_the_hours_before(town: Town) -> None:
    points = {
        NOW - week * WEEK - age * MINUTE: float(100 * week + age)
        for week in range(6)
        for age in (-59, -30, 0, 30, 59, 60, 90, 120, 200)
        if week or age >= 0
    }
    town.read("level", "a", points, district="630102", cell=CELL)
    memory = Memory(_columns(points), {})
    expected = hours(rule_of("anomaly").watch, NOW)  # type: ignore[arg-type]
    answers = []
    for asked in (town.database, memory):
        answer = asked.ask(measures.SEASONS, metric="level", hours=expected, **WINDOW)
        answers.append({(week, slot): round(mean, 6) for _, week, slot, mean, *_ in zip(*answer.columns, strict=True)})
    assert answers[0] == answers[1]
    assert answers[0][0, 1] == pytest.approx(89 / 3)
    assert answers[0][1, 0] == pytest.approx(100 - 89 / 2)
    assert set(answers[0]) == {(0, 1), *((week, slot) for week in range(1, 5) for slot in range(3))}
    assert values(town.database, rule_of("anomaly")) == values(memory, rule_of("anomaly"))


def rule_of(kind: str) -> Rule:
    return rule(watch={kind: "level", "window": "1h", "least": 1}, levels={"blue": 3})


def _columns(points: dict[int, float], **given: Any) -> dict[str, Any]:
    plain = {"device": "a", "metric": "level", "usable": True, "lat": 36.6, "lon": 101.7, "cell": CELL}
    fixed = {**plain, "district": "630102", "received": 0, "offset": 0, "item": 0, **given}
    rows = [{**fixed, "at": at, "value": value} for at, value in points.items()]
    return {name: [row[name] for row in rows] for name in READINGS}


def test_a_river_ahead(town: Town) -> None:
    station = "wl-xigangqiao"
    points = {NOW - age * MINUTE: 3.5 - age * 0.01 for age in range(20)}
    town.read("water_level", station, points, cell=CELL)
    made = rule(
        watch={"forecast": "water_level", "window": "30m", "horizon": "6h"}, direction="below", levels={"blue": 120}
    )
    memory = Memory(_columns(points, device=station, metric="water_level"), {})
    assert values(town.database, made) == values(memory, made) == {station: 50.0}


def test_marks_of_the_registry(town: Town) -> None:
    for at, red in ((NOW - 2, 7.0), (NOW - 1, 9.0)):
        town.database.insert("device_entries", _entry("a", at, json.dumps({"level": {"red": red}})))
    town.database.insert("device_entries", _entry("gone", NOW, '{"level":{"red":1}}', state="retired"))
    town.database.insert("device_entries", _entry("other", NOW, '{"rain":{"red":1}}'))
    town.database.insert("device_entries", _entry("plain", NOW, ""))
    town.read("level", "a", {NOW: 8.0})
    made = rule(registered=True, levels={"red": 5})
    (one,) = Asking(town.database, PROFILE, [made], NOW).observe(made, ())
    assert one.thresholds == {"red": 9.0}


def _entry(device: str, at: int, thresholds: str, *, state: str = "active", gateway: str = "") -> dict[str, list[Any]]:
    told = {"device": device, "at": at, "state": state, "kind": "water", "thresholds": thresholds, "gateway": gateway}
    placed = {"lat": 36.6, "lon": 101.7, "interval": 60.0, "received": at, "epoch": "t", "partition": 0, "offset": 0}
    return {name: [value] for name, value in {**told, **placed, "item": 0}.items()}


def test_a_dead_gateway_is_one_place(town: Town) -> None:
    for device, gateway in (("a", "g1"), ("b", "g1"), ("c", "g2"), ("d", "g2"), ("e", ""), ("f", "")):
        town.database.insert("device_entries", _entry(device, NOW - WEEK, "", gateway=gateway))
    for device in ("d", "f"):
        town.read("level", device, {NOW - MINUTE: 1.0})
    made = rule(watch={"gaps": "devices", "known": "1d"}, place={"kind": "gateway"}, levels={"blue": 1})
    assert values(town.database, made, ("f",)) == {"g1": 2.0, "c": 1.0, "e": 1.0, "f": 0.0}
    assert values(Memory({}, {}), made, ("f",)) == {}


def test_official_warnings(town: Town) -> None:
    told = [
        ("w1", NOW - 50 * MINUTE, "open", "IV", "暴雨黄色预警信号"),
        ("w1", NOW - 40 * MINUTE, "open", "III", "暴雨橙色预警信号"),
        ("w2", NOW - 50 * MINUTE, "active", "Extreme", "Flood"),
        ("w2", NOW - 40 * MINUTE, "cancelled", "Extreme", "Flood"),
        ("a1", NOW - 40 * MINUTE, "open", "II", "Accident"),
    ]
    for offset, (event, at, status, grade, title) in enumerate(told):
        town.database.insert("city_events", _event(offset, event, at, status, grade, title))
    answer = town.database.ask(measures.WARNINGS, now_ms=NOW, since_ms=NOW - WEEK, **ALONE)
    assert {Told(*row).event for row in zip(*answer.columns, strict=True)} == {"w1", "a1"}
    made = rule(watch={"official": [], "window": "1d"}, place={"kind": "district"}, levels={"blue": 1, "red": 4})
    assert values(town.database, made, ("630103",)) == {"630102": 3.0, "630103": 0.0}


ALONE: dict[str, list[str]] = {"follows": [], "firsts": []}  # nothing is told of one event under another's name
ENDS = (
    ("short", NOW - 50 * MINUTE, NOW),
    ("long", NOW - 20 * DAY, NOW + 1),
    ("old", NOW - 20 * DAY, None),
    ("longer", NOW - 50 * MINUTE, NOW - 1),
    ("longer", NOW - 40 * MINUTE, NOW + 1),
    ("shorter", NOW - 50 * MINUTE, NOW + 1),
    ("shorter", NOW - 40 * MINUTE, NOW - 1),
    ("endless", NOW - 50 * MINUTE, NOW - 1),
    ("endless", NOW - 40 * MINUTE, None),
)


def test_a_warning_is_in_force_until_it_expires(town: Town) -> None:
    """The newest word counts; what says no end is believed for the rule's window. Alike for a back-test."""
    for offset, (event, at, expires) in enumerate(ENDS):
        town.database.insert("city_events", _event(offset, event, at, "active", "red", "x", expires))
    events = tuple(Event(event, at, "active", "", "", "", "", (0.0, 0.0, 0, ""), ends) for event, at, ends in ENDS)
    for asked in (town.database, Memory({}, {}, Beside(events=events))):
        answer = asked.ask(measures.WARNINGS, now_ms=NOW, since_ms=NOW - DAY, **ALONE)
        assert {Told(*row).event for row in zip(*answer.columns, strict=True)} == {"long", "longer", "endless"}
    behind = town.database.ask(grounds.WARNINGS, now_ms=NOW, since_ms=NOW - DAY, **ALONE)
    assert set(behind.column("its_event")) == {"long", "longer", "endless"}, "who asks why sees the same"


def _event(  # noqa: PLR0917
    offset: int, event: str, at: int, status: str, grade: str, title: str, expires: int | None = None
) -> dict[str, list[Any]]:
    told = {"event": event, "at": at, "kind": "rainstorm", "grade": grade, "title": title, "status": status}
    told["expires"] = expires
    placed = {"lat": 36.6, "lon": 101.7, "cell": CELL, "district": "630102", "received": at, "epoch": "t"}
    return {name: [value] for name, value in {**told, **placed, "partition": 0, "offset": offset, "item": 0}.items()}


def test_rejects_and_marks(town: Town) -> None:
    size = 5
    rejects: dict[str, list[Any]] = {
        "received": [NOW] * size,
        "stream": ["iot"] * size,
        "reason": ["bad_json", *["too_old"] * 4],
    }
    town.database.insert("rejects", rejects | {"epoch": ["t"] * size, "offset": list(range(size))})
    several = rule(watch={"rejects": [], "window": "10m"}, place={"kind": "stream"}, levels={"blue": 1})
    one = rule(watch={"rejects": ["bad_json"], "window": "10m"}, place={"kind": "stream"}, levels={"blue": 1})
    assert (values(town.database, several, ("cases",)), values(town.database, one)) == (
        {"iot": 5, "cases": 0},
        {"iot": 1},
    )
    for device in "abcd":
        town.read("level", device, {NOW: 1.0})
    town.database.command(
        "ALTER TABLE readings UPDATE quality = 'ahead' WHERE device = 'a' SETTINGS mutations_sync = 1"
    )
    made = rule(watch={"marked": "ahead", "window": "10m"}, place={"kind": "metric"}, levels={"blue": 20})
    assert values(town.database, made) == {"level": 25.0}
