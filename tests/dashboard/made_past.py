"""A past without a database: moments of tests/dashboard/moments.py, which grow into a storm as the hour goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from dashboard.past import routes, seen
from dashboard.past.kept import Kept
from dashboard.state import Moment
from tests.dashboard import moments

DAY = timedelta(days=1)


@dataclass
class Made:
    """What the past is made of: `error` is raised instead, `asked` are the moments that were made."""

    since: datetime
    error: Exception | None = None
    asked: list[datetime] = field(default_factory=list)

    def picture(self, known: Any, *_: object) -> Moment:
        if self.error is not None:
            raise self.error
        self.asked.append(known.at)
        return moments.moment(known.at, storm=(known.at.minute + 1) / 60)  # never calm: there are always warnings

    def kept(self, _database: object) -> Kept:
        return Kept({"readings": self.since, "alerts": self.since, "beats": self.since + DAY})

    def marks(self, _database: object, _since: datetime, _until: datetime, steps: int) -> dict[int, tuple[int, int]]:
        return {steps // 4: (3, 2), steps // 2: (12, 4), steps - 2: (1, 0)}


@contextmanager
def past(since: datetime) -> Iterator[Made]:
    """While the block runs, the past is made up; data is kept from `since` on, signs of life a day later."""
    made = Made(since)
    with (
        patch.object(seen, "picture_at", made.picture),
        patch.object(seen, "kept", made.kept),
        patch.object(routes, "marks", made.marks),
    ):
        yield made
