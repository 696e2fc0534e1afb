"""Ingest says that it lives: counts, lag and state, one row of `heartbeats` every two seconds."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from streams.elapsed import passed
from streams.records import STREAMS

EVERY_S = 2.0
_NONE: Mapping[str, Any] = {}


NO_SPACE = re.compile(r"errno: ?28\b|No space left on device|NOT_ENOUGH_SPACE")
NOT_ENOUGH_SPACE = 243  # ClickHouse's own; a write that fails on the way says errno 28 under several codes


def waits_for(error: Exception) -> str:
    """The state of an ingest that cannot store because of `error`."""
    full = getattr(error, "code", 0) == NOT_ENOUGH_SPACE or NO_SPACE.search(str(error))
    return "disk full" if full else "waiting for database"


class Level(NamedTuple):
    """One partition: of which topic and stream, committed up to where, and its end as last heard."""

    topic: str
    stream: str
    done: int
    high: int


@dataclass
class Pulse:
    """Counts since the process started. Pure but for what it counts."""

    instance: str  # host:pid
    accepted: Counter[str] = field(default_factory=Counter)  # rows, by stream
    rejected: Counter[str] = field(default_factory=Counter)
    state: str = "starting"
    last_error: str | None = None
    wrong: dict[str, str] = field(default_factory=dict)  # files that are not used until they are mended, and why
    _at: float = 0.0  # the last heartbeat, epoch s
    _before: Counter[str] = field(default_factory=Counter)

    def count(self, accepted: Mapping[str, int], rejected: Mapping[str, int]) -> None:
        self.accepted.update(accepted)
        self.rejected.update(rejected)

    def due(self, now: float) -> bool:
        return passed(self._at, now) >= EVERY_S

    def heartbeat(self, now: float, levels: Iterable[Level], held: Mapping[str, Any] = _NONE) -> dict[str, Any]:
        """The row for `now` (epoch s), by column; `detail` is JSON. `held` tells of each stream that is held."""
        rates = self._rates(now)
        detail = {
            "topics": topics(levels, rates),
            "accepted": {stream: self.accepted[stream] for stream in STREAMS},
            "rejected": {stream: self.rejected[stream] for stream in STREAMS},
            "last_error": self.last_error,
            "state": self.state,
            "held": dict(held),
            "wrong": dict(self.wrong),
        }
        return {"at": round(now * 1000), "process": "ingest", "instance": self.instance, "detail": json.dumps(detail)}

    def _rates(self, now: float) -> dict[str, float]:
        """Rows a second since the last heartbeat, by stream."""
        total = self.accepted + self.rejected
        seconds = max(passed(self._at, now), 0.001) if self._at else EVERY_S
        rates: dict[str, float] = {
            stream: round((total[stream] - self._before[stream]) / seconds, 1) for stream in STREAMS
        }
        self._at, self._before = now, total
        return rates


def topics(levels: Iterable[Level], rates: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Of each topic: lag (messages not yet stored), position (messages stored), partitions, rate (rows a second)."""
    found: dict[str, dict[str, float]] = {}
    for level in levels:
        topic = found.setdefault(level.topic, {"lag": 0, "position": 0, "partitions": 0, "rate": 0.0})
        topic["lag"] += max(level.high - level.done, 0)
        topic["position"] += level.done
        topic["partitions"] += 1
        topic["rate"] = rates[level.stream]
    return found
