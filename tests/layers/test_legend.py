"""What stands beside a layer, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.read import read_words
from config.words import LANGUAGES, Words
from layers import legend
from layers.catalog import LAYERS, layer, ways

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
ZH, EN = map(read_words, LANGUAGES)


@pytest.mark.parametrize("words", [ZH, EN], ids=LANGUAGES)
def test_every_way_of_every_layer_has_a_name_of_its_own(words: Words) -> None:
    names = [legend.name(way, words) for one in LAYERS for way in ways(one)]
    assert sorted(name for name in names if names.count(name) > 1) == []
    assert all(legend.note(one, words) for one in LAYERS)
    assert all("412" in legend.count(one, words).format(n=412) for one in LAYERS if one.kind != "drawn")


@pytest.mark.parametrize("words", [ZH, EN])
def test_every_layer_has_a_plain_name_of_its_own(words: Words) -> None:
    names = [legend.plain(one, words) for one in LAYERS]
    assert len(set(names)) == len(names)
    assert legend.plain(layer("pump_state"), EN) != legend.name(layer("pump_state"), EN)


def test_words_of_a_metric_are_put_together() -> None:
    assert legend.name(layer("rain"), ZH) == "3 小时累计雨量"
    assert legend.name(layer("rain.max.1440"), ZH) == "雨量 · 24 小时最大值"
    assert legend.name(layer("noise.avg.15"), EN) == "Noise, mean of 15 min"
    assert legend.note(layer("temperature"), ZH) == "格内设备均值；无站处按距离反比外推 2 圈"
    assert legend.window(layer("cases"), EN) == "7 days"
    assert legend.window(layer("alerts"), EN) == ""


def test_a_legend_says_unit_window_and_what_stands_behind() -> None:
    found = legend.legend(layer("rain"), EN, 1412, 3, NOW)
    assert (found.unit, found.window, found.devices, found.late) == (
        "mm",
        "3 h",
        "1,412 gauges",
        "3 of them too old to colour",
    )
    assert [step.label for step in found.steps] == ["0", "15", "30", "50", "75", "100+"]
    assert found.state == "live"


def test_nothing_heard_and_all_too_old_are_two_things() -> None:
    assert legend.legend(layer("rain"), EN, 0, 0, None).state == "empty"
    assert legend.legend(layer("rain"), EN, 4, 4, NOW).state == "stale"
    assert legend.legend(layer("cases"), EN, 0, 0, NOW).state == "live", "no open case, and somebody told us"


def test_a_level_has_its_shape_and_its_word() -> None:
    found = legend.legend(layer("alerts"), ZH, 2, 0, NOW, "light")
    assert [(step.label, step.shape) for step in found.steps] == [
        ("无警情", ""), ("蓝色", "●"), ("黄色", "▲"), ("橙色", "◆"), ("红色", "■"),
    ]  # fmt: skip
    assert not legend.legend(layer("rivers"), ZH, 0, 0, None).steps


def test_low_is_what_stands_out_where_low_is_worse() -> None:
    slow, wet = (legend.steps(layer(key), EN) for key in ("traffic_speed", "rain"))
    assert slow[0].colour == wet[-1].colour
