from __future__ import annotations

from datetime import datetime

import pytest

from streams.world.working import HOUR_MS, after
from tests.streams.world.made import BEIJING


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-07-15 10:00", 4.0, "2026-07-15 14:00"),
        ("2026-07-15 17:00", 2.0, "2026-07-16 09:30"),  # over the night
        ("2026-07-15 03:00", 1.0, "2026-07-15 09:30"),  # before opening
        ("2026-07-15 22:00", 1.0, "2026-07-16 09:30"),  # after closing
        ("2026-07-15 10:00", 8.0, "2026-07-15 18:00"),  # until the last minute
        ("2026-07-17 12:00", 19.0, "2026-07-19 12:00"),  # a Saturday counts
    ],
)
def test_working_hours(start: str, hours: float, end: str) -> None:
    assert after(_ms(start), hours, "working", 8 * HOUR_MS) == _ms(end)


def test_urgent_limits_run_at_night() -> None:
    assert after(_ms("2026-07-15 22:00"), 4, "always", 8 * HOUR_MS) == _ms("2026-07-16 02:00")
