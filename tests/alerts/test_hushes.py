"""Who is silent: by the interval that he is registered with, or keeps himself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from alerts.beside import Beside, Entry
from alerts.hushes import Hush, Late, hushes, patience, silent
from alerts.memory import Memory
from alerts.recordings import HOUR, _pace
from alerts.watches import Silence
from tests.alerts.made import MINUTE, rule
from tests.alerts.test_memory import said

WATCH = rule(watch={"silent": "35m", "known": "12h"}, place={"kind": "metric"}).watch
assert isinstance(WATCH, Silence)


@pytest.mark.parametrize(
    ("interval", "pace", "minutes"),
    [
        (0.0, 0.0, 35),  # nobody knows how often it speaks
        (60.0, 0.0, 35),  # three minutes are too few for this rule
        (3600.0, 0.0, 180),
        (0.0, HOUR, 180),
        (3600.0, 60_000, 180),  # who registered it knows better
        (0.0, 30 * MINUTE, 90),
        (86_400.0, 0.0, 720),  # nobody is waited for longer than he is remembered
    ],
)
def test_patience_is_three_intervals_and_no_less_than_the_rules(interval: float, pace: float, minutes: int) -> None:
    assert isinstance(WATCH, Silence)
    assert patience(WATCH, Late("a", 0, interval), pace) == minutes * MINUTE


def test_who_is_silent_the_longest_first() -> None:
    assert isinstance(WATCH, Silence)
    lates = [Late("hourly", 0, 3600.0), Late("b", 1, 60.0), Late("a", 0, 60.0), Late("learnt", 0, 0.0)]
    found = silent(WATCH, "rain", lates, {("rain", "learnt"): HOUR}, 100 * MINUTE)
    assert [one.device for one in found] == ["a", "b"]


def minutes(*at: float) -> float | None:
    found = _pace(np.array([one * MINUTE for one in at], np.int64))
    return None if found is None else found / MINUTE


@pytest.mark.parametrize(
    ("at", "pace"),
    [
        (range(600), 1.0),
        (range(0, 600, 15), 15.0),
        (range(0, 600, 60), 60.0),
        (range(0, 720, 180), 180.0),
        ([*range(180), *range(480, 600)], 1.0),  # five hours of silence do not make it slow
        ([5], None),
        ([5, 10, 15], None),  # within one hour
        ([], None),
    ],
)
def test_a_pace_is_the_middle_of_the_times_between_words(at: Sequence[float], pace: float | None) -> None:
    assert minutes(*at) == pace


def test_a_city_of_several_paces() -> None:
    words = [("quick", n, 0.0) for n in range(300)] + [("hourly", n, 0.0) for n in range(0, 240, 60)]
    words += [("dead", n, 0.0) for n in range(0, 200)] + [("registered", 100, 0.0)]
    memory = Memory(said(*words), {}, Beside(entries=(Entry("registered", "", 7200.0, 0),)))
    assert isinstance(WATCH, Silence)
    (found,) = hushes(memory, WATCH, 299 * MINUTE)
    assert found == Hush("level", 4, 1, ("dead",))
    (later,) = hushes(memory, WATCH, 362 * MINUTE)
    assert later.which == ("hourly", "dead", "quick")
