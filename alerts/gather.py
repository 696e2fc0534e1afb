"""From rows of the database to observations of a rule's places. Pure.

A place that speaks for many takes the worst of its devices that were heard (or their mean); the silent ones stay in
sight as members, so that an alert cannot end because the device that raised it died.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import h3.api.basic_int as h3

from alerts.alert import NOWHERE, Member, Observation, Spot, instant
from alerts.rings import Row, Rows
from alerts.rules import Rule, named
from alerts.spots import spot_of
from alerts.watches import Cases, Readings, Silence
from config.city import CityProfile

DIGITS = 6  # sums of increments are rounded, or 49.999999999 mm would not be 50


class Tally(NamedTuple):
    """Cases in a cell and district: how many, the middle of them."""

    cell: int
    district: str
    cases: int
    lat: float
    lon: float


class Hush(NamedTuple):
    """A metric: devices heard within the time they are known for, how many of them are silent now."""

    metric: str
    devices: int
    silent: int


class Scene(NamedTuple):
    """What observations rest on beside the answers: the city, epoch ms, and the places that the rule has in mind."""

    profile: CityProfile
    now: int
    places: frozenset[str] = frozenset()


Probe = tuple[str, int]
"""Metric and window, ms: what rows are asked by."""


def probe(watch: Readings) -> Probe:
    return watch.metric, watch.window


# -- readings -------------------------------------------------------------------------------------------------------

SLOPE_NEEDS = 3  # readings: two make any slope
OF_THEIR_OWN = ("change", "distinct", "quantile", "absent")  # NaN where the window says nothing
LASTING = ("last",)  # measures that a silent device's last words still answer


Registered = Mapping[str, Mapping[str, float]]
"""Marks by device, as the registry has them."""


def readings(
    rule: Rule, rows: Mapping[Probe, Rows], profile: CityProfile, now: int, registered: Registered | None = None
) -> list[Observation]:
    """Observations of a rule that watches readings; `rows` holds the answer to each of `rule.readings`.

    `registered` holds marks of the rule's metric.
    """
    watch = rule.watch
    if not isinstance(watch, Readings):
        raise TypeError(f"rule {rule.key} does not watch readings")
    own = rows[probe(watch)]
    if rule.place.kind == "device":
        day, told = day_of(now, profile), registered or {}
        return [
            _of_device(rule, rows, row, rule.thresholds(_marks(rule, row.device, profile, told), day))
            for row in own.values()
        ]
    groups = _groups(rule, own.values(), profile)
    numbers = rule.thresholds(None, day_of(now, profile))
    return [replace(_of_many(rule, rows, place, group, now), thresholds=numbers) for place, group in groups.items()]


def day_of(now: int, profile: CityProfile) -> date:
    """The day in the city."""
    return instant(now).astimezone(profile.zone).date()


def _marks(rule: Rule, device: str, profile: CityProfile, registered: Registered) -> Mapping[str, float]:
    """What the profile says of a station, and what the registry says of the device, which counts more."""
    station = profile.station(device) if rule.marked else None
    return {**named(station.marks if station else None), **registered.get(device, {})}


def _of_device(rule: Rule, rows: Mapping[Probe, Rows], row: Row, thresholds: Mapping[str, float]) -> Observation:
    ask = _Asking(rule, rows, (row.device,))
    return Observation(
        place=row.device,
        at=row.at,
        value=measured(rule.watch, row),
        thresholds=thresholds,
        levels=ask.levels(),
        clear_value=ask.clear(),
        applies=applies(rule.watch, rows, row.device),
        device=row.device,
        spot=spot_of(row),
    )


def _of_many(rule: Rule, rows: Mapping[Probe, Rows], place: str, group: Sequence[Row], now: int) -> Observation:
    applying = [row for row in group if applies(rule.watch, rows, row.device)]
    fresh = [row for row in applying if now - row.at <= rule.stale_after and measured(rule.watch, row) is not None]
    ask = _Asking(rule, rows, tuple(row.device for row in fresh))
    worst = max(fresh, key=lambda row: (rule.sign * (measured(rule.watch, row) or 0.0), row.device), default=None)
    mean = rule.place.across == "avg"
    return Observation(
        place=place,
        at=max((row.at for row in group), default=now) if mean or worst is None else worst.at,
        value=ask.across(rule.watch) if len(fresh) >= rule.place.at_least else None,
        thresholds={},
        levels=ask.levels(),
        clear_value=ask.clear(),
        applies=bool(applying),
        members={} if mean else _members(rule, applying, fresh),
        device="" if mean or worst is None else worst.device,
        spot=spot_of(worst) if worst else NOWHERE,
        detail={"heard": len(fresh)} if mean else {},
    )


class _Asking(NamedTuple):
    """Measures of a place: of one device, or across several."""

    rule: Rule
    rows: Mapping[Probe, Rows]
    devices: tuple[str, ...]

    def across(self, watch: object) -> float | None:
        """The measure of these devices as one number: the worst, or the mean."""
        if not isinstance(watch, Readings):
            return None
        asked = self.rows[probe(watch)]
        values = [measured(watch, asked[device]) for device in self.devices if device in asked]
        known = [value for value in values if value is not None]
        return _ACROSS[self.rule.place.across or "max"](known) if known else None

    def levels(self) -> dict[str, float | None]:
        own = [level for level in self.rule.ladder if self.rule.levels[level].window is not None]
        return {level: self.across(self.rule.watch_of(level)) for level in own}

    def clear(self) -> float | None:
        return self.across(self.rule.clear.watch)


_ACROSS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "max": max,
    "min": min,
    "avg": lambda values: round(math.fsum(values) / len(values), DIGITS),
}


def measured(watch: object, row: Row) -> float | None:
    """The measure that a watch takes of a row; None when the window has too little to say."""
    if not isinstance(watch, Readings):
        return None
    if watch.measure == "last":
        return _finite(row.last)
    if watch.measure == "rate_per_hour":
        return _finite(row.slope) if row.sloped >= SLOPE_NEEDS else None
    if watch.measure == "count":
        return float(row.readings)
    if watch.measure in OF_THEIR_OWN:
        return _finite(getattr(row, watch.measure))
    return _finite(getattr(row, watch.measure)) if row.readings else None


def _finite(value: float) -> float | None:
    return round(value, DIGITS) if math.isfinite(value) else None


def applies(watch: object, rows: Mapping[Probe, Rows], device: str) -> bool:
    """False when the watch's `where` is known and rules the device out. Not known rules nothing out: a pump station
    whose water is high and of whose pump nobody has heard is a warning."""
    if not isinstance(watch, Readings) or watch.where is None or watch.condition is None:
        return True
    other = rows[probe(watch.condition)].get(device)
    return other is None or other.last in watch.where.one_of


def _members(rule: Rule, group: Iterable[Row], fresh: Iterable[Row]) -> dict[str, Member]:
    """The fresh ones, and of the silent ones those whose last words still answer the measure."""
    heard = {row.device for row in fresh}
    lasting = isinstance(rule.watch, Readings) and rule.watch.measure in LASTING
    values = [(row, measured(rule.watch, row)) for row in group if lasting or row.device in heard]
    return {row.device: Member(value, row.at, spot_of(row)) for row, value in values if value is not None}


def _groups(rule: Rule, rows: Iterable[Row], profile: CityProfile) -> dict[str, list[Row]]:
    """Rows by place; a device that nobody can place belongs to the city only."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        place = place_of(rule, row.cell, row.district, profile)
        if place:
            groups[place].append(row)
    return groups


