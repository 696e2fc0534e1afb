"""What is open, for whoever asks each second: at a cost that does not grow with the months of the journal.

What is open was open at the last look, or has changed since. So a look reads what changed after the last one, and BACK
before it: a row may be stored later than it says. All of the journal is read at first, now and then (WHOLE), and when
the clock went back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.alert import Alert
from alerts.journal import FIRST, open_alerts
from streams.clickhouse import Database

BACK = timedelta(days=1)
"""By how much a row may say that it is older than it is: `watch` stores within a second, or stood still meanwhile."""
WHOLE = timedelta(minutes=10)


class Look(NamedTuple):
    """What was found open, when; `whole` is when all of the journal was read."""

    at: datetime
    whole: datetime
    alerts: tuple[Alert, ...]


@dataclass
class Standing:
    """Call `look` again and again with the time."""

    database: Database
    _last: Look = field(default=Look(FIRST, FIRST, ()), init=False)

    def look(self, now: datetime) -> tuple[Alert, ...]:
        """Every alert that is open at `now`, the most urgent first. Raises DatabaseUnavailable, QueryFailed."""
        last = self._last
        if last.at <= now < last.whole + WHOLE:
            found = open_alerts(self.database, now, last.at - BACK, last.alerts)
            self._last = Look(now, last.whole, found)
        else:
            found = open_alerts(self.database, now)
            self._last = Look(now, now, found)
        return found
