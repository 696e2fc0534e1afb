"""A time as a person writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.read import read_city
from dashboard.when import when

ZONE = read_city("xining").zone
NOW = datetime(2026, 11, 22, 8, 42, 30, tzinfo=UTC)  # 16:42:30 in Xining


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "2026-11-22T16:42:30+08:00"),
        ("22:00", "2026-11-22T22:00:00+08:00"),
        (" 22：00 ", "2026-11-22T22:00:00+08:00"),
        ("16:42", "2026-11-22T16:42:00+08:00"),
        ("16:41", "2026-11-23T16:41:00+08:00"),
        ("9:05", "2026-11-23T09:05:00+08:00"),
        ("2026-11-25 09:00", "2026-11-25T09:00:00+08:00"),
        ("2026-11-25T01:00:00Z", "2026-11-25T09:00:00+08:00"),
    ],
)
def test_a_time_is_read(text: str, expected: str) -> None:
    assert when(text, NOW, ZONE) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["25:00", "12:60", "tonight", "22", "11-25 09:00"])
def test_what_is_no_time_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        when(text, NOW, ZONE)
