"""What the panel tells of the chosen place: finds it, and asks each part for itself: a fault costs one part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

import structlog

from alerts.journal import open_alerts
from config.words import Names
from dashboard.atlas.covering import warned
from dashboard.atlas.view import Place, View
from dashboard.audience import sees
from layers import areas, contents, curves, inside
from layers.area import PREFIX
from layers.asking import Once
from layers.catalog import layer
from layers.colour import Why
from layers.contents import Device, Near, Past, Several
from layers.metric_scales import SCALES
from layers.picture import Series
from layers.scope import Look, of_cell, of_district, of_ring, of_spot
from layers.why import why
from streams.clickhouse import Database, QueryFailed

if TYPE_CHECKING:
    from dashboard.atlas.covering import Warned
    from dashboard.context import Context
    from layers.area import Area, Ring
    from layers.catalog import Layer
    from layers.sites import Camera, Facility, Weight

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Questions of one panel under way at once."""
CHARTS = 2
"""Metrics that are drawn: the layer's own, then those of most devices."""
OF_LAYER: Mapping[str, tuple[str, ...]] = {"water": ("water_level", "manhole_level"), "risk": ("rain", "water_level")}
"""Metrics behind the layers of no metric of their own."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The place that was found: how to look at it, what it is called, and what is told of it beside that."""

    place: Place
    look: Look
    name: Names = field(default_factory=dict)
    device: Device | None = None
    facility: Any = None
    camera: Camera | None = None
    station: Any = None
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the panel tells. A part that could not be read is None and its name stands in `failed`.

    `sites` are the facilities in it, `amounts` what lies in it of each quantity of the profile; `quiet` are the ids of
    those alerts that no notice and no list speaks of now.
    """

    chosen: Chosen
    now: datetime
    why: Why | None = None
    alerts: tuple[Warned, ...] | None = None
    day: tuple[Series, ...] | None = None
    week: tuple[Series, ...] | None = None
    devices: Several | None = None
    cases: Several | None = None
    events: Several | None = None
    past: tuple[Past, ...] | None = None
    near: tuple[Near, ...] = ()
    sites: tuple[Facility, ...] = ()
    amounts: tuple[tuple[Weight, float], ...] = ()
    quiet: frozenset[str] = frozenset()
    failed: tuple[str, ...] = ()


def choose(context: Context, place: Place, now: datetime) -> Chosen | None:
    """The place of an address; None when there is none of that id. Raises as Database.ask."""
    return _WAYS[place.kind](context, place, now) if place.kind in _WAYS else None


def _district(context: Context, place: Place, now: datetime) -> Chosen | None:  # noqa: ARG001 - all are asked alike
    found = context.city.district(place.id)
    return None if found is None else Chosen(place, of_district(found.adcode, (found.lat, found.lon)), found.name)


def _cell(context: Context, place: Place, now: datetime) -> Chosen:  # noqa: ARG001
    return Chosen(place, of_cell(int(place.id, 16), context.profile.resolutions.store))


def _device(context: Context, place: Place, now: datetime) -> Chosen | None:
    station = context.profile.station(place.id)
    found = inside.device(context.database, place.id, now)
    if found is None and station is None:
        return None
    name = (found.name if found else {}) or (station.name if station else {})
    lat, lon = (found.lat, found.lon) if found and found.lat is not None else _of(station)
    if lat is None or lon is None:
        return Chosen(place, of_spot((context.profile.view.lat, context.profile.view.lon), *_fine(context), place.id))
    look = of_spot((lat, lon), *_fine(context), place.id)
    return Chosen(place, look, name, device=found, station=station)


def _of(station: Any) -> tuple[float | None, float | None]:
    return (station.lat, station.lon) if station else (None, None)


def _fine(context: Context) -> tuple[int, int]:
    return context.profile.resolutions.store, context.city.grid.resolution


def _facility(context: Context, place: Place, now: datetime) -> Chosen | None:  # noqa: ARG001
    found = context.city.facility(place.id)
    if found is None:
        return None
    return Chosen(place, of_spot((found.lat, found.lon), *_fine(context)), found.name, facility=found)


def _camera(context: Context, place: Place, now: datetime) -> Chosen | None:  # noqa: ARG001
    found = context.city.camera(place.id)
    if found is None:
        return None
    return Chosen(place, of_spot((found.lat, found.lon), *_fine(context)), found.name, camera=found)


def _area(context: Context, place: Place, now: datetime) -> Chosen | None:
    found = next((one for one in areas.every(context.database, now) if one.id == place.id), None)
    if found is None:
        return None
    return Chosen(place, of_ring(found.ring, found.place), {"zh-CN": found.name}, area=found)


_WAYS: Mapping[str, Callable[[Any, Place, datetime], Chosen | None]] = {
    "district": _district,
    "cell": _cell,
    "device": _device,
    "station": _device,
    "facility": _facility,
    "camera": _camera,
    "area": _area,
}


def facts(context: Context, chosen: Chosen, view: View, now: datetime) -> Facts:
    """Everything about a place as of `now`. Raises DatabaseUnavailable: then nothing can be told."""
    once = cast(Database, Once(context.database))  # the questions of one panel have others in common
    look, city, shown = chosen.look, context.city, context.city.layer(view.layer)
    with ThreadPoolExecutor(AT_ONCE, "place") as pool:
        parts = _Parts(pool)
        devices = parts.begin("devices", lambda: inside.devices(once, look, now, shown.metric))
        parts.begin("why", lambda: for_audience(context, why(once, city, shown, look, now)))
        parts.begin("cases", lambda: inside.cases(once, look, now))
        parts.begin("events", lambda: inside.events(once, look, now))
        parts.begin("past", lambda: inside.past(once, look, now))
        parts.begin("alerts", lambda: alerts_at(context, look, view, now))
        metrics = charted(shown, chosen, devices.result())
        parts.begin("day", lambda: curves.day(once, look, metrics, now))
        parts.begin("week", lambda: curves.week(once, look, metrics, now))
        sites = contents.within(city.facilities, look.here, context.profile.resolutions.store, _district_at(context))
        lying = amounts(context, look)
        near = contents.nearest(_others(city.facilities, chosen), look.spot)
        quiet = frozenset(one.id for one in context.state.moment.hidden)
        return Facts(chosen, now, near=near, sites=sites, amounts=lying, quiet=quiet, **parts.end())


def for_audience(context: Context, found: Why) -> Why:
    """Why, without the parts of a risk that are layers which the audience does not see."""
    who = context.settings.audience
    return replace(found, pieces=tuple(one for one in found.pieces if sees(who, layer(one.layer))))


class _Parts:
    """Parts of a panel that are asked for at the same time; one that the database refuses is None."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._begun: dict[str, Future[Any]] = {}
        self._failed: list[str] = []

    def begin(self, name: str, ask: Callable[[], Found]) -> Future[Found | None]:
        """Ask; the answer is waited for in what it returns."""
        begun: Future[Found | None] = self._pool.submit(self._answer, name, ask)
        self._begun[name] = begun
        return begun

    def end(self) -> dict[str, Any]:
        """All answers by name, and under `failed` the names of those that failed. Raises DatabaseUnavailable."""
        found = {name: begun.result() for name, begun in self._begun.items()}
        return {**found, "failed": tuple(name for name in found if name in self._failed)}

    def _answer(self, name: str, ask: Callable[[], Found]) -> Found | None:
        try:
            return ask()
        except QueryFailed as error:
            log.error("part of a place failed", part=name, error=str(error))
            self._failed.append(name)
            return None


