"""What a brief knows of one day, as frozen values: numbers, names and times, no words. Pure.

A part that could not be had is an `Absent` with its reason, never a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from config.city import Marks
from config.words import Names

LEVELS = ("blue", "yellow", "orange", "red")

Why = Literal["failed", "no_rows"]


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a part is missing: its question failed, or nothing was there to count."""

    why: Why


def seconds_between(start: datetime, end: datetime) -> float:
    """What passed: two times of one zone subtracted are the difference of their clocks, wrong where these change."""
    return end.timestamp() - start.timestamp()


@dataclass(frozen=True, slots=True)
class Day:
    """One local day [start, end), counted up to `until`: its end, or now while it lasts. Times in the city's zone."""

    date: date
    start: datetime
    end: datetime
    until: datetime

    @property
    def whole(self) -> bool:
        return self.until == self.end

    @property
    def state(self) -> str:
        """`whole` or `so_far`: a part of word keys."""
        return "whole" if self.whole else "so_far"


@dataclass(frozen=True, slots=True)
class Episode:
    """One alert from its first level to its clear, as far as it lies in the day.

    `worst` is its highest level in the day; `peak` the most extreme of the values that changed its level, in `unit`.
    `hidden`: open at the brief's time, and silenced or part of another: counted apart. `doubtful`: its worst
    level stood on one reading to its end.
    """

    alert: str
    title: Names
    place: Names
    district: str
    worst: str
    opened: datetime
    cleared: datetime | None
    stale: bool
    peak: float | None
    unit: str
    acknowledged: datetime | None
    actor: str
    hidden: bool = False
    doubtful: bool = False

    @property
    def taken(self) -> float | None:
        """Seconds until somebody acknowledged it."""
        return None if self.acknowledged is None else seconds_between(self.opened, self.acknowledged)

    @property
    def still(self) -> bool:
        """Open at the brief's time, and shown."""
        return self.cleared is None and not self.hidden

    @property
    def waiting(self) -> bool:
        """Nobody acknowledged it, though it was shown."""
        return self.acknowledged is None and not self.hidden


@dataclass(frozen=True, slots=True)
class Standing:
    """A level that stood from when until when; None: it still does."""

    level: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What late data changes in what was told of the day: what stood as known now, and as told; None: nothing."""

    title: Names
    place: Names
    district: str
    verdict: str
    now: Standing | None
    told: Standing | None


@dataclass(frozen=True, slots=True)
class Gauge:
    """A river station's day: metres above its zero. `peak` None: it sent nothing."""

    station: str
    name: Names
    river: Names
    base: float
    marks: Marks | None
    peak: float | None
    peak_at: datetime | None
    last: float | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fall:
    """Rain at one gauge, mm, and the end of the time in which it fell."""

    device: str
    district: str
    value: float
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Rain:
    """The day's rain. `hours` has (mean of the gauges, most at one gauge) for each hour begun; None where no data."""

    gauges: int
    hour_max: Fall
    day_max: Fall
    hours: tuple[tuple[float, float] | None, ...]
    by_district: dict[str, float]


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases of one district (or of all): counts. Rates are None where nothing was due."""

    reported: int = 0
    due: int = 0
    closed: int = 0
    on_time: int = 0
    overdue: int = 0

    @property
    def closing_rate(self) -> float | None:
        return self.closed / self.due if self.due else None

    @property
    def on_time_rate(self) -> float | None:
        return self.on_time / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A case open past its deadline, `late` seconds at the brief's time."""

    case: str
    title: str
    category: str
    district: str
    department: str
    stage: str
    due: datetime
    late: float


@dataclass(frozen=True, slots=True)
class Cases:
    """The day's cases. `before` is the count reported in the same hours of the day before (None: its data has gaps)."""

    total: Tally
    before: int | None
    closed_today: int
    due_soon: int
    without_due: int
    hours: tuple[int, ...]
    categories: tuple[tuple[str, int], ...]
    districts: dict[str, Tally]
    overdue: tuple[Overdue, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that a feed reported."""

    title: str
    kind: str
    grade: str
    status: str
    district: str
    sender: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Air:
    """One pollutant's day: mean of the stations' means, ug/m3; `valid` stations have the 20 hours a mean needs."""

    pollutant: str
    mean: float
    stations: int
    valid: int
    iaqi: int


@dataclass(frozen=True, slots=True)
class Silence:
    """Devices of one metric: how many were heard lately, how many of them are silent, since when the longest."""

    metric: str
    devices: int
    silent: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without one reading of a metric; metric '' means of any."""

    metric: str
    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return seconds_between(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Intake:
    """What was taken in and what was refused."""

    readings: int
    steps: int
    events: int
    rejected: tuple[tuple[str, str, int], ...]
    gaps: tuple[Gap, ...]
    silences: tuple[Silence, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one brief says, before words."""

    city: Names
    zone: str
    day: Day
    made: datetime
    simulated: bool
    sample: bool
    districts: dict[str, Names]
    warnings: tuple[Episode, ...] | Absent
    rivers: tuple[Gauge, ...] | Absent
    rain: Rain | Absent
    cases: Cases | Absent
    events: tuple[Happening, ...] | Absent
    air: tuple[Air, ...] | Absent
    intake: Intake | Absent
    corrections: tuple[Corrected, ...] | Absent = ()
