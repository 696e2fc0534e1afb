"""The past of one city: pictures of it, the database as of then, and a Context in which then is now."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from dashboard.past.kept import Kept
from dashboard.past.picture import kept, picture_at
from dashboard.past.pictures import Pictures
from dashboard.past.then import still
from streams.asof import AsOf

if TYPE_CHECKING:
    from dashboard.context import Context
    from dashboard.state import Moment

LOOKED = 60.0
"""Seconds for which it is known what is kept."""
SETTLED = timedelta(seconds=10)
"""A picture of a moment less long ago is not kept: ingest stores what it received within a second, seldom later."""


class Past:
    """What the screens ask when they show a past moment."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.pictures = Pictures(self._make)
        self._lock = Lock()
        self._kept: tuple[float, Kept] | None = None

    def now(self) -> datetime:
        return self.context.state.now()

    def as_of(self, at: datetime, gone: Callable[[], bool] = lambda: False) -> AsOf:
        """The database as it was at a moment."""
        return AsOf(self.context.database, at, self.now(), gone)

    def kept(self) -> Kept:
        """What is kept, asked at most once a minute. Raises as Database.ask."""
        with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] > LOOKED:
                self._kept = time.monotonic(), kept(self.context.database)
            return self._kept[1]

    async def moment(self, at: datetime) -> Moment:
        """The picture of a moment. Raises as Pictures.at."""
        return await self.pictures.at(at, keep=self.now() - at > SETTLED)

    async def context_of(self, at_ms: int | None) -> Context:
        """The context in which a past moment (epoch ms) is now; the living one for None. Raises as Pictures.at."""
        if at_ms is None:
            return self.context
        moment = await self.moment(datetime.fromtimestamp(at_ms / 1000, UTC))
        return still(self.context, moment, self.now())

    def _make(self, at: datetime, gone: Callable[[], bool]) -> Moment:
        known = self.as_of(at, lambda: gone() or self.context.state.stopping)
        return picture_at(known, self.context.city, self.context.rulebook, self.kept())
