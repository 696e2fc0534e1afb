"""From rows of the database to observations of a rule's places. Pure.

A place that speaks for many takes the worst of its devices that were heard (or their mean); the silent ones stay in
sight as members, so that an alert cannot end because the device that raised it died.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple

import h3.api.basic_int as h3
import numpy as np

from alerts.alert import NOWHERE, Member, Observation, Spot, instant
from alerts.areas import place_in
from alerts.hushes import Hush
from alerts.rings import Heard, Ints, Row, Window
from alerts.rules import Rule, named
from alerts.sieve import DIGITS, Probe, Sieve, measured, probe, said
from alerts.spots import spot_of
from alerts.watches import Cases, Readings, Silence
from config.city import CityProfile


class Tally(NamedTuple):
    """Cases in a cell and district: how many, the middle of them."""

    cell: int
    district: str
    cases: int
    lat: float
    lon: float


class Scene(NamedTuple):
    """What observations rest on beside the answers: the city, epoch ms, and the places that the rule has in mind."""

    profile: CityProfile
    now: int
    places: frozenset[str] = frozenset()


# -- readings -------------------------------------------------------------------------------------------------------

LASTING = ("last",)  # measures that a silent device's last words still answer


Registered = Mapping[str, Mapping[str, float]]
"""Marks by device, as the registry has them."""


def readings(
    rule: Rule, rows: Mapping[Probe, Window], scene: Scene, registered: Registered | None = None
) -> list[Observation]:
    """Observations of a rule that watches readings; `rows` holds the answer to each of `rule.readings`.

    Only of places that may reach a level and of those of the scene: of any other the engine would make nothing.
    `registered` holds marks of the rule's metric.
    """
    day = day_of(scene.now, scene.profile)
    sieve = Sieve(rule, rows, rule.thresholds(None, day), scene.places)
    if rule.place.kind == "device":
        return _of_devices(sieve, _numbers(rule, sieve.own, scene.profile, registered or {}, day))
    groups = sieve.groups(*_grouped(rule, sieve.own, scene.profile), scene.now)
    return [_of_many(sieve, place, some, scene.now) for place, some in groups.items()]


def _of_devices(sieve: Sieve, numbers: Mapping[str, Mapping[str, float]]) -> list[Observation]:
    """`numbers` are the levels' of each device that has its own."""
    floors = {device: _mildest(sieve.rule, own) for device, own in numbers.items() if own}
    return [_of_device(sieve, position, numbers) for position in sieve.devices(floors).tolist()]


def _mildest(rule: Rule, numbers: Mapping[str, float]) -> float:
    return min(numbers.values()) if rule.sign > 0 else max(numbers.values())


def _numbers(
    rule: Rule, own: Window, profile: CityProfile, registered: Registered, day: date
) -> dict[str, dict[str, float]]:
    """The levels' numbers of each device that the profile or the registry has marks of."""
    stations = [one.id for one in profile.stations if one.marks] if rule.marked else []
    known = {*stations, *registered} & own.heard.order.keys()
    return {device: rule.thresholds(_marks(rule, device, profile, registered), day) for device in known}


def day_of(now: int, profile: CityProfile) -> date:
    """The day in the city."""
    return instant(now).astimezone(profile.zone).date()


def _marks(rule: Rule, device: str, profile: CityProfile, registered: Registered) -> Mapping[str, float]:
    """What the profile says of a station, and what the registry says of the device, which counts more."""
    station = profile.station(device) if rule.marked else None
    return {**named(station.marks if station else None), **registered.get(device, {})}


def _of_device(sieve: Sieve, position: int, numbers: Mapping[str, Mapping[str, float]]) -> Observation:
    rule, row, alone = sieve.rule, sieve.own.row(position), np.array([position])
    return Observation(
        place=row.device,
        at=row.at,
        value=measured(rule.watch, row),
        thresholds=numbers.get(row.device, sieve.numbers),
        levels=_levels(sieve, alone),
        clear_value=_across(sieve, rule.clear.watch, alone),
        applies=applies(rule.watch, sieve.rows, row.device),
        device=row.device,
        spot=spot_of(row),
        said=said(rule, row),
    )


