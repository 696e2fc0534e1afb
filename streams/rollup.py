"""Rollups of readings: what each device said of a metric in five minutes, and in an hour. Made anew, never added to.

Why they are right whatever is killed, redelivered or late. Readings are only ever appended, so how many rows a bucket
has says which state of it was seen. A bucket is due while the readings have more rows of it than `rollups` says it was
made of; it is then made whole, from the readings alone, and stored as one block, which is there or is not. Its version
is the number of rows that it was made of, and the greatest counts. So to make a bucket twice, or by two at once, does
no harm; `rollups` learns of it only after it is stored; whoever starts compares everything once. Nobody keeps a total.

Of the buckets streams/windows.py puts together the middles of the windows that end now.
`device_heard` has when each device spoke last, `device_words` what it said, `device_states` what the registry says of
it, `case_states` how each case stands: maxima, or made whole, which may be done again and again. They are made first,
so that a look at them is never older than the buckets' own. `city_hours`, made of the buckets, comes after these.

A question takes from the rollups what ended until `closed` of a look not older than ten minutes, and all else from the
readings: while nobody looks, questions become slower and not wrong.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from threading import Event
from typing import Any

import structlog

from config.settings import Settings
from streams import city_hours, states, windows
from streams.clickhouse import SQL, Database, DatabaseUnavailable, QueryFailed, Question

log = structlog.get_logger("rollup")

GRACE_MS = 60_000  # after its end a bucket is left to the readings for so long: most of what is late is not later
BACK_MS = 600_000  # what arrived so long before the last look is looked at again: `received` is the reader's clock
BEAT_S = 20.0
SHARE, LONGEST_S = 10, 60.0
"""Buckets may take a tenth of the time, but are made once a minute whatever that takes: where gateways tell their last
five minutes at once something is late at every look, and at 18,000 readings a minute that took a third of a core."""
ALL_MS = 3_600_000  # from time to time everything is compared: also what a reader held back for longer than BACK_MS
DAY_S = 86_400
TOGETHER = 2_000_000  # readings: what is made of them is one block of some 100 MB at most
CLOSED_MS = 300_000  # questions take whole spans of this from the rollups

SPANS = {300: 3 * DAY_S * 1000, 3600: 0}
"""How far back (ms) buckets of so many seconds are made; 0 is as far as there are readings. Questions believe five
minutes for 2 days only, and the table keeps them for 4."""

HEARD_MS = DAY_S * 1000 + 3_600_000  # questions look a day back for a device's last word
CASES_MS = 62 * DAY_S * 1000  # and 60 days for cases

_DUE, _MAKE = Question.load(SQL, "rollup_due"), Question.load(SQL, "rollup_make")
_NOTED = Question.load(SQL, "heard_make"), Question.load(SQL, "words_make")


@dataclass(frozen=True)
class Bucket:
    """A span of a metric that must be made: it starts at `start` (epoch s) and has `rows` readings."""

    metric: str
    start: int
    rows: int


@dataclass
class Looks:
    """At what somebody looked already (epoch ms)."""

    _last: int = 0  # what arrived before was compared
    _all: int = 0  # when everything was

    def since(self, now: int) -> int:
        """From when on what arrived is compared at `now`; 0 is everything, also after a clock was set back."""
        return self._last - BACK_MS if 0 <= now - self._all < ALL_MS else 0

    def done(self, now: int, since: int) -> None:
        """What arrived after `since` was compared at `now`."""
        self._last, self._all = now, self._all if since else now


@dataclass
class Rollup:
    """One who keeps the rollups right: call `turn`, or its two parts, again and again. Several may, on one database.

    All raise DatabaseUnavailable, QueryFailed: then what is left is due at the next turn.
    """

    database: Database
    stop: Event = field(default_factory=Event)
    _heard: Looks = field(default_factory=Looks)
    _made: Looks = field(default_factory=Looks)

    def turn(self, now: int) -> int:
        """All that is due at `now` (epoch ms); how many buckets that was."""
        self.hear(now)
        return self.make(now)

    def make(self, now: int) -> int:
        """Make the buckets that are due, and what is made of them, and say so; told to stop, say nothing."""
        since = self._made.since(now)
        closed = (now - GRACE_MS) // CLOSED_MS * CLOSED_MS
        made = sum(self._make_due(span, now - back if back else 0, since, closed) for span, back in SPANS.items())
        city_hours.make(self.database, now, closed)
        windows.make(self.database, now // 1000, closed // 1000, self.stop)
        if not self.stop.is_set():
            self.database.insert("rollup_looks", {"looked": [now], "closed": [closed // 1000]})
            self._made.done(now, since)
        return made

    def hear(self, now: int) -> None:
        """Note last words, and how devices and cases stand; then that somebody looked.

        Killed between, the look before counts.
        """
        since = self._heard.since(now)
        for noted in _NOTED:
            self.database.ask(noted, now_ms=now, from_ms=now - HEARD_MS, since_ms=since)
        self.database.ask(states.MAKE["device_states"], now_ms=now, since_ms=since)
        self.database.ask(states.MAKE["case_states"], now_ms=now, from_ms=0, since_ms=max(since, now - CASES_MS))
        self.database.insert("word_looks", {"noted": [now]})
        self._heard.done(now, since)

    def _make_due(self, span: int, low: int, since: int, closed: int) -> int:
        until, step = closed // (span * 1000) * span * 1000, span * 1000
        low = -(-low // step) * step
        due = self.database.ask(_DUE, span=span, from_ms=low, since_ms=since, until_ms=until)
        buckets = [Bucket(*row) for row in zip(*due.columns, strict=True)]
        return sum(self._make(span, some) for some in days(buckets) if not self.stop.is_set())

    def _make(self, span: int, buckets: list[Bucket]) -> int:
        """First the buckets, then the note of what they were made of: killed between, they are due still."""
        starts = [bucket.start for bucket in buckets]
        self.database.ask(_MAKE, span=span, metric=buckets[0].metric, starts=starts)
        note: dict[str, list[Any]] = {"span": [span] * len(buckets), "metric": [one.metric for one in buckets]}
        return self.database.insert("rollups", {**note, "start": starts, "rows": [one.rows for one in buckets]})


def days(buckets: Iterable[Bucket]) -> Iterator[list[Bucket]]:
    """Buckets that are made together: of one metric and day (UTC), so of one month, of at most TOGETHER readings."""
    for _, some in groupby(buckets, key=lambda bucket: (bucket.metric, bucket.start // DAY_S)):
        held: list[Bucket] = []
        for bucket in some:
            if held and sum(one.rows for one in held) + bucket.rows > TOGETHER:
                yield held
                held = []
            held.append(bucket)
        yield held


def pause(took: float) -> float:
    """Seconds from when the buckets began to be made, which took so many, until they are made again."""
    return min(max(BEAT_S, SHARE * took), LONGEST_S)


def run(settings: Settings, stop: Event) -> None:
    """Keep the rollups right until `stop` is set; waits for the database."""
    database = Database(settings.database_url)
    rollup, failing, again = Rollup(database, stop), False, 0.0
    try:
        while not stop.is_set():
            began = time.monotonic()
            try:
                rollup.hear(_now())
                if began >= again:
                    made = rollup.make(_now())
                    took = time.monotonic() - began
                    again = began + pause(took)
                    log.debug("rolled up", buckets=made, seconds=round(took, 3))
                failing = False
            except Exception as error:  # noqa: BLE001,RUF100 - whatever it is, it must not be the last look
                if not failing:
                    known = isinstance(error, DatabaseUnavailable | QueryFailed)
                    log.warning("rollups wait", error=str(error), exc_info=not known)
                failing = True
            stop.wait(BEAT_S)
    finally:
        database.close()


def _now() -> int:
    return time.time_ns() // 1_000_000
