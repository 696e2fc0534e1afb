"""Pictures of past moments: each is made once for all who look at it, a few are kept, and nobody's is made for nobody.

What the past may cost is bounded: one picture is made at a time, with one core of the database; at most MOST_WANTED
different moments wait; the screens of now go on beside it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from dashboard.state import Moment

MOST_WANTED = 8
"""Different moments that wait at once. Who looks at the same moment waits for the same picture and counts as one."""
KEPT = 60
"""Pictures kept: a minute of a replay at any pace, about 0.4 MB each."""

Make = Callable[[datetime, Callable[[], bool]], Moment]
"""(moment, whether nobody waits any more) -> its picture; raises what the database raises."""


class CrowdedError(Exception):
    """More moments are wanted than can be made; ask again in a second."""


@dataclass
class _Wanted:
    """A picture in the making, and how many wait for it."""

    made: Future[Moment]
    stop: Event
    waiting: int = 0


@dataclass
class Pictures:
    """Makes pictures in a thread of its own. `at` is called from one event loop."""

    make: Make
    most_wanted: int = MOST_WANTED
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "past"), init=False)
    _kept: OrderedDict[datetime, Moment] = field(default_factory=OrderedDict, init=False)
    _wanted: dict[datetime, _Wanted] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    async def at(self, moment: datetime, *, keep: bool = True) -> Moment:
        """The picture of a moment. `keep` is False for one so near that something of it may still be on its way.

        Whoever is cancelled while it waits lets go; a picture that nobody waits for is given up. Raises CrowdedError,
        and what `make` raises.
        """
        with self._lock:
            kept = self._kept.get(moment)
            if kept is not None:
                self._kept.move_to_end(moment)
                return kept
            wanted = self._wanted.get(moment) or self._begin(moment, keep)
            wanted.waiting += 1
        mine = asyncio.wrap_future(wanted.made)
        mine.add_done_callback(_heard)
        try:
            return await asyncio.shield(mine)
        finally:
            self._leave(moment, wanted)

    def _begin(self, moment: datetime, keep: bool) -> _Wanted:
        if len(self._wanted) >= self.most_wanted:
            raise CrowdedError
        stop = Event()
        wanted = _Wanted(self._pool.submit(self._made, moment, stop, keep), stop)
        self._wanted[moment] = wanted
        return wanted

    def _made(self, moment: datetime, stop: Event, keep: bool) -> Moment:
        try:
            made = self.make(moment, stop.is_set)
            if keep:
                self._keep(moment, made)
            return made
        finally:
            with self._lock:
                if (wanted := self._wanted.get(moment)) is not None and wanted.stop is stop:
                    del self._wanted[moment]

    def _keep(self, moment: datetime, made: Moment) -> None:
        with self._lock:
            self._kept[moment] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _leave(self, moment: datetime, wanted: _Wanted) -> None:
        """One less waits. The last one lets the next question not be asked, and the place be taken."""
        with self._lock:
            wanted.waiting -= 1
            if wanted.waiting or wanted.made.done():
                return
            wanted.stop.set()
            if wanted.made.cancel() or self._wanted.get(moment) is wanted:
                self._wanted.pop(moment, None)


def _heard(made: asyncio.Future[Moment]) -> None:
    """An error that comes when nobody waits any more is no news."""
    if not made.cancelled():
        made.exception()
