"""What the legend and the list of layers say: window, and what the city's own files say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.read import read_words
from dashboard.atlas.layer_told import layer_told, plain
from layers.catalog import LAYERS, layer
from layers.legend import window
from tests.dashboard.moments import city

ZH, EN = read_words("zh-CN"), read_words("en")


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh-CN", "en"])
def test_every_legend_says_its_window(words) -> None:
    for one in (one for one in LAYERS if not one.metric):  # the name of a metric is its way and its window
        told = layer_told(words, one, city())
        assert window(one, words) in " ".join([told["name"], told["note"], told["window"]]), one.key


def test_a_window_is_not_said_twice() -> None:
    assert [layer_told(EN, layer(key), city())["window"] for key in ("rain", "calls", "water", "risk")] == [
        "", "", "30 min", "1 h",
    ]  # fmt: skip


def test_a_quantity_has_the_name_the_unit_and_the_source_of_its_file() -> None:
    people, place = city().weights[0], city()
    told = layer_told(ZH, layer("weights"), place)
    assert (told["name"], told["unit"]) == (people.name["zh-CN"], people.unit["zh-CN"])
    assert people.source in told["note"]
    assert told["note"].endswith("示例")
    assert plain(ZH, layer("weights"), place) == people.name["zh-CN"]
    assert plain(ZH, layer("weights"), replace(place, weights=())) == "人口等权重"


def test_what_was_made_up_says_so() -> None:
    place, real = city(), replace(city(), cameras=tuple(replace(one, sample=False) for one in city().cameras))
    assert layer_told(EN, layer("cameras"), place)["note"].endswith("sample")
    assert not layer_told(EN, layer("cameras"), real)["note"].endswith("sample")


def test_whole_districts_have_the_scale_that_their_values_are_coded_on() -> None:
    people = layer_told(ZH, layer("weights"), city())
    assert people["wide"]["breaks"] == list(layer("weights").wide) == list(layer("weights").of_districts.breaks)
    assert people["wide"]["steps"] == ["0", "5万", "10万", "30万", "60万", "100万+"]
    assert layer_told(EN, layer("weights"), city())["wide"]["steps"][-2:] == ["600K", "1,000K+"]
    assert layer_told(EN, layer("rain"), city())["wide"] is None
