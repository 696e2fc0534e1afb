"""What is kept of a moment: a forgotten city is not a calm one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboard.past.kept import Kept

T = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = Kept({"readings": T + DAY * 9, "cases": T, "alerts": T + DAY, "beats": T + DAY * 14})


def test_before_the_first_there_is_nothing() -> None:
    assert KEPT.earliest == T
    assert KEPT.nothing(T - DAY)
    assert not KEPT.nothing(T)
    assert Kept().nothing(T)


def test_signs_of_life_alone_are_no_picture() -> None:
    assert Kept({"beats": T}).nothing(T + DAY)


def test_a_part_that_is_not_kept_is_named() -> None:
    assert KEPT.lacks(T) == ("readings", "beats"), "no warning yet is no news"
    assert KEPT.lacks(T + DAY * 10) == ("beats",)
    assert KEPT.lacks(T + DAY * 14) == ()


def test_nobody_was_heard_where_no_sign_of_life_is_kept() -> None:
    assert not KEPT.beats(T + DAY * 13)
    assert KEPT.beats(T + DAY * 14)
    assert Kept({"readings": T}).lacks(T) == ("beats",)
