"""The questions behind a panel that says why, of a real ClickHouse: they tell what the engine counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import h3.api.basic_int as h3
import pytest

from alerts.alert import milliseconds
from alerts.areas import Borders
from alerts.evidence import SLOTS
from alerts.grounds import Grounds
from alerts.measures import Asking
from alerts.rules import Rule
from config.read import read_city
from layers.area import Area
from streams.clickhouse import QueryFailed
from tests.alerts.made import MINUTE, rule
from tests.contract.city_part import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
CITY, DISTRICT = str(PROFILE.adcode), "630102"
NOW = milliseconds(datetime(2026, 11, 23, 3, tzinfo=UTC))  # Monday, 11:00 in the city
DAY, WEEK = 24 * 60 * MINUTE, 7 * 24 * 60 * MINUTE
CELL = 617_700_169_958_293_503
CELL_NAME = "872830828ffffff"


def grounds(town: Town) -> Grounds:
    return Grounds(town.database, PROFILE, NOW)


def value(town: Town, made: Rule, place: str) -> float | None:
    """What the engine sees."""
    seen = Asking(town.database, PROFILE, [made], NOW).observe(made, (place,))
    return next(one.value for one in seen if one.place == place)


def test_cases_of_a_surge(town: Town) -> None:
    for week in range(3):
        for age in (5, 20, 59, 61):
            town.case(f"{week}.{age}", "reported", NOW - week * WEEK - age * MINUTE, cell=CELL, district=DISTRICT)
    for place in ({"kind": "city"}, {"kind": "district"}, {"kind": "cell", "resolution": 7}):
        made = rule(watch={"surge": "reported", "window": "1h", "least": 1}, place=place, levels={"blue": 0.2})
        name = next(one.place for one in Asking(town.database, PROFILE, [made], NOW).observe(made, ()))
        weeks = grounds(town).weeks(made, made.watch, name)  # type: ignore[arg-type]
        assert weeks is not None
        assert (weeks.now, weeks.before) == (3, (3, 3, None, None))
        cases = grounds(town).cases(made, made.watch, name)  # type: ignore[arg-type]
        assert [one.case for one in cases] == ["0.5", "0.20", "0.59"]
    assert grounds(town).cases(made, made.watch, "872830829ffffff") == ()  # type: ignore[arg-type]


def test_cases_of_a_named_area(town: Town) -> None:
    lat, lon = h3.cell_to_latlng(CELL)
    ring = tuple((lat + up / 50, lon + right / 50) for up, right in ((-1, -1), (-1, 1), (1, 1), (1, -1)))
    plain = rule(watch={"cases": "reported", "window": "1h"}, place={"kind": "area", "area": "old-town"})
    made = Borders(
        lambda: {"old-town": Area("old-town", "老城", ring, "李", "", datetime(2026, 1, 1, tzinfo=UTC))}, tuple
    ).bound(plain)
    for name, cell in (("in", CELL), ("out", 0)):
        town.case(name, "reported", NOW - MINUTE, cell=cell, district=DISTRICT)
    assert [one.case for one in grounds(town).cases(made, made.watch, "area:old-town")] == ["in"]  # type: ignore[arg-type]
    assert grounds(town).case_slots(made, made.watch, "area:old-town")[-1].value == 1  # type: ignore[arg-type]
    with pytest.raises(QueryFailed):
        grounds(town).bound(plain)
    assert grounds(town).bound(rule()) == rule()


def test_cases_in_windows_and_by_deadline(town: Town) -> None:
    for age in (1, 2, 31, 65):
        town.case(f"n{age}", "reported", NOW - age * MINUTE, district=DISTRICT)
    made = rule(watch={"cases": "reported", "window": "30m"}, place={"kind": "district"}, levels={"blue": 1})
    slots = grounds(town).case_slots(made, made.watch, DISTRICT)  # type: ignore[arg-type]
    assert (len(slots), [slot.value for slot in slots[-3:]]) == (SLOTS, [1, 1, 2])
    assert value(town, made, DISTRICT) == 2
    for case, due in (("a", -1), ("b", -3), ("c", -9), ("shut", -1), ("soon", 0.02)):
        town.case(case, "filed", NOW - 10 * DAY, due=NOW + round(due * DAY), district=DISTRICT)
    town.case("shut", "closed", NOW - MINUTE)
    late = rule(watch={"cases": "overdue", "window": "60d"}, place={"kind": "city"}, levels={"blue": 1})
    names, running = grounds(town).running(late, late.watch, CITY)  # type: ignore[arg-type]
    assert [(one.case, names.names[one.part]) for one in running] == [
        ("c", "late_more"), ("b", "late_days"), ("a", "late_day"),
    ]  # fmt: skip
    assert value(town, late, CITY) == len(running)
    soon = rule(watch={"cases": "due", "window": "60d", "within": "4h"}, place={"kind": "city"}, levels={"blue": 1})
    names, running = grounds(town).running(soon, soon.watch, CITY)  # type: ignore[arg-type]
    assert [(one.case, names.names[one.part]) for one in running] == [("soon", "due_now")]


def test_devices_of_a_district_by_the_measure_of_the_rule(town: Town) -> None:
    town.read("rain", "a", {NOW - age * MINUTE: 1.0 for age in range(20)}, district=DISTRICT, cell=CELL)
    town.read("rain", "b", {NOW - age * MINUTE: 2.0 for age in range(20)}, district=DISTRICT, cell=CELL)
    town.read("rain", "far", {NOW: 99.0}, district="630103")
    places: tuple[tuple[dict[str, Any], str], ...] = (({"kind": "district"}, DISTRICT), ({"kind": "cell"}, ""))
    for place, name in places:
        made = rule(watch={"metric": "rain", "measure": "sum", "window": "10m"}, place=place | {"across": "max"})
        seen = next(one for one in Asking(town.database, PROFILE, [made], NOW).observe(made, ()) if one.device == "b")
        shares = grounds(town).shares(made, made.watch, name or seen.place)  # type: ignore[arg-type]
        assert [(one.device, one.value) for one in shares] == [("b", 20.0), ("a", 10.0)]
        assert shares[0].value == seen.value


def test_the_season_of_a_device(town: Town) -> None:
    points = {
        NOW - week * WEEK - age * MINUTE: 40.0 + week + age / 100 for week in range(5) for age in range(0, 400, 5)
    }
    town.read("traffic_speed", "t-1", points | {NOW: 10.0})
    made = rule(watch={"anomaly": "traffic_speed", "window": "30m", "weeks": 4, "least": 3}, levels={"blue": 3})
    seasons = grounds(town).seasons(made.watch, "t-1")  # type: ignore[arg-type]
    last = seasons[-1]
    assert (len(seasons), last.at) == (SLOTS, NOW)
    assert (last.mean - last.usual) / last.spread == pytest.approx(value(town, made, "t-1"), abs=1e-4)  # type: ignore[operator]


def test_the_outlook_of_a_gauge(town: Town) -> None:
    gauge = "wl-xigangqiao"
    town.read("water_level", gauge, {NOW - age * MINUTE: 3.5 - age * 0.01 for age in range(20)}, cell=CELL)
    made = rule(
        watch={"forecast": "water_level", "window": "30m", "horizon": "6h"}, direction="below", levels={"blue": 120}
    )
    found = grounds(town).outlook(made, made.watch, gauge)  # type: ignore[arg-type]
    assert found is not None
    assert (found.minutes, found.told["height"], len(found.points)) == (value(town, made, gauge), 4.0, 20)
    assert grounds(town).outlook(made, made.watch, "nobody") is None  # type: ignore[arg-type]


def test_rejects_marks_and_silence(town: Town) -> None:
    ages = [0, 1, 11, 12, 25]
    rejects: dict[str, list[Any]] = {
        "received": [NOW - age * MINUTE for age in ages],
        "stream": ["iot"] * 5,
        "reason": ["bad_time", "not_json", "bad_time", "bad_time", "bad_time"],
    }
    town.database.insert("rejects", rejects | {"epoch": ["t"] * 5, "offset": list(range(5))})
    made = rule(watch={"rejects": [], "window": "10m"}, place={"kind": "stream"}, levels={"blue": 1})
    slots, refused = grounds(town).refused(made.watch, "iot")  # type: ignore[arg-type]
    assert [slot.value for slot in slots[-3:]] == [1, 2, 2]
    assert {one.reason: one.messages for one in refused} == {"bad_time": 1, "not_json": 1}
    for device in "abcd":
        town.read("level", device, {NOW - 2 * MINUTE: 1.0, NOW - 40 * MINUTE: 1.0})
    town.read("level", "late", {NOW - 40 * MINUTE: 1.0}, district=DISTRICT)
    town.database.command(
        "ALTER TABLE readings UPDATE quality = 'ahead' WHERE device = 'a' AND at > '2026-11-23 02:50:00'"
        " SETTINGS mutations_sync = 1"
    )
    marked = rule(watch={"marked": "ahead", "window": "10m"}, place={"kind": "metric"}, levels={"blue": 20})
    slots, doubtful = grounds(town).marked(marked.watch, "level")  # type: ignore[arg-type]
    assert [slot.value for slot in slots[-5:]] == [0.0, None, None, None, value(town, marked, "level")]
    assert [(one.device, one.readings, one.off) for one in doubtful] == [("a", 1, 0.0)]
    silent = rule(watch={"silent": "15m", "known": "2h"}, place={"kind": "metric"}, levels={"blue": 20}, unit="percent")
    slots, hushed = grounds(town).hushed(silent.watch, "level")  # type: ignore[arg-type]
    assert [slot.value for slot in slots[-3:]] == [5, 0, 4]
    assert [(one.device, one.newest, one.district) for one in hushed] == [("late", NOW - 40 * MINUTE, DISTRICT)]
    assert value(town, silent, "level") == 20.0


def test_official_warnings_in_force(town: Town) -> None:
    told = [
        ("w1", 50, "open", "暴雨黄色预警信号"),
        ("w1", 40, "open", "暴雨橙色预警信号"),
        ("w2", 50, "active", "通知"),
    ]
    for offset, (event, age, status, title) in enumerate(told):
        at = NOW - age * MINUTE
        row = {
            "event": event, "at": at, "kind": "rainstorm", "title": title, "status": status, "sender": "气象台",
            "area": "全市", "expires": NOW + MINUTE,
            "cell": CELL, "district": DISTRICT, "received": at, "epoch": "t", "partition": 0,
            "offset": offset, "item": 0,
        }  # fmt: skip
        town.database.insert("city_events", {name: [one] for name, one in row.items()})
    made = rule(watch={"official": [], "window": "1d"}, place={"kind": "district"}, levels={"blue": 1, "red": 4})
    (issued,) = grounds(town).issued(made, made.watch, DISTRICT)  # type: ignore[arg-type]
    assert (issued.level, issued.began, issued.at) == (3, NOW - 50 * MINUTE, NOW - 40 * MINUTE)
    assert (issued.sender, issued.area, issued.expires) == ("气象台", "全市", NOW + MINUTE)
    assert value(town, made, DISTRICT) == issued.level


def test_the_devices_behind_a_silent_gateway(town: Town) -> None:
    for device, gateway in (("a", "g1"), ("b", "g1"), ("c", "g2"), ("d", "g2")):
        entry = {"device": device, "at": NOW - WEEK, "state": "active", "kind": "water", "gateway": gateway}
        more = {"interval": 60.0, "received": NOW - WEEK, "epoch": "t", "partition": 0, "offset": 0, "item": 0}
        town.database.insert("device_entries", {name: [one] for name, one in {**entry, **more}.items()})
    town.read("level", "d", {NOW - MINUTE: 1.0})
    made = rule(watch={"gaps": "devices", "known": "1d"}, place={"kind": "gateway"}, levels={"blue": 1})
    gate, quiet = grounds(town).silent(made.watch, "g1")  # type: ignore[arg-type]
    assert gate is not None
    assert (gate.devices, [one.device for one in quiet]) == (2, ["a", "b"])
    assert [one.device for one in grounds(town).silent(made.watch, "c")[1]] == ["c"]  # type: ignore[arg-type]
