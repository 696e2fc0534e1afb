"""Encoding of values to bytes: what the browser and this side must agree on for ever."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalog import WALL, encode
from layers.scale import NO_DATA, TOP, position
from layers.scale import encode as encode_by

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "scales.json").read_text("utf-8"))

breaks = st.lists(st.integers(0, 1000), min_size=2, max_size=8, unique=True).map(lambda numbers: tuple(sorted(numbers)))
values = st.floats(-100, 1100, allow_nan=False)


def test_every_layer_has_a_golden_scale() -> None:
    assert set(GOLDEN) == {layer.key for layer in WALL}


@pytest.mark.parametrize("key", GOLDEN)
def test_bytes_are_golden(key: str) -> None:
    given_values = [value for value, _ in GOLDEN[key]]
    assert list(encode(given_values, key)) == [byte for _, byte in GOLDEN[key]]


def test_not_a_number_is_no_data_and_no_values_are_no_bytes() -> None:
    assert encode_by([float("nan"), None], (0, 1)).tolist() == [NO_DATA, NO_DATA]
    assert encode_by([], (0, 1)).tobytes() == b""
    assert encode_by([1.0], ()).tolist() == [NO_DATA], "a layer without a scale"
    assert encode_by([None, -1.0, 0.0, 1e9], (0, 1)).tolist() == [NO_DATA, 0, 0, TOP]


@given(breaks, values, values)
def test_more_is_never_darker(steps: tuple[int, ...], one: float, other: float) -> None:
    low, high = encode_by(sorted((one, other)), steps)
    assert 0 <= low <= high <= TOP


@given(breaks, st.floats(0, 1))
def test_legend_and_map_agree(steps: tuple[int, ...], share: float) -> None:
    """A legend writes its breaks at equal distances, and between them what lies between."""
    shown = np.interp(share * (len(steps) - 1), range(len(steps)), steps)
    assert position(float(shown), steps) == pytest.approx(share, abs=1e-6)


@given(breaks)
def test_breaks_stand_at_equal_distances(steps: tuple[int, ...]) -> None:
    found = [position(value, steps) for value in steps]
    assert found == pytest.approx([number / (len(steps) - 1) for number in range(len(steps))])
