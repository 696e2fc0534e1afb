"""What `yiping streams` prints, and what passing over means."""

from __future__ import annotations

from datetime import UTC

import pytest

from config.read import read_words
from dashboard.flow import as_stored, line, passed_over
from streams.holds import HELD, Order
from streams.levels import Depth, waiting

FOUND = (Depth("iot", "a", 0, 5, 9), Depth("iot", "a", 1, 7, 7), Depth("cases", "b", 0, 0, 2))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_held_stream_says_how_to_go_on(language: str) -> None:
    told = line("iot", 1234, Order(HELD, 1_795_289_624_000, 10_001, 5), read_words(language), UTC)
    assert "1,234" in told
    assert "10,001" in told
    assert "10,006" in told
    assert "yiping streams release iot" in told


def test_one_that_is_read_says_so() -> None:
    assert "release" not in line("iot", 0, Order(), read_words("en"), UTC)


def test_what_waits_and_what_is_passed_over() -> None:
    assert waiting(FOUND, "iot") == 4
    assert passed_over(FOUND[:2]) == {"a:0": 9, "a:1": 7}


def test_what_is_stored_does_not_wait_though_its_commit_was_forgotten() -> None:
    found = as_stored(Depth("iot", "a", 0, 0, 9), {0: 1, 1: 1, 2: 1, 9: 1})
    assert (found.waiting, found.end) == (6, 9)
    assert as_stored(Depth("iot", "a", 0, 5, 9), {3: 1, 5: 1}).waiting == 3
