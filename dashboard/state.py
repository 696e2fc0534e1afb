"""The city as the screens see it: one thread asks the database once a second, however many screens look."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from alerts.quiet import HIDING, TOLD, Quiet, Verdict

if TYPE_CHECKING:
    from alerts.alert import Alert
    from layers.picture import Snapshot

EVERY = 1.0  # seconds between two snapshots
HANGS = timedelta(seconds=15)
"""A question without an answer for this long: the screens get the old picture at its true age."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Moment:
    """The newest picture of the city.

    `snapshot` and `alerts` are the last that could be read (None and () before the first), `at` is when this moment
    was made, and `error` says why nothing newer could be read, or is None. `number` rises with each moment. `seconds`
    is how long the last good picture took to take. `watched` is when a `watch` that judges was last heard, as of the
    snapshot; None when not for hours. `free` is the room on the database's disk in bytes, None when not known.
    `verdicts` says by id of which alerts notices speak and which are hidden; one without a verdict is told. `silences`
    are those that run, are to come, or ended within the last day. `beats`: the signs of life of that time are kept;
    without them nobody says that a process was dead. `earlier` are ids of alerts of which no value of this moment is
    known, only that of their last change.
    """

    at: datetime
    snapshot: Snapshot | None = None
    alerts: tuple[Alert, ...] = ()
    error: str | None = None
    number: int = 0
    seconds: float | None = None
    watched: datetime | None = None
    free: int | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    silences: tuple[Quiet, ...] = ()
    beats: bool = True
    earlier: frozenset[str] = frozenset()

    def verdict(self, alert: Alert) -> Verdict:
        """Whether an alert is told, or why not."""
        return self.verdicts.get(alert.id, TOLD)

    @property
    def shown(self) -> tuple[Alert, ...]:
        """Open alerts that nothing hides, worst first."""
        return tuple(alert for alert in self.alerts if self.verdict(alert).shown)

    @property
    def hidden(self) -> tuple[Alert, ...]:
        """Open alerts that a silence or another alert hides, worst first."""
        return tuple(alert for alert in self.alerts if not self.verdict(alert).shown)

    @property
    def hidden_why(self) -> dict[str, int]:
        """How many alerts each cause hides; 0 for those that hide none."""
        counts = Counter(self.verdict(alert).why for alert in self.hidden)
        return {why: counts[why] for why in HIDING}

    def as_shown(self) -> Moment:
        """The same, whose figure of open alerts counts those that are shown, as every list does.

        With some hidden it is compared with nothing: of the hours before nobody knows what was hidden then.
        """
        if self.snapshot is None or not self.verdicts or not self.hidden:
            return self
        kpi = self.snapshot.kpis.get("alerts")
        if kpi is None:
            return self
        shown = replace(kpi, value=float(len(self.shown)), change=None, versus="")
        return replace(self, snapshot=replace(self.snapshot, kpis={**self.snapshot.kpis, "alerts": shown}))


Picture = tuple["Snapshot", "tuple[Alert, ...]", "datetime | None"]
Take = Callable[[datetime], Picture]
"""Asks for the city at `now`, its alerts and when `watch` was last heard; raises whatever the database raises."""

Judged = tuple[Mapping[str, Verdict], tuple[Quiet, ...]]
Judge = Callable[["tuple[Alert, ...]", datetime], Judged]
"""Says which of the open alerts are hidden, and which silences there are; raises whatever the database raises."""


def _all_told(_alerts: tuple[Alert, ...], _now: datetime) -> Judged:
    return {}, ()


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class CityState:
    """Keeps one Moment fresh. Two snapshots never run at once; a failed one keeps the last good picture.

    After a failure `reach` looks first whether anybody answers, and raises soon when not: a question that hangs waits
    long, and would then give a picture as old as its wait.
    """

    take: Take
    every: float = EVERY
    now: Callable[[], datetime] = utc_now
    room: Callable[[], int | None] = lambda: None
    judge: Judge = _all_told
    reach: Callable[[], None] = lambda: None
    moment: Moment = field(init=False)
    _wake: threading.Event = field(default_factory=threading.Event, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=set, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.moment = Moment(self.now())

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="city-state", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the thread and every `after` that waits."""
        self._stopping.set()
        self._wake.set()
        self._call_waiting()
        if self._thread is not None:
            self._thread.join(timeout)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    @property
    def watching(self) -> int:
        """How many screens wait for the next moment."""
        with self._lock:
            return len(self._waiting)

    def refresh(self) -> None:
        """Ask for a new moment now instead of at the next second: something was just written."""
        self._wake.set()

    async def after(self, number: int, timeout: float) -> Moment:
        """The newest moment once its number is above `number`; the old one when none came in `timeout` seconds."""
        ticket = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(ticket)
        try:
            if self.moment.number <= number and not self.stopping:
                async with asyncio.timeout(timeout):
                    await ticket[1].wait()
        except TimeoutError:
            self._own_up()
        finally:
            with self._lock:
                self._waiting.discard(ticket)
        return self.moment

    def step(self) -> Moment:
        """Takes one snapshot and makes it the moment. Errors become part of the moment: a screen shows them."""
        free = self.room()
        try:
            if self.moment.error is not None:
                self.reach()
            now, started = self.now(), time.monotonic()
            snapshot, alerts, watched = self.take(now)
            verdicts, silences = self.judge(alerts, now)
        except Exception as error:  # noqa: BLE001,RUF100 - whatever failed, the screens must say so and go on
            self._publish(replace(self.moment, at=self.now(), error=f"{type(error).__name__}: {error}", free=free))
        else:
            seconds = time.monotonic() - started
            known = Moment(now, snapshot, alerts, None, seconds=seconds, watched=watched, free=free)
            self._publish(replace(known, verdicts=verdicts, silences=silences).as_shown())
        return self.moment

    def _own_up(self) -> None:
        """While a question hangs no moment comes: make one of the old picture, so that screens see how old it is."""
        moment, now = self.moment, self.now()
        if moment.snapshot is not None and now - moment.at > HANGS:
            self._publish(replace(moment, at=now), of=moment)

    def _publish(self, moment: Moment, of: Moment | None = None) -> None:
        """Make it the moment; one that is made `of` another only while that is the newest."""
        if moment.error != self.moment.error:
            log.warning("picture", error=moment.error) if moment.error else log.info("picture", state="readable again")
        with self._lock:
            if of is not None and of is not self.moment:
                return
            self.moment = replace(moment, number=self.moment.number + 1)
        self._call_waiting()

    def _call_waiting(self) -> None:
        with self._lock:
            for loop, event in self._waiting:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(event.set)

    def _run(self) -> None:
        while not self.stopping:
            self._wake.clear()
            self.step()
            self._wake.wait(self.every)
