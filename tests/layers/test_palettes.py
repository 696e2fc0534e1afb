"""Scales that other eyes, and grey paper, can read."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from layers.palettes import CALM, DATA, LEVEL, LEVELS, SHAPES, Ground, colours
from tests.layers.eyes import EYES, distance, lab

STEP = 8.0
"""CIEDE2000 between neighbouring steps of a data scale; 1 is just seen, and a map is looked at from afar."""
APART = 9.0
"""Between any two warning colours, which are fixed by law; below this only the shape would tell them."""
GROUNDS: tuple[Ground, ...] = ("dark", "light")


def test_distances_are_those_of_the_published_pairs() -> None:
    """Three of the test pairs of Sharma, Wu and Dalal (2005)."""
    assert distance((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert distance((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)
    assert distance((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514)) == pytest.approx(0.9082, abs=1e-4)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_neighbouring_steps_are_told_apart_by_every_eye(ground: Ground, eye: str) -> None:
    found = [distance(lab(low, eye), lab(high, eye)) for low, high in pairwise(DATA[ground])]
    assert min(found) >= STEP, found


@pytest.mark.parametrize("eye", EYES)
def test_lightness_goes_one_way_in_grey(eye: str) -> None:
    """At least 7 of 100 a step: on the dark ground it rises, on the light one it falls."""
    dark, light = ([lab(colour, eye)[0] for colour in DATA[ground]] for ground in GROUNDS)
    assert all(high - low >= 7 for low, high in pairwise(dark)), dark
    assert all(low - high >= 7 for low, high in pairwise(light)), light


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_warning_colours_are_told_apart_by_every_eye(ground: Ground, eye: str) -> None:
    seen = {name: lab(colour, eye) for name, colour in {**LEVEL[ground], "calm": CALM[ground]}.items()}
    for one, other in combinations(seen, 2):
        assert distance(seen[one], seen[other]) >= APART, (one, other)


def test_a_level_is_never_colour_alone() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES) == len(LEVELS)
    assert set(SHAPES) == set(LEVELS) == set(LEVEL["dark"]) == set(LEVEL["light"])


def test_a_scale_where_low_is_worse_is_turned_round() -> None:
    assert colours("data", "light", low=True) == DATA["light"][::-1]
    assert colours("level", "dark")[0] == CALM["dark"]
    assert len(colours("level", "light")) == 5
