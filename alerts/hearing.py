"""Asks for the windows of all metrics that the rules of a beat look at: those that are sent only, and several at once.

Rules of the same metric share a question. What was learned is kept from beat to beat (`Kept`): most cities send a third
of what the rules know, and what nobody sends must cost nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from alerts.gather import Registered
from alerts.rings import Columns, Window, windows
from alerts.rules import Rule
from alerts.sieve import Probe, probe
from streams.question import Answer, Question

SQL = Path(__file__).parent / "sql"
READINGS = Question.load(SQL, "readings")
HEARD = Question.load(SQL, "heard")

Wanted = Mapping[Probe, int]
"""Windows of a metric, and how long before each a silent device is still looked for, ms."""


class Answering(Protocol):
    """Who is asked: a Database, or the messages of a back-test (alerts/memory.py)."""

    def ask(self, question: Question, **params: object) -> Answer: ...


@dataclass
class Kept:
    """What lasts from one beat to the next.

    `hands` ask questions, several at once; None: one by one. `sent` are metrics of which something was heard when they
    were last asked for, `marks` those of the registry by metric, as of `registry` (sql/registry_state.sql).
    """

    hands: Executor | None = None
    sent: set[str] = field(default_factory=set)
    marks: dict[str, Registered] = field(default_factory=dict)
    registry: tuple[object, ...] = ()


@dataclass
class Hearing:
    """The windows of one beat at `now`, epoch ms: `listen` first, then `windows` of each metric.

    Both raise QueryFailed and DatabaseUnavailable.
    """

    database: Answering
    wanted: Mapping[str, Wanted]
    now: int
    kept: Kept
    _coming: dict[str, Future[Columns]] = field(default_factory=dict)

    def listen(self) -> None:
        """Learn which metrics are sent, and begin to ask for their windows."""
        unknown = sorted(self.wanted.keys() - self.kept.sent)
        if unknown:
            since = min(self._since(metric) for metric in unknown)
            answer = self.database.ask(HEARD, metrics=unknown, now_ms=self.now, since_ms=since)
            self.kept.sent.update(answer.column("heard"))
        if self.kept.hands is not None:
            sent = [metric for metric in self.wanted if metric in self.kept.sent]
            self._coming = {metric: self.kept.hands.submit(self._ask, metric) for metric in sent}

    def windows(self, metric: str) -> dict[Probe, Window]:
        """Every window of a metric that a rule of this beat wants."""
        asked = self._oldest_first(metric)
        columns = self._columns(metric) if metric in self.kept.sent else ()
        if not columns or not len(columns[0]):
            self.kept.sent.discard(metric)
        patience = [self.now - window - patience for (_, window), patience in asked]
        return dict(zip((one for one, _ in asked), windows(columns, patience), strict=True))

    def close(self) -> None:
        """Ask no more: what has not begun does not begin."""
        for one in self._coming.values():
            one.cancel()

    def _columns(self, metric: str) -> Columns:
        coming = self._coming.pop(metric, None)
        return coming.result() if coming else self._ask(metric)

    def _ask(self, metric: str) -> Columns:
        edges = [self.now - window for (_, window), _ in self._oldest_first(metric)]
        asked = {"metric": metric, "now_ms": self.now, "since_ms": self._since(metric), "edges": edges}
        return self.database.ask(READINGS, **asked).columns

    def _since(self, metric: str) -> int:
        return min(self.now - window - patience for (_, window), patience in self.wanted[metric].items())

    def _oldest_first(self, metric: str) -> list[tuple[Probe, int]]:
        return sorted(self.wanted[metric].items(), key=lambda item: -item[0][1])


def probes(rules: Iterable[Rule]) -> dict[str, Wanted]:
    """By metric the windows that rules want."""
    found: dict[str, dict[Probe, int]] = defaultdict(dict)
    for rule in rules:
        for watch in rule.readings:
            asked = probe(watch)
            found[watch.metric][asked] = max(found[watch.metric].get(asked, 0), rule.stale_after)
    return dict(found)
