from __future__ import annotations

import numpy as np

from streams.world.dice import bell, die, key, uniform


def test_equal_parts_throw_equal() -> None:
    assert key("a", 1) == key("a", 1) == 4_665_976_284_724_862_560  # the same on every machine
    assert key("a", 1) != key("a1")
    assert die("x").random() == die("x").random() != die("y").random()


def test_uniform_is_even_and_independent_of_its_neighbours() -> None:
    throws = uniform(7, np.arange(20_000))
    assert 0 <= throws.min() < throws.max() < 1
    counts = np.bincount((throws * 10).astype(int))
    assert counts.min() > 1_850
    assert counts.max() < 2_150
    assert abs(np.corrcoef(throws[1:], throws[:-1])[0, 1]) < 0.03
    assert abs(np.corrcoef(uniform(7, np.arange(20_000), 1), throws)[0, 1]) < 0.03


def test_bell_has_the_deviation_it_promises() -> None:
    throws = bell(3, np.arange(20_000), 5)
    assert abs(throws.mean()) < 0.03
    assert abs(throws.std() - 1) < 0.03
    assert np.abs(throws).max() < 3.5
