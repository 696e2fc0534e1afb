"""Asks the database what each rule watches: rules to observations. Rules that share a question share its answer.

A back-test asks the same of messages in memory: each question has its twin in alerts/memory.py (ANSWERS).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from alerts import areas, gather, outside
from alerts.alert import Observation, instant
from alerts.deadlines import deadlines
from alerts.events import roots
from alerts.forecasts import Sample, forecasts
from alerts.gather import Registered, Scene, Tally
from alerts.hearing import Answering, Hearing, Kept, probes
from alerts.hushes import hushes
from alerts.outside import Told
from alerts.rings import Window
from alerts.rules import Rule, named
from alerts.seasons import Mean, anomalies, hours
from alerts.sieve import Probe, probe
from alerts.surges import WeekTally, comparable, surges
from alerts.together import Standing, together
from alerts.upstream import ways
from alerts.watches import (
    Anomaly,
    Cases,
    Composite,
    Forecast,
    Gaps,
    Marked,
    Official,
    Readings,
    Rejects,
    RulePart,
    Silence,
    Surge,
)  # fmt: skip
from config.city import CityProfile
from layers.areas import areas as drawn
from layers.asking import question
from layers.geometry import read_basins, read_districts
from layers.registered import silent
from streams.clickhouse import QueryFailed, Question

SQL = Path(__file__).parent / "sql"

SLOPES = Question.load(SQL, "slopes")
SPREADS = Question.load(SQL, "spreads")
MARKS = Question.load(SQL, "device_marks")
REGISTRY = Question.load(SQL, "registry_state")
STAGED = Question.load(SQL, "cases_staged")
DUE = Question.load(SQL, "cases_due")
WEEKS = Question.load(SQL, "cases_weeks")
KNOWN = Question.load(SQL, "cases_known")
SEASONS = Question.load(SQL, "seasons")
SAMPLES = Question.load(SQL, "samples")
REFERENCES = Question.load(SQL, "references")
WARNINGS = Question.load(SQL, "warnings")
REJECTED = Question.load(SQL, "rejected")
MARKED = Question.load(SQL, "marked")
AREAS, DEVICES_COUNT = map(question, ("areas", "devices_count"))
NEWEST = Question.load(SQL, "newest_case_step")

NEWEST_WITHIN = 30 * 86_400_000  # ms: how far back the newest step of a case is looked for

SPREAD = ("change", "distinct", "quantile")
"""Measures that the question `spreads` answers, in the order of its columns."""

Found = TypeVar("Found")


@dataclass
class Asking:
    """The questions of one beat: each is asked once, however many rules want it, and fails for all of them.

    `rules` are those that will be asked about: windows of the same metric share a question. `standing` are the states
    of all rules before this beat, for rules that look at others, `kept` is what beats before learned.
    """

    database: Answering
    profile: CityProfile
    rules: Sequence[Rule]
    now: int
    standing: Standing = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)
    _answers: dict[object, object] = field(default_factory=dict)
    _hearing: Hearing = field(init=False)

    def __post_init__(self) -> None:
        self._hearing = Hearing(self.database, probes(self.rules), self.now, self.kept)

    def close(self) -> None:
        """Ask no more."""
        self._hearing.close()

    def observe(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        """What `rule` sees now; `places` are those that it has in mind. Raises QueryFailed, DatabaseUnavailable.

        While the rule is not in force every place is ruled out: what is open ends as if it were over.
        """
        borders = areas.Borders(self._areas, lambda: read_basins(self.profile))
        found = borders.observed(rule, lambda bound: self._observed(bound, places))
        clock = instant(self.now).astimezone(self.profile.zone)
        if rule.active is None or rule.active.holds(clock, self.profile.calendar):
            return found
        return [replace(one, applies=False) for one in found]

    def _areas(self) -> areas.Known:
        return self._once(AREAS.name, lambda: areas.known(drawn(self.database, instant(self.now))))

    def _observed(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        if isinstance(rule.watch, Readings):
            registered = self._marks(rule.watch.metric) if rule.marked or rule.registered else None
            return gather.readings(rule, self._all_rows(rule), self._scene(places), registered)
        return OBSERVERS[type(rule.watch)](self, rule, places)

    def _scene(self, places: Iterable[str]) -> Scene:
        return Scene(self.profile, self.now, frozenset(places))

    def _all_rows(self, rule: Rule) -> dict[Probe, Window]:
        found: dict[Probe, Window] = {}
        for watch in rule.readings:
            asked, rows = probe(watch), self._rows(watch)
            found[asked] = found[asked].beside(rows) if asked in found else rows
        return found

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

    def _rows(self, watch: Readings) -> Window:
        """Rows of one measure's window, with slopes when it wants them."""
        rows = self._once(watch.metric, lambda: self._windows(watch.metric))[probe(watch)]
        if watch.measure == "absent":
            return rows.absent_at(self.now)
        if not rows:
            return rows
        if watch.measure in SPREAD:
            return self._once(("spread", watch), lambda: self._ask_spreads(watch, rows))
        if watch.measure != "rate_per_hour":
            return rows
        return self._once(("slope", watch), lambda: self._ask_slopes(watch, rows))

    def _windows(self, metric: str) -> dict[Probe, Window]:
        self._once("heard", self._hearing.listen)
        return self._hearing.windows(metric)

    def _ask_slopes(self, watch: Readings, rows: Window) -> Window:
        answer = self.database.ask(SLOPES, metric=watch.metric, now_ms=self.now, from_ms=self.now - watch.window)
        return rows.told(answer.columns[0], slope=answer.columns[1], sloped=answer.columns[2])

    def _ask_spreads(self, watch: Readings, rows: Window) -> Window:
        since = self.now - watch.window
        answer = self.database.ask(SPREADS, metric=watch.metric, now_ms=self.now, from_ms=since, q=watch.q or 0.0)
        return rows.told(answer.columns[0], **dict(zip(SPREAD, answer.columns[1:], strict=False)))

    def _marks(self, metric: str) -> Registered:
        return self._once(("marks", metric), lambda: self._ask_marks(metric))

    def _ask_marks(self, metric: str) -> Registered:
        """From the beats before, unless the registry is another one by now."""
        state = self._once("registry", lambda: tuple(self.database.ask(REGISTRY).rows()[0].values()))
        if state != self.kept.registry:
            self.kept.registry, self.kept.marks = state, {}
        if metric not in self.kept.marks:
            answer = self.database.ask(MARKS, metric=metric)
            marks = {device: json.loads(marks) for device, marks in zip(*answer.columns, strict=True)}
            self.kept.marks[metric] = marks
        return self.kept.marks[metric]

    # -- cases

    def _cases(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        watch: Cases = rule.watch  # type: ignore[assignment]  # OBSERVERS knows
        tallies = self._once(watch, lambda: self._ask_tallies(watch))
        return gather.cases(rule, tallies, self._newest(), places, self.profile)

    def _ask_tallies(self, watch: Cases) -> list[Tally]:
        window = {"now_ms": self.now, "since_ms": self.now - watch.window}
        if watch.cases in ("due", "overdue"):
            first, last = deadlines(watch, self.profile, self.now)
            return self._tuples(Tally, DUE, **window, from_ms=first, until_ms=last)
        return self._tuples(Tally, STAGED, **window, stage=watch.cases)

    def _newest(self) -> int | None:
        return self._once("newest case step", self._ask_newest)

    def _ask_newest(self) -> int | None:
        answer = self.database.ask(NEWEST, now_ms=self.now, since_ms=self.now - NEWEST_WITHIN)
        return int(answer.column("at_ms")[0]) or None

    def _surges(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        watch: Surge = rule.watch  # type: ignore[assignment]
        ends = comparable(watch, self.profile, self.now)
        params = {"window_ms": watch.window, "weeks": [*ends], "ends_ms": [*ends.values()]}
        tallies = self._once(("weeks", watch.window, *ends), lambda: self._tuples(WeekTally, WEEKS, **params))
        known = self._once(("known", watch.weeks), lambda: self._ask_known(watch.weeks))
        return surges(rule, tallies, len(known & ends.keys()), self._newest(), self._scene(places))

    def _ask_known(self, weeks: int) -> frozenset[int]:
        """Which of the weeks before are known."""
        return frozenset(self.database.ask(KNOWN, now_ms=self.now, weeks=weeks).column("week"))

    # -- readings, looked at otherwise

    def _anomalies(self, rule: Rule, places: Iterable[str]) -> list[Observation]:  # noqa: ARG002 - as all observers
        watch: Anomaly = rule.watch  # type: ignore[assignment]
        window = {"now_ms": self.now, "window_ms": watch.window, "weeks": watch.weeks}
        asked = {"metric": watch.anomaly, "hours": hours(watch, self.now), **window}
        return anomalies(rule, self._once(watch, lambda: self._tuples(Mean, SEASONS, **asked)))

    def _forecasts(self, rule: Rule, places: Iterable[str]) -> list[Observation]:  # noqa: ARG002
        watch: Forecast = rule.watch  # type: ignore[assignment]
        stations = {one.id: named(one.marks) for one in self.profile.stations if one.marks}
        told = self._marks(watch.forecast)
        marks = {device: {**stations.get(device, {}), **told.get(device, {})} for device in {*stations, *told}}
        above, far = ways(self.profile.stations), max(watch.window, watch.reach) + self.profile.longest_way
        asked = {"metric": watch.forecast, "now_ms": self.now, "from_ms": self.now - far}
        heard = sorted({*marks, *(one.station for several in above.values() for one in several)})
        return forecasts(rule, self._tuples(Sample, SAMPLES, **asked, devices=heard), marks, self.now, above)

    def _together(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        return together(rule, self._all_rows(rule), self.standing, places, self.now)

    # -- what is beside readings and cases

    def _silence(self, rule: Rule, places: Iterable[str]) -> list[Observation]:  # noqa: ARG002
        watch: Silence = rule.watch  # type: ignore[assignment]
        found = self._once(watch, lambda: hushes(self.database, watch, self.now))
        return gather.silence(rule, found, self.profile, self.now)

    def _gaps(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        watch: Gaps = rule.watch  # type: ignore[assignment]
        gateways = silent(self.database, instant(self.now), timedelta(milliseconds=watch.known))
        watched = self.database.ask(DEVICES_COUNT, most_s=watch.known / 3_000).rows()
        return outside.gaps(rule, gateways, watched[0]["watched"] if watched else 0, self._scene(places))

    def _warned(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        watch: Official = rule.watch  # type: ignore[assignment]
        chains = self._once(REFERENCES.name, lambda: chained(self.database, self.now))
        told = self._tuples(Told, WARNINGS, now_ms=self.now, since_ms=self.now - watch.window, **chains)
        districts = read_districts(self.profile) if rule.place.kind == "event" else ()
        return outside.warned(rule, told, self._scene(places), districts)

    def _rejected(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        watch: Rejects = rule.watch  # type: ignore[assignment]
        answer = self.database.ask(REJECTED, now_ms=self.now, since_ms=self.now - watch.window)
        return outside.rejected(rule, zip(*answer.columns, strict=True), places, self.now)

    def _marked(self, rule: Rule, places: Iterable[str]) -> list[Observation]:
        watch: Marked = rule.watch  # type: ignore[assignment]
        answer = self.database.ask(MARKED, now_ms=self.now, since_ms=self.now - watch.window, mark=watch.marked)
        return outside.marked(rule, zip(*answer.columns, strict=True), places, self.now)

    def _tuples(self, kind: Callable[..., Found], question: Question, **params: object) -> list[Found]:
        """An answer's rows, each as a tuple of this kind."""
        return [kind(*values) for values in zip(*self.database.ask(question, **params).columns, strict=True)]


def chained(database: Answering, now: int) -> dict[str, list[str]]:
    """Events that are told of as another, and as which: parameters of questions about warnings."""
    found = roots(zip(*database.ask(REFERENCES, now_ms=now).columns, strict=True))
    return {"follows": list(found), "firsts": list(found.values())}


Observer = Callable[[Asking, Rule, Iterable[str]], list[Observation]]
OBSERVERS: Mapping[type[RulePart], Observer] = {
    Cases: Asking._cases,
    Surge: Asking._surges,
    Anomaly: Asking._anomalies,
    Forecast: Asking._forecasts,
    Composite: Asking._together,
    Silence: Asking._silence,
    Gaps: Asking._gaps,
    Official: Asking._warned,
    Rejects: Asking._rejected,
    Marked: Asking._marked,
}
"""How each kind of watch is answered; one of readings is asked for in `_observed`."""
