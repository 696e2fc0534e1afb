"""Cases of a city: 400 a day that walk through the stages of GB/T 30428, and calls about standing water in a storm."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from random import Random

import numpy as np

from streams.world import rhythm
from streams.world.catalogue import CASES, CHANNELS, STORM_CASES, STORM_CHANNELS, CaseKind
from streams.world.devices import MINUTE_MS
from streams.world.dice import die
from streams.world.ground import Ground, streets
from streams.world.storm import EVERY_MS, Storm, storms
from streams.world.walk import walk
from streams.world.weather import DAY_MS, Sky
from streams.world.wire import Message, record

WORKDAY_CASES = 412  # so that a week has 400 a day
WEEKEND = 0.9  # of a working day
HISTORY_DAYS = 8  # nothing was reported earlier than this before the anchor
LONGEST_DAYS = 24  # every case has been evaluated so many days after it was reported
STORM_CALLS = 40
_PLACES = 3_000
_WITHOUT_PLACE = 0.02  # of the cases: only a district is told


@dataclass(frozen=True)
class Case:
    """One case: what every step of it says, and its steps (moment in epoch ms, stage, deadline), oldest first."""

    id: str
    reported: int
    fields: Mapping[str, object]
    steps: tuple[tuple[int, str, int | None], ...]
    department: str

    def message(self, step: int) -> Message:
        """The step as a message: it repeats what was known of the case at that moment."""
        at, stage, due = self.steps[step]
        known = {"case": self.id, "at": at, "stage": stage, **self.fields}
        if due is not None:
            known |= {"due": due, "department": self.department}
        return record("cases", known)


class Casebook:
    """All cases of a city; days and storms already worked out are kept, so that asking each second costs little."""

    def __init__(self, city: str, ground: Ground, sky: Sky) -> None:
        self._initials = initials(city)
        self._ground, self._sky, self._offset = ground, sky, sky.offset
        self._lat, self._lon = streets(ground, f"{sky.seed}/cases", _PLACES)
        self._east, self._north = ground.plane(self._lat, self._lon)
        self._origin = sky.anchor - HISTORY_DAYS * DAY_MS
        self._day = lru_cache(maxsize=LONGEST_DAYS + 8)(self._make_day)
        self._storm = lru_cache(maxsize=64)(self._make_storm)

    def reported(self, since: int, until: int) -> list[Case]:
        """The cases reported in (since, until], oldest first."""
        found = [one for page in self._pages(since, until) for one in page.cases if since < one.reported <= until]
        return sorted(found, key=lambda one: (one.reported, one.id))

    def steps(self, since: int, until: int) -> list[Message]:
        """The steps taken in (since, until] by any case, oldest first."""
        pages = self._pages(since - LONGEST_DAYS * DAY_MS, until)
        found = sorted((step for page in pages for step in page.between(since, until)), key=lambda step: step[:2])
        return [case.message(number) for _, _, case, number in found]

    def _pages(self, since: int, until: int) -> Iterator[Page]:
        low = max(since, self._origin)
        for day in range((low + self._offset) // DAY_MS, (until + self._offset) // DAY_MS + 1):
            yield self._day(day)
        for storm in storms(self._sky.anchor, self._sky.seed, low - EVERY_MS, until):
            yield self._storm(storm)

    def _make_day(self, day: int) -> Page:
        """All cases reported on a local day (days since 1970), numbered from the first of the day."""
        throw = die(self._sky.seed, "day", day)
        count = round(throw.gauss(WORKDAY_CASES, 14) * (WEEKEND if (day + 3) % 7 >= 5 else 1.0))
        shares = (np.arange(count) + np.array([throw.random() for _ in range(count)])) / count
        hours = rhythm.call_hours(shares)
        moments = (day * DAY_MS - self._offset + hours * 60 * MINUTE_MS).astype(np.int64).tolist()
        made = (self._ordinary(day, number, at) for number, at in enumerate(moments, 1))
        return Page([one for one in made if one.reported > self._origin])

    def _ordinary(self, day: int, number: int, at: int) -> Case:
        name = f"{self._initials}{_date(day)}-{number:04d}"
        throw = die(self._sky.seed, name)
        kind = throw.choices(CASES, [one.weight for one in CASES])[0]
        place = int(_PLACES * throw.random() ** 1.6)  # some corners are worse than others
        return self._case(name, at, throw, kind, {"channel": _channel(throw, CHANNELS), **self._place(throw, place)})

    def _make_storm(self, storm: Storm) -> Page:
        """Calls about water where the storm's core has passed, numbered apart from the day's."""
        throw = die(self._sky.seed, "calls", storm.number)
        _, across = storm.along(self._east, self._north)
        near = np.nonzero(np.abs(across) < 11.0)[0].tolist()
        arrival = storm.arrival(self._east, self._north)
        count = round(STORM_CALLS * storm.strength**2) if near else 0
        places = [near[throw.randrange(len(near))] for _ in range(count)]
        calls = sorted(
            (storm.start + int((arrival[one] + throw.uniform(0.5, 14.0)) * MINUTE_MS), one) for one in places
        )
        return Page([self._call(storm, number, at, place) for number, (at, place) in enumerate(calls, 1)])

    def _call(self, storm: Storm, number: int, at: int, place: int) -> Case:
        day, into = divmod(storm.start + self._offset, DAY_MS)
        name = f"{self._initials}{_date(day)}-{5000 + 100 * (into * 24 // DAY_MS) + number}"
        throw = die(self._sky.seed, name)
        kind = throw.choices(STORM_CASES, [one.weight for one in STORM_CASES])[0]
        return self._case(
            name, at, throw, kind, {"channel": _channel(throw, STORM_CHANNELS), **self._place(throw, place)}
        )

    def _case(self, name: str, at: int, throw: Random, kind: CaseKind, known: Mapping[str, object]) -> Case:
        fields = {"category": kind.category, "title": kind.title, **known}
        return Case(name, at, fields, walk(throw, at, kind, self._offset), kind.department)

    def _place(self, throw: Random, place: int) -> dict[str, object]:
        lat = round(float(self._lat[place]) + throw.gauss(0, 0.0006), 5)
        lon = round(float(self._lon[place]) + throw.gauss(0, 0.0006), 5)
        district = self._ground.district(lat, lon)
        if not district:  # stepped over the border: stay where the street is
            lat, lon = float(self._lat[place]), float(self._lon[place])
            district = self._ground.district(lat, lon)
        return (
            {"district": district}
            if throw.random() < _WITHOUT_PLACE
            else {"lat": lat, "lon": lon, "district": district}
        )


class Page:
    """Some cases, and all their steps in the order of time."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self._steps = sorted(
            ((at, one.id, one, number) for one in cases for number, (at, _, _) in enumerate(one.steps)),
            key=lambda step: (step[0], step[1], step[3]),
        )
        self._moments = [step[0] for step in self._steps]

    def between(self, since: int, until: int) -> Sequence[tuple[int, str, Case, int]]:
        """(moment, case id, case, step number) of each step taken in (since, until]."""
        return self._steps[bisect.bisect_right(self._moments, since) : bisect.bisect_right(self._moments, until)]


def _channel(throw: Random, channels: Sequence[tuple[str, float]]) -> str:
    return throw.choices([one for one, _ in channels], [share for _, share in channels])[0]


def initials(city: str) -> str:
    """Two letters for a city's case numbers: its first two consonants (xining: XN)."""
    letters = [letter for letter in city.upper() if letter.isalpha() and letter not in "AEIOU"]
    return "".join(letters[:2]) or city[:2].upper()


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_MS / 1000, UTC).strftime("%Y%m%d")
