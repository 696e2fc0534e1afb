"""What lies in a place at one moment, as frozen values: devices, cases, events, past warnings, figures. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray

from config.words import Names
from layers.area import Point, covered, kilometres
from layers.moments import from_ms, to_ms
from layers.picture import Series
from layers.scope import Scope
from layers.sites import Facility, Weight

State = Literal["fresh", "silent", "never"]
Numbers = NDArray[Any]
LEVELS = ("blue", "yellow", "orange", "red")
LIMIT = 200
"""Things of a kind that are named at most; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Word:
    """The last usable word of a device about one metric."""

    metric: str
    value: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is registered or was heard in the last day. `here`: in the place itself, not only in its ring.

    `state`: silent when it said nothing for three of its intervals, never when nothing was heard in the last day.
    """

    id: str
    kind: str
    name: Names
    words: tuple[Word, ...]
    last: datetime | None
    state: State
    registered: bool
    here: bool
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """An open case. `overdue` counts no suspended one."""

    id: str
    stage: str
    category: str
    title: str
    due: datetime | None
    reported: datetime
    overdue: bool
    here: bool
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """An event that is not over."""

    id: str
    kind: str
    title: str
    told: datetime
    here: bool
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Past:
    """One opening of a warning: its worst level, when it began, when it ended (None: it is open)."""

    alert: str
    rule: str
    place: str
    level: str
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Near:
    """A facility and how far it is, km along the great circle."""

    facility: Facility
    km: float


@dataclass(frozen=True, slots=True)
class Several:
    """Things of one kind: the first of them, how many there are, of how many something is wrong (silent, overdue).

    `items` may be fewer than `count`; `here` of them all are in the place itself, not only in its ring.
    """

    items: tuple[Any, ...] = ()
    count: int = 0
    wrong: int = 0
    here: int = 0


def devices(found: Mapping[str, Any], here: Scope) -> Several:
    """Of the row of the question inside_devices. Where all are named, those that are here can be told one by one."""
    items = tuple(_device(one, here) for one in found["listed"])
    every = int(found["devices"])
    near = sum(one.here for one in items) if every == len(items) else int(found["heres"])
    return Several(items, every, int(found["silents"]), near)


def _several(items: tuple[Any, ...], rows: Sequence[Mapping[str, Any]], count: str, wrong: str = "") -> Several:
    """The counts stand in every row."""
    if not rows:
        return Several()
    every, first = int(rows[0][count]), rows[0]
    here = sum(one.here for one in items) if every == len(items) else int(first["heres"])
    return Several(items, every, int(first[wrong]) if wrong else 0, here)


def _device(listed: tuple[Any, ...], here: Scope) -> Device:
    fresh, _, before_ms, id, said, (lat, lon, cell, district), *words = listed
    last, (kind, name_zh, name_en, _, _, state) = from_ms(max(-before_ms, 0)), said
    names = {"zh-CN": name_zh, "en": name_en}
    return Device(
        id=id,
        kind=kind,
        name={language: name for language, name in names.items() if name},
        words=tuple(_words(*words)),
        last=last,
        state="never" if last is None else "fresh" if fresh else "silent",
        registered=bool(state),
        here=here.holds(cell, district, lat, lon),
        **_place(cell, lat, lon),
    )


def _words(metrics: Sequence[str], lasts: Sequence[float], lasts_ms: Sequence[int]) -> Iterable[Word]:
    for metric, value, at_ms in sorted(zip(metrics, lasts, lasts_ms, strict=True)):
        at = from_ms(at_ms)
        if at is not None:
            yield Word(metric, float(value), at)


def _place(cell: int, lat: float, lon: float) -> dict[str, float | None]:
    placed = cell != 0 and math.isfinite(lat + lon)
    return {"lat": round(lat, 5) if placed else None, "lon": round(lon, 5) if placed else None}


def cases(rows: Sequence[Mapping[str, Any]], here: Scope) -> Several:
    """Of rows of the question inside_cases."""
    return _several(tuple(_case(row, here) for row in rows), rows, "cases", "overdues")


def _case(row: Mapping[str, Any], here: Scope) -> Case:
    reported = from_ms(row["reported_ms"])
    assert reported is not None  # noqa: S101 - it was reported, or it would be no case
    return Case(
        row["case"], row["last_stage"], row["its_category"], row["its_title"], from_ms(row["due_ms"]), reported,
        bool(row["overdue"]), here.holds(row["cell"], row["district"], row["lat"], row["lon"]),
        **_place(row["cell"], row["lat"], row["lon"]),
    )  # fmt: skip


def events(rows: Sequence[Mapping[str, Any]], here: Scope) -> Several:
    """Of rows of the question inside_events."""
    return _several(tuple(_event(row, here) for row in rows), rows, "events")


def _event(row: Mapping[str, Any], here: Scope) -> Event:
    told = from_ms(row["told_ms"])
    assert told is not None  # noqa: S101 - it was told at some time
    inside = here.holds(row["cell"], row["district"], row["lat"], row["lon"])
    return Event(
        row["event"], row["its_kind"], row["its_title"], told, inside, **_place(row["cell"], row["lat"], row["lon"])
    )


def past(rows: Iterable[Mapping[str, Any]]) -> tuple[Past, ...]:
    """Of rows of the question inside_alerts."""
    return tuple(_past(row) for row in rows)


def _past(row: Mapping[str, Any]) -> Past:
    began = from_ms(row["began_ms"])
    assert began is not None  # noqa: S101 - it opened at some time
    level = LEVELS[row["worst"] - 1]
    return Past(row["alert"], row["its_rule"], row["its_place"], level, began, from_ms(row["ended_ms"]))


def nearest(facilities: Iterable[Facility], spot: Point, most: int = 6) -> tuple[Near, ...]:
    """The nearest facility of each kind, then the nearest others; all by distance."""
    far = sorted((Near(one, kilometres(spot, (one.lat, one.lon))) for one in facilities), key=lambda near: near.km)
    firsts: dict[str, Near] = {}
    for near in far:
        firsts.setdefault(near.facility.kind, near)
    others = [near for near in far if firsts[near.facility.kind] is not near]
    chosen = [*firsts.values(), *others][:most]
    return tuple(sorted(chosen, key=lambda near: (near.km, near.facility.id)))


def within(
    facilities: Iterable[Facility], scope: Scope, store: int, district_at: Callable[[float, float], str]
) -> tuple[Facility, ...]:
    """Facilities that lie in a scope; one that tells no district is in that which `district_at` has at its place."""
    return tuple(one for one in facilities if scope.holds(*_spot(one, store, district_at)))


def _spot(one: Facility, store: int, district_at: Callable[[float, float], str]) -> tuple[int, str, float, float]:
    cell = int(h3.latlng_to_cell(one.lat, one.lon, store))
    return cell, one.district or district_at(one.lat, one.lon), one.lat, one.lon


def amount(weight: Weight, scope: Scope, store: int, district_at: Callable[[float, float], str]) -> float:
    """How much of a quantity lies in a scope: that of the store's cells whose middle does."""
    cells, lats, lons, amounts = _spread(weight, store)
    inside = np.ones(len(cells), dtype=bool)
    if scope.cells:
        inside &= np.isin(cells & np.uint64(scope.mask), np.array(scope.cells, dtype=np.uint64))
    if scope.ring:
        inside &= covered(scope.ring, lats, lons)
    if scope.district:
        places = zip(lats[inside], lons[inside], strict=True)
        inside[inside] = [district_at(float(lat), float(lon)) == scope.district for lat, lon in places]
    return float(amounts[inside].sum())


