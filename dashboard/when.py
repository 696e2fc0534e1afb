"""A time as a person writes it: 22:00, 2026-11-23 09:00, or ISO 8601. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")


def when(text: str, after: datetime, zone: tzinfo) -> datetime:
    """The time that `text` says, aware: a clock's next one at `after` or later, a day's in `zone` unless it has an
    offset; `after` itself for nothing. Raises ValueError for what is no time.
    """
    said = text.strip()
    if not said:
        return after
    clock = CLOCK.fullmatch(said)
    if clock is None:
        at = datetime.fromisoformat(said)
        return at if at.tzinfo else at.replace(tzinfo=zone)
    local = after.astimezone(zone)
    found = local.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0, fold=0)
    return found if found >= local.replace(second=0, microsecond=0) else found + timedelta(days=1)
