"""`yiping silence`: what it keeps, what it says, and what it says is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from alerts.rulebook import read_rulebook
from config.faults import Fault
from config.read import read_city, read_words
from config.words import LANGUAGES
from dashboard import silencing
from dashboard.cli import app
from dashboard.silencing import Asked, windows
from dashboard.telling import Teller
from layers.geometry import load_city
from tests.dashboard.desk_city import Lists, opened

NOW = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)  # 16:42 in Xining
CITY = load_city(read_city("xining"))
BOOK = read_rulebook()
HOUR = timedelta(hours=1)
CELL = "88248b0701fffff"


def teller(language: str = "zh-CN") -> Teller:
    return Teller(BOOK, CITY, read_words(language))


def asked(**given: Any) -> Asked:
    return Asked(**{"owner": "戊班", "reason": "检修", "span": "2h", "of": {"place": "wl-xigangqiao"}, **given})


def test_one_that_begins_now_is_listed_and_ended() -> None:
    database: Any = Lists(lambda: NOW)
    (line,) = silencing.add(database, asked(of={"rule": "rain_hour", "district": "城东区"}), teller(), NOW)
    silence = line.split()[0]
    assert line.endswith("至 18:42")
    assert database.quieted[0]["district"] == "630102"
    (shown,) = silencing.listed(database, teller(), NOW)
    assert shown.startswith(f"{silence}  生效中  静默  短时强降雨 · 城东区")
    assert "戊班：检修" in shown
    assert silencing.end(database, [silence], ("甲班", ""), teller(), NOW + HOUR) == [f"{silence}  已结束"]
    assert "已结束" in silencing.listed(database, teller(), NOW + 2 * HOUR)[0]


def test_a_window_later_today() -> None:
    (one,) = windows(asked(start="22:00", maintenance=True), teller(), NOW)
    assert (one.kind, one.starts, one.ends) == (
        "maintenance",
        NOW + timedelta(hours=5, minutes=18),
        one.starts + 2 * HOUR,
    )
    (same,) = windows(asked(start="22:00", span="", until="00:30", maintenance=True), teller(), NOW)
    assert same.ends - same.starts == timedelta(hours=2, minutes=30)


def test_maintenance_that_comes_again_is_as_many_windows_ended_together_or_alone() -> None:
    database: Any = Lists(lambda: NOW)
    lines = silencing.add(database, asked(start="22:00", every="week", times=3), teller("en"), NOW)
    ids = [line.split()[0] for line in lines]
    assert [one.partition("-")[2] for one in ids] == ["1", "2", "3"]
    assert [row["starts"] - database.quieted[0]["starts"] for row in database.quieted] == [
        0,
        604_800_000,
        1_209_600_000,
    ]
    assert {row["kind"] for row in database.quieted} == {"maintenance"}
    assert silencing.end(database, [ids[1]], ("甲班", ""), teller("en"), NOW) == [f"{ids[1]}  has ended"]
    series = ids[0].partition("-")[0]
    assert len(silencing.end(database, [series], ("甲班", ""), teller("en"), NOW)) == 3


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"owner": ""}, "--owner"),
        ({"reason": " "}, "--reason"),
        ({"of": {}}, "--rule --scenario --place"),
        ({"of": {"rule": "rain_houre"}}, "rain_hour"),
        ({"of": {"scenario": "rain"}}, "emergency"),
        ({"of": {"district": "朝阳区"}}, "城东区"),
        ({"of": {"place": "湟源"}}, "wl-huangyuan"),
        ({"start": "tonight"}, "22:00"),
        ({"span": "soon"}, "1h30m"),
        ({"span": ""}, "--until"),
        ({"until": "23:00"}, "--for"),
        ({"span": "31d"}, "--for"),
        ({"span": "", "until": "2026-11-22 09:00"}, "--until"),
        ({"level": "pink"}, "--level"),
        ({"every": "day"}, "--times"),
        ({"times": 3}, "--every"),
        ({"every": "month", "times": 3}, "--every"),
        ({"every": "day", "times": 3, "span": "25h"}, "--for"),
    ],
)
def test_what_is_wrong_is_said_with_how_to_mend_it_and_nothing_is_kept(given: dict[str, Any], wanted: str) -> None:
    database: Any = Lists(lambda: NOW)
    for language in LANGUAGES:
        with pytest.raises(Fault) as caught:
            silencing.add(database, asked(**given), teller(language), NOW)
        assert wanted in str(caught.value) or CITY.districts[0].name["en"] in str(caught.value)
    assert database.quieted == []


@pytest.mark.parametrize("place", ["wl-1", "wl-huangyuan", "630102", CELL, "iot", "rain"])
def test_a_place_is_what_an_alert_can_have(place: str) -> None:
    database: Any = Lists(lambda: NOW)
    silencing.add(database, asked(of={"place": place}), teller(), NOW)
    assert [row["place"] for row in database.quieted] == [place]


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ("湟源", "是否指 wl-huangyuan（湟水 湟源）、630123（湟源县）？"),
        ("xigang", "wl-xigangqiao（湟水 西钢桥）"),
        ("wl-huangyaun", "wl-huangyuan（湟水 湟源）"),
        ("西钢桥", "wl-0（西钢桥）"),
        ("wl-9", "wl-0（西钢桥）"),
        ("sm0ke-77", "没有地点 sm0ke-77。请写设备"),
    ],
)
def test_a_place_that_nobody_knows_names_those_that_are_meant(place: str, meant: str) -> None:
    database: Any = Lists(lambda: NOW)
    with pytest.raises(Fault) as caught:
        silencing.add(database, asked(of={"place": place}), teller(), NOW)
    assert meant in str(caught.value)
    assert database.quieted == []


def test_what_fires_now_is_meant_by_its_name_on_the_screens() -> None:
    rule = next(one.key for one in BOOK.rules if one.place.kind == "cell")
    alerts, _ = opened(NOW, [(rule, CELL, "", "red", 3, 3, 3, 36.6, 101.7, "630102", False)])
    database: Any = Lists(lambda: NOW, alerts)
    with pytest.raises(Fault, match=f"是否指 {CELL}（城东区网格 B0701）"):
        silencing.add(database, asked(of={"place": "b0701"}), teller(), NOW)


def test_the_whole_city_is_not_meant_by_the_name_of_its_worst_gauge() -> None:
    alerts, _ = opened(NOW, [("river_level", "630100", "wl-huangyuan", "red", 3, 3, 3, 36.6, 101.7, "630123", False)])
    with pytest.raises(Fault) as caught:
        silencing.add(Lists(lambda: NOW, alerts), asked(of={"place": "湟源"}), teller(), NOW)  # type: ignore[arg-type]
    assert "wl-huangyuan" in str(caught.value)
    assert "630100" not in str(caught.value)


def test_an_id_that_nobody_knows_and_an_end_by_nobody() -> None:
    database: Any = Lists(lambda: NOW)
    with pytest.raises(Fault, match="yiping silence list"):
        silencing.end(database, ["nothing"], ("甲班", ""), teller(), NOW)
    (line,) = silencing.add(database, asked(), teller(), NOW)
    with pytest.raises(Fault, match="姓名"):
        silencing.end(database, [line.split()[0]], ("", ""), teller(), NOW)
    assert silencing.listed(Lists(lambda: NOW), teller("en"), NOW) == [read_words("en")("silence.none")]  # type: ignore[arg-type]


def test_the_command_ends_with_2_and_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIPING_LANGUAGE", "en")
    found = CliRunner().invoke(app, ["silence", "add", "--place", "x", "--for", "2h", "--owner", "Li"])
    assert (found.exit_code, found.output) == (2, "A silence needs a reason. Write --reason\n")
