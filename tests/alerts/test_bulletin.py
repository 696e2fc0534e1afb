"""A notice in words: what is made up says so, and stands behind what is real."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from alerts.alert import Witness
from alerts.bulletin import Writer
from alerts.delivery import Post
from alerts.notify import Group, Kind, Notice
from config.read import read_city, read_words
from layers.geometry import City, load_city
from tests.alerts.made_alerts import BOOK, NOW, alert

REAL, MADE_UP = alert(level="yellow"), alert("hour", "red")
GROUP = Group("duty", 0, "630102", "emergency")


@cache
def city() -> City:
    return load_city(read_city("xining"))


def notice(kind: Kind = "opened", resolved: tuple[str, ...] = (), **levels: str) -> Notice:
    return Notice(
        "n", GROUP, NOW, kind, "", "", {name.replace("_", "-"): one for name, one in levels.items()}, (), (), resolved
    )


def written(found: Notice, language: str = "zh-CN", **told: dict[str, str]) -> Post:
    writer = Writer(BOOK, city(), read_words(language), frozenset({MADE_UP.id}))
    return writer.post(found, {one.id: one for one in (REAL, MADE_UP)}, told)


def test_what_is_made_up_says_so_in_both_languages() -> None:
    one = written(notice(hour_a="red"))
    assert one.body["title"].startswith("【新警情】红色〔模拟数据〕试验")
    assert one.body["text"].startswith("红色 〔模拟数据〕试验")
    assert (one.body["simulated"], one.body["alerts"][0]["simulated"]) == (True, True)
    assert "(simulated data) Made" in written(notice(hour_a="red"), "en").body["title"]
    assert "模拟" not in written(notice(storm_a="yellow")).body["text"]


def test_what_is_real_is_told_first_though_what_is_made_up_is_worse() -> None:
    body = written(notice(storm_a="yellow", hour_a="red")).body
    assert body["title"].startswith("【新警情】黄色试验")
    assert [(one["level"], one["simulated"]) for one in body["alerts"]] == [("yellow", False), ("red", True)]
    assert body["simulated"] is False, "not all of it is"


def test_one_that_cleared_is_still_known_to_be_made_up() -> None:
    kept = written(notice(hour_a="red")).alerts["hour-a"]
    assert kept == {"level": "red", "name": kept["name"], "simulated": "yes"}
    gone = notice("resolved", ("x", "gone"))
    body = written(gone, gone={**kept}, x={"level": "blue", "name": "河"}).body
    assert body["title"] == "【警情解除】河，另有 1 起"
    assert body["resolved"][1] == {"id": "gone", "name": kept["name"], "simulated": True}
    assert body["text"].splitlines()[1].startswith("已解除：〔模拟数据〕")


def test_a_notice_says_that_an_alert_stands_on_one_reading() -> None:
    single = alert(level="red", witness=Witness("a", 1_784_600_000_000))
    body = Writer(BOOK, city(), read_words("zh-CN")).post(notice(storm_a="red"), {single.id: single}, {}).body
    assert "仅凭 10:13:20 的一次读数，尚待下一次读数证实" in body["text"]
    assert body["alerts"][0]["witness"] == "single"
    assert written(notice(storm_a="yellow")).body["alerts"][0]["witness"] is None


def test_an_alert_without_words_is_told_by_its_keys_and_holds_back_no_other() -> None:
    whole = read_words("en")
    words = replace(whole, texts={key: text for key, text in whole.texts.items() if key != "level.red"})
    writer, alerts = Writer(BOOK, city(), words), {one.id: one for one in (REAL, MADE_UP)}
    faults = writer.faults(alerts.values())
    assert faults.keys() == {MADE_UP.id}
    assert "level.red" in faults[MADE_UP.id]
    body = replace(writer, bare=faults.keys()).post(notice(storm_a="yellow", hour_a="red"), alerts, {}).body
    assert body["title"].startswith("[New warning] red hour a")
    (bare, worded) = body["text"].splitlines()
    assert bare.startswith("red hour a: hour a red")
    assert worded.startswith("Yellow Made")
    assert [one["id"] for one in body["alerts"]] == [MADE_UP.id, REAL.id]
