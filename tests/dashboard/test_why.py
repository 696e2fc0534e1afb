"""Why an alert fires, for every kind of watch: figure, rows, thresholds with their source, what would clear it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from alerts.alert import Alert
from alerts.evidence import Season, Weeks
from config.read import read_city, read_words
from config.words import LANGUAGES
from dashboard.context import Context
from dashboard.desk import view
from dashboard.desk.bars import Bar, Length, bars, lengths
from dashboard.desk.basis import basis
from dashboard.desk.chart import Threshold
from dashboard.desk.lines import Cause, band, causes
from dashboard.desk.proof import Telling
from dashboard.desk.proof_of_counts import surge
from dashboard.desk.why import PROOFS, why
from dashboard.inflow import Point
from dashboard.telling import Teller
from tests.dashboard.desk_city import context, lists
from tests.dashboard.moments import NOW
from tests.dashboard.test_desk import text
from tests.dashboard.why_rows import KINDS

ZH, EN = read_words("zh-CN"), read_words("en")
ZONE = read_city("xining").zone


@pytest.fixture(scope="module")
def city() -> Context:
    made = context(lists(lambda: NOW, KINDS))
    made.state.step()
    return made


def open_alert(made: Context, rule: str) -> Alert:
    return next(alert for alert in made.state.moment.alerts if alert.rule == rule)


def test_there_is_an_alert_of_every_kind_and_a_proof_of_every_kind(city: Context) -> None:
    assert {type(city.rulebook.rule(kind[0]).watch) for kind in KINDS} == set(PROOFS)
    assert {alert.rule for alert in city.state.moment.alerts} == {kind[0] for kind in KINDS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", [kind[0] for kind in KINDS])
def test_every_kind_says_why(rule: str, language: str, city: Context) -> None:
    words = read_words(language)
    figure, title, note, below = view.proof(city, open_alert(city, rule).id, words, NOW)
    assert figure["data"], note
    json.dumps(figure)  # plain numbers and texts: the browser gets it as JSON
    told = " ".join((title, note, text(below)))
    assert words("why.basis.title") in told
    assert words("why.causes") in told
    assert "{" not in told
    assert text(below[0]).count(" ") > 4, "rows of what caused it"


def test_what_an_issuer_wrote_in_chinese_is_marked_for_a_reader_of_english(city: Context) -> None:
    below = view.proof(city, open_alert(city, "official_warning").id, read_words("en"), NOW)[3]
    marks = {one.children for one in below[0]._traverse() if getattr(one, "lang", "") == "zh-CN"}
    assert {"暴雨红色预警信号", "西宁市气象台"} <= marks


EXPECTED = {
    "official_warning": [
        "暴雨红色预警信号 西宁市气象台 16:27:08 17:42:08 城区及湟中",
        "发布单位解除",
    ],
    "rain_hour": ["rain-d 61.2 mm", "本系统阈值"],
    "river_rise": [" m/h"],
    "pm25_hour": ["pm25-d 61.2 μg/m³"],
    "traffic_unusual": ["11 km/h", "倍离差"],
    "river_forecast": ["警戒水位 4 m 0.30 m"],
    "waterlogging": ["pump-1", "rain-033", "31.4 mm", "其中一个条件不再成立"],
    "calls_surge": ["海湖路积水", "另有 38 项未列出"],
    "cases_overdue": ["城管局"],
    "device_gap": ["smoke-1 smoke", "10 分钟"],
    "rejects_burst": ["840", "不是 JSON 60"],
    "clock_ahead": ["n-0 9 2 小时"],
    "data_gap": ["s-0 城东区", "另有 4 项未列出"],
}


@pytest.mark.parametrize("rule", EXPECTED)
def test_rows_name_what_caused_it(rule: str, city: Context) -> None:
    told = text(view.proof(city, open_alert(city, rule).id, ZH, NOW)[3])
    assert [part for part in EXPECTED[rule] if part not in told] == [], told


def test_the_official_warning_is_told_from_our_own(city: Context) -> None:
    said = text(view.detail(city, open_alert(city, "official_warning").id, ZH, NOW).parts[0])
    own = text(view.detail(city, open_alert(city, "rain_hour").id, ZH, NOW).parts[0])
    assert "官方发布 " in said
    assert "站点触发" not in said
    assert "站点触发 " in own


def test_a_database_that_is_away_is_said(city: Context) -> None:
    database: Any = city.database
    database.down = True
    try:
        told = why(city, open_alert(city, "calls_surge"), ZH, NOW)
    finally:
        database.down = False
    assert (told.note, told.rows) == (ZH("desk.chart.broken"), ())


def test_bars_of_a_surge_stand_against_the_cases_that_a_level_takes(city: Context) -> None:
    rule = city.rulebook.rule("calls_surge")
    told = Telling(open_alert(city, "calls_surge"), rule, Teller(city.rulebook, city.city, ZH), NOW)
    proof = surge(told, rule.watch, Weeks(43, (11, None, 12, 9), 10.7, {"blue": 22, "red": 39}), ())  # type: ignore[arg-type]
    drawn: Any = proof.figure
    assert drawn["data"][0]["y"] == [9, 12, None, 11, 43]
    assert drawn["layout"]["xaxis"]["ticktext"] == ["4 周前", "3 周前", "2 周前", "1 周前", "本周"]
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [22.0, 39.0, 10.7]
    texts = [one["text"] for one in drawn["layout"]["annotations"]]
    assert {"红色 39", "平均 10.7", "无数据", "43"} <= set(texts)


def test_bars_of_nothing_have_a_ground() -> None:
    drawn = bars([Bar("a", 0.0), Bar("b", 0.0)], [Threshold("red", 9.0)], "件", ZH)
    assert drawn["layout"]["yaxis"]["range"][0] == 0
    assert drawn["layout"]["yaxis"]["range"][1] > 9


def test_the_band_is_what_is_usual_and_levels_move_with_it() -> None:
    seasons = [Season(1_784_000_000_000 + n * 1_800_000, 40.0 + n, 4.0, 40.0 - 9 * n) for n in range(3)]
    drawn = band(seasons, {"blue": -3.0, "red": -9.0}, "km/h", ZH, ZONE)
    low, high, middle, blue, red, said = drawn["data"]
    assert (low["y"], high["y"]) == ([36.0, 37.0, 38.0], [44.0, 45.0, 46.0])
    assert high["fill"] == "tonexty"
    assert (middle["y"], blue["y"], red["y"]) == ([40.0, 41.0, 42.0], [28.0, 29.0, 30.0], [4.0, 5.0, 6.0])
    assert said["y"] == [40.0, 31.0, 22.0]


def test_the_outlook_draws_the_way_the_interval_and_the_next_mark(city: Context) -> None:
    drawn: Any = why(city, open_alert(city, "river_forecast"), ZH, NOW).figure
    fan, way, said = drawn["data"]
    assert said["y"][-1] == 3.7
    assert way["y"] == [3.7, 4.0]
    assert fan["y"] == [3.7, 4.0, 4.0, 3.7]
    assert fan["x"][1] <= way["x"][1] <= fan["x"][2]
    assert [one["text"] for one in drawn["layout"]["annotations"] if "警戒" in one["text"]] == ["警戒水位 4"]


def test_causes_share_a_clock_and_have_their_own_levels() -> None:
    points = [Point(NOW - timedelta(minutes=m), 2.0 + m, "") for m in range(9, -1, -1)]
    two = [Cause(name, points, [Threshold("yellow", 5.0)], "m") for name in "ab"]
    drawn = causes(two, ZH, ZONE, NOW)
    assert [trace["yaxis"] for trace in drawn["data"]] == ["y", "y2"]
    assert [shape["yref"] for shape in drawn["layout"]["shapes"]] == ["y", "y2"]
    upper, lower = drawn["layout"]["yaxis"]["domain"], drawn["layout"]["yaxis2"]["domain"]
    assert upper[0] > lower[1]
    assert drawn["layout"]["xaxis"]["anchor"] == "y2"


def test_what_a_feed_names_is_no_tag_in_a_drawing() -> None:
    drawn = lengths([Length("<b>storm</b> & 'gale'", NOW - timedelta(hours=1), NOW)], ZONE, NOW)
    assert drawn["layout"]["yaxis"]["ticktext"] == ["&lt;b&gt;storm&lt;/b&gt; &amp; 'gale'"]


def test_lengths_are_in_the_order_given_and_not_too_many() -> None:
    drawn = lengths([Length(str(n), NOW - timedelta(hours=n + 1), NOW, "red") for n in range(9)], ZONE, NOW)
    assert drawn["layout"]["yaxis"]["ticktext"] == [str(n) for n in range(7)]
    assert drawn["layout"]["yaxis"]["range"][0] > drawn["layout"]["yaxis"]["range"][1]


def test_a_threshold_that_was_revised_says_since_when(city: Context) -> None:
    rule = city.rulebook.rule("pm25_day")
    alert = replace(open_alert(city, "pm25_hour"), rule="pm25_day", level="blue", detail={})
    assert "自 2026-03-01 起执行" in text(basis(alert, rule, ZH, date(2026, 7, 21)))
    assert "in force until 2026-03-01" in text(basis(alert, rule, EN, date(2026, 2, 1)))
    assert "规则未注明有效期" in text(basis(alert, city.rulebook.rule("rain_hour"), ZH, date(2026, 7, 21)))


def test_marks_and_stale_data_are_said(city: Context) -> None:
    alert = replace(open_alert(city, "river_forecast"), rule="river_level", state="stale", detail={})
    alert = replace(alert, detail={"thresholds": {"blue": 3.8, "yellow": 4.0}})
    told = text(basis(alert, city.rulebook.rule("river_level"), ZH, date(2026, 7, 21)))
    assert "黄色 4 m 警戒水位" in told
    assert "警戒水位-0.2 m" in told
    assert "数据恢复之前不解除" in told
