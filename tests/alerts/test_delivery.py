"""What becomes of a notice after each of its rows."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from alerts.delivery import MOST, Delivered, Post, pause, step
from alerts.notify import Group
from tests.alerts.made_alerts import NOW


def post(state: Delivered, attempt: int = 1) -> Post:
    return Post("n", Group("duty", 0, "", "urban"), NOW, "opened", "1 opened", "", {}, {}, state, attempt)


@pytest.mark.parametrize("state", ["intended", "trying"])
def test_what_was_interrupted_is_sent_again_only_to_who_knows_it_again(state: Delivered) -> None:
    assert step(post(state), True, NOW) == "send"
    assert step(post(state), False, NOW) == "unsure"
    assert step(post(state), False, NOW, unsent=True) == "send"


def test_what_failed_waits_and_is_given_up_in_the_end() -> None:
    failed = post("failed", 3)
    assert step(failed, False, NOW + pause(3) - timedelta(seconds=1)) == "wait"
    assert step(failed, False, NOW + pause(3)) == "send"
    assert step(post("failed", MOST), True, NOW + timedelta(days=1)) == "give_up"


def test_pauses_grow_to_ten_minutes() -> None:
    pauses = [pause(attempt) for attempt in range(1, MOST)]
    assert pauses[0] == timedelta(seconds=5)
    assert all(later >= before for before, later in pairwise(pauses))
    assert pauses[-1] == timedelta(minutes=10)
    assert timedelta(minutes=30) < sum(pauses, timedelta()) < timedelta(minutes=31)


def test_the_next_attempt_is_counted() -> None:
    again = post("failed", 2).again(NOW)
    assert (again.state, again.attempt, again.id) == ("trying", 3, "n")
    assert again.became("sent", NOW).attempt == 3
