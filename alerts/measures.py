"""Asks the database what each rule watches: rules to observations. Rules that share a question share its answer.

A back-test asks the same of messages in memory: each question has its twin in alerts/memory.py (ANSWERS).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

from alerts import gather
from alerts.alert import Observation, instant
from alerts.gather import Hush, Probe, Registered, Tally
from alerts.rings import Ring, Rows, windows
from alerts.rules import Rule
from alerts.watches import Cases, Readings, Silence
from config.city import CityProfile
from streams.clickhouse import Answer, QueryFailed, Question

SQL = Path(__file__).parent / "sql"

READINGS = Question.load(SQL, "readings")
SLOPES = Question.load(SQL, "slopes")
SPREADS = Question.load(SQL, "spreads")
MARKS = Question.load(SQL, "device_marks")
REPORTED = Question.load(SQL, "cases_reported")
OVERDUE = Question.load(SQL, "cases_overdue")
NEWEST = Question.load(SQL, "newest_case_step")
SILENCE = Question.load(SQL, "silence")

NEWEST_WITHIN = 30 * 86_400_000  # ms: how far back the newest step of a case is looked for

SPREAD = ("change", "distinct", "quantile")
"""Measures that the question `spreads` answers, in the order of its columns."""

Found = TypeVar("Found")


class Answering(Protocol):
    """Who is asked: a Database, or the messages of a back-test (alerts/memory.py)."""

    def ask(self, question: Question, **params: object) -> Answer: ...


@dataclass
class Asking:
    """The questions of one beat: each is asked once, however many rules want it, and fails for all of them.

    `rules` are those that will be asked about: windows of the same metric share a question.
    """

    database: Answering
    profile: CityProfile
    rules: Sequence[Rule]
    now: int
    _answers: dict[object, object] = field(default_factory=dict)
    _probes: dict[str, dict[Probe, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._probes = probes(self.rules)

    def observe(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        """What `rule` sees now; `places` are those that it has in mind. Raises QueryFailed, DatabaseUnavailable.

        While the rule is not in force every place is ruled out: what is open ends as if it were over.
        """
        found = self._observed(rule, places)
        clock = instant(self.now).astimezone(self.profile.zone)
        if rule.active is None or rule.active.holds(clock, self.profile.calendar):
            return found
        return [replace(one, applies=False) for one in found]

    def _observed(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        if isinstance(rule.watch, Readings):
            rows = {gather.probe(watch): self._rows(watch) for watch in rule.readings}
            registered = self._marks(rule.watch.metric) if rule.marked or rule.registered else None
            return gather.readings(rule, rows, self.profile, self.now, registered)
        if isinstance(rule.watch, Cases):
            return gather.cases(rule, self._tallies(rule.watch), self._newest(), places, self.profile)
        return gather.silence(rule, self._hushes(rule.watch), self.profile, self.now)

    def _once(self, key: object, ask: Callable[[], Found]) -> Found:
        """The answer of this beat. A refusal is remembered too: the second rule gets it without asking again."""
        if key not in self._answers:
            try:
                self._answers[key] = ask()
            except QueryFailed as error:
                self._answers[key] = error
        found = self._answers[key]
        if isinstance(found, QueryFailed):
            raise found
        return found  # type: ignore[return-value]  # what `ask` gave for this key

    # -- readings

    def _rows(self, watch: Readings) -> Rows:
        """Rows of one measure's window, with slopes when it wants them."""
        rows = self._once(watch.metric, lambda: self._ask_rows(watch.metric))[gather.probe(watch)]
        if watch.measure == "absent":
            return {name: row._replace(absent=(self.now - row.at) / 1000, at=self.now) for name, row in rows.items()}
        if watch.measure in SPREAD:
            return self._once(("spread", watch), lambda: self._ask_spreads(watch, rows))
        if watch.measure != "rate_per_hour":
            return rows
        return self._once(("slope", watch), lambda: self._ask_slopes(watch, rows))

    def _ask_rows(self, metric: str) -> dict[Probe, Rows]:
        """Every window of a metric that a rule of this beat wants, in one question."""
        wanted = sorted(self._probes[metric].items(), key=lambda item: -item[0][1])  # the oldest beginning first
        heard = [self.now - window - patience for (_, window), patience in wanted]
        edges = [self.now - window for (_, window), _ in wanted]
        answer = self.database.ask(READINGS, metric=metric, now_ms=self.now, since_ms=min(heard), edges=edges)
        rings = (Ring(*values) for values in zip(*answer.columns, strict=True))
        return dict(zip((asked for asked, _ in wanted), windows(rings, heard), strict=True))

    def _ask_slopes(self, watch: Readings, rows: Rows) -> Rows:
        answer = self.database.ask(SLOPES, metric=watch.metric, now_ms=self.now, from_ms=self.now - watch.window)
        slopes = {device: (slope, readings) for device, slope, readings in zip(*answer.columns, strict=True)}
        return {
            device: row._replace(slope=slopes[device][0], sloped=slopes[device][1]) if device in slopes else row
            for device, row in rows.items()
        }

    def _ask_spreads(self, watch: Readings, rows: Rows) -> Rows:
        since = self.now - watch.window
        answer = self.database.ask(SPREADS, metric=watch.metric, now_ms=self.now, from_ms=since, q=watch.q or 0.0)
        spreads = {device: values[:3] for device, *values in zip(*answer.columns, strict=True)}
        return {
            device: row._replace(**dict(zip(SPREAD, spreads[device], strict=True))) if device in spreads else row
            for device, row in rows.items()
        }

    def _marks(self, metric: str) -> Registered:
        return self._once(("marks", metric), lambda: self._ask_marks(metric))

    def _ask_marks(self, metric: str) -> Registered:
        answer = self.database.ask(MARKS, metric=metric)
        return {device: json.loads(marks) for device, marks in zip(*answer.columns, strict=True)}

    # -- cases and silence

    def _tallies(self, watch: Cases) -> list[Tally]:
        return self._once(watch, lambda: self._ask_tallies(watch))

    def _ask_tallies(self, watch: Cases) -> list[Tally]:
        question = REPORTED if watch.cases == "reported" else OVERDUE
        answer = self.database.ask(question, now_ms=self.now, since_ms=self.now - watch.window)
        return [Tally(*values) for values in zip(*answer.columns, strict=True)]

    def _newest(self) -> int | None:
        return self._once("newest case step", self._ask_newest)

    def _ask_newest(self) -> int | None:
        answer = self.database.ask(NEWEST, now_ms=self.now, since_ms=self.now - NEWEST_WITHIN)
        return int(answer.column("at_ms")[0]) or None

    def _hushes(self, watch: Silence) -> list[Hush]:
        return self._once(watch, lambda: self._ask_hushes(watch))

    def _ask_hushes(self, watch: Silence) -> list[Hush]:
        answer = self.database.ask(
            SILENCE, now_ms=self.now, since_ms=self.now - watch.known, silent_ms=self.now - watch.silent
        )
        return [Hush(*values) for values in zip(*answer.columns, strict=True)]


def probes(rules: Iterable[Rule]) -> dict[str, dict[Probe, int]]:
    """By metric the windows that rules want, and how long before each a silent device is still looked for, ms."""
    found: dict[str, dict[Probe, int]] = defaultdict(dict)
    for rule in rules:
        for watch in rule.readings:
            asked = gather.probe(watch)
            found[watch.metric][asked] = max(found[watch.metric].get(asked, 0), rule.stale_after)
    return dict(found)
