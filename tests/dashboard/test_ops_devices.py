"""Devices on the operations screen: unknown ones with a way to register them, silent ones a line a cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from config.read import read_words
from config.words import LANGUAGES
from dashboard.context import Context
from dashboard.ops import devices, ids
from dashboard.ops.callbacks import screen
from dashboard.ops.report import Report
from layers.devices import Fleet, Quiet, Silence, Strangers, Unknown
from tests.dashboard.desk_city import context, lists
from tests.dashboard.moments import NOW
from tests.dashboard.test_desk import text

MINUTE = timedelta(minutes=1)
STRANGE = Unknown("rain-412", "rain", NOW - 60 * MINUTE, NOW - MINUTE, 1_234, "630102", 36.6, 101.8, retired=False)
QUIET = Quiet("wl-9", "water", {"zh-CN": "西钢桥"}, "630105", 5 * MINUTE, NOW - 30 * MINUTE)
FLEET = Fleet(
    NOW, 1_983, 1_983, 53,
    (
        Silence("gateway", "gw-smoke-02", 50, NOW - 30 * MINUTE),
        Silence("device", "wl-9", 1, QUIET.last, QUIET),
        Silence("device", "x", 1, None, Quiet("x", "rain", {}, "", MINUTE, None)),
    ),
)  # fmt: skip
STRANGERS = Strangers(
    (STRANGE, replace(STRANGE, device="odd", metric="odd", district="", retired=True, lat=None, lon=None)), 2
)


def made(fleet: Fleet | None, *failures: str) -> Context:
    one = context(lists(lambda: NOW))
    one.state.step()
    moment = one.state.moment
    assert moment.snapshot is not None
    one.state.moment = replace(moment, snapshot=replace(moment.snapshot, devices=fleet, failures=failures))
    return one


def shown(
    fleet: Fleet | None, language: str = "zh-CN", *failures: str, strangers: Strangers | None = STRANGERS
) -> tuple[str, str]:
    one = made(fleet, *failures)
    parts = screen(Report(NOW, strangers=strangers), one.state.moment, one, read_words(language), None)
    return text(parts[ids.SILENT]), text(parts[ids.UNKNOWN])


def test_a_dead_gateway_is_one_line_and_names_are_said() -> None:
    silent, _ = shown(FLEET)
    assert "1,983 台定时上报的设备中有 53 台" in silent
    assert "网关" in silent
    assert "gw-smoke-02" in silent
    assert "西钢桥" in silent
    assert "每 5 分钟" in silent
    assert "24 小时内没有" in silent


def test_an_unknown_device_is_listed_with_the_way_to_register_it() -> None:
    _, unknown = shown(FLEET)
    assert "rain-412" in unknown
    assert "雨量" in unknown
    assert "1,234" in unknown
    assert "城东区" in unknown
    assert "已停用" in unknown
    assert "下载清单" in unknown
    assert devices.FILE in str(devices.unknown(STRANGERS, read_words("en"), lambda _: "", (NOW, UTC)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_say_is_said(language: str) -> None:
    silent, unknown = shown(Fleet(NOW, 1_983, 1_983), language, strangers=Strangers())
    assert "1,983" in silent
    assert unknown == read_words(language)("ops.unknown.none")
    assert shown(Fleet(NOW), language)[0] == read_words(language)("ops.silent.unwatched", n="0")
    assert shown(None, language)[0] == read_words(language)("ops.streams.waiting")
    assert "boom" in shown(None, language, "devices: QueryFailed: boom")[0]
    assert shown(None, language, strangers=None)[1] != unknown, "not asked is not none"


def test_a_city_without_readings_is_one_line() -> None:
    silent, _ = shown(Fleet(NOW, 9, 9, 9, (Silence("all", "", 9, NOW),)))
    assert "全部设备" in silent


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(replace(STRANGE, device=f"d-{number}") for number in range(30))
    _, unknown = shown(FLEET, strangers=Strangers(many, 500))
    assert "另有 488 行" in unknown
    assert "d-11" in unknown
    assert "d-12" not in unknown


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(30, "每 30 秒"), (90, "每 90 秒"), (300, "每 5 分钟"), (7200, "每 2 小时"), (0.5, "每 0.5 秒")],
)
def test_intervals(seconds: float, told: str) -> None:
    assert devices.span(timedelta(seconds=seconds), read_words("zh-CN")) == told