def _of_many(sieve: Sieve, place: str, group: Ints, now: int) -> Observation:
    """The worst, or the mean, of a place; a mean is of no device. `group` are positions of its devices."""
    rule, own = sieve.rule, sieve.own
    applying, fresh = _fresh(sieve, group, now)
    worst = _worst(sieve, fresh)
    row = own.row(worst) if worst is not None else None
    found = Observation(
        place=place,
        at=int(own.at[group].max()),
        value=_across(sieve, rule.watch, fresh) if len(fresh) >= rule.place.at_least else None,
        thresholds=sieve.numbers,
        levels=_levels(sieve, fresh),
        clear_value=_across(sieve, rule.clear.watch, fresh),
        applies=bool(len(applying)),
        spot=spot_of(row) if row else NOWHERE,
    )
    if rule.place.across == "avg":
        return replace(found, detail={"heard": len(fresh)})
    members = _members(rule, own.rows(applying), own.rows(fresh))
    return replace(found, at=row.at, device=row.device, members=members) if row else replace(found, members=members)


def _fresh(sieve: Sieve, group: Ints, now: int) -> tuple[Ints, Ints]:
    """Those of a group that the watch's `where` does not rule out, and of these those that say something now."""
    rule, own = sieve.rule, sieve.own
    applying = group[[applies(rule.watch, sieve.rows, own.heard.devices[one]) for one in group.tolist()]]
    known = np.isfinite(sieve.own_values[applying])
    return applying, applying[known & (now - own.at[applying] <= rule.stale_after)]


def _worst(sieve: Sieve, positions: Ints) -> int | None:
    """The device that says the worst; of two that say the same, the one whose name is greater."""
    if not len(positions):
        return None
    values = np.round(sieve.rule.sign * sieve.own_values[positions], DIGITS)
    worst: list[int] = positions[values == values.max()].tolist()
    return max(worst, key=lambda one: sieve.own.heard.devices[one])


def _levels(sieve: Sieve, positions: Ints) -> dict[str, float | None]:
    """What levels with a window of their own look at."""
    rule = sieve.rule
    own = [level for level in rule.ladder if rule.levels[level].window is not None]
    return {level: _across(sieve, rule.watch_of(level), positions) for level in own}


def _across(sieve: Sieve, watch: object, positions: Ints) -> float | None:
    """The measure of some devices as one number: the worst, or the mean. None where none says anything."""
    if not isinstance(watch, Readings):
        return None
    column = sieve.column(watch)[positions]
    known = [round(value, DIGITS) for value in column[np.isfinite(column)].tolist()]
    return _ACROSS[sieve.rule.place.across or "max"](known) if known else None


def _mean(values: Sequence[float]) -> float:
    return round(math.fsum(values) / len(values), DIGITS)


_ACROSS: Mapping[str, Callable[[Sequence[float]], float]] = {"max": max, "min": min, "avg": _mean}


def applies(watch: object, rows: Mapping[Probe, Window], device: str) -> bool:
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
    return {
        row.device: Member(value, row.at, spot_of(row), said(rule, row)) for row, value in values if value is not None
    }


def _grouped(rule: Rule, own: Window, profile: CityProfile) -> tuple[Ints, list[str]]:
    """The number of each device's place, -1 for a device that nobody can place, and the names of the places."""
    heard = own.heard
    if rule.place.kind == "city":
        return np.zeros(len(own.here), np.int64), [str(profile.adcode)]
    if rule.place.kind == "district":
        return _coded(heard.district)
    if rule.place.kind in ("area", "basin"):
        return _by_cell(heard, partial(place_in, rule.place))
    return cells_of(heard, rule.place.resolution)


def cells_of(heard: Heard, resolution: int) -> tuple[Ints, list[str]]:
    """The number of each device's cell at `resolution`, -1 for a device that is nowhere, and the cells' H3 texts."""
    return _by_cell(heard, lambda cell: cell_name(cell, resolution) if cell else "")


def _by_cell(heard: Heard, name: Callable[[int], str]) -> tuple[Ints, list[str]]:
    """The number of what `name` says of each device's cell ('' is -1), and the names; each cell is asked for once."""
    cells, which = np.unique(heard.cell, return_inverse=True)
    code, names = _coded([name(cell) for cell in cells.tolist()])
    return code[which], names


def _coded(texts: Sequence[str]) -> tuple[Ints, list[str]]:
    """The number of each text among the different ones, -1 for an empty one."""
    order: dict[str, int] = {}
    code = (order.setdefault(text, len(order)) if text else -1 for text in texts)
    return np.fromiter(code, np.int64, len(texts)), list(order)


def place_of(rule: Rule, cell: int, district: str, profile: CityProfile) -> str:
    """Of a rule's place, the cell, area, basin, district or city that something here belongs to, or ''."""
    if rule.place.kind in ("area", "basin"):
        return place_in(rule.place, cell)
    if rule.place.kind == "cell":
        return cell_name(cell, rule.place.resolution) if cell else ""
    return str(profile.adcode) if rule.place.kind == "city" else district


@lru_cache(maxsize=1 << 17)
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
