"""Reads what was stored, for a back-test: the rows of a span as the rules may look at them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path
from sys import intern
from typing import Any

from alerts.alert import instant
from alerts.beside import Beside, Entry, Event, Word
from alerts.measures import MARKS, NEWEST_WITHIN
from alerts.memory import Memory
from alerts.replay import metrics, reach
from alerts.rules import Rule
from layers import areas
from layers.area import Area
from streams.clickhouse import Database, Question

SQL = Path(__file__).parent / "sql"
READINGS, CASES, EVENTS, REJECTS, SPAN = (
    Question.load(SQL, f"past_{name}") for name in ("readings", "cases", "events", "rejects", "span")
)
PAGE = 6 * 3_600_000  # ms of readings that are asked for at once
TEXTS = ("device", "metric", "district", "quality")

Columns = dict[str, Sequence[Any]]


@dataclass(frozen=True)
class Past:
    """Columns of the tables, {} where there are no rows; what the registry says of devices: marks by metric, and who is
    expected to speak."""

    readings: Columns = field(default_factory=dict)
    cases: Columns = field(default_factory=dict)
    events: Columns = field(default_factory=dict)
    rejects: Columns = field(default_factory=dict)
    marks: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last time of a reading, of a step of a case or of an event; None when there are none."""
        ends = [(min(found["at"]), max(found["at"])) for found in (self.readings, self.cases, self.events) if found]
        return (min(first for first, _ in ends), max(last for _, last in ends)) if ends else None

    def memory(self) -> Memory:
        """These rows, to be asked as the database is."""
        events = tuple(starmap(_event, _rows(self.events, *EVENT)))
        rejects = tuple(_rows(self.rejects, "received", "stream", "reason"))
        words = tuple(starmap(Word, _rows(self.readings, "at", "metric", "device", "quality")))
        return Memory(self.readings, self.cases, Beside(self.marks, self.entries, events, rejects, words, self.areas))


EVENT = (
    *("event", "at", "status", "kind", "grade", "title", "sender"),
    *("lat", "lon", "cell", "district", "expires", "area", "message"),
)


def _rows(columns: Columns, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(columns[name] for name in names), strict=True) if columns else iter(())


def _event(*said: Any) -> Event:
    return Event._make((*said[:7], said[7:11], *said[11:]))


def stored_span(database: Database, until: int) -> tuple[int, int] | None:
    """The first and the last time of anything stored until `until`, epoch ms; None when there is nothing."""
    found = database.ask(SPAN, until_ms=until).first() or {}
    return (found["first_ms"], found["last_ms"]) if found.get("last_ms") else None


def stored(database: Database, rules: Sequence[Rule], first: int, last: int, way: int = 0) -> Past:
    """What `rules` may see between `first` and `last` (epoch ms). Raises DatabaseUnavailable, QueryFailed.

    `way`: ms that water travels at most from gauge to gauge (CityProfile.longest_way).
    """
    since = first - max(map(reach, rules), default=0) - way
    longer = min(since, first - NEWEST_WITHIN)
    wanted = metrics(rules)
    return Past(
        _readings(database, wanted, since, last),
        _columns(database, CASES, longer, last),
        _columns(database, EVENTS, longer, last),
        _columns(database, REJECTS, longer, last),
        registered(database, wanted),
        areas=areas.areas(database, instant(last)),
    )


def _readings(database: Database, wanted: Sequence[str], since: int, until: int) -> Columns:
    """Page by page: no answer is larger than some hours of a city."""
    found: dict[str, list[Any]] = {}
    for begin in range(since, until, PAGE):
        answer = database.ask(READINGS, metrics=list(wanted), since_ms=begin, until_ms=min(begin + PAGE, until))
        for name, column in zip(answer.names, answer.columns, strict=True):
            found.setdefault(name, []).extend(map(intern, column) if name in TEXTS else column)
    return dict(found) if found.get("at") else {}


def _columns(database: Database, question: Question, since: int, until: int) -> Columns:
    answer = database.ask(question, since_ms=since, until_ms=until)
    return dict(zip(answer.names, answer.columns, strict=True)) if len(answer) else {}


def registered(database: Database, wanted: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Marks of these metrics by device and metric, as the registry says today."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for metric, device, marks in _told(database, wanted):
        found.setdefault(device, {})[metric] = json.loads(marks)
    return found


def _told(database: Database, wanted: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for metric in wanted:
        answer = database.ask(MARKS, metric=metric)
        yield from ((metric, device, marks) for device, marks in zip(*answer.columns, strict=True))
