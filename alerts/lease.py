"""Who watches, when more than one `watch` runs on a database: the one that joined first and still beats. Pure.

That is a guess at who is to lead; clocks differ, and a process may stand still between two lines. What keeps two from
writing the same journal is the fence (streams/fence.py) that whoever leads opens, and the database judges.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

LANE = ("watch", 0)
"""What whoever leads has opened (streams/fence.py)."""

ALIVE_MS = 7_000  # a watch that did not beat for so long is gone: three heartbeats and a little
HEARTBEAT_MS = 2_000


class Watcher(NamedTuple):
    """A running `watch`: when it joined and last beat (epoch ms), and its host:pid."""

    joined: int
    instance: str
    beat: int = 0


def leader(watchers: Iterable[Watcher], now: int) -> str:
    """The instance that may decide at `now`; '' when none is alive. The same for everybody who looks."""
    alive = [watcher for watcher in watchers if now - watcher.beat <= ALIVE_MS]
    return min(alive, default=Watcher(0, "")).instance
