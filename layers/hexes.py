"""Each layer's value in each cell of the city's own grid, as of `now`: what the wall shows."""

from __future__ import annotations

from datetime import datetime
from operator import add

from layers.catalog import Layer
from layers.folding import Found, spread_rows
from layers.geometry import City
from layers.kinds import found_in
from layers.picture import Hexes
from layers.spread import place
from streams.clickhouse import Database


def hexes(database: Database, city: City, layer: Layer, now: datetime) -> Hexes:
    """One layer. Raises as Database.ask."""
    found = found_in(database, city, layer, now, city.grid.resolution)
    values = spread_rows(found, city.grid, layer) if layer.spread else _placed(found, city, layer)
    return Hexes(layer.key, values, found.devices, found.late, found.newest)


def _placed(found: Found, city: City, layer: Layer) -> tuple[float | None, ...]:
    """A value a row; a cell just outside the border counts to its neighbour inside."""
    rows = place(found.values, city.grid, add if layer.folds == "sum" else max)
    return tuple(rows.get(row, found.rest) for row in range(len(city.grid)))
