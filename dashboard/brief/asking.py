"""One brief being asked for: each part of it is a question or two. Input and output; counting is counting.py's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog

from alerts import errata
from alerts.corrections import Correction, in_force
from alerts.episodes import Episode as Stood
from alerts.events import told_of
from config.city import CityProfile, Station
from config.words import FIRST, Names
from dashboard.brief import air, figures, presence
from dashboard.brief.counting import CaseRow, Course, Span, acknowledgements, count_cases, courses, transition_of
from dashboard.brief.figures import Absent, Day
from streams.clickhouse import QueryFailed, Question

SQL = Path(__file__).parent / "sql"
DAY = timedelta(days=1)
SILENT = timedelta(minutes=30)  # until a device counts as silent: six times the slowest interval (air, 5 min)
VALID_HOURS = 20  # hourly means that a daily mean needs (GB 3095-2012, table 4)
HOUR_MS = 3_600_000

Row = dict[str, Any]
Hidden = Callable[[datetime], frozenset[str]]
Issued = Callable[[str, str, str], Names]
Part = TypeVar("Part")

log = structlog.get_logger()


class Database(Protocol):
    """What a brief needs of the database."""

    def ask(self, question: Question, **params: object) -> Any: ...


@dataclass(frozen=True)
class Subject:
    """What a brief is about: the city, names of its districts (by adcode text) and of its places (City.places).

    `rules` are name and unit of each, by key; `issued` is what a warning with a title is called, of a rule, at a level.
    `hidden` says which alerts were hidden at a time, or raises QueryFailed.
    """

    profile: CityProfile
    districts: Mapping[str, Names]
    places: Mapping[str, Names]
    rules: Mapping[str, tuple[Names, str]] = field(default_factory=dict)
    hidden: Hidden = lambda _: frozenset()
    issued: Issued = lambda _rule, title, _level: {FIRST: title}


@cache
def _question(name: str) -> Question:
    return Question.load(SQL, name)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@dataclass(frozen=True)
class Asking:
    """One brief being asked for."""

    database: Database
    subject: Subject
    day: Day

    @property
    def span(self) -> Span:
        day = self.day
        # A day before in local time, so that the same hours are compared when the clocks change.
        edges = (day.start, day.until, day.start - DAY, day.until - DAY, day.until + DAY)
        return Span(*map(_ms, edges))

    def clock(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, self.subject.profile.zone)

    def ask(self, name: str, **extra: int) -> list[Row]:
        """Rows of a question; it is given those of the brief's times that it names, and `extra`."""
        span, question = self.span, _question(name)
        times = {"from_ms": span.start, "until_ms": span.until, "before_ms": span.before, "soon_ms": span.soon} | extra
        rows: list[Row] = self.database.ask(question, **{key: times[key] for key in question.params}).rows()
        return rows

    @cached_property
    def presence(self) -> list[Row]:
        return self.ask("presence")

    @property
    def first_span(self) -> int:
        """The day's first of the spans that `presence` counts from the day before."""
        return (self.span.start - self.span.before) // presence.SPAN

    @cached_property
    def case_rows(self) -> list[Row]:
        return self.ask("cases")

    def or_absent(self, part: Callable[[], Part]) -> Part | Absent:
        try:
            return part()
        except QueryFailed as error:
            log.error("a part of the brief failed", part=part.__name__, day=str(self.day.date), error=str(error))
            return Absent("failed")

    # -- warnings and events

    def warnings(self) -> tuple[figures.Episode, ...] | Absent:
        """None at all is good news only where readings came: without them no rule could fire."""
        rows = self.ask("transitions")
        if not rows and not any(row["span"] >= self.first_span for row in self.presence):
            return Absent("no_rows")
        acks = acknowledgements((r["alert"], r["at_ms"], r["kind"], r["actor"]) for r in self.ask("actions"))
        found = courses(map(transition_of, rows), self.span.start)
        hidden = self.subject.hidden(self.day.until) if any(not course.cleared for course in found) else frozenset()
        return tuple(self._episode(one, acks.get(one.first.alert), one.first.alert in hidden) for one in found)

    def _episode(self, course: Course, ack: tuple[int, str] | None, hidden: bool) -> figures.Episode:
        first = course.first
        title, unit = self.subject.rules.get(first.rule, ({FIRST: first.rule}, ""))
        place = told_of(first.place, first.district, self.subject.profile)
        return figures.Episode(
            alert=first.alert,
            title=self.subject.issued(first.rule, first.title, course.worst) if first.title else title,
            place=self._place(place, first.device),
            district=first.district,
            worst=course.worst,
            opened=self.clock(course.opened),
            cleared=self.clock(course.cleared) if course.cleared else None,
            stale=course.stale,
            peak=course.peak,
            unit=unit,
            acknowledged=self.clock(ack[0]) if ack else None,
            actor=ack[1] if ack else "",
            hidden=hidden and not course.cleared,
            doubtful=course.doubtful,
        )

    def _place(self, where: str, device: str = "") -> Names:
        """Names of the place; of what speaks for the whole city, of the river gauge at which it was worst, if any."""
        profile = self.subject.profile
        whole = where == str(profile.adcode)
        station = profile.station(device if whole else where)
        if station:
            return {tongue: f"{station.river.get(tongue, '')} {name}".strip() for tongue, name in station.name.items()}
        return self.subject.places.get(where, {FIRST: where})

    def corrections(self) -> tuple[figures.Corrected, ...]:
        """Those in force that speak of the day, whenever they were found."""
        found = errata.corrections(self.database, since=self.span.start, until=self.span.until - 1)
        return tuple(map(self._corrected, in_force(found)))

    def _corrected(self, one: Correction) -> figures.Corrected:
        title, _ = self.subject.rules.get(one.rule, ({FIRST: one.rule}, ""))
        now, told = self._standing(one.now), self._standing(one.told)
        return figures.Corrected(title, self._place(one.place), one.spot.district, one.verdict, now, told)

    def _standing(self, one: Stood | None) -> figures.Standing | None:
        if one is None:
            return None
        return figures.Standing(one.level, self.clock(one.since), None if one.until is None else self.clock(one.until))

    def events(self) -> tuple[figures.Happening, ...]:
        return tuple(
            figures.Happening(
                r["title"], r["kind"], r["grade"], r["status"], r["district"], r["sender"], self.clock(r["first_ms"])
            )
            for r in self.ask("events")
        )

    # -- water and air

    def rivers(self) -> tuple[figures.Gauge, ...]:
        rows = {row["device"]: row for row in self.ask("rivers")}
        return tuple(self._gauge(station, rows.get(station.id)) for station in self.subject.profile.stations)

    def _gauge(self, station: Station, row: Row | None) -> figures.Gauge:
        return figures.Gauge(
            station=station.id,
            name=station.name,
            river=station.river,
            base=station.base,
            marks=station.marks,
            peak=row["peak"] if row else None,
            peak_at=self.clock(row["peak_ms"]) if row else None,
            last=row["last"] if row else None,
            last_at=self.clock(row["last_ms"]) if row else None,
        )

    def rain(self) -> figures.Rain | Absent:
        rows = self.ask("rain")
        if not rows:
            return Absent("no_rows")
        hours = {row["hour"]: (float(row["mean"]), float(row["most"])) for row in self.ask("rain_hours")}
        by_district: dict[str, float] = defaultdict(float)
        for row in rows:
            by_district[row["district"]] = max(by_district[row["district"]], row["total"])
        wettest, heaviest = max(rows, key=lambda r: r["total"]), max(rows, key=lambda r: r["hour_max"])
        return figures.Rain(
            gauges=len(rows),
            hour_max=figures.Fall(
                heaviest["device"], heaviest["district"], heaviest["hour_max"], self.clock(heaviest["hour_ms"])
            ),
            day_max=figures.Fall(wettest["device"], wettest["district"], wettest["total"], None),
            hours=tuple(hours.get(hour) for hour in range(self._hours())),
            by_district=dict(by_district),
        )

    def _hours(self) -> int:
        """Hours begun."""
        return -(-(self.span.until - self.span.start) // HOUR_MS)

    def air(self) -> tuple[figures.Air, ...] | Absent:
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.ask("air"):
            groups[row["metric"]].append(row)
        if not groups:
            return Absent("no_rows")
        return tuple(self._pollutant(metric, groups[metric]) for metric in ("pm25", "pm10") if metric in groups)

    def _pollutant(self, metric: str, rows: list[Row]) -> figures.Air:
        """Mean of the stations with a valid day; of all of them while none has one (then `valid` is 0)."""
        valid = [row["mean"] for row in rows if row["hours"] >= VALID_HOURS]
        means = valid or [row["mean"] for row in rows]
        mean = sum(means) / len(means)
        return figures.Air(metric, mean, len(rows), len(valid), air.iaqi(metric, mean, self.day.date))

    # -- cases

    def cases(self) -> figures.Cases | Absent:
        if not self.case_rows:
            return Absent("no_rows")
        return count_cases([_case(row) for row in self.case_rows], self.span, self._yesterday_is_whole(), self.clock)

    def _yesterday_is_whole(self) -> bool:
        """Readings came throughout the same hours of the day before."""
        span = self.span
        present = {row["span"] for row in self.presence}
        return not presence.holes(present, 0, (span.before_until - span.before) // presence.SPAN)

    # -- the data itself

    def simulated(self) -> bool:
        """Some of the day's readings or cases came from the simulator."""
        return any(row["simulated"] for row in (*self.presence, *self.case_rows))

    def intake(self) -> figures.Intake:
        accepted = {row["stream"]: row["rows"] for row in self.ask("accepted")}
        return figures.Intake(
            readings=sum(row["rows"] for row in self.presence if row["span"] >= self.first_span),
            steps=accepted["cases"],
            events=accepted["events"],
            rejected=tuple((row["stream"], row["reason"], row["rows"]) for row in self.ask("rejected")),
            gaps=self._gaps(),
            silences=self._silences(),
        )

    def _gaps(self) -> tuple[figures.Gap, ...]:
        spans: dict[str, set[int]] = defaultdict(set)
        for row in self.presence:
            spans[row["metric"]].add(row["span"])
        end = (self.span.until - self.span.before) // presence.SPAN
        return tuple(
            figures.Gap(metric, self._span_start(low), self._span_start(high))
            for metric, (low, high) in presence.gaps(spans, self.first_span, end)
        )

    def _span_start(self, span: int) -> datetime:
        return self.clock(self.span.before + span * presence.SPAN)

    def _silences(self) -> tuple[figures.Silence, ...]:
        """Those heard in this day or the one before, by metric."""
        rows = self.ask("devices", silent_ms=self.span.until - round(SILENT.total_seconds() * 1000))
        return tuple(self._silence(row) for row in rows)

    def _silence(self, row: Row) -> figures.Silence:
        since = self.clock(row["longest_ms"]) if row["silent"] else None
        return figures.Silence(row["metric"], row["devices"], row["silent"], since)


def _case(row: Row) -> CaseRow:
    texts = (row["case"], row["title"], row["category"], row["district"], row["department"], row["stage"])
    return CaseRow(*texts, row["reported_ms"], row["due_ms"], row["closed_ms"], row["reopened_ms"])
