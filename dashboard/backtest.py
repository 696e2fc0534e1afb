"""`yiping backtest`: rules over a history of files or of the database, transition by transition."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from alerts.alert import Transition, milliseconds
from alerts.engine import States
from alerts.past import Past, stored, stored_span
from alerts.replay import Replay, beats, idle, through
from alerts.rulebook import read_rulebook
from alerts.rules import Rule
from alerts.score import score
from alerts.watches import duration
from config.city import CityProfile
from config.read import read_city, read_words
from config.settings import RULES, Settings
from config.words import Words
from dashboard.backtest_files import BadInput, Files, gather, labels, past
from streams.clickhouse import Database
from streams.history import History
from streams.parse_fields import OUTSIDE

LATEST = 1 << 42  # epoch ms, the year 2109: later than anything that was stored


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for; texts as they were given, '' where nothing was."""

    files: Files = field(default_factory=dict)
    rules: tuple[Path, ...] = ()
    source: str = ""
    database: bool = False
    first: str = ""
    last: str = ""
    every: str = "30s"
    summary: bool = False
    labels: Path | None = None
    city: str = ""


@dataclass
class Backtest:
    """A back-test at work: `lines` go to standard output, `remarks` (so far) to standard error."""

    wanted: Wanted
    settings: Settings
    failed: bool = False
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words: Words = read_words(self.settings.language)
        self.profile: CityProfile = read_city(self.wanted.city or self.settings.city)
        self.rules: Sequence[Rule] = read_rulebook(*self.wanted.rules).enabled
        if not self.rules:
            files = ", ".join(map(str, self.wanted.rules or (RULES,)))
            raise BadInput(self.words("backtest.no_rules", files=files))

    def lines(self) -> Iterator[str]:
        """Each transition as a line of JSON, then the summary if it is wanted. Raises Fault for what cannot be used."""
        every = self._every()
        found, (first, last) = self._history(every)
        self._remark("taken", **_sizes(found), first=self._said(first), last=self._said(last), every=self.wanted.every)
        known = labels(self.wanted.labels, self.words) if self.wanted.labels else None
        began, told = time.perf_counter(), []
        heard = frozenset(found.readings.get("metric", ()))
        still: dict[str, States] = {rule.key: {} for rule in self.rules if idle(rule, heard, cases=bool(found.cases))}
        looked = [rule for rule in self.rules if rule.key not in still]
        replay = Replay(found.memory(), self.profile, looked, still)
        for now in beats(first, last, every):
            for one in replay.turn(now):
                told.append(one)
                yield self._line(one)
        self._finish(replay, len(told), time.perf_counter() - began, last - first)
        if self.wanted.summary:
            keys = [rule.key for rule in self.rules]
            yield self._summary(score(told, keys, (first, last), known), first, last)

    # -- what is asked for

    def _every(self) -> int:
        try:
            every = duration(self.wanted.every)
        except ValueError:
            every = 0
        if every < 1_000:
            raise BadInput(self.words("backtest.bad_every", text=self.wanted.every))
        return every

    def _moment(self, option: str, text: str) -> int | None:
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise BadInput(
                self.words("backtest.bad_time", option=option, text=text, zone=self.profile.timezone)
            ) from None
        return milliseconds(at if at.tzinfo else at.replace(tzinfo=self.profile.zone))

    def _history(self, every: int) -> tuple[Past, tuple[int, int]]:
        """What is looked at, and the first and the last beat."""
        first, last = self._moment("--from", self.wanted.first), self._moment("--to", self.wanted.last)
        some = any(self.wanted.files.values())
        if self.wanted.database and (some or self.wanted.source):
            raise BadInput(self.words("backtest.both"))
        if not self.wanted.database and not some:
            raise BadInput(self.words("backtest.nothing"))
        if self.wanted.database:
            return self._stored(first, last, every)
        found = self._said_in_files()
        return found, self._span(found.span, first, last, every)

    def _span(self, there: tuple[int, int] | None, first: int | None, last: int | None, every: int) -> tuple[int, int]:
        if there is None:
            raise self._no_rows("")
        begin = there[0] if first is None else first
        end = last if last is not None else through(begin, there[1], every) if begin <= there[1] else there[1]
        if begin > end:
            raise BadInput(self.words("backtest.backwards", first=self._said(begin), last=self._said(end)))
        return begin, end

    def _no_rows(self, why: str) -> BadInput:
        paths = [path for several in self.wanted.files.values() for path in several]
        what = ", ".join(paths) or "ClickHouse"
        return BadInput(self.words("backtest.no_rows", what=what, why=why))

    # -- where it comes from

    def _stored(self, first: int | None, last: int | None, every: int) -> tuple[Past, tuple[int, int]]:
        with closing(Database(self.settings.database_url)) as database:
            there = stored_span(database, LATEST if last is None else last)
            span = self._span(there, first, last, every)
            return stored(database, self.rules, *span, self.profile.longest_way), span

    def _said_in_files(self) -> Past:
        foreign = not self.wanted.city
        history = gather(self.wanted.files, self.wanted.source, self.profile, self.words, foreign=foreign)
        for remark in self._rejects(history):
            self.remarks.append(remark)
        found = past(history, self.profile, foreign=foreign)
        if found.span is None:
            reasons = ", ".join(f"{reason} ({n})" for (_, reason), n in history.rejected.most_common())
            raise self._no_rows(self.words("backtest.why", reasons=reasons) if reasons else "")
        self._places(found, foreign=foreign)
        return found

    def _rejects(self, history: History) -> Iterator[str]:
        for (stream, reason), n in history.rejected.most_common():
            for number, detail in history.examples[stream, reason][:1]:
                values = {"n": n, "stream": stream, "reason": reason, "number": number, "detail": detail}
                yield self.words("backtest.rejected", **values)

    def _places(self, found: Past, *, foreign: bool) -> None:
        """Say what rules of districts, or of this city, will not see."""
        for what, rows in (("reading", found.readings), ("step", found.cases)):
            nowhere = list(rows.get("district", ())).count("")
            if nowhere:
                name = self.words(f"backtest.{what}")
                self._remark("unplaced", n=nowhere, rows=len(rows["at"]), what=name, city=self.profile.id)
        outside = list(found.readings.get("quality", ())).count(OUTSIDE)
        if outside:
            self._remark("foreign" if foreign else "outside", n=outside, city=self.profile.id)

    # -- what is said

    def _remark(self, key: str, **values: object) -> None:
        self.remarks.append(self.words(f"backtest.{key}", **values))

    def _finish(self, replay: Replay, transitions: int, seconds: float, span: int) -> None:
        for rule, error in replay.failed.items():
            self._remark("failed", rule=rule, error=error)
        self.failed = bool(replay.failed)
        speed = f"{span / 1000 / max(seconds, 1e-3):,.0f}"
        self._remark("done", transitions=transitions, seconds=f"{seconds:.1f}", speed=speed)

    def _said(self, at: int) -> str:
        return moment(at, self.profile.zone)

    def _line(self, one: Transition) -> str:
        said = {"at": self._said(one.at), "rule": one.rule, "place": one.place, "from": one.before, "to": one.after}
        return json.dumps({**said, "value": one.value, "reason": one.reason}, ensure_ascii=False)

    def _summary(self, found: dict[str, Any], first: int, last: int) -> str:
        span = {"from": self._said(first), "to": self._said(last), "every": self.wanted.every}
        return json.dumps({"summary": span | found}, ensure_ascii=False)


def _sizes(found: Past) -> dict[str, str]:
    tables = {"readings": found.readings, "steps": found.cases, "events": found.events}
    return {name: f"{len(rows.get('at', ())):,}" for name, rows in tables.items()}


def moment(at: int, zone: ZoneInfo) -> str:
    """Epoch ms as ISO 8601 with the city's offset, milliseconds only where there are any."""
    return datetime.fromtimestamp(at / 1000, zone).isoformat(timespec="milliseconds" if at % 1000 else "seconds")
