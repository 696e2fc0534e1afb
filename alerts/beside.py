"""What a history tells beside readings and cases: registered devices, events, rejects, and marks of quality. Pure.

Each method answers a question of alerts/sql or layers/sql: rows in the order of its columns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from layers.area import Area

IN_FORCE = ("active", "open", "updated")
LONGEST = 30 * 86_400_000
"""ms: how far back a word that says an end is looked for."""
MISSED = 3
"""Intervals without a word after which a device is silent (layers/devices.py)."""


class Event(NamedTuple):
    """A word about an event, epoch ms; `spot` is lat, lon, cell, district; `expires` None when it says no end.

    `message` is what it is called itself, where that is not the event.
    """

    event: str
    at: int
    status: str
    kind: str
    grade: str
    title: str
    sender: str
    spot: tuple[float, float, int, str]
    expires: int | None = None
    area: str = ""
    message: str = ""

    def holds(self, since: int, now: int) -> bool:
        """Whether the event is in force at `now` when this is the newest word: to its end, else while told lately."""
        return self.status in IN_FORCE and (self.at > since if self.expires is None else self.expires > now)


class Entry(NamedTuple):
    """A registered device: its gateway ('' for none), its interval in seconds, when it was registered (epoch ms)."""

    device: str
    gateway: str
    interval: float
    at: int


class Word(NamedTuple):
    """When a reading came (epoch ms), of which metric and device, and its quality."""

    received: int
    metric: str
    device: str
    quality: str


@dataclass(frozen=True)
class Beside:
    """All of it; each is empty for a history that does not tell it.

    `marks` are numbers by device, metric and mark; `rejects` are (received, stream, reason),
    `areas` those that are in force today, which a back-test takes to have been there always.
    """

    marks: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    events: tuple[Event, ...] = ()
    rejects: tuple[tuple[int, str, str], ...] = ()
    words: tuple[Word, ...] = ()
    areas: tuple[Area, ...] = ()

    def references(self, now: int) -> Iterator[tuple[str, str]]:
        """Rows of sql/references.sql."""
        return ((one.message, one.event) for one in self.events if one.message and now - LONGEST < one.at <= now)

    def warnings(self, since: int, now: int, firsts: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
        """Rows of sql/warnings.sql; `firsts` by what is told of them."""
        said: dict[str, list[Event]] = defaultdict(list)
        for event in sorted(self.events, key=lambda one: one.at):
            if min(since, now - LONGEST) < event.at <= now:
                said[firsts.get(event.event, event.event)].append(event)
        for name, words in said.items():
            last = words[-1]
            if last.holds(since, now):
                spot = max(words, key=lambda one: (one.spot[2] > 0, one.at)).spot
                yield name, (last.kind, last.grade, last.title, last.sender, last.area), last.at, spot

    def rejected(self, since: int, now: int) -> Iterator[tuple[Any, ...]]:
        """Rows of sql/rejected.sql."""
        counts = Counter((stream, reason) for at, stream, reason in self.rejects if since < at <= now)
        return ((*which, messages) for which, messages in counts.items())

    def marked(self, since: int, now: int, mark: str) -> Iterator[tuple[Any, ...]]:
        """Rows of sql/marked.sql."""
        heard: dict[str, set[str]] = defaultdict(set)
        bearing: dict[str, set[str]] = defaultdict(set)
        for word in self._words_within(since, now):
            heard[word.metric].add(word.device)
            if word.quality and mark in word.quality.split(","):
                bearing[word.metric].add(word.device)
        return ((metric, len(devices), len(bearing[metric])) for metric, devices in heard.items())

    def _words_within(self, since: int, now: int) -> Sequence[Word]:
        return self._sorted[bisect_right(self._received, since) : bisect_right(self._received, now)]

    @cached_property
    def _sorted(self) -> Sequence[Word]:
        return sorted(self.words)

    @cached_property
    def _received(self) -> Sequence[int]:
        return [word.received for word in self._sorted]

    def silent(self, heard: Mapping[str, int], now: int, most: float) -> Iterator[tuple[Any, ...]]:
        """Rows of layers/sql/devices_silent.sql; `heard` is when each device was last heard, `most` seconds."""
        by_gateway: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._watched(most):
            by_gateway[entry.gateway].append(entry)
        for gateway, entries in by_gateway.items():
            late = [
                one for one in entries if max(heard.get(one.device, 0), one.at) < now - MISSED * 1000 * one.interval
            ]
            if late:
                yield _silent_row(gateway, entries, late, heard)

    def interval(self, device: str) -> float:
        """Seconds between the words of a registered device, 0 for one that nobody registered or that says none."""
        return self._intervals.get(device, 0.0)

    @cached_property
    def _intervals(self) -> Mapping[str, float]:
        return {one.device: one.interval for one in self.entries}

    def count(self, most: float) -> tuple[int, int]:
        """The row of layers/sql/devices_count.sql."""
        return len(self.entries), sum(1 for _ in self._watched(most))

    def _watched(self, most: float) -> Iterable[Entry]:
        return (one for one in self.entries if 0 < one.interval <= most)


def _silent_row(gateway: str, entries: list[Entry], late: list[Entry], heard: Mapping[str, int]) -> tuple[Any, ...]:
    late.sort(key=lambda one: (heard.get(one.device, 0), one.device))
    lasts = [heard.get(one.device, 0) for one in late]
    blank = [""] * len(late)
    newest = max(heard.get(one.device, 0) for one in entries)
    names = [one.device for one in late]
    return (
        gateway,
        len(entries),
        len(late),
        newest,
        names,
        blank,
        blank,
        blank,
        blank,
        [one.interval for one in late],
        lasts,
    )