def _others(facilities: Sequence[Any], chosen: Chosen) -> list[Any]:
    return [one for one in facilities if one is not chosen.facility]


def charted(shown: Layer, chosen: Chosen, devices: Several | None) -> tuple[str, ...]:
    """Metrics to draw: those of the layer, then what most devices here say; of a single device what it says."""
    own = (shown.metric,) if shown.metric else OF_LAYER.get(shown.kind, ())
    if chosen.look.device:
        words = chosen.device.words if chosen.device else ()
        said = tuple(word.metric for word in words if not _state(word.metric))
        return tuple(dict.fromkeys([*(one for one in own if one in said), *said]))[:CHARTS]
    items = devices.items if devices else ()
    counts = Counter(word.metric for one in items if one.here for word in one.words if not _state(word.metric))
    often = sorted(counts, key=lambda metric: (-counts[metric], metric))
    return tuple(dict.fromkeys([*own, *often]))[:CHARTS]


def _state(metric: str) -> bool:
    """Whether its values are states, of which a line says nothing."""
    return metric in SCALES and SCALES[metric].measure == "off"


def alerts_at(context: Context, look: Look, view: View, now: datetime) -> tuple[Warned, ...]:
    """Open warnings of the place, the most urgent first; those of a past moment come from the journal."""
    known = context.state.moment.alerts if view.at is None else open_alerts(context.database, now)
    bordered = any(one.place.startswith(PREFIX) for one in known)  # most cities warn of no drawn area: nothing is asked
    return warned(known, look, context.city, areas.every(context.database, now) if bordered else ())


def amounts(context: Context, look: Look) -> tuple[tuple[Weight, float], ...]:
    """How much of each quantity of the profile lies in a place."""
    store, district_at = context.profile.resolutions.store, _district_at(context)
    return tuple((one, contents.amount(one, look.here, store, district_at)) for one in context.city.weights)


def _district_at(context: Context) -> Callable[[float, float], str]:
    grid = context.city.grid

    def adcode(lat: float, lon: float) -> str:
        row = grid.row_at(lat, lon)
        return "" if row is None else grid.district[row]

    return adcode


def drawn(ring: Ring) -> Chosen:
    """A polygon that somebody just drew, before it has a name."""
    return Chosen(Place("area", ""), of_ring(ring))
