"""Charts are well-formed SVG and say what they should."""

from __future__ import annotations

import pytest
from lxml import etree

from config.city import Marks
from dashboard.brief.charts import COLOUR, DATA, DATA_LIGHT, NO_DATA, day_bars, gauge

MARKS = Marks(warning=3.0, guarantee=4.0, highest=5.0)


def fills(svg: str) -> list[str]:
    tree = etree.fromstring(svg.encode())
    return [one.get("fill") for one in tree.iter("{http://www.w3.org/2000/svg}rect")]


def texts(svg: str) -> list[str]:
    return [one.text for one in etree.fromstring(svg.encode()).iter("{http://www.w3.org/2000/svg}text")]


def test_bars_and_the_value_of_the_highest() -> None:
    svg = day_bars([1, 5, 0], 24, str)
    assert fills(svg).count(DATA) == 2
    assert "5" in texts(svg)
    assert {"00", "06", "12", "18", "24"} <= set(texts(svg))


def test_hours_without_data_and_hours_to_come_are_grey() -> None:
    assert fills(day_bars([1, None], 24, str)).count(NO_DATA) == 23


def test_a_dry_day_has_no_bar() -> None:
    svg = day_bars([0.0] * 24, 24, str, behind=[0.0] * 24)
    assert not {DATA, DATA_LIGHT} & set(fills(svg))


@pytest.mark.parametrize("hours", [23, 24, 25])
def test_days_on_which_clocks_change(hours: int) -> None:
    assert f"{hours:02d}" in texts(day_bars([1] * hours, hours, str))


@pytest.mark.parametrize(
    ("peak", "colour"), [(2.9, DATA), (3.0, COLOUR["yellow"]), (4.0, COLOUR["orange"]), (5.5, COLOUR["red"])]
)
def test_a_gauge_takes_a_warning_colour_only_over_its_mark(peak: float, colour: str) -> None:
    assert fills(gauge(1.0, MARKS, peak))[1] == colour


def test_a_gauge_without_level_or_marks() -> None:
    assert fills(gauge(1.0, MARKS, None)) == [NO_DATA]
    assert fills(gauge(1.0, None, 1.2)) == [NO_DATA, DATA]
    assert fills(gauge(0.0, None, 0.0)) == [NO_DATA, DATA]


def test_means_may_be_a_hair_above_the_most() -> None:
    """A mean of equal sums need not equal them: found with 412 gauges of the same rain."""
    assert "6.0" in texts(day_bars([6.000000000000001], 24, lambda value: f"{value:.1f}", behind=[5.999999999999999]))
