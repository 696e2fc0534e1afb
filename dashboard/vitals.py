"""Is the city's own machinery alive: heartbeats, and what keeps the screens from being trusted. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

PROCESSES = ("ingest", "watch")
"""Processes that must beat for the screens to be true."""
BEAT_FRESH = timedelta(seconds=15)
"""A process beats every 2 s; seven missed beats is dead rather than busy."""
SNAPSHOT_FRESH = timedelta(seconds=10)
"""A snapshot is taken every second; ten missed are a frozen picture."""
FULL = 100 << 20
"""Bytes. With less the engine still answers, but refuses what it would have to write: a merge of a day's rows wants
more, and an insert is refused when its part does not fit."""
LATE_AFTER: Mapping[str, timedelta] = {
    "iot": timedelta(minutes=3),  # the slowest sensor reports every 5 min, but 2,000 of them never all pause for 3
    "cases": timedelta(hours=2),  # 400 a day, few of them at night
    "events": timedelta(days=1),  # a quiet day has none
    "devices": timedelta.max,  # a registry speaks when a device is put up or taken down
}
"""How long a stream may be without a newer event before it is called late."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The newest heartbeat of one instance (host:pid) of a process."""

    process: str
    instance: str
    at: datetime
    detail: Mapping[str, Any]

    @property
    def error(self) -> str | None:
        return _text(self.detail.get("last_error"))

    @property
    def state(self) -> str:
        return _text(self.detail.get("state")) or "running"

    def fresh(self, now: datetime) -> bool:
        return now - self.at <= BEAT_FRESH


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason not to trust the screens: the `part`, `what` is wrong (a key), and how old its last sign is (s)."""

    part: str
    what: str
    seconds: float | None = None

    def sentence(self) -> str:
        """In English, for machines and logs; screens put it in words by `what`."""
        age = "" if self.seconds is None else f" (last sign {self.seconds:.0f} s ago)"
        return f"{self.part}: {self.what.replace('_', ' ')}{age}"


def read_detail(text: str) -> Mapping[str, Any]:
    """The detail of a heartbeat; an empty mapping when it is not a JSON object."""
    try:
        detail = json.loads(text)
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}


def newest(beats: Iterable[Beat], process: str) -> Beat | None:
    """The last sign of life of any instance of a process."""
    return max((beat for beat in beats if beat.process == process), key=lambda beat: beat.at, default=None)


def troubles(  # noqa: PLR0913 - what is known of each part
    now: datetime,
    *,
    database: bool,
    snapshot_at: datetime | None,
    error: str | None,
    beats: Sequence[Beat],
    free: int | None = None,
    slow: bool = False,
) -> tuple[Trouble, ...]:
    """Everything that keeps the screens from being ready; empty when they are.

    `database`: it answered what was asked; `slow`: it is there, though it did not. `snapshot_at`: when the
    last good snapshot was taken. `error`: of the last try. `free`: bytes on the database's disk.
    """
    found = [] if database else [Trouble("database", "slow" if slow else "unreachable")]
    found += [Trouble("disk", "full")] if full(free) else []
    found += _snapshot_troubles(now, snapshot_at, error)
    found += [Trouble(f"stream_{stream}", "held") for stream in held(now, beats)]
    if database:  # without it nobody's heartbeat can be read, and to call them dead would be a guess
        found += [trouble for process in PROCESSES if (trouble := _beat_trouble(now, process, beats))]
    return tuple(found)


def full(free: int | None) -> bool:
    """Whether so little room is left on a disk that what comes cannot be stored."""
    return free is not None and free < FULL


def held(now: datetime, beats: Sequence[Beat]) -> tuple[str, ...]:
    """Streams that ingest has stopped reading because too much of them was turned away."""
    told = [one.detail.get("held") for one in beats if one.process == "ingest" and one.fresh(now)]
    return tuple(sorted({stream for found in told if isinstance(found, dict) for stream in found}))


def wrong(now: datetime, beats: Sequence[Beat]) -> Mapping[str, str]:
    """Files of the city that ingest does not use until they are mended, by name, and what is wrong in each."""
    return _said("ingest", "wrong", now, beats)


def unsaid(now: datetime, beats: Sequence[Beat]) -> Mapping[str, str]:
    """Whose notices cannot be made (receiver, district, scenario; '' for all), and why: nobody is told of these."""
    return _said("watch", "unsaid", now, beats)


def _said(process: str, what: str, now: datetime, beats: Sequence[Beat]) -> Mapping[str, str]:
    told = [one.detail.get(what) for one in beats if one.process == process and one.fresh(now)]
    return {str(name): str(why) for found in told if isinstance(found, dict) for name, why in found.items()}


def _snapshot_troubles(now: datetime, at: datetime | None, error: str | None) -> list[Trouble]:
    if at is None:
        return [Trouble("snapshot", "never_taken")]
    if not behind(now, at):
        return []
    return [Trouble("snapshot", "failing" if error else "stale", (now - at).total_seconds())]


def behind(now: datetime, snapshot: datetime) -> bool:
    """Whether a picture is too old to be called one of now, failed or not: a database that hangs fails late."""
    return now - snapshot > SNAPSHOT_FRESH


def _beat_trouble(now: datetime, process: str, beats: Sequence[Beat]) -> Trouble | None:
    """A process that only ever starts, waits or stands by beats too: one of its instances must do the work."""
    beat = newest(beats, process)
    if beat is None:
        return Trouble(process, "never_seen")
    if not beat.fresh(now):
        return Trouble(process, "silent", (now - beat.at).total_seconds())
    working = any(one.process == process and one.fresh(now) and one.state == "running" for one in beats)
    return None if working else Trouble(process, "not_running")


def late(stream: str, newest_at: datetime | None, now: datetime) -> bool:
    """Whether a stream's newest event is older than it may be; one never heard is late, unless it may be silent."""
    patience = LATE_AFTER.get(stream, timedelta(minutes=15))
    return patience < timedelta.max and (newest_at is None or now - newest_at > patience)


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None
