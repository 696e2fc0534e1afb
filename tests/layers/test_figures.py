"""Figures: unknown is not zero, and a comparison needs something to compare with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.city import Marks
from config.read import read_words
from config.words import LANGUAGES
from layers import figures
from layers.picture import Gauge, Kpi, Series

AT = datetime(2026, 7, 21, 16, tzinfo=UTC)
MARKS = Marks(warning=4.0, guarantee=4.5)
NAMES = {"zh-CN": "西钢桥"}

EVERY = (
    figures.rain_peak(42.6, AT),
    figures.cases_today(318, 332, AT, (1.0,)),
    figures.on_time_rate({0: 100, 24: 100}, {0: 94, 24: 93}, AT),
    figures.case_count("cases_open", {0: 3, 24: 5}, AT),
    figures.case_count("cases_overdue", {0: 3}, AT),
    figures.open_alerts({0: 5, 24: 2}, AT),
    figures.pm25({0: 35.0}, AT),
    figures.pumps_stopped([0, 1, 2], [1, 1], AT),
    figures.stations_over((), {}),
)


def gauge(station: str, level: float | None, *, fresh: bool = True, marks: Marks | None = MARKS) -> Gauge:
    reached = "warning" if level is not None and marks and level >= marks.warning else None
    return Gauge(station, NAMES, NAMES, 36.6, 101.7, 2.0, marks, True, level, AT, fresh, over=reached)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kpi", EVERY, ids=lambda kpi: kpi.key)
def test_figures_have_words(kpi: Kpi, language: str) -> None:
    words = read_words(language)
    keys = (f"kpi.{kpi.key}", f"kpi.formula.{kpi.key}", f"kpi.versus.{kpi.versus}", f"unit.{kpi.unit}")
    assert all(words.has(key) for key in (*keys, f"unit.{kpi.change_unit}"))


def test_rain_against_the_hour_before() -> None:
    kpi = figures.with_line(figures.rain_peak(42.6, AT), figures.Past({6: 4.5, 23: 1.0}, AT))
    assert kpi.value == 42.6
    assert kpi.change == pytest.approx(38.1)
    assert kpi.spark[0] == 1.0
    assert kpi.spark[-1] == 42.6
    assert kpi.spark.count(None) == 21


def test_no_gauge_is_no_rain_figure() -> None:
    kpi = figures.with_line(figures.rain_peak(None, None), figures.Past({6: 4.5}, AT))
    assert (kpi.value, kpi.change, kpi.at) == (None, None, AT)
    assert kpi.spark[-7] == 4.5


def test_cases_against_last_week_in_percent() -> None:
    assert figures.cases_today(318, 332, AT, ()).change == pytest.approx(-4.2, abs=0.05)
    assert figures.cases_today(318, 0, AT, ()).change is None
    assert figures.cases_today(0, 332, AT, ()).value == 0
    assert figures.cases_today(0, 0, None, ()).value is None


def test_on_time_rate_of_a_real_bulletin() -> None:
    """737 of 972 due cases closed in time: 75.82 %."""
    kpi = figures.on_time_rate({0: 972, 24: 972}, {0: 737, 24: 729}, AT)
    assert kpi.value == pytest.approx(75.82, abs=0.005)
    assert kpi.change == pytest.approx(0.82, abs=0.005)


def test_nothing_due_is_no_rate() -> None:
    kpi = figures.on_time_rate({0: 0, 24: 4}, {0: 0, 24: 4}, AT)
    assert (kpi.value, kpi.change) == (None, None)
    assert figures.on_time_rate({}, {}, None).spark == (None,) * 24


def test_alerts_nobody_watches_are_unknown() -> None:
    assert figures.open_alerts({}, AT).value == 0
    assert figures.open_alerts({}, None).value is None
    assert figures.open_alerts({0: 5, 24: 2}, AT).change == 3


def test_pumps_that_do_not_run() -> None:
    assert figures.pumps_stopped([0, 1, 2], [1, 0], AT).value == 2
    assert figures.pumps_stopped([0, 1, 2], [1, 0], AT).change == 1
    assert figures.pumps_stopped([], [1], None).value is None


def test_stations_over_counts_fresh_ones_with_marks() -> None:
    stations = (gauge("a", 4.2), gauge("b", 4.6, fresh=False), gauge("c", 3.0), gauge("d", 9.0, marks=None))
    past = {"a": Series("level.a", "m", (4.1,) * 12), "c": Series("level.c", "m", (4.4,) * 6 + (3.0,) * 6)}
    kpi = figures.stations_over(stations, past)
    assert kpi.value == 1
    assert kpi.spark == (2.0, 1.0)
    assert kpi.change == -1


def test_silent_stations_are_not_zero_stations_over() -> None:
    kpi = figures.stations_over((gauge("a", 4.2, fresh=False),), {"a": Series("level.a", "m", (None,) * 12)})
    assert kpi.value is None
    assert kpi.spark == (None, None)
