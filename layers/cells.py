"""A layer by cell of a box at any resolution, or by district, and what a risk is made of; as of `now`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from layers import risk
from layers.catalog import Layer, layer
from layers.folding import Found, box_of, fold, resolution_of, spread_to
from layers.kinds import found_in
from layers.moments import newest

if TYPE_CHECKING:
    from layers.geometry import City
    from layers.tiles import Box
    from streams.clickhouse import Database


@dataclass(frozen=True, slots=True)
class Cells:
    """One layer in one box: H3 indexes (ascending) and a value each, in the layer's unit.

    Every cell that is not in `ids` has the value `rest`: 0 where a cell without a case is known to have none, None
    where nobody knows. `devices` and `late` count as in layers.picture.Hexes, in the whole city.
    """

    resolution: int
    ids: tuple[int, ...] = ()
    values: tuple[float | None, ...] = ()
    devices: int = 0
    late: int = 0
    newest: datetime | None = None
    rest: float | None = None


@dataclass(frozen=True, slots=True)
class Districts:
    """One layer by adcode (text); None where nobody knows."""

    values: Mapping[str, float | None]
    devices: int = 0
    late: int = 0
    newest: datetime | None = None


def cells(database: Database, city: City, layer: Layer, now: datetime, resolution: int, box: Box) -> Cells:  # noqa: PLR0913,PLR0917
    """One layer at one resolution. Raises as Database.ask.

    Where nothing measures, a layer that spreads shows the value of the city's own cell around it.
    """
    if layer.kind == "risk":
        return _risk(database, city, now, resolution, box)
    found = found_in(database, city, layer, now, max(resolution, city.grid.resolution) if layer.spread else resolution)
    values = spread_to(found, city.grid, layer, resolution, box) if layer.spread else found.values
    ids = tuple(sorted(values))
    return Cells(
        resolution, ids, tuple(values[cell] for cell in ids), found.devices, found.late, found.newest, found.rest
    )


def districts(database: Database, city: City, layer: Layer, now: datetime) -> Districts:
    """Each district as a whole, from its measuring cells: the layer's choropleth. Raises as Database.ask."""
    grid = city.grid
    if layer.kind == "risk":
        made = cells(database, city, layer, now, grid.resolution, city.bounds)
        values = {cell: value for cell, value in zip(made.ids, made.values, strict=True) if value is not None}
        found = Found(values, {}, made.devices, made.late, made.newest, made.rest)
    else:
        found = found_in(database, city, layer, now, grid.resolution)

    def adcode(cell: int) -> str | None:
        row = grid.row(cell)
        return None if row is None else grid.district[row]

    by = fold(found.values, found.weights, adcode, layer.folds)
    named = {one.adcode: by.get(one.adcode, found.rest) for one in city.districts}
    return Districts(MappingProxyType(named), found.devices, found.late, found.newest)


def _risk(database: Database, city: City, now: datetime, resolution: int, box: Box) -> Cells:
    made = _parts(database, city, now, resolution, box)
    known = {key: dict(zip(one.ids, one.values, strict=True)) for key, one in made.items()}
    rests = {key: one.rest for key, one in made.items()}
    ids = tuple(sorted(set().union(*known.values())))
    values = tuple(risk.risk({key: known[key].get(cell, rests[key]) for key in made}) for cell in ids)
    latest = newest(*(one.newest for one in made.values()))
    late = sum(one.late for one in made.values())
    rest = risk.risk(rests) if rests["alerts"] is not None else None  # nobody watches: no cell is known to be safe
    return Cells(resolution, ids, values, sum(one.devices for one in made.values()), late, latest, rest)


def _parts(database: Database, city: City, now: datetime, resolution: int, box: Box) -> dict[str, Cells]:
    return {part.layer: cells(database, city, layer(part.layer), now, resolution, box) for part in risk.PARTS}


def pieces(database: Database, city: City, now: datetime, cell: int) -> tuple[risk.Piece, ...]:
    """What the risk of a cell is made of: why it has this colour. Raises as Database.ask."""
    made = _parts(database, city, now, resolution_of(cell), box_of(cell))
    return risk.pieces(
        {key: dict(zip(one.ids, one.values, strict=True)).get(cell, one.rest) for key, one in made.items()}
    )
