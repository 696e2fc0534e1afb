"""Asks the database what an alert rests on, kind by kind of watch: the questions behind a panel that says why.

The engine asks for all places at once; this asks again for one, when somebody looks. Raises DatabaseUnavailable and
QueryFailed, as all that asks.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from alerts import areas, evidence
from alerts.alert import instant
from alerts.deadlines import deadlines
from alerts.evidence import SLOTS, Grades, Issued, Outlook, Season, Share, Slot, Weeks
from alerts.forecasts import Sample
from alerts.gather import place_of
from alerts.hearing import Answering
from alerts.hushes import hushes
from alerts.measures import KNOWN, MARKS, SAMPLES, WEEKS, Asking, chained
from alerts.rings import Row
from alerts.rules import Rule, named
from alerts.surges import WeekTally, comparable
from alerts.watches import Anomaly, Cases, Forecast, Gaps, Marked, Official, Readings, Rejects, Silence, Surge
from config.city import CityProfile
from layers.areas import areas as drawn
from layers.devices import Gateway, Quiet
from layers.geometry import read_basins
from layers.registered import silent
from streams.clickhouse import Question

SQL = Path(__file__).parent / "sql"
MOST = 200
"""Devices or cases that are named; a panel shows fewer, and says how many there are."""

DEVICES, SEASON, CASE_SLOTS, CASES, RUNNING, MARKED, MARKED_SLOTS, SILENT, HEARD, REJECTS, WARNINGS = (
    Question.load(SQL, name)
    for name in (
        "devices_behind", "season_behind", "cases_slots", "cases_behind", "cases_running", "marked_behind",
        "marked_slots", "silent_behind", "heard_slots", "rejects_slots", "warnings_behind",
    )
)  # fmt: skip


class Case(NamedTuple):
    """A case behind an alert; `at` is its step, or when its time ends, epoch ms; `part` which grade of late it is."""

    case: str
    at: int
    title: str
    category: str
    district: str = ""
    department: str = ""
    part: int = 0


class Doubtful(NamedTuple):
    """A device whose readings bear a mark: how many, the newest (epoch ms), and how far off its clock is, seconds."""

    device: str
    readings: int
    newest: int
    off: float


class Hushed(NamedTuple):
    """A device that said nothing lately: when it last spoke, epoch ms."""

    device: str
    newest: int
    district: str


class Refused(NamedTuple):
    """Rejected messages of one reason in the newest window."""

    reason: str
    messages: int
    newest: int


@dataclass(frozen=True)
class Grounds:
    """One look at the grounds of alerts, at `now` (epoch ms)."""

    database: Answering
    profile: CityProfile
    now: int

    def bound(self, rule: Rule) -> Rule:
        """The rule as this asks of it: it knows the borders it speaks of. Raises UnknownArea, a QueryFailed."""
        now = instant(self.now)
        known = areas.Borders(lambda: areas.known(drawn(self.database, now)), lambda: read_basins(self.profile))
        return known.bound(rule)

    # -- readings

    def shares(self, rule: Rule, watch: Readings, place: str) -> tuple[Share, ...]:
        """The devices of a district, cell or city with their measure, the worst first."""
        district = place if rule.place.kind == "district" else ""
        asked = {"metric": watch.metric, "now_ms": self.now, "since_ms": self.now - watch.window, "district": district}
        rows = (_row(*values) for values in zip(*self.database.ask(DEVICES, **asked).columns, strict=True))
        return evidence.shares_of(rule, watch, place, rows, self.profile)

    def seasons(self, watch: Anomaly, device: str) -> tuple[Season, ...]:
        window = {"now_ms": self.now, "window_ms": watch.window, "weeks": watch.weeks, "slots": SLOTS}
        hours = evidence.season_hours(watch, self.now)
        answer = self.database.ask(SEASON, device=device, metric=watch.anomaly, hours=hours, **window)
        return evidence.seasons_of(watch, zip(*answer.columns, strict=True), self.now)

    def outlook(self, rule: Rule, watch: Forecast, device: str) -> Outlook | None:
        """By the engine itself: what it makes of the readings is more than a line through them."""
        asking = Asking(self.database, self.profile, [rule], self.now)
        seen = next((one for one in asking.observe(rule, ()) if one.place == device), None)
        asked = {"metric": watch.forecast, "now_ms": self.now, "from_ms": self.now - 2 * watch.window}
        answer = self.database.ask(SAMPLES, devices=[device], **asked)
        samples = [Sample(*values) for values in zip(*answer.columns, strict=True)]
        marks = self._marks(watch.forecast, device)
        return evidence.outlook_of(samples, marks, seen, self.now) if seen else None

    def _marks(self, metric: str, device: str) -> Mapping[str, float]:
        """What the registry says of a device counts more than the profile."""
        told = dict(zip(*self.database.ask(MARKS, metric=metric).columns, strict=True))
        station = self.profile.station(device)
        return {**named(station.marks if station else None), **json.loads(told.get(device, "{}"))}

    # -- cases

    def weeks(self, rule: Rule, watch: Surge, place: str) -> Weeks | None:
        ends = comparable(watch, self.profile, self.now)
        answer = self.database.ask(WEEKS, window_ms=watch.window, weeks=[*ends], ends_ms=[*ends.values()])
        tallies = [WeekTally(*values) for values in zip(*answer.columns, strict=True)]
        known = self.database.ask(KNOWN, now_ms=self.now, weeks=watch.weeks).column("week")
        return evidence.weeks_of(rule, place, tallies, ends.keys() & set(known), self.profile)

    def case_slots(self, rule: Rule, watch: Cases, place: str) -> tuple[Slot, ...]:
        """How many cases in each window, oldest first."""
        counts: dict[int, float] = defaultdict(float)
        for row in self._slots(watch.cases, watch.window):
            if place_of(rule, row["cell"], row["its_district"], self.profile) == place:
                counts[row["slot"]] += row["cases"]
        return evidence.slots_of(counts, watch.window, self.now)

    def cases(self, rule: Rule, watch: Cases | Surge, place: str) -> tuple[Case, ...]:
        """The newest cases that are counted, of a place and what is around it."""
        stage = watch.cases if isinstance(watch, Cases) else watch.surge
        around = evidence.ring(place, watch.rings if isinstance(watch, Surge) else 0)
        bordered = rule.place.kind in {"cell", "area", "basin"}
        cells = self._cells(rule, stage, watch.window, around) if bordered else []
        if bordered and not cells:
            return ()
        district = place if rule.place.kind == "district" else ""
        window = {"now_ms": self.now, "since_ms": self.now - watch.window}
        answer = self.database.ask(CASES, stage=stage, district=district, cells=cells, most=MOST, **window)
        return tuple(Case(*values) for values in zip(*answer.columns, strict=True))

    def _cells(self, rule: Rule, stage: str, window: int, around: frozenset[str]) -> list[int]:
        """The stored cells that lie in these: as the engine counts them."""
        rows = self._slots(stage, window, slots=1)
        return sorted({row["cell"] for row in rows if place_of(rule, row["cell"], "", self.profile) in around})

    def _slots(self, stage: str, window: int, slots: int = SLOTS) -> list[dict[str, Any]]:
        return self.database.ask(CASE_SLOTS, stage=stage, now_ms=self.now, window_ms=window, slots=slots).rows()

    def running(self, rule: Rule, watch: Cases, place: str) -> tuple[Grades, tuple[Case, ...]]:
        """Cases that are due or overdue, the one that ends first first, and what their `part` means."""
        first, last = deadlines(watch, self.profile, self.now)
        known = evidence.grades(self.profile, self.now, due=watch.cases == "due")
        asked = {"now_ms": self.now, "since_ms": self.now - watch.window, "from_ms": first, "until_ms": last}
        rows = self.database.ask(RUNNING, edges=list(known.edges), **asked).rows()
        near = (row for row in rows if place_of(rule, row["place_cell"], row["place_district"], self.profile) == place)
        return known, tuple(map(_running, near))

    # -- what is beside readings and cases

    def silent(self, watch: Gaps, place: str) -> tuple[Gateway | None, tuple[Quiet, ...]]:
        """The silent devices behind a gateway, of the whole city, or the one that is silent by itself."""
        found = silent(self.database, instant(self.now), timedelta(milliseconds=watch.known))
        gateway = next((one for one in found if one.gateway == place), None)
        quiet = [one for each in ([gateway] if gateway else found) for one in each.quiet]
        alone = [one for one in quiet if one.device == place]
        return gateway, tuple(alone or quiet)

    def issued(self, rule: Rule, watch: Official, place: str) -> tuple[Issued, ...]:
        chains = chained(self.database, self.now)
        words = self.database.ask(WARNINGS, now_ms=self.now, since_ms=self.now - watch.window, **chains).rows()
        return evidence.issued_of(rule, place, words, self.profile)

    def refused(self, watch: Rejects, stream: str) -> tuple[tuple[Slot, ...], tuple[Refused, ...]]:
        """How many in each window, oldest first; and those of the newest by reason, most first."""
        window = {"now_ms": self.now, "window_ms": watch.window, "slots": SLOTS}
        rows = [
            row
            for row in self.database.ask(REJECTS, stream=stream, **window).rows()
            if not watch.rejects or row["its_reason"] in watch.rejects
        ]
        counts: dict[int, float] = defaultdict(float)
        for row in rows:
            counts[row["slot"]] += row["messages"]
        newest = [Refused(row["its_reason"], row["messages"], row["newest_ms"]) for row in rows if not row["slot"]]
        return evidence.slots_of(counts, watch.window, self.now), tuple(sorted(newest, key=lambda one: -one.messages))

    def marked(self, watch: Marked, metric: str) -> tuple[tuple[Slot, ...], tuple[Doubtful, ...]]:
        """Per cent of the metric's devices in each window, and the devices of the newest, most readings first."""
        window = {"metric": metric, "mark": watch.marked, "now_ms": self.now}
        rows = self.database.ask(MARKED_SLOTS, window_ms=watch.window, slots=SLOTS, **window).rows()
        shares = {row["slot"]: round(100 * row["marked"] / row["devices"], 1) for row in rows}
        answer = self.database.ask(MARKED, since_ms=self.now - watch.window, most=MOST, **window)
        devices = tuple(Doubtful(*values) for values in zip(*answer.columns, strict=True))
        return evidence.slots_of(shares, watch.window, self.now, absent=None), devices

    def hushed(self, watch: Silence, metric: str) -> tuple[tuple[Slot, ...], tuple[Hushed, ...]]:
        """How many devices spoke in each window, and those that are silent, the longest first."""
        rows = self.database.ask(HEARD, metric=metric, now_ms=self.now, window_ms=watch.silent, slots=SLOTS).rows()
        heard = {row["slot"]: float(row["devices"]) for row in rows}
        found = next((one for one in hushes(self.database, watch, self.now) if one.metric == metric), None)
        names = list(found.which[:MOST]) if found else []
        span = {"now_ms": self.now, "since_ms": self.now - watch.known}
        answer = self.database.ask(SILENT, metric=metric, devices=names, most=MOST, **span)
        silent = tuple(Hushed(*values) for values in zip(*answer.columns, strict=True))
        return evidence.slots_of(heard, watch.silent, self.now), silent


def _row(*values: Any) -> Row:
    """A row of sql/devices_behind.sql, as the engine's measures take it."""
    device, at, last, total, mean, most, least, readings, spot = values
    return Row(device, at, last, total, mean, most, least, readings, *spot)


def _running(row: Mapping[str, Any]) -> Case:
    return Case(
        row["case"], row["due_ms"], row["its_title"], row["its_category"], row["place_district"],
        row["its_department"], row["part"],
    )  # fmt: skip
