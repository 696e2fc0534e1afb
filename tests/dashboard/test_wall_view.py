"""Numbers, durations and small drawings as people read them."""

from datetime import timedelta

import pytest

from config.read import read_words
from dashboard.wall.charts import rows
from dashboard.wall.spark import sparkline
from dashboard.wall.view import number, span
from layers.picture import Series


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [(None, 0, False, "—"), (0.0, 0, False, "0"), (1234.0, 0, False, "1,234"), (-4.2, 1, True, "−4.2"),
     (3.0, 0, True, "+3"), (0.0, 1, True, "0.0"), (-0.04, 1, True, "0.0"), (42.64, 1, False, "42.6")],
)  # fmt: skip
def test_a_number_for_eyes(value, decimals, sign, text):
    assert number(value, decimals, sign) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 秒"), (40, "40 秒"), (720, "12 分钟"), (3600, "1 小时"), (11_100, "3 小时 5 分"),
     (86_400, "24 小时"), (200_000, "2 天")],
)  # fmt: skip
def test_a_duration_in_words(seconds, text):
    assert span(read_words("zh-CN"), timedelta(seconds=seconds)) == text


def test_a_line_needs_two_values():
    assert not hasattr(sparkline((None, 1.0)), "src")
    assert "d='M4.0 44.0L108.0 4.0'" in sparkline((1.0, 2.0)).src


def test_a_gap_parts_the_line():
    assert sparkline((1.0, 2.0, None, 3.0, 4.0)).src.count("M") == 2


def test_a_flat_line_is_in_the_middle():
    assert "24.0L" in sparkline((5.0, 5.0, 5.0)).src


def test_a_category_of_a_feed_is_no_tag_in_a_drawing():
    series = Series("categories_today", "cases", (3.0,), labels=("<span style='font-size:90px'>x</span>",))
    name, count = rows(None, series, (304, 152))["layout"]["annotations"]
    assert name["text"] == "&lt;span style='font-size:90px'&gt;x&lt;/span&gt;"
    assert count["text"] == "3"
