"""Each layer's value in each cell of the city, as of `now`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from operator import add
from types import MappingProxyType

from layers.asking import ask
from layers.catalog import Kind, Layer
from layers.geometry import City
from layers.marks import manhole_percent, percent
from layers.moments import from_ms, newest, to_ms
from layers.picture import Hexes
from layers.spread import place, spread
from streams.clickhouse import Answer, Database

OPEN_FOR = timedelta(days=90)
"""How far back a warning that is still open may have changed last."""

WATCHED = timedelta(minutes=5)
"""Rules looked at in this time: where no warning is open, there is none. Later than that nobody knows."""


def hexes(database: Database, city: City, layer: Layer, now: datetime) -> Hexes:
    """One layer. Raises as Database.ask."""
    return _WAYS[layer.kind](database, city, layer, now)


def _metric(database: Database, city: City, layer: Layer, now: datetime) -> Hexes:
    answer = ask(
        database, "metric", now, timedelta(minutes=layer.window_minutes), metric=layer.metric,
        fresh_ms=to_ms(now - timedelta(seconds=layer.freshness_s)), resolution=city.grid.resolution,
    )  # fmt: skip
    cells, fresh = answer.column("hexagon"), answer.column("fresh")
    values = answer.column("collected" if layer.kind == "sum" else "mean")
    measured = {cell: value for cell, value, some in zip(cells, values, fresh, strict=True) if some}
    devices = sum(answer.column("devices"))
    return Hexes(layer.key, spread(measured, city.grid, layer.spread), devices, devices - sum(fresh), _newest(answer))


def _newest(answer: Answer) -> datetime | None:
    return from_ms(max(answer.column("newest_ms"), default=None))


def _water(database: Database, city: City, layer: Layer, now: datetime) -> Hexes:
    """How near to their marks rivers are, and how full manholes: the worst of a cell."""
    back = timedelta(hours=24)
    rivers = ask(database, "latest", now, back, metric="water_level")
    wells = ask(database, "latest", now, timedelta(minutes=layer.window_minutes), metric="manhole_level")
    levels = [*_river_levels(city, rivers), *_well_levels(city, wells)]
    since = to_ms(now - timedelta(seconds=layer.freshness_s))
    fresh = [(cell, share) for cell, share, at_ms in levels if at_ms >= since]
    latest = from_ms(max((at_ms for _, _, at_ms in levels), default=None))
    values = spread(worst(fresh), city.grid, layer.spread)
    return Hexes(layer.key, values, len(levels), len(levels) - len(fresh), latest)


Level = tuple[int, float, int]
"""Cell of the grid's resolution, percent, epoch ms."""


def _river_levels(city: City, answer: Answer) -> Iterable[Level]:
    """Stations that the profile knows and that have marks; they stand where the profile says."""
    for row in answer.rows():
        station = city.profile.station(row["device"])
        share = percent(row["last"], station) if station else None
        if station is not None and share is not None:
            yield city.grid.cell_at(station.lat, station.lon), share, row["last_ms"]


def _well_levels(city: City, answer: Answer) -> Iterable[Level]:
    for row in answer.rows():
        if row["place"]:
            yield city.grid.parent(row["place"]), manhole_percent(row["last"]), row["last_ms"]


def worst(levels: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The largest value of each cell."""
    return merged(levels, max)


def merged(values: Iterable[tuple[int, float]], merge: Callable[[float, float], float]) -> dict[int, float]:
    """One value a cell, several of one cell joined by `merge`."""
    found: dict[int, float] = {}
    for cell, value in values:
        found[cell] = merge(found[cell], value) if cell in found else value
    return found


def _spots(city: City, answer: Answer, column: str) -> Iterable[tuple[int, float]]:
    """A column by cell of the grid's resolution; what is nowhere (spot 0) is on no map."""
    for spot, value in zip(answer.column("spot"), answer.column(column), strict=True):
        if spot:
            yield city.grid.parent(spot), float(value)


def _cases(database: Database, city: City, layer: Layer, now: datetime) -> Hexes:
    """Open cases; a cell without one is 0 as long as there are cases at all, else nobody knows."""
    back = timedelta(minutes=layer.window_minutes)
    answer = ask(database, "case_cells", now, back)
    rows = place(merged(_spots(city, answer, "open"), add), city.grid, add)
    values = fill(city, rows, known=len(answer) > 0)
    return Hexes(layer.key, values, sum(answer.column("open")), 0, _newest(answer))


def _alerts(database: Database, city: City, layer: Layer, now: datetime) -> Hexes:
    """Worst open level; a cell without one is 0 while the rules are being watched, else nobody knows."""
    answer = ask(database, "alert_cells", now, OPEN_FOR)
    beat = watched(database, now)
    watching = beat is not None and now - beat <= WATCHED
    values = fill(city, place(worst(_spots(city, answer, "worst")), city.grid, max), known=watching)
    return Hexes(layer.key, values, sum(answer.column("alerts")), 0, newest(beat, _newest(answer)))


def watched(database: Database, now: datetime) -> datetime | None:
    """When the rules were last looked at, within a day."""
    return _newest(ask(database, "watch_beat", now, timedelta(days=1)))


def fill(city: City, rows: Mapping[int, float], *, known: bool) -> tuple[float | None, ...]:
    """A value a row; where there is none, 0 when everything is `known` and None when it is not."""
    return tuple(rows.get(row, 0.0 if known else None) for row in range(len(city.grid)))


Way = Callable[[Database, City, Layer, datetime], Hexes]
_WAYS: Mapping[Kind, Way] = MappingProxyType(
    {"sum": _metric, "mean": _metric, "water": _water, "cases": _cases, "alerts": _alerts}
)
