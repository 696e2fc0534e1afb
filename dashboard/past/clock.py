"""The one clock of a replay: an instant, a pace, and when it began; what it shows follows. Pure.

An address carries it as `at=ISO` (it stands still) or `at=ISO&pace=60&since=ISO` (it showed `at` when it was `since`,
and has been going 60 times as quick from then on): whoever opens the address sees the same moment at the same time.
assets/past_clock.js is the same in the browser; tests/browser/test_past.py holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

PACES = (10, 60, 600)
"""Seconds of the city a second."""
STILL = timedelta(seconds=1)
"""Moments between which a clock that stands chooses."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Shows `at` at the time `since`, and goes `pace` times as quick; it stands still when `pace` is 0. Aware times."""

    at: datetime
    pace: int = 0
    since: datetime = EPOCH

    def shown(self, now: datetime) -> datetime | None:
        """The moment it shows at `now`, on its grid; None once it has come to the present."""
        moment = self.at + self.pace * (now - self.since) if self.pace else self.at
        return None if moment >= now else grid(moment, self.pace)


def grid(moment: datetime, pace: int) -> datetime:
    """The last of the moments that are shown at a pace, a second of the clock apart: all who look see the same."""
    step = max(STILL, timedelta(seconds=pace))
    return moment - (moment - EPOCH) % step


def read(search: str | None, now: datetime) -> Clock | None:
    """The clock of an address' query (with or without `?`); None for the present, and for what is no past moment.

    A pace that is not one of PACES, or without the time since when, is none: the clock stands. Raises nothing.
    """
    given = dict(parse_qsl((search or "").lstrip("?"), errors="replace"))
    at, since = moment_of(given.get("at", "")), moment_of(given.get("since", ""))
    if at is None or at >= now:
        return None
    pace = next((pace for pace in PACES if str(pace) == given.get("pace")), 0)
    return Clock(at, pace, since) if pace and since is not None and since <= now else Clock(at)


def moment_of(text: str) -> datetime | None:
    """ISO 8601 with offset, in UTC; the blank that a careless `+` became is taken for one. None for anything else."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
