"""Asks why a place has its colour, as of `now`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import h3.api.basic_int as h3

from layers import colour
from layers.cells import cells, districts, pieces
from layers.colour import Why
from layers.folding import box_of, fold, parent, resolution_of
from layers.kinds import found_in
from layers.scope import Look

if TYPE_CHECKING:
    from layers.catalog import Layer
    from layers.geometry import City
    from streams.clickhouse import Database


def why(database: Database, city: City, layer: Layer, look: Look, now: datetime) -> Why:
    """The value of a place's cell, or of a district, and what it is made of. Raises as Database.ask."""
    if layer.kind == "drawn":
        return Why(layer, None, "none")
    if look.cell:
        return _of_cell(database, city, layer, look.cell, now)
    if look.here.district:
        found = districts(database, city, layer, now)
        value = found.values.get(look.here.district)
        how: colour.Made = "unknown" if value is None else "measured"
        return Why(layer.at(0), value, how, 0, found.devices, found.late, found.newest)
    return Why(layer, None, "none")


def _of_cell(database: Database, city: City, layer: Layer, cell: int, now: datetime) -> Why:
    """Of a layer that says nothing so fine: of the cell around that it does say."""
    cell = parent(cell, layer.finest)
    fine = resolution_of(cell)
    found = cells(database, city, layer, now, fine, box_of(cell))
    values = dict(zip(found.ids, found.values, strict=True))
    value = values.get(cell, found.rest)
    told = (fine, found.devices, found.late, found.newest)
    if layer.kind == "risk":
        parts = pieces(database, city, now, cell)
        return Why(layer, value, "unknown" if value is None else "measured", *told, pieces=parts)
    if not layer.spread:
        return Why(layer.at(fine), value, colour.made(value, measured=cell in values, carried=False, rest=True), *told)
    own, around = _measured(database, city, layer, cell, now)
    how = colour.made(value, measured=own, carried=bool(around), rest=False)
    return Why(layer, value, how, *told, sources=() if own or value is None else around)


def _measured(
    database: Database, city: City, layer: Layer, cell: int, now: datetime
) -> tuple[bool, tuple[colour.Source, ...]]:
    """Whether anything measures in the cell itself, and which of the city's cells it is carried from."""
    grid = city.grid
    fine = max(resolution_of(cell), grid.resolution)
    found = found_in(database, city, layer, now, fine)
    own = cell in found.values or any(parent(one, resolution_of(cell)) == cell for one in found.values)
    coarse = fold(found.values, found.weights, lambda one: parent(one, grid.resolution), layer.folds)
    middle = parent(cell, grid.resolution)
    if resolution_of(middle) < grid.resolution:
        middle = int(h3.cell_to_center_child(middle, grid.resolution))
    if middle in coarse:
        return own, ()
    return own, colour.sources(coarse, middle, layer.spread)
