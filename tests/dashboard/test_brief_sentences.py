"""The three sentences at the top."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.read import read_words
from config.words import LANGUAGES
from dashboard.brief.facts import day_of
from dashboard.brief.figures import Absent, Gap, Intake
from dashboard.brief.sentences import ahead, happened, headlines, overdue
from tests.dashboard.brief_day import CITY, DAY, at, facts, nothing_known, quiet

ZH = read_words("zh-CN")


def test_what_happened() -> None:
    assert happened(facts(), ZH) == (
        "全市预警 2 起（红色 1、黄色 1），最重为城北区 湟水 西钢桥“河道水位超警”，最高 5.26 m。"
        "1 小时最大雨量 46.6 mm（湟中区 rain-222）。上报案件 385 件，较前一日多 25 件。"
    )


def test_what_is_overdue() -> None:
    assert overdue(facts(), ZH) == (
        "超期未结案件 66 件，最久的已超 2 天 6 小时（湟源县 公用设施）。"
        "应结 381 件，按期结案 325 件，按期结案率 85.30%。预警未签收 1 起。"
    )


def test_what_needs_attention() -> None:
    assert ahead(facts(), ZH) == (
        "预警未解除 1 起；次日到期未结案件 166 件；北川河 桥头现超警戒 0.10 m；"
        "湟水 西钢桥现距警戒 0.38 m；车速自 21:40 起无数据。"
    )


def test_a_quiet_day_says_so() -> None:
    assert happened(quiet(), ZH) == "全市未触发预警。全市雨量站均无降雨。上报案件 0 件，与前一日持平。"
    assert overdue(quiet(), ZH) == "没有超期未结的案件。"
    assert ahead(quiet(), ZH) == "没有未解除的预警、临近到期的案件和逼近警戒的河道。"


def test_a_failed_question_is_never_good_news() -> None:
    known = nothing_known()
    assert happened(known, ZH) == "预警查询失败，不能判断有无预警。雨情无数据。案件无数据。"
    assert overdue(known, ZH) == "案件无数据。"
    assert ahead(known, ZH) == "预警、案件、河道、数据接入查询失败，未计入。"


def test_a_day_without_sensors_is_not_a_day_without_warnings() -> None:
    blind = replace(facts(), warnings=Absent("no_rows"))
    assert "没有感知数据，不能判断有无预警" in happened(blind, ZH)


def test_hours_without_any_reading_come_first() -> None:
    dark = Intake(10, 0, 0, (), (Gap("", at(0), at(9, 30)),), ())
    said = happened(replace(facts(), intake=dark), ZH)
    assert said.startswith("00:00 至 09:30 没有任何感知数据，以下不含这段时间。")


def test_today_speaks_of_the_next_hours() -> None:
    today = day_of(DAY, CITY.profile, at(16, 42))
    assert "今后 24 小时到期未结案件 166 件" in ahead(replace(facts(), day=today), ZH)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", [facts, quiet, nothing_known])
def test_always_three_whole_sentences(language: str, day: object) -> None:
    said = headlines(day(), read_words(language))  # type: ignore[operator]
    assert len(said) == 3
    assert all(one.text.endswith(("。", ".")) and "{" not in one.text and "None" not in one.text for one in said)
