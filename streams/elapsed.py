"""How long ago, by a clock that may be set back. Pure.

A machine whose clock kept local time is set back by eight hours when it first hears of the right one. What waited for a
moment of the old time would then wait for eight hours: so what seems to lie ahead counts as long ago.
"""

from __future__ import annotations


def passed(since: float, now: float) -> float:
    """Time from `since` to `now`, in their unit; of a clock that was set back, as much as it was."""
    return abs(now - since)


def waits(until: float, now: float, most: float) -> bool:
    """Whether `until` is still to come, and no further ahead than anybody would have set it: `most`."""
    return now < until <= now + most