@lru_cache(maxsize=16)
def _spread(weight: Weight, store: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Cells of the store's resolution that have any of a weight: index, latitude and longitude, how much."""
    found = weight.at(store)
    spots = [h3.cell_to_latlng(cell) for cell in found]
    lats, lons = np.array([lat for lat, _ in spots]), np.array([lon for _, lon in spots])
    return np.array(list(found), dtype=np.uint64), lats, lons, np.array(list(found.values()), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Steps:
    """Equal steps of time from `since` on; the last of them holds `now`."""

    since: datetime
    step: timedelta
    now: datetime

    @property
    def times(self) -> tuple[datetime, ...]:
        """Where each begins."""
        return tuple(self.since + self.step * place for place in range(math.ceil((self.now - self.since) / self.step)))


def series(
    rows: Iterable[Mapping[str, Any]], metrics: Iterable[str], sums: Iterable[str], steps: Steps
) -> tuple[Series, ...]:
    """A row of figures a metric that said anything, a value a step, None where nobody did.

    `sums` are metrics whose readings add up; of the others a step shows the mean.
    """
    added, found, times = set(sums), dict[str, dict[int, float]](), steps.times
    first, step_s = to_ms(steps.since) // 1000, steps.step // timedelta(seconds=1)
    for row in rows:
        value = row["collected"] if row["its_metric"] in added else row["mean"]
        found.setdefault(row["its_metric"], {})[(row["start_s"] - first) // step_s] = float(value)
    return tuple(
        Series(metric, metric, tuple(found[metric].get(place) for place in range(len(times))), times)
        for metric in metrics
        if metric in found
    )
