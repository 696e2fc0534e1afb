"""Each quantity of a city's files is a layer of its own, on round scales that the file alone decides."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import h3.api.basic_int as h3
import pytest

from config.read import read_words
from layers import legend
from layers.catalog import LAYERS, RESOLUTIONS, layer, meant
from layers.cells import cells, districts
from layers.geometry import City
from layers.palettes import colours
from layers.scope import of_district
from layers.sites import Weight
from layers.why import why
from tests.dashboard.moments import NOW, city

ZH, EN = read_words("zh-CN"), read_words("en")


def weight(key: str, *amounts: float, unit: str = "元") -> Weight:
    """So much in each of as many of the city's cells."""
    spots = zip(city().grid.cells, amounts, strict=False)
    return Weight(key, {"zh-CN": key, "en": key}, {"zh-CN": unit, "en": unit}, "统计局", False, tuple(spots))


def with_(*weights: Weight) -> City:
    return replace(city(), weights=weights)


def test_every_quantity_is_a_layer_beside_the_catalog() -> None:
    made = with_(weight("people", 5.0), weight("old", 3.0))
    keys = [one.key for one in made.layers]
    assert [key for key in keys if ":" in key] == ["weights:people", "weights:old"]
    assert len(keys) == len(LAYERS) + 2
    assert keys.index("weights:people") < keys.index("facilities"), "quantities stand before what is only drawn"
    assert made.layer("weights:old").file is made.weight("old")
    assert with_().layers == LAYERS


def test_an_older_address_means_the_first_quantity() -> None:
    made = with_(weight("people", 5.0), weight("old", 3.0))
    assert made.layer("weights").key == "weights:people"
    assert made.layer("pm25.max.1440").key == "air.max.1440"
    assert meant("weights", ["rain"]) == "weights"
    for key in ("weights", "weights:people"):
        with pytest.raises(KeyError, match="no layer 'weights"):
            with_().layer(key)
    with pytest.raises(KeyError, match=r"there are: .*weights:people, weights:old, facilities"):
        made.layer("weights:cats")


def test_a_layer_shows_its_own_file_and_no_other() -> None:
    made = with_(weight("people", 5.0, 7.0), weight("old", 3.0))
    told = {
        key: cells(None, made, made.layer(f"weights:{key}"), NOW, made.grid.resolution, made.bounds)  # type: ignore[arg-type]
        for key in ("people", "old")
    }
    assert sum(value or 0 for value in told["people"].values) == 12.0
    assert told["old"].values == (3.0,)
    whole = districts(None, made, made.layer("weights:people"), NOW).values  # type: ignore[arg-type]
    assert sum(value or 0 for value in whole.values()) == 12.0


def test_why_speaks_of_the_scale_that_is_drawn() -> None:
    made, people = city(), city().layer("weights:people")
    here = made.districts[0]
    found = why(None, made, people, of_district(here.adcode, (here.lat, here.lon)), NOW)  # type: ignore[arg-type]
    assert found.layer.breaks == people.at(0).breaks != people.breaks
    assert found.value == districts(None, made, people, NOW).values[here.adcode]  # type: ignore[arg-type]


@pytest.mark.parametrize("most", [0.03, 0.7, 9.0, 41.0, 8_000.0, 3.2e6, 7e11])
def test_scales_are_round_and_rise_at_every_size(most: float) -> None:
    shown = with_(weight("x", *(most * part / 40 for part in range(1, 41)))).layer("weights:x")
    assert [one.resolution for one in shown.scales] == [0, *RESOLUTIONS]
    for one in shown.scales:
        assert len(one.breaks) == len(colours(shown.palette))
        assert one.breaks[0] == 0
        assert all(low < high for low, high in pairwise(one.breaks))
        assert f"{one.breaks[-1]:.0e}"[0] in "1235"
    assert 0.9 < shown.at(city().grid.resolution).breaks[-1] / most <= 2


def test_a_finer_cell_has_a_scale_for_less() -> None:
    tops = [one.breaks[-1] for one in city().layer("weights:people").scales]
    assert tops == sorted(tops, reverse=True)
    assert tops[1] > 20 * tops[-1]


def test_a_scale_needs_no_amounts() -> None:
    assert with_(weight("none")).layer("weights:none").breaks[-1] == 1
    assert with_(weight("zero", 0.0)).layer("weights:zero").breaks[-1] == 1


def test_whole_amounts_have_no_digits_and_shares_have() -> None:
    made = with_(weight("schools", 1.0, 3.0), weight("km2", 0.4, 2.5))
    city_cell, finest = made.grid.resolution, RESOLUTIONS[-1]
    schools, forest = made.layer("weights:schools"), made.layer("weights:km2")
    assert (schools.at(city_cell).digits, schools.at(finest).digits) == (0, 2)
    assert (forest.at(city_cell).digits, made.weights[0].digits, made.weights[1].digits) == (2, 0, 2)


def test_a_scale_is_made_without_a_list_of_every_fine_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = Weight.at
    monkeypatch.setattr(Weight, "at", lambda self, one: (asked.append(one), real(self, one))[1])
    made = with_(weight("coarse", 5.0))
    assert made.layer("weights:coarse").scales
    assert max(asked) <= h3.get_resolution(made.grid.cells[0])


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (5_000, "5000", "5000"),
        (10_000, "1万", "10K"),
        (25_000, "2.5万", "25K"),
        (1_000_000, "100万", "1M"),
        (30_000_000, "3,000万", "30M"),
        (500_000_000, "5亿", "500M"),
        (2e12, "2万亿", "2,000B"),
    ],
)
def test_large_numbers_are_told_short_and_never_as_powers(value: float, zh: str, en: str) -> None:
    shown = replace(layer("rain"), breaks=(0, value / 8, value / 4, value / 3, value / 2, value))
    for words, said in ((ZH, zh), (EN, en)):
        labels = [one.label for one in legend.steps(shown, words)]
        assert labels[-1] == f"{said}+"
        assert not any("e+" in one for one in labels)


def test_a_number_too_long_to_read_has_four_figures() -> None:
    assert [legend.amount(37_875_196_100, words) for words in (ZH, EN)] == ["378.8亿", "37.88B"]
    assert [legend.amount(1_234_567.25, words, 2) for words in (ZH, EN)] == 2 * ["1,234,567.25"]


def test_a_legend_has_the_words_of_the_file() -> None:
    shown = with_(weight("gdp", 2e9)).layer("weights:gdp")
    told = legend.legend(shown, ZH, 1, 0, None)
    assert (told.name, told.unit, told.note, told.window, told.devices) == ("gdp", "元", "统计局", "", "1 格")
    assert legend.legend(city().layer("weights:people"), EN, 1, 0, None).note.endswith("sample")
