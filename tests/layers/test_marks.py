"""A level against its marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import Marks, Station
from layers.marks import climbing, course, eta, ladder, manhole_percent, next_mark, over, percent, rate

MARKS = Marks(warning=4.0, guarantee=4.5, highest=5.2)
LOW = Marks(warning=2.8, guarantee=3.3)
NAMES = {"zh-CN": "西钢桥"}
STATION = Station(id="wl-1", name=NAMES, river=NAMES, lat=36.6, lon=101.7, base=2.0, marks=MARKS)
START = datetime(2026, 7, 21, 16, tzinfo=UTC)


def points(*levels: float, every: float = 60) -> list[tuple[datetime, float]]:
    return [(START + timedelta(seconds=every * place), level) for place, level in enumerate(levels)]


def test_marks_rise() -> None:
    assert ladder(MARKS) == (("warning", 4.0), ("guarantee", 4.5), ("highest", 5.2))
    assert ladder(LOW) == (("warning", 2.8), ("guarantee", 3.3))
    assert ladder(None) == ()


@pytest.mark.parametrize(
    ("level", "share"),
    [(1.5, 0), (2.0, 0), (3.0, 50), (4.0, 100), (4.25, 105), (4.5, 110), (5.2, 120), (5.9, 130)],
)
def test_percent_of_marks(level: float, share: float) -> None:
    assert percent(level, STATION) == pytest.approx(share)


def test_percent_without_marks_is_unknown() -> None:
    assert percent(3.0, STATION.model_copy(update={"marks": None})) is None


def test_percent_above_the_last_of_two_marks_goes_on() -> None:
    assert percent(3.8, STATION.model_copy(update={"marks": LOW, "base": 1.2})) == pytest.approx(120)


def test_percent_of_a_station_whose_marks_stand_at_one_level() -> None:
    marks = Marks(warning=4.0, guarantee=4.0)
    assert percent(4.0, STATION.model_copy(update={"marks": marks})) == pytest.approx(110)


@given(st.floats(0, 8), st.floats(0, 8))
def test_a_higher_level_is_never_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert (percent(low, STATION) or 0) <= (percent(high, STATION) or 0)


def test_a_full_manhole() -> None:
    assert manhole_percent(2.5) == 100
    assert manhole_percent(1.25) == 50
    assert manhole_percent(-0.1) == 0


@pytest.mark.parametrize(
    ("level", "reached", "above"),
    [(3.99, None, "warning"), (4.0, "warning", "guarantee"), (4.6, "guarantee", "highest"), (5.2, "highest", None)],
)
def test_reached_and_next(level: float, reached: str | None, above: str | None) -> None:
    assert over(level, MARKS) == reached
    assert next_mark(level, MARKS) == above


def test_rate_of_a_straight_rise() -> None:
    assert rate(points(3.0, 3.01, 3.02, 3.03)) == pytest.approx(0.6)


def test_rate_does_not_follow_one_bad_reading() -> None:
    steady = [3.0] * 15 + [3.3] + [3.0] * 15
    assert rate(points(*steady)) == pytest.approx(0.0, abs=1e-9)


def test_too_few_points_make_no_rate() -> None:
    assert rate(points(3.0, 3.1)) is None
    assert rate(points(3.0, 3.1, 3.2, every=0)) is None


def test_a_river_that_turned_falls_at_the_rate_of_its_newest_readings() -> None:
    turned = points(*(3.0 + 0.1 * place for place in range(9)), 3.7, 3.6, 3.5)
    assert course(turned) == pytest.approx(-6.0)
    assert not climbing(turned)


def test_only_the_last_ten_minutes_count() -> None:
    flood = points(*(4.0 + 0.05 * place for place in range(20)), *([5.0] * 11))
    assert course(flood) == pytest.approx(0)


def test_readings_each_five_minutes_make_a_rate() -> None:
    assert course(points(3.0, 3.05, 3.1, every=300)) == pytest.approx(0.6)
    assert course(points(3.0, 3.05, 3.1, every=330)) == pytest.approx(6 / 11), "three readings in more than 10 minutes"
    assert course(points(3.0, 3.1, every=300)) is None
    assert course([]) is None
    assert not climbing([])


levels = st.integers(0, 800).map(lambda centimetres: centimetres / 100)
falls = st.lists(st.floats(0.01, 2), min_size=2, max_size=8)


@given(st.lists(levels, max_size=20), levels, falls, st.sampled_from([60, 120, 300]))
def test_a_falling_tail_has_no_positive_rate_and_no_time_to_a_mark(
    before: list[float], peak: float, falls: list[float], every: float
) -> None:
    tail = [peak - sum(falls[:count]) for count in range(len(falls) + 1)]
    readings = points(*before, *tail, every=every)
    rise = course(readings)
    assert rise is not None
    assert rise <= 0
    assert not climbing(readings)
    assert eta(readings[-1][1], rise, MARKS) is None


@given(levels, st.floats(0.02, 20))
def test_a_time_to_a_mark_is_whole_five_minutes_and_never_too_soon(level: float, rise: float) -> None:
    seconds = eta(level, rise, MARKS)
    if seconds is not None:
        mark = dict(ladder(MARKS))[next_mark(level, MARKS) or ""]
        assert seconds % 300 == 0
        assert -1 <= seconds - (mark - level) / rise * 3600 <= 300


def test_time_to_the_next_mark() -> None:
    assert eta(3.99, 9.63, MARKS) == 300
    assert eta(3.7, 0.3, MARKS) == pytest.approx(3600)
    assert eta(4.2, 0.3, MARKS) == pytest.approx(3600)


@pytest.mark.parametrize(
    ("level", "rise", "marks"),
    [
        (3.7, None, MARKS),
        (3.7, 0.01, MARKS),
        (3.7, -0.5, MARKS),
        (5.3, 0.5, MARKS),
        (3.7, 0.5, None),
        (2.0, 0.08, MARKS),
    ],
    ids=["no rate", "steady", "falling", "above all", "no marks", "more than a day"],
)
def test_no_time_to_the_next_mark(level: float, rise: float | None, marks: Marks | None) -> None:
    assert eta(level, rise, marks) is None
