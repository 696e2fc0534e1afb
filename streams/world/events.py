"""Emergencies of a city: accidents, fires, burst pipes now and then, and the weather office's signal for each storm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from random import Random

from config.city import CityProfile
from streams.world.cases import initials
from streams.world.catalogue import EMERGENCIES, Emergency
from streams.world.devices import MINUTE_MS, Fleet
from streams.world.dice import die
from streams.world.ground import Ground, streets
from streams.world.storm import EVERY_MS, Storm, storms
from streams.world.weather import DAY_MS, Sky
from streams.world.wire import Message, record

ACTIVE, CLOSED = "open", "closed"
LONGEST_MS = 8 * 60 * MINUTE_MS
_PLACES = 400
_MADE_UP = "（模拟）"  # nobody shall take these for a signal of the real office


@dataclass(frozen=True)
class Report:
    """One message about an event: the first, an update, or that it is over."""

    at: int
    fields: tuple[tuple[str, object], ...]

    def message(self) -> Message:
        return record("events", dict(self.fields))


@dataclass(frozen=True)
class Fire:
    """A fire beside a smoke sensor (an index), which sees it from `start` to `end` (epoch ms)."""

    device: int
    start: int
    end: int


class Eventbook:
    """All events of a city; days and storms already worked out are kept."""

    def __init__(self, profile: CityProfile, ground: Ground, sky: Sky, smoke: Fleet) -> None:
        self._initials, self._name = initials(profile.id), next(iter(profile.name.values()))
        self._ground, self._sky, self._smoke = ground, sky, smoke
        self._offset = sky.offset
        self._lat, self._lon = streets(ground, f"{sky.seed}/events", _PLACES)
        self._day = lru_cache(maxsize=16)(self._make_day)

    def reports(self, since: int, until: int) -> list[Message]:
        """What is reported in (since, until], oldest first."""
        found = [one for one in self._all(since - LONGEST_MS, until) if since < one.at <= until]
        return [one.message() for one in sorted(found, key=lambda one: (one.at, str(one.fields[0])))]

    def fires(self, since: int, until: int) -> tuple[tuple[int, int, int], ...]:
        """(smoke device, from, to) of each fire that burns at some time in [since, until]."""
        burning = (fire for day in self._days(since - LONGEST_MS, until) for fire in self._day(day)[1])
        return tuple((one.device, one.start, one.end) for one in burning if one.start <= until and one.end > since)

    def _days(self, since: int, until: int) -> range:
        return range((since + self._offset) // DAY_MS, (until + self._offset) // DAY_MS + 1)

    def _all(self, since: int, until: int) -> Iterator[Report]:
        for day in self._days(since, until):
            yield from self._day(day)[0]
        for storm in storms(self._sky.anchor, self._sky.seed, since - EVERY_MS, until):
            yield from self._signal(storm)

    def _make_day(self, day: int) -> tuple[list[Report], list[Fire]]:
        throw = die(self._sky.seed, "events", day)
        reports: list[Report] = []
        fires: list[Fire] = []
        for number, (kind, at) in enumerate(_schedule(throw, day * DAY_MS - self._offset), 1):
            name = f"{self._initials}-E{_stamp(at + self._offset, '%Y%m%d')}-{number:02d}"
            place = throw.randrange(_PLACES)
            if kind.kind == "fire_alarm":
                place = throw.randrange(len(self._smoke.ids))
                fires.append(Fire(place, at - 3 * MINUTE_MS, at + 18 * MINUTE_MS))
            reports += self._story(throw, name, kind, at, place)
        return reports, fires

    def _story(self, throw: Random, name: str, kind: Emergency, at: int, place: int) -> list[Report]:
        """Three reports: it happened, somebody is there, it is over."""
        lat, lon = (self._smoke.lat, self._smoke.lon) if kind.kind == "fire_alarm" else (self._lat, self._lon)
        title, grade = throw.choice(kind.titles), throw.choice(kind.grades)
        end = at + throw.randint(*kind.minutes) * MINUTE_MS
        parts = ((at, ACTIVE, ""), (at + (end - at) // 4, ACTIVE, kind.on_site), (end, CLOSED, "处置完毕。"))
        town = self._town(float(lat[place]), float(lon[place]))
        fixed: dict[str, object] = {
            "event": name,
            "kind": kind.kind,
            "class": kind.category,
            "grade": grade,
            "title": title,
        }
        fixed |= {"lat": float(lat[place]), "lon": float(lon[place]), "area": town, "source": kind.sender + _MADE_UP}
        return [_report(when, fixed, {"status": status, "text": text}) for when, status, text in parts]

    def _town(self, lat: float, lon: float) -> str:
        """The name of the nearest town."""
        nearest = min(self._ground.towns, key=lambda one: (one.lat - lat) ** 2 + (one.lon - lon) ** 2)
        return next(iter(nearest.name.values()))

    def _signal(self, storm: Storm) -> list[Report]:
        """The weather office's signal: yellow as the storm comes, orange or red while it crosses, then lifted."""
        top, grade = ("红色", "II") if storm.strength > 0.85 else ("橙色", "III")
        parts = (
            (1.0, ACTIVE, "暴雨黄色预警信号", "IV"),
            (7.0, ACTIVE, f"暴雨{top}预警信号", grade),
            (45.0, CLOSED, f"解除暴雨{top}预警信号", grade),
        )
        fixed = {"event": f"{self._initials}-W{_stamp(storm.start + self._offset, '%Y%m%d%H%M')}", "kind": "rainstorm"}
        fixed |= {"class": "自然灾害", "area": self._name, "source": f"{self._name}气象台{_MADE_UP}"}
        middle = {"lat": self._ground.middle.lat, "lon": self._ground.middle.lon}
        return [
            _report(
                storm.start + int(minutes * MINUTE_MS),
                {**fixed, **middle},
                {"status": status, "title": title, "grade": rank},
            )
            for minutes, status, title, rank in parts
        ]


def _schedule(throw: Random, midnight: int) -> list[tuple[Emergency, int]]:
    """What happens on a day and when, in the order of time."""
    happens = [
        (kind, midnight + throw.randrange(DAY_MS)) for kind in EMERGENCIES for _ in range(_times(throw, kind.daily))
    ]
    return sorted(happens, key=lambda one: one[1])


def _times(throw: Random, mean: float) -> int:
    """How often something happens in a day: up to six independent chances with the given mean."""
    return sum(throw.random() < mean / 6 for _ in range(6))


def _report(at: int, fixed: Mapping[str, object], rest: Mapping[str, object]) -> Report:
    return Report(at, tuple({**fixed, "at": at, **rest}.items()))


def _stamp(local: int, form: str) -> str:
    return datetime.fromtimestamp(local / 1000, UTC).strftime(form)