def place_of(rule: Rule, cell: int, district: str, profile: CityProfile) -> str:
    """The cell, district or city of a rule's place that something in this cell and district belongs to; '' for none."""
    if rule.place.kind == "cell":
        return cell_name(cell, rule.place.resolution) if cell else ""
    return str(profile.adcode) if rule.place.kind == "city" else district


def cell_name(cell: int, resolution: int) -> str:
    """H3 text of the cell's parent at `resolution`."""
    return str(h3.int_to_str(h3.cell_to_parent(cell, min(resolution, h3.get_resolution(cell)))))


# -- cases ----------------------------------------------------------------------------------------------------------


def cases(
    rule: Rule, tallies: Iterable[Tally], newest: int | None, places: Iterable[str], profile: CityProfile
) -> list[Observation]:
    """Observations of a rule that counts cases; a place of `places` that has none has 0.

    `newest` is the newest step of any case, epoch ms: while the stream is silent, 0 is not to be believed.
    """
    if newest is None or not isinstance(rule.watch, Cases):
        return []
    groups: dict[str, list[Tally]] = {place: [] for place in places}
    for tally in tallies:
        place = place_of(rule, tally.cell, tally.district, profile)
        if place:
            groups.setdefault(place, []).append(tally)
    return [_of_cases(rule, place, group, newest) for place, group in groups.items()]


def _of_cases(rule: Rule, place: str, group: Sequence[Tally], newest: int) -> Observation:
    most = max(group, key=lambda tally: (tally.cases, tally.cell, tally.district), default=None)
    return Observation(
        place=place,
        at=newest,
        value=float(sum(tally.cases for tally in group)),
        thresholds=rule.thresholds(None),
        spot=spot_of(most) if most else NOWHERE,
    )


# -- silence --------------------------------------------------------------------------------------------------------


def silence(rule: Rule, hushes: Iterable[Hush], profile: CityProfile, now: int) -> list[Observation]:
    """Observations of a rule that watches for silence: per cent of each metric's devices. Silence is heard `now`."""
    if not isinstance(rule.watch, Silence):
        return []
    middle = Spot(profile.view.lat, profile.view.lon)
    return [
        Observation(
            place=hush.metric,
            at=now,
            value=round(100 * hush.silent / hush.devices, 1),
            thresholds=rule.thresholds(None),
            spot=middle,
            detail={"heard": hush.devices - hush.silent, "missing": hush.silent},
        )
        for hush in hushes
        if hush.devices >= rule.place.at_least
    ]
