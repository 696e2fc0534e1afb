"""What the legend and the list of layers say: window, and what the city's own files say of themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.read import read_words
from dashboard.atlas.layer_told import layer_told
from layers import legend
from layers.catalog import LAYERS, RESOLUTIONS, layer
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
    people, shown = city().weights[0], city().layer("weights:people")
    told = layer_told(ZH, shown, city())
    assert (told["name"], told["unit"]) == (people.name["zh-CN"], people.unit["zh-CN"])
    assert people.source in told["note"]
    assert told["note"].endswith("示例")
    assert legend.plain(shown, ZH) == people.name["zh-CN"]


def test_what_was_made_up_says_so() -> None:
    place, real = city(), replace(city(), cameras=tuple(replace(one, sample=False) for one in city().cameras))
    assert layer_told(EN, layer("cameras"), place)["note"].endswith("sample")
    assert not layer_told(EN, layer("cameras"), real)["note"].endswith("sample")


def test_whole_districts_have_the_scale_that_their_values_are_coded_on() -> None:
    people = city().layer("weights:people")
    whole = layer_told(ZH, people, city())["scales"][0]
    assert whole["breaks"] == list(people.at(0).breaks)
    assert whole["steps"] == ["0", "2.5万", "5万", "15万", "30万", "50万+"]
    assert layer_told(EN, people, city())["scales"][0]["steps"][-2:] == ["300K", "500K+"]
    assert layer_told(EN, layer("rain"), city())["scales"] == {}
    assert set(layer_told(EN, people, city())["scales"]) == {0, *RESOLUTIONS}
