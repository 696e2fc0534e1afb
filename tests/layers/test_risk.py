"""The composite: bounds, parts, and what is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalog import layer
from layers.risk import PARTS, pieces, risk, whole_points

KEYS = [part.layer for part in PARTS]
values = st.dictionaries(st.sampled_from(KEYS), st.none() | st.floats(-1e6, 1e6), max_size=len(KEYS))


def test_every_part_is_a_layer_whose_scale_it_lies_on() -> None:
    for part in PARTS:
        breaks = layer(part.layer).breaks
        assert breaks[0] <= part.low < part.high <= breaks[-1]
        assert 0 < part.weight < 1


def test_a_part_alone_brings_its_weight_and_two_bring_more_than_the_worse() -> None:
    assert risk({"alerts": 4.0}) == pytest.approx(90)
    assert risk({"water": 120.0}) == pytest.approx(70)
    assert risk({"alerts": 4.0, "water": 120.0}) == pytest.approx(100 * (1 - 0.1 * 0.3))
    assert risk({"rain.sum.60": 7.6, "cases": 2.0}) == 0


def test_what_nobody_knows_is_left_out_and_nothing_known_is_no_risk_at_all() -> None:
    assert risk({"alerts": 2.0, "water": None}) == risk({"alerts": 2.0})
    assert risk({}) is risk(dict.fromkeys(KEYS)) is None


@given(values)
def test_points_without_fractions_add_up_to_the_risk_that_is_shown(given: dict[str, float | None]) -> None:
    found = pieces(given)
    told = whole_points(found)
    assert sum(told) == round(sum(one.points for one in found))
    assert all(abs(whole - one.points) <= 1 for whole, one in zip(told, found, strict=True))


def test_pieces_say_who_brought_what() -> None:
    found = pieces({"alerts": 2.0, "water": 95.0, "rain.sum.60": 0.0})
    assert [piece.layer for piece in found[:2]] == ["alerts", "water"]
    assert found[0].share == 0.5
    assert {piece.layer for piece in found if piece.value is None} == {"cases", "overdue"}


@given(values)
def test_the_pieces_add_up_to_the_risk(given_values: dict[str, float | None]) -> None:
    whole = risk(given_values) or 0.0
    found = pieces(given_values)
    assert 0 <= whole <= 100
    assert sum(piece.points for piece in found) == pytest.approx(whole)
    assert {piece.layer for piece in found} == set(KEYS)


@given(values, st.sampled_from(KEYS), st.floats(0, 1000))
def test_more_of_anything_is_never_less_risk(given_values: dict[str, float | None], key: str, more: float) -> None:
    before = given_values.get(key)
    after = {**given_values, key: (before or 0.0) + more}
    assert (risk(after) or 0) >= (risk(given_values) or 0) - 1e-9
