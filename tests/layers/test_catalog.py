"""The layers' descriptions, and that every word they need is there."""

from __future__ import annotations

from itertools import pairwise

import pytest

from config.read import read_words
from config.words import LANGUAGES
from layers.asking import SQL, question
from layers.catalog import LAYERS, Layer, layer


@pytest.mark.parametrize("one", LAYERS, ids=lambda one: one.key)
def test_scales_rise(one: Layer) -> None:
    assert all(low < high for low, high in pairwise(one.breaks))
    assert len(one.breaks) == (6 if one.palette == "data" else 5)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", LAYERS, ids=lambda one: one.key)
def test_layers_have_words(one: Layer, language: str) -> None:
    words = read_words(language)
    assert words(f"layer.{one.key}.name")
    assert words(f"layer.{one.key}.note")
    assert "412" in words(f"layer.{one.key}.count", n=412)
    assert words(f"unit.{one.unit}")


def test_an_unknown_layer_is_named() -> None:
    assert layer("rain").metric == "rain"
    with pytest.raises(KeyError, match=r"no layer 'snow'; there are: rain, water"):
        layer("snow")


REGISTRY = ("devices_count", "devices_registered")


@pytest.mark.parametrize("name", sorted(path.stem for path in SQL.glob("*.sql")))
def test_questions_can_be_loaded(name: str) -> None:
    asked = name in REGISTRY or "now_ms" in question(name).params
    assert asked, "every question is asked as of a moment, but what is registered"
