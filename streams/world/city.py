"""The whole made-up city, and what it says between two moments. Times are epoch ms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from config.city import CityProfile
from streams.world import outages, sensors
from streams.world.cases import HISTORY_DAYS, LONGEST_DAYS, Casebook
from streams.world.devices import MINUTE_MS, SMOKE, Fleet, fleets
from streams.world.dice import Ints
from streams.world.events import Eventbook
from streams.world.ground import survey
from streams.world.roster import roster
from streams.world.weather import DAY_MS, Sky
from streams.world.wire import Message, Openings, gathered, readings, singles

LIVE_GAP_MS = 10 * MINUTE_MS  # what was missed in a pause up to this long is told in full, beyond it sparsely
HISTORY_MS = HISTORY_DAYS * DAY_MS
LONGEST_MS = LONGEST_DAYS * DAY_MS
_HOUR_MS = 60 * MINUTE_MS

What = Literal["readings", "cases", "steps", "events"]


@dataclass(frozen=True)
class Part:
    """A piece of a backfill: what happened in (low, high]; for `cases`: all that befell the cases reported then."""

    what: What
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class World:
    """A city that can be asked what it says; the same for the same profile, districts, seed and anchor."""

    seed: int
    anchor: int
    fleets: tuple[Fleet, ...]
    openings: tuple[Openings, ...]
    scene: sensors.Scene
    cases: Casebook
    events: Eventbook

    def live(self, since: int, until: int) -> list[Message]:
        """Everything that is said in (since, until], at the pace of real time."""
        told = [message for number in range(len(self.fleets)) for message in self._live_fleet(number, since, until)]
        return told + self.cases.steps(since, until) + self.events.reports(since, until)

    def _live_fleet(self, number: int, since: int, until: int) -> list[Message]:
        fleet = self.fleets[number]
        index, at = fleet.due(since, until)
        texts = self._texts(number, index, at, np.full(len(at), fleet.kind.live))
        return gathered(texts) if fleet.kind.gateway else singles(texts)

    def roster(self, at: int) -> list[Message]:
        """What the registry is told of the devices, as of `at`."""
        return roster(self.fleets, self.scene.stations, at)

    def past(self, part: Part, since: int, until: int) -> list[Message]:
        """One part of the backfill of (since, until]."""
        if part.what == "events":
            return self.events.reports(part.low, part.high)
        if part.what == "steps":
            return self.cases.steps(part.low, part.high)
        if part.what == "cases":
            return self._past_cases(part, until)
        texts = (self._past_fleet(number, part, since, until) for number in range(len(self.fleets)))
        return [message for some in texts for message in gathered(some)]

    def _past_fleet(self, number: int, part: Part, since: int, until: int) -> list[str]:
        fleet = self.fleets[number]
        index, at = fleet.past(since, until, part.low, part.high)
        return self._texts(number, index, at, np.minimum(at - since, fleet.kind.past))

    def _past_cases(self, part: Part, until: int) -> list[Message]:
        return [
            case.message(number)
            for case in reversed(self.cases.reported(part.low, part.high))
            for number, (at, _, _) in enumerate(case.steps)
            if at <= until
        ]

    def _texts(self, number: int, index: Ints, at: Ints, span: Ints) -> list[str]:
        fleet = self.fleets[number]
        heard = outages.speaks(fleet, index, at)
        ask = sensors.Ask(index[heard], at[heard], span[heard])
        said = sensors.read(self.scene, fleet, ask)
        values = [outages.disturbed(fleet, ask.index, ask.at, one) for one in said]
        return readings(fleet, self.openings[number], ask.index, ask.at, values)


def build(profile: CityProfile, districts: Mapping[str, Any], anchor: int, seed: int | None = None) -> World:
    """A world for a profile and its district GeoJSON (WGS-84). The seed is the city's adcode unless given.

    Local time is taken to keep the offset it has at the anchor: China has no summer time.
    """
    chosen = profile.adcode if seed is None else seed
    ground, sky = survey(profile, districts), Sky(anchor, chosen, _offset(profile, anchor))
    made = fleets(profile, ground, chosen)
    events = Eventbook(profile, ground, sky, next(fleet for fleet in made if fleet.kind is SMOKE))
    scene = sensors.Scene(sky, ground, profile.stations, events.fires)
    cases = Casebook(profile.id, ground, sky)
    return World(chosen, anchor, made, tuple(Openings(one) for one in made), scene, cases, events)


def _offset(profile: CityProfile, anchor: int) -> int:
    local = datetime.fromtimestamp(anchor / 1000, UTC).astimezone(profile.zone)
    return int((local.utcoffset() or local - local).total_seconds() * 1000)


def first_parts(anchor: int, since: int, until: int) -> tuple[Part, ...]:
    """The backfill of a city never seen before, in the order to tell it: what fills the map first comes first.

    Readings of (since, until]; cases and events of the days of history that the world has.
    """
    newest = max(since, until - 15 * MINUTE_MS)
    hours = tuple(_pieces("readings", since, newest, _HOUR_MS))
    days = tuple(_pieces("cases", max(anchor, until - LONGEST_MS) - HISTORY_MS, until, DAY_MS))
    start = (Part("readings", newest, until), days[0], Part("events", until - HISTORY_MS, until))
    return (*start, *hours[:3], *days[1:], *hours[3:])


def missed_parts(since: int, until: int, most: int) -> tuple[Part, ...]:
    """What to tell after a pause: readings of its last `most` ms, cases and events of all of it."""
    readings = _pieces("readings", max(since, until - most), until, _HOUR_MS)
    low = max(since, until - LONGEST_MS)
    return (*readings, Part("steps", low, until), Part("events", low, until))


def _pieces(what: What, since: int, until: int, size: int) -> Iterator[Part]:
    """(since, until] in pieces, the newest first."""
    high = until
    while high > since:
        low = max(since, high - size)
        yield Part(what, low, high)
        high = low
