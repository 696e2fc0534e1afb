"""Numbers, times and names as people read them."""

from __future__ import annotations

from datetime import datetime

import pytest

from config.read import read_words
from dashboard.brief.wording import clock, held, long_date, metric, number, percent, place, shortened, span, unit
from tests.dashboard.brief_day import CITY, DAY, at

ZH, EN = read_words("zh-CN"), read_words("en")
DISTRICTS = {one.adcode: one.name for one in CITY.districts}


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (1234567, 0, "1,234,567"),
        (-0.04, 1, "0.0"),
        (-1.25, 1, "-1.3"),
        (4.615, 2, "4.62"),
    ],
)
def test_number(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_a_rate_that_is_not_there_is_a_dash() -> None:
    assert (percent(None, ZH), percent(911 / 972, ZH), percent(1.0, ZH)) == ("—", "93.72", "100.00")


@pytest.mark.parametrize(
    ("moment", "text"), [(at(0), "00:00"), (at(9, 5), "09:05"), (at(0, 0, 1), "24:00"), (at(0, 1, 1), "7月22日 00:01")]
)
def test_clock(moment: datetime, text: str) -> None:
    assert clock(moment, DAY, ZH) == text


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (59, "0 分钟", "0 min"),
        (720, "12 分钟", "12 min"),
        (3600, "1 小时", "1 h"),
        (12_000, "3 小时 20 分", "3 h 20 min"),
        (86_400, "1 天", "1 d"),
        (195_300, "2 天 6 小时", "2 d 6 h"),
    ],
)
def test_span(seconds: float, zh: str, en: str) -> None:
    assert (span(seconds, ZH), span(seconds, EN)) == (zh, en)


def test_long_date() -> None:
    assert long_date(DAY, ZH) == "2026年7月21日　星期二"
    assert long_date(DAY, EN) == "Tuesday 21 July 2026"


@pytest.mark.parametrize(
    ("code", "thing", "text"),
    [
        ("630106", "rain-031", "湟中区 rain-031"),
        ("630106", "湟中区", "湟中区"),
        ("", "rain-031", "rain-031"),
        ("999999", "rain-031", "rain-031"),
        ("630106", "872e95426ffffff", "湟中区网格 95426"),
        ("", "noise", "噪声"),
    ],
)
def test_place(code: str, thing: str, text: str) -> None:
    assert place(code, thing, DISTRICTS, ZH) == text


def test_what_has_no_word_is_shown_as_it_is() -> None:
    assert (metric("radon", ZH), unit("Bq", ZH)) == ("radon", "Bq")


def test_a_number_keeps_what_it_counts() -> None:
    assert held("上报 385 件，46.6 mm，自 14:30 起").count("\N{NO-BREAK SPACE}") == 3
    assert held("7 8 (9)") == "7 8 (9)"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("店外经营占用人行道影响通行", "店外经营占用人行道影响通…"),
        ("店外经营占用人行道影响", "店外经营占用人行道影响"),
        ("Stall on the pavement, again", "Stall on the pavement, a…"),
        ("", ""),
    ],
)
def test_a_long_title_is_cut_and_says_so(text: str, cut: str) -> None:
    assert shortened(text) == cut
