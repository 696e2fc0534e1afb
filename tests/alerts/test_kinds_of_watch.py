"""The kinds of watch beside readings and cases: what they make of answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.alert import Observation, Spot, instant, milliseconds
from alerts.forecasts import Sample, forecasts
from alerts.gather import Scene, cell_name
from alerts.lines import line_of
from alerts.outside import Told, colour, gaps, warned
from alerts.rings import Row
from alerts.rules import Rule
from alerts.seasons import Mean, anomalies
from alerts.states import State, Timer
from alerts.surges import WeekTally, comparable, surges, surprise
from alerts.together import together
from alerts.watches import Surge
from config.read import read_city
from layers.devices import Gateway, Quiet
from tests.alerts.made import MINUTE, rule, window

PROFILE = read_city("xining")
CITY = str(PROFILE.adcode)
NOW = 1_795_233_600_000
WEEK = 7 * 86_400_000
CELL = 617_700_169_958_293_503
HERE = (36.6, 101.7, CELL, "630102")
SCENE = Scene(PROFILE, NOW)


def values(found: list[Observation]) -> dict[str, float | None]:
    return {one.place: one.value for one in found}


# -- surges


@pytest.mark.parametrize(
    ("cases", "before", "weeks", "more", "expected"),
    [
        (0, 40, 4, True, 0.0),  # none or more is certain
        (10, 40, 4, True, 0.266),
        (30, 40, 4, True, 5.013),
        (0, 40, 4, False, 3.925),
        (10, 40, 4, False, 0.244),
        (1, 0, 4, True, 0.976),  # one case after four quiet weeks is no wonder
    ],
)
def test_surprise(cases: int, before: int, weeks: int, more: bool, expected: float) -> None:
    """Held against the integral of Poisson chances over the rate (Gamma of before + 1/2 and weeks)."""
    assert surprise(cases, before, weeks, more=more) == pytest.approx(expected, abs=0.006)


def test_more_cases_are_never_less_surprising() -> None:
    course = [surprise(cases, 40, 4, more=True) for cases in range(0, 400, 7)]
    assert course == sorted(course)
    fewer = [surprise(cases, 400, 4, more=False) for cases in range(0, 200, 7)]
    assert fewer == sorted(fewer, reverse=True)


def surge(way: str = "more", **place: Any) -> Rule:
    watch = {"surge": "reported", "window": "1h", "least": 3, "way": way}
    return rule(watch=watch | place.pop("watch", {}), place={"kind": "city"} | place, levels={"blue": 3})


def test_a_ring_counts_with_its_cell() -> None:
    import h3.api.basic_int as h3

    middle = h3.cell_to_parent(CELL, 7)
    near = next(one for one in h3.grid_ring(middle, 1))
    tallies = [WeekTally(h3.cell_to_center_child(cell, 9), "", 0, 3, 1.0, 2.0) for cell in (middle, near)]
    made = surge(kind="cell", resolution=7, watch={"rings": 1})
    (one, other) = surges(made, tallies, 4, NOW, SCENE)
    assert one.detail["cases"] == other.detail["cases"] == 6
    assert one.value == other.value == surprise(6, 0, 4, more=True)


def test_a_burst_in_one_cell_is_not_lost_in_its_ring_and_is_one_warning() -> None:
    import h3.api.basic_int as h3

    middle = h3.cell_to_parent(CELL, 7)
    near = list(h3.grid_ring(middle, 1))
    usual = [WeekTally(h3.cell_to_center_child(cell, 9), "", week, 9, 1.0, 2.0) for cell in near for week in range(5)]
    inside = h3.cell_to_center_child(middle, 9)
    burst = [WeekTally(inside, "", week, 28 if week == 0 else 9, 1.0, 2.0) for week in range(5)]
    found = values(surges(surge(kind="cell", resolution=7, watch={"rings": 1}), usual + burst, 4, NOW, SCENE))
    assert found.pop(h3.int_to_str(middle)) == surprise(28, 36, 4, more=True) > 4.5
    assert max(found.values()) < 1


def test_a_day_that_differs_by_a_quarter_is_no_wonder_in_a_city_and_silence_is() -> None:
    assert surprise(300, 4 * 240, 4, more=True) < 2
    assert surprise(180, 4 * 240, 4, more=False) < 2
    assert surprise(0, 4 * 240, 4, more=False) > 8


def at_noon(day: int, month: int = 10) -> int:
    return milliseconds(datetime(2026, month, day, 12, tzinfo=PROFILE.zone))


def test_a_holiday_is_held_against_days_off() -> None:
    watch = surge().watch
    assert isinstance(watch, Surge)
    saturdays = {0: at_noon(1), 1: at_noon(25, 9), 2: at_noon(19, 9), 3: at_noon(12, 9), 4: at_noon(5, 9)}
    assert comparable(watch, PROFILE, at_noon(1)) == saturdays
    plain = {week: at_noon(17, 9) - week * WEEK for week in range(5)}
    assert comparable(watch, PROFILE, at_noon(17, 9)) == plain


def test_a_window_of_more_than_a_day_is_held_against_whole_weeks() -> None:
    watch = surge(watch={"window": "3d"}).watch
    assert isinstance(watch, Surge)
    assert comparable(watch, PROFILE, at_noon(1)) == {week: at_noon(1) - week * WEEK for week in range(5)}


def test_little_history_says_nothing() -> None:
    tallies = [WeekTally(CELL, "630102", 0, 50, 1.0, 2.0)]
    assert surges(surge(), tallies, 1, NOW, SCENE) == []
    assert surges(surge(), tallies, 2, None, SCENE) == []
    assert surges(surge(), tallies, 2, NOW, SCENE)[0].value == surprise(50, 0, 2, more=True)


def test_a_silent_stream_reports_fewer_and_not_none() -> None:
    tallies = [WeekTally(CELL, "630102", week, 20, 1.0, 2.0) for week in (1, 2, 3, 4)]
    long_ago = NOW - 90 * MINUTE
    (fewer,) = surges(surge("less"), tallies, 4, long_ago, SCENE)
    assert (fewer.value, fewer.at) == (surprise(0, 80, 4, more=False), NOW)
    (more,) = surges(surge(), tallies, 4, long_ago, Scene(PROFILE, NOW, frozenset({CITY})))
    assert (more.value, more.at) == (0.0, long_ago)


def test_where_few_are_expected_none_are_missed() -> None:
    tallies = [WeekTally(CELL, "630102", week, 2, 1.0, 2.0) for week in (1, 2, 3, 4)]
    assert values(surges(surge("less"), tallies, 4, NOW, SCENE)) == {CITY: 0.0}


# -- seasons

UNUSUAL = rule(watch={"anomaly": "level", "window": "1h", "least": 0.5}, levels={"blue": 3})


def means(now: float, *before: float) -> list[Mean]:
    found = [Mean("a", 1 + number // 3, number % 3, mean, NOW, HERE) for number, mean in enumerate(before)]
    return [Mean("a", 0, 1, now, NOW, HERE), *found]


def test_an_anomaly_is_in_spreads_and_one_wild_week_does_not_count() -> None:
    (one,) = anomalies(UNUSUAL, means(13.0, 10.0, 11.0, 9.0, 10.0, 12.0, 500.0))
    assert one.detail == {"mean": 13.0, "usual": 10.5, "spread": pytest.approx(1.4826)}
    assert one.value == pytest.approx(2.5 / 1.4826, abs=1e-5)


def test_what_never_changes_has_the_least_spread() -> None:
    (one,) = anomalies(UNUSUAL, means(12.0, *[10.0] * 6))
    assert one.value == 4.0


def test_who_is_not_known_has_no_anomaly() -> None:
    assert anomalies(UNUSUAL, means(12.0, *[10.0] * 5)) == []
    assert anomalies(UNUSUAL, means(12.0, *[10.0] * 6)[1:]) == []


# -- forecasts

AHEAD = rule(
    watch={"forecast": "level", "window": "1h", "horizon": "6h"}, direction="below", levels={"blue": 180, "red": 30}
)
MARKS = {"a": {"warning": 4.0, "guarantee": 5.0, "blue": 1.0}}


def seen(levels: list[float], every: int = MINUTE, late: int = 0) -> list[Observation]:
    last = NOW - late
    samples = [Sample("a", last - n * every, level, HERE) for n, level in enumerate(reversed(levels))]
    return forecasts(AHEAD, samples[::-1], MARKS, NOW)


def test_a_steady_rise_reaches_its_mark() -> None:
    (one,) = seen([3.0 + 0.01 * n for n in range(31)])
    assert one.value == 70.0  # 3.30 m, 60 cm an hour
    assert (one.detail["mark"], one.detail["soonest"], one.detail["latest"]) == ("warning", 70.0, 70.0)
    (above,) = seen([4.0 + 0.01 * n for n in range(31)])
    assert (above.value, above.detail["mark"]) == (70.0, "guarantee")


def test_wild_readings_do_not_bend_the_line() -> None:
    levels = [3.0 + 0.01 * n for n in range(31)]
    levels[5] = levels[12] = levels[20] = 9.0
    (one,) = seen(levels)
    assert one.value == pytest.approx(70, abs=1)
    assert float(one.detail["soonest"]) <= 70 <= float(one.detail["latest"])


def test_a_mark_that_a_flood_has_passed_within_minutes_is_not_ahead() -> None:
    (one,) = seen([3.0 + 0.01 * n for n in range(50)] + [4.2, 4.3, 4.4, 4.5])
    assert one.detail["mark"] == "guarantee"


def test_noise_is_no_rise() -> None:
    noisy = [3.9 + 0.01 * ((n * 7919) % 3) for n in range(40)]
    assert values(seen(noisy)) == {"a": 360.0}


def test_what_falls_or_stands_above_all_marks_has_the_horizon() -> None:
    assert values(seen([3.9 - 0.01 * n for n in range(20)])) == {"a": 360.0}
    assert values(seen([5.1 + 0.01 * n for n in range(20)])) == {"a": 360.0}


def test_time_runs_on_after_the_last_reading() -> None:
    (one,) = seen([3.0 + 0.01 * n for n in range(31)], late=5 * MINUTE)
    assert (one.value, one.at) == (65.0, NOW - 5 * MINUTE)


def test_few_readings_make_no_line() -> None:
    assert seen([3.0, 3.1, 3.2, 3.3, 3.4]) == []
    assert line_of([(0, 1.0)] * 9, 0) is None


# -- composites


def row(device: str, value: float, cell: int = CELL, age: int = 0) -> Row:
    return Row(device, NOW - age, value, value, value, value, value, 1, 36.6, 101.7, cell, "630102")


BOTH = rule(
    watch={
        "all_of": [
            {"watch": {"metric": "sump", "measure": "last", "window": "10m"}, "levels": {"blue": 1, "yellow": 2}},
            {"watch": {"metric": "rain", "measure": "sum", "window": "1h"}, "levels": {"blue": 15, "orange": 50}},
        ],
        "rings": 1,
    },
    place={"kind": "cell", "resolution": 7},
    levels={"yellow": 2, "orange": 3, "red": 4},
)
PLACE = cell_name(CELL, 7)


def both(sump: Row | None, rain: Row | None, places: tuple[str, ...] = ()) -> dict[str, float | None]:
    rows = {
        ("sump", 10 * MINUTE): window(*([sump] if sump else [])),
        ("rain", 60 * MINUTE): window(*([rain] if rain else [])),
    }
    return values(together(BOTH, rows, {}, places, NOW))


def far(rings: int) -> int:
    import h3.api.basic_int as h3

    return int(h3.cell_to_center_child(h3.grid_ring(h3.cell_to_parent(CELL, 7), rings)[0], 9))


def test_both_are_one_level_worse_than_the_worse() -> None:
    assert both(row("p", 1.5), row("r", 20)) == {PLACE: 2.0}
    assert both(row("p", 1.5), row("r", 60)) == {PLACE: 4.0}
    assert both(row("p", 2.5), row("r", 20, far(1))) == {PLACE: 3.0}


def test_one_of_them_is_nothing() -> None:
    assert both(row("p", 1.5), row("r", 14.9)) == {PLACE: 0.0}
    assert both(row("p", 0.5), row("r", 99.0)) == {}
    assert both(row("p", 0.5), row("r", 99.0), (PLACE,)) == {PLACE: 0.0}


def test_what_is_not_known_is_not_nothing() -> None:
    assert both(row("p", 1.5), None, (PLACE,)) == {}
    assert both(row("p", 1.5), row("r", 60, far(2)), (PLACE,)) == {}
    assert both(row("p", 1.5), row("r", 60, age=6 * MINUTE), (PLACE,)) == {}


def test_a_rule_may_be_a_part() -> None:
    made = rule(
        watch={"all_of": [{"rule": "rain_hour", "level": "yellow"}, {"rule": "pump_fault"}], "rings": 1, "up": 2},
        place={"kind": "cell", "resolution": 7},
        levels={"red": 4},
    )

    def open_at(level: str, cell: int) -> dict[str, State]:
        return {"x": State(level, 0, 0, timers={level: Timer(0, True)}, spot=Spot(1.0, 2.0, cell))}

    def found(rain: str, cell: int) -> dict[str, float | None]:
        standing = {"rain_hour": open_at(rain, CELL), "pump_fault": open_at("blue", cell)}
        return values(together(made, {}, standing, (), NOW))

    assert found("yellow", far(1)) == {PLACE: 4.0}
    assert found("yellow", far(2)) == {PLACE: 0.0}
    assert found("blue", CELL) == {}


# -- devices and official warnings

LOST = rule(watch={"gaps": "devices", "known": "1d"}, place={"kind": "gateway"}, levels={"blue": 1})


def quiet(gateway: str, silent: int, devices: int) -> Gateway:
    since = instant(NOW - 60 * MINUTE)
    few = [Quiet(f"{gateway}-{number}", "rain", {}, "", timedelta(minutes=1), since) for number in range(silent)]
    return Gateway(gateway, devices, silent, instant(NOW), tuple(few))


def test_half_of_a_gateway_is_one_warning() -> None:
    assert values(gaps(LOST, [quiet("g1", 100, 200)], 300, SCENE)) == {"g1": 100.0}
    assert gaps(LOST, [quiet("g1", 100, 200)], 300, SCENE)[0].detail["heard_ms"] == NOW - 60 * MINUTE
    assert values(gaps(LOST, [quiet("g1", 2, 200)], 300, SCENE)) == {"g1-0": 1.0, "g1-1": 1.0}
    assert values(gaps(LOST, [quiet("", 3, 200)], 300, SCENE)) == {"-0": 1.0, "-1": 1.0, "-2": 1.0}


def test_all_silent_is_the_city() -> None:
    gateways = [Gateway("g1", 3, 3, None, ()), Gateway("g2", 2, 2, None, ())]
    assert values(gaps(LOST, gateways, 5, Scene(PROFILE, NOW, frozenset({"g1"})))) == {CITY: 5.0, "g1": 0.0}
    assert values(gaps(LOST, gateways, 9, SCENE)) == {"g1": 3.0, "g2": 2.0}
    assert gaps(LOST, [], 0, Scene(PROFILE, NOW, frozenset({"g1"}))) == [], "no registry, nothing known"


@pytest.mark.parametrize(
    ("grade", "title", "level"),
    [
        ("IV", "暴雨黄色预警信号", 2),
        ("", "解除暴雨红色预警信号", 0),
        ("Extreme", "Flood", 4),
        ("minor", "Wind", 1),
        ("红色", "山洪", 4),
        ("orange", "x", 3),
        ("II", "桥梁事故", 0),
        ("", "红色文化节", 0),
    ],
)
def test_the_colour_of_a_warning(grade: str, title: str, level: int) -> None:
    assert colour(grade, title) == level


def test_a_warning_of_no_district_is_the_citys_and_kinds_may_be_chosen() -> None:
    told = [
        Told("w", ("rain", "red", "x", "s", ""), NOW, (float("nan"), float("nan"), 0, "")),
        Told("v", ("wind", "blue", "x", "s", ""), NOW, HERE),
    ]
    watch = {"official": [], "window": "1d"}
    every = rule(watch=watch, place={"kind": "district"}, levels={"blue": 1})
    assert values(warned(every, told, SCENE)) == {CITY: 4.0, "630102": 1.0}
    wind = rule(watch=watch | {"official": ["wind"]}, place={"kind": "district"}, levels={"blue": 1})
    assert values(warned(wind, told, SCENE)) == {"630102": 1.0}


def test_warnings_beside_the_worst_are_told_the_highest_first() -> None:
    titles = {
        "w1": ("blue", "雷电"),
        "w2": ("red", "暴雨"),
        "w3": ("yellow", "大风"),
        "w4": ("blue", "大雾"),
        "w5": ("blue", "霾"),
    }
    told = [Told(event, ("x", grade, title, "s", ""), NOW, HERE) for event, (grade, title) in titles.items()]
    made = rule(watch={"official": [], "window": "1d"}, place={"kind": "city"}, levels={"blue": 1})
    several, alone = warned(made, told, SCENE)[0].detail, warned(made, told[1:2], SCENE)[0].detail
    assert (several["title"], several["warnings"], several["beside"]) == ("暴雨", 5, "大风; 霾; 大雾")
    assert (alone["warnings"], "beside" in alone) == (1, False)


@pytest.mark.parametrize(
    "given",
    [
        {"watch": {"surge": "reported", "window": "1h", "least": 3}},
        {"watch": {"cases": "due", "window": "1h"}, "place": {"kind": "city"}},
        {"watch": {"cases": "reported", "window": "1h", "late": "1h"}, "place": {"kind": "city"}},
        {"watch": {"gaps": "devices", "known": "1d"}, "place": {"kind": "city"}},
        {"place": {"kind": "stream"}},
        {"watch": {"all_of": [{"rule": "a"}]}, "place": {"kind": "cell"}},
        {"watch": {"all_of": [{"rule": "a"}, {}]}, "place": {"kind": "cell"}},
    ],
)
def test_what_does_not_fit(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rule(**given)
