"""What an alert rests on: the numbers of a panel are those of the engine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import evidence
from alerts.alert import instant, milliseconds
from alerts.evidence import SLOTS, Slot
from alerts.forecasts import Sample, forecasts
from alerts.gather import Scene
from alerts.rings import Row
from alerts.rulebook import read_rulebook
from alerts.seasons import HOUR, WEEK, Mean, anomalies
from alerts.steps import At
from alerts.surges import WeekTally, surges
from config.read import read_city
from tests.alerts.made import MINUTE, rule

BOOK, CITY = read_rulebook(), read_city("xining")
NOW = 1_784_623_320_000
WHOLE = str(CITY.adcode)
NOWHERE = (float("nan"), float("nan"), 0, "")


def tally(week: int, cases: int, district: str = "630102") -> WeekTally:
    return WeekTally(0, district, week, cases, 36.6, 101.7)


def surge_of(key: str, *counts: int) -> tuple[Any, float]:
    """The panel's weeks and the engine's value, of so many cases now and in each week before."""
    one = BOOK.rule(key)
    tallies = [tally(week, cases) for week, cases in enumerate(counts)]
    weeks = evidence.weeks_of(one, WHOLE, tallies, range(1, len(counts)), CITY)
    seen = surges(one, tallies, len(counts) - 1, NOW, Scene(CITY, NOW, frozenset((WHOLE,))))
    return weeks, seen[0].value or 0.0


def test_weeks_are_those_of_the_place_and_say_which_nobody_knows() -> None:
    one = BOOK.rule("calls_surge")
    found = evidence.weeks_of(one, WHOLE, [tally(0, 60), tally(1, 8), tally(3, 12)], (1, 3), CITY)
    assert found is not None
    assert (found.now, found.before, found.expected) == (60, (8, None, 12, None), 10.0)
    assert evidence.weeks_of(one, WHOLE, [], (), CITY) is None
    assert evidence.weeks_of(rule(), WHOLE, [], (1,), CITY) is None


@pytest.mark.parametrize("key", ["calls_surge", "calls_collapse"])
def test_a_level_fires_at_the_number_of_cases_that_the_chart_shows(key: str) -> None:
    one = BOOK.rule(key)
    way = 1 if one.watch.way == "more" else -1  # type: ignore[union-attr]
    needs = surge_of(key, 30, 28, 35, 31, 40)[0].needs
    assert needs
    for level, cases in needs.items():
        threshold = one.thresholds(None)[level]
        assert surge_of(key, cases, 28, 35, 31, 40)[1] >= threshold
        assert surge_of(key, cases - way, 28, 35, 31, 40)[1] < threshold


def test_a_level_below_the_least_number_waits_for_it() -> None:
    assert min(surge_of("calls_surge", 30, 0, 0, 1, 0)[0].needs.values()) == 20


def test_the_band_of_now_is_what_the_engine_holds_a_device_against() -> None:
    one = BOOK.rule("traffic_unusual")
    watch: Any = one.watch
    means = {(week, slot): 40.0 + week - slot for week in range(1, 5) for slot in range(3)} | {(0, 1): 12.0}
    seasons = evidence.seasons_of(watch, [(*key, mean) for key, mean in means.items()], NOW)
    engine = anomalies(one, [Mean("t-1", *key, mean, NOW, NOWHERE) for key, mean in means.items()])[0]
    last = seasons[-1]
    assert (last.at, last.mean) == (NOW, 12.0)
    assert (12.0 - last.usual) / last.spread == pytest.approx(engine.value, abs=1e-5)


def test_a_window_whose_past_is_unknown_is_left_out() -> None:
    watch: Any = BOOK.rule("traffic_unusual").watch
    few = [(1, slot, 40.0) for slot in range(3)] + [(0, 1, 12.0)]
    assert evidence.seasons_of(watch, few, NOW) == ()
    hours = evidence.season_hours(watch, NOW)
    assert hours[-1] == NOW // HOUR * HOUR + (HOUR if NOW % HOUR + watch.window >= HOUR else 0)
    assert (NOW - WEEK) // HOUR * HOUR in hours


def test_the_outlook_counts_from_the_newest_reading() -> None:
    one, later = BOOK.rule("river_forecast"), NOW + 2 * MINUTE
    marks = {"warning": 3.1, "guarantee": 4.0, "highest": 5.0}
    samples = [Sample("wl", NOW - age * MINUTE, 3.5 - age / 200, NOWHERE) for age in range(40, -1, -1)]
    seen = forecasts(one, samples, {"wl": marks}, later)[0]
    found = evidence.outlook_of(samples, marks, seen, later)
    assert found is not None
    assert found.minutes == pytest.approx(100.0)
    assert (found.told["mark"], found.points[-1]) == ("guarantee", (NOW, 3.5))
    assert evidence.outlook_of([], marks, seen, later) is None


def test_devices_of_a_place_come_worst_first_by_the_measure_of_the_rule() -> None:
    one = BOOK.rule("rain_hour")
    watch: Any = one.watch
    wet = Row("a", NOW, 1.0, 30.0, 1.0, 2.0, 0.0, 30, 36.6, 101.7, 0, "630105")
    shares = evidence.shares_of(one, watch, "630105", [wet._replace(device="b", sum=9.0), wet], CITY)
    assert [(one.device, one.value) for one in shares] == [("a", 30.0), ("b", 9.0)]
    assert evidence.shares_of(one, watch, "630102", [wet], CITY) == ()


def test_grades_count_working_time() -> None:
    monday = milliseconds(datetime(2026, 7, 20, 2, 0, tzinfo=UTC))  # 10:00 in the city
    late = evidence.grades(CITY, monday, due=False)
    assert late.names == ("late_more", "late_days", "late_day")
    assert [f"{instant(edge).astimezone(CITY.zone):%a %H:%M}" for edge in late.edges] == ["Wed 10:00", "Fri 10:00"]
    due = evidence.grades(CITY, monday, due=True)
    assert [f"{instant(edge).astimezone(CITY.zone):%H:%M}" for edge in due.edges] == ["11:00", "12:00"]


def word(at: int, title: str, grade: str = "", **more: Any) -> dict[str, Any]:
    plain = {"its_event": "e", "at_ms": at, "its_kind": "rainstorm", "its_grade": grade, "title": title, "area": "全市"}
    return {
        **plain,
        "its_sender": "气象台",
        "text": "",
        "its_status": "active",
        "expires_ms": None,
        "spot": NOWHERE,
        **more,
    }


def test_official_warnings_stand_as_they_were_told_last() -> None:
    apart = BOOK.rule("official_warning")
    one = apart.model_copy(update={"place": At(kind="city")})
    words = [word(1, "暴雨蓝色预警"), word(2, "大风黄色预警", its_event="w"), word(3, "暴雨红色预警", "red")]
    found = evidence.issued_of(one, WHOLE, words, CITY)
    assert [(each.event, each.began, each.at, each.level) for each in found] == [("e", 1, 3, 4), ("w", 2, 2, 2)]
    assert evidence.issued_of(one, WHOLE, [word(1, "暴雨蓝色预警解除"), word(1, "通知", its_event="n")], CITY) == ()
    assert evidence.issued_of(one, "630102", words, CITY) == ()
    assert evidence.issued_of(apart, "event:w", words, CITY) == found[1:], "what is told by itself, by itself"
    assert evidence.issued_of(apart, WHOLE, words, CITY) == ()


def test_slots_end_now_and_an_empty_one_is_nothing_or_unknown() -> None:
    found = evidence.slots_of({0: 3.0, 2: 1.0}, MINUTE, NOW)
    assert len(found) == SLOTS
    assert found[-3:] == (Slot(NOW - 2 * MINUTE, 1.0), Slot(NOW - MINUTE, 0.0), Slot(NOW, 3.0))
    assert evidence.slots_of({}, MINUTE, NOW, absent=None)[-1].value is None
