"""What holds a stream, whatever the counts and the times."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from streams.holds import HELD, RELEASED, WINDOW_MS, Order, read_skip, skip_to, too_many, window_start

COUNTS = st.integers(0, 10**9)
TIMES = st.integers(0, 10**13)


@given(COUNTS, COUNTS, COUNTS)
def test_most_must_be_turned_away_and_many(rejected: int, accepted: int, most: int) -> None:
    if too_many(rejected, accepted, most):
        assert most
        assert rejected > most
        assert rejected * 2 > rejected + accepted


@given(COUNTS, COUNTS, st.integers(1, 10**9))
def test_more_rejects_never_release_and_more_good_ones_never_hold(rejected: int, accepted: int, most: int) -> None:
    held = too_many(rejected, accepted, most)
    assert too_many(rejected + 1, accepted, most) or not held
    assert held or not too_many(rejected, accepted + 1, most)


@given(COUNTS, COUNTS)
def test_no_limit_holds_nothing(rejected: int, accepted: int) -> None:
    assert not too_many(rejected, accepted, 0)


@given(TIMES, TIMES)
def test_what_was_before_a_release_never_counts_again(released: int, now: int) -> None:
    since = window_start(Order(RELEASED, released), now)
    assert since >= released
    assert since >= now - WINDOW_MS
    assert window_start(Order(HELD, released), now) == max(now - WINDOW_MS, 0)


@given(st.dictionaries(st.text(), st.integers(0, 2**60)), st.text(), st.integers(0, 10))
def test_an_order_passes_over_what_it_names_and_nothing_else(skip: dict[str, int], epoch: str, partition: int) -> None:
    order = Order(RELEASED, 1, skip=read_skip(json.dumps(skip)))
    assert skip_to(order, epoch, partition) == skip.get(f"{epoch}:{partition}", 0)


@given(st.text())
def test_a_skip_that_cannot_be_read_passes_over_nothing(text: str) -> None:
    assert all(type(offset) is int and offset >= 0 for offset in read_skip(text).values())
