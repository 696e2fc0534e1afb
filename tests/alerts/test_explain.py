"""Alerts in words, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.alert import Action, Alert, instant
from alerts.explain import amount, headline, place_name, sentence, span
from alerts.reasons import REASONS
from alerts.rulebook import read_rulebook
from alerts.steps import At
from config.read import read_city, read_words
from config.words import LANGUAGES
from layers.geometry import City, load_city
from tests.alerts.made import MINUTE, rule

CITY = read_city("xining")
ZONE = CITY.zone
BOOK = read_rulebook()
ZH, EN = read_words("zh-CN"), read_words("en")
AT = instant(1_780_000_000_000)


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(CITY)


def alert(**given: Any) -> Alert:
    return replace(
        Alert(
            id="0123456789ab", rule="rainstorm", version="v", place="630105", state="red", level="red", since=AT,
            changed=AT, value=104.2, threshold=100.0, reason="crossed",
            detail={"device": "rain-132", "thresholds": {"blue": 50, "yellow": 50, "orange": 50, "red": 100}},
            latest=104.2, peak=104.2, observed=AT, lat=36.6, lon=101.7, cell=5, district="630105",
        ),
        **given,
    )  # fmt: skip


def test_a_sentence_says_value_threshold_source_and_end() -> None:
    told = sentence(alert(), BOOK.rule("rainstorm"), ZH, CITY)
    assert told == (
        "3 小时累计雨量 104.2 mm，达到红色阈值 100 mm（气象局令第16号暴雨信号标准，站点触发，非官方发布）"
        "，测点 rain-132。"
        "1 小时累计低于 2.5 mm 并持续 5 分钟后解除。"
    )


def test_the_window_is_that_of_the_level() -> None:
    assert sentence(alert(level="blue"), BOOK.rule("rainstorm"), EN, CITY).startswith("Rainfall of 12 h 104.2 mm")


def test_what_it_is_now() -> None:
    later = alert(latest=98.25, observed=AT + timedelta(minutes=9))
    assert f"；目前 98.25 mm（{later.observed.astimezone(ZONE):%H:%M:%S} 观测）" in sentence(  # type: ignore[union-attr]
        later, BOOK.rule("rainstorm"), ZH, CITY
    )


def test_stale_says_since_when_and_that_it_does_not_clear() -> None:
    told = sentence(alert(state="stale"), BOOK.rule("rainstorm"), ZH, CITY)
    assert told.endswith(f"。数据自 {AT.astimezone(ZONE):%H:%M:%S} 起中断，恢复前不解除。")


def test_the_margin_is_taken_from_the_mildest_level() -> None:
    river = alert(
        rule="river_level", place="wl-qiaotou", value=3.8, threshold=3.7, latest=3.8, level="orange",
        detail={"device": "wl-qiaotou", "thresholds": {"blue": 2.9, "yellow": 3.1, "orange": 3.7, "red": 4.3}},
    )  # fmt: skip
    told = sentence(river, BOOK.rule("river_level"), ZH, CITY)
    assert "达到橙色阈值 3.7 m" in told
    assert told.endswith("。降到 2.85 m以下并持续 20 分钟后解除。")
    assert "测点" not in told


def test_a_rule_that_fires_below_rises_to_clear() -> None:
    jam = alert(rule="traffic_jam", level="yellow", value=11.0, latest=11.0, detail={"thresholds": {"blue": 15}})
    assert "once above 17 km/h" in sentence(jam, BOOK.rule("traffic_jam"), EN, CITY)


def test_a_state_is_no_quantity() -> None:
    fault = alert(rule="pump_fault", level="yellow", value=2.0, latest=2.0, detail={"thresholds": {"yellow": 2}})
    told = sentence(fault, BOOK.rule("pump_fault"), ZH, CITY)
    assert told == "水泵自报故障，黄色（泵站自报状态）。恢复并持续 2 分钟后解除。"


def test_without_keep_it_clears_at_once() -> None:
    told = sentence(alert(detail={"thresholds": {"blue": 10}}), rule(), EN, CITY)
    assert told.endswith(". Clears once below 10 m.")


@pytest.mark.parametrize("words", [ZH, EN], ids=LANGUAGES)
@pytest.mark.parametrize("key", [one.key for one in BOOK.rules])
@pytest.mark.parametrize("state", ["blue", "red", "stale"])
def test_every_rule_can_be_told(key: str, state: str, words: Any) -> None:
    one = BOOK.rule(key)
    level = one.ladder[-1]
    told = sentence(alert(rule=key, state=level if state != "stale" else state, level=level), one, words, CITY)
    assert "{" not in told
    assert "?" not in told
    assert headline(alert(rule=key), one, words)


PLACES = [
    ("630105", "城北区", "Chengbei"),
    ("wl-qiaotou", "北川河 桥头", "Beichuan River Qiaotou"),
    ("630100", "西宁", "Xining"),
    ("rain", "雨量", "Rain"),
    ("pump-007", "城北区 pump-007", "pump-007"),
    ("872830828ffffff", "城北区网格 30828", "cell 30828"),
]


@pytest.mark.parametrize(("place", "chinese", "english"), PLACES)
def test_places(city: City, place: str, chinese: str, english: str) -> None:
    assert place_name(alert(place=place), ZH, city) == chinese
    assert english in place_name(alert(place=place), EN, city)


def test_what_speaks_for_the_city_is_placed_at_its_worst_gauge(city: City) -> None:
    rising = alert(place="630100", detail={"device": "wl-huangyuan"})
    assert place_name(rising, ZH, city) == "湟水 湟源"
    assert "，测点 湟水 湟源。" in sentence(rising, BOOK.rule("rainstorm"), ZH, CITY)
    assert place_name(alert(place="630100", detail={"device": "rain-132"}), ZH, city) == "西宁"


@pytest.mark.parametrize("words", [ZH, EN], ids=LANGUAGES)
def test_every_reason_has_words(words: Any) -> None:
    assert all(words.has(f"reason.{reason}") for reason in REASONS)


def test_amounts_and_spans() -> None:
    told = [amount(value, rule(), EN) for value in (3.0, 3.14159, 0.5, -2.0, None)]
    assert told == ["3 m", "3.14 m", "0.5 m", "-2 m", "—"]
    spans = [span(ms, EN) for ms in (90_000, 5 * MINUTE, 180 * MINUTE, 48 * 60 * MINUTE)]
    assert spans == ["90 s", "5 min", "3 h", "2 d"]


def test_acknowledged_is_the_last_word() -> None:
    taken, note, given = (Action(AT, kind, "A") for kind in ("acknowledge", "note", "unacknowledge"))
    assert alert(actions=(taken, note)).acknowledged is taken
    assert alert(actions=(taken, note, given)).acknowledged is None
    assert alert().acknowledged is None


OWN = [
    (
        "calls_surge",
        {"cases": 60, "expected": 10.0, "weeks": 4},
        "全市 1 小时诉求量的异常度 104.2：60 件，前 4 周同时段平均 10.0 件，达到红色阈值",
    ),
    ("river_forecast", {"mark": "guarantee", "height": 4.5, "soonest": 60.0, "latest": 90.0}, "（保证水位 4.5 m）"),
    ("traffic_unusual", {"mean": 12.0, "usual": 40.0, "spread": 3.0}, "目前 12.0，平常 40.0"),
    ("waterlogging", {"parts": "pump-001 2.3; rain-004 31"}, "强降雨遇停泵：pump-001 2.3; rain-004 31，红色"),
    ("official_warning", {"title": "暴雨红色预警信号", "sender": "气象台"}, "气象台发布：暴雨红色预警信号，红色"),
    ("clock_ahead", {"missing": 7}, "104.2 %（7 台）"),
]


@pytest.mark.parametrize(("key", "detail", "expected"), OWN, ids=lambda one: one if isinstance(one, str) else "")
def test_kinds_of_watch_have_sentences_of_their_own(key: str, detail: dict[str, Any], expected: str) -> None:
    told = alert(rule=key, detail=detail)
    assert expected in sentence(told, BOOK.rule(key), ZH, CITY)
    english = sentence(told, BOOK.rule(key), EN, CITY)
    assert all(str(value) in english for name, value in detail.items() if name not in {"mark", "weeks", "spread"})
    without = sentence(alert(rule=key, detail={}), BOOK.rule(key), ZH, CITY)
    assert "104.2" in without or key == "clock_ahead"


def test_the_worst_official_warning_does_not_hide_the_others() -> None:
    detail = {"title": "暴雨红色预警", "sender": "气象台", "warnings": 3, "beside": "大风黄色预警; 雷电蓝色预警"}
    own = BOOK.rule("official_warning")
    told, rule = alert(rule=own.key, detail=detail), own.model_copy(update={"place": At(kind="city")})
    assert headline(told, rule, ZH) == "官方暴雨预警，另2项"
    assert headline(told, rule, EN) == "Rainstorm and 2 more (official)"
    assert "；同时生效的另有 2 项：大风黄色预警、雷电蓝色预警" in sentence(told, rule, ZH, CITY)
    assert headline(alert(rule="official_warning", detail=detail | {"warnings": 1}), rule, ZH) == "官方发布暴雨预警"


AHEAD = {"mark": "guarantee", "height": 4.5, "soonest": 60.0, "latest": 90.0, "upstream": "wl-shiyazhuang"}


@pytest.mark.parametrize(
    ("above", "chinese", "english"),
    [
        (
            {"upstream_used": 1, "hours": 2.0, "adds": 0.6},
            "；已计入上游湟水 石崖庄（约 2.0 小时）来水，将再涨 0.6 m",
            "; it counts what Huangshui Shiyazhuang saw, 2.0 h up the river: 0.6 m more to come here",
        ),
        (
            {"upstream": "wl-shiyazhuang; x", "upstream_used": 1, "hours": "1–2", "adds": 0.6, "upstream_blind": "y"},
            "；已计入上游湟水 石崖庄、x（约 1–2 小时）来水，将再涨 0.6 m；上游y无可用数据",
            "; it counts what Huangshui Shiyazhuang and x saw, 1–2 h up the river: 0.6 m more to come here; y up",
        ),
        (
            {"upstream_used": 0},
            "；上游湟水 石崖庄无可用数据，仅按本站推算",
            "; Huangshui Shiyazhuang up the river says nothing, so only this gauge counts",
        ),
    ],
)
def test_a_forecast_says_what_the_gauge_upstream_had_to_do_with_it(
    above: dict[str, Any], chinese: str, english: str
) -> None:
    told = alert(rule="river_forecast", detail=AHEAD | above)
    assert chinese in sentence(told, BOOK.rule("river_forecast"), ZH, CITY)
    assert english in sentence(told, BOOK.rule("river_forecast"), EN, CITY)


def test_a_stream_has_a_name(city: City) -> None:
    assert place_name(alert(place="cases"), EN, city) == "Stream of cases"


@pytest.mark.parametrize(
    ("value", "chinese", "english"), [(359.0, "359 分钟", "359 min"), (360.0, "6 小时内不到", "not within 6 h")]
)
def test_a_forecast_with_nothing_ahead_says_so(value: float, chinese: str, english: str) -> None:
    """The horizon is a number that means nothing to a reader: 360 minutes to a mark that is not being approached."""
    rule = BOOK.rule("river_forecast")
    assert (amount(value, rule, ZH), amount(value, rule, EN)) == (chinese, english)


@pytest.mark.parametrize(("value", "chinese", "english"), [(0.0, "无预警", "No warning"), (4.0, "红色", "Red")])
def test_a_level_is_said_by_name_also_when_there_is_none(value: float, chinese: str, english: str) -> None:
    """0 is that what came together does so no more: "0 级" means nothing to a reader."""
    rule = BOOK.rule("waterlogging")
    assert (amount(value, rule, ZH), amount(value, rule, EN)) == (chinese, english)
