"""The layers' descriptions, and that every word they need is there."""

from __future__ import annotations

from itertools import pairwise

import pytest

from config.read import read_words
from config.words import LANGUAGES
from layers import catalog
from layers.asking import SQL, question
from layers.catalog import LAYERS, WALL, Layer, layer, ways
from layers.metric_scales import NOT_DRAWN, SCALES, WINDOWS, Scale
from layers.palettes import colours
from streams.metrics import METRICS

VALUED = [one for one in LAYERS if one.kind != "drawn"]


@pytest.mark.parametrize("one", VALUED, ids=lambda one: one.key)
def test_scales_rise_and_have_a_colour_each(one: Layer) -> None:
    for way in ways(one):
        assert all(low < high for low, high in pairwise(way.breaks)), way.key
        assert len(way.breaks) == len(colours(way.palette))


def test_every_known_metric_is_drawn_or_said_not_to_be() -> None:
    assert set(SCALES) | NOT_DRAWN == set(METRICS)
    assert {one.metric for one in LAYERS if one.metric} == set(SCALES)


def test_keys_name_one_layer_each() -> None:
    keys = [way.key for one in LAYERS for way in ways(one)]
    assert len(keys) == len(set(keys)) > 400
    assert all(layer(key).key == key for key in keys)
    assert [one.key for one in WALL] == ["rain", "water", "air", "cases", "alerts"]


def test_a_metric_is_looked_at_in_every_way_that_means_something() -> None:
    asked = {(way.measure, way.window_minutes) for way in ways(layer("air"))}
    assert asked == {(measure, minutes) for measure in ("last", "max", "avg") for minutes in WINDOWS}
    assert {way.window_minutes for way in ways(layer("rain")) if way.measure == "sum"} == {15, 60, 180, 1440}
    assert [way.key for way in ways(layer("pump_state"))] == ["pump_state"], "states have no mean"
    assert layer("rain.sum.1440").breaks == (0, 10, 25, 50, 100, 250)
    assert layer("no2.avg.1440").breaks != layer("no2").breaks


def test_adding_a_metric_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCALES, "snow", Scale("mm", (0, 1, 2, 4, 8, 16), "weather"))
    one = catalog.of_metric("snow")
    assert (one.key, one.kind, one.measure, one.window_minutes) == ("snow", "readings", "avg", 60)
    monkeypatch.setattr(catalog, "LAYERS", (*LAYERS, one))
    assert layer("snow.max.1440").breaks == (0, 1, 2, 4, 8, 16)
    assert len(ways(layer("snow"))) == 9


def test_the_resolution_follows_the_zoom() -> None:
    found = [layer("rain").resolution(zoom) for zoom in (0, 6.9, 7, 8.6, 10, 11.4, 13, 22)]
    assert found == [0, 0, 6, 7, 8, 9, 10, 10]
    assert layer("overdue").resolution(22) == 8, "a share of one case says nothing"


def test_what_cells_come_to_together() -> None:
    assert [layer(key).folds for key in ("rain", "rain.max.60", "cases", "alerts", "blind")] == [
        "mean", "max", "sum", "max", "mean",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_have_words(language: str) -> None:
    words = read_words(language)
    assert [one.key for one in LAYERS if one.unit and not words.has(f"unit.{one.unit}")] == []
    assert [one.key for one in LAYERS if not words.has(f"layer.group.{one.group}")] == []


def test_an_unknown_layer_is_named() -> None:
    assert layer("rain").metric == "rain"
    with pytest.raises(KeyError, match=r"no layer 'snow'; there are: rain, water"):
        layer("snow")
    with pytest.raises(KeyError, match=r"no way 'sum.60' to look at air; there are: avg.60"):
        layer("air.sum.60")
    with pytest.raises(KeyError, match="no way"):
        layer("cases.avg.60")


REGISTRY = ("areas", "devices_count", "devices_registered")
KEPT = (
    "device_cells",
    "device_steps",
    "devices_of_cells",
    "devices_silent",
    "heard_noted",
    "devices_nowhere",
    "devices_strange",
    "inside_devices",
    "metric_block",
    "metric_buckets",
    "place_block",
    "place_buckets",
    "place_hours",
    "place_rest",
    "window_blocks",
    "words_noted",
)  # last words, and windows, of the newest moment; parts of another question


@pytest.mark.parametrize("name", sorted(path.stem for path in SQL.glob("*.sql")))
def test_questions_can_be_loaded(name: str) -> None:
    asked = name in (*REGISTRY, *KEPT) or {"now_ms", "end_s", "ends"} & question(name).params.keys()
    assert asked, "every question is asked as of a moment, but what is registered or kept"
