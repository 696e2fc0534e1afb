"""A made-up storm over the map at any resolution; it drifts, so that each answer differs a little. No database."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import h3.api.basic_int as h3

from dashboard.atlas import outlines, routes
from layers import inside
from layers.catalog import Layer
from layers.cells import Cells, Districts
from layers.contents import Device, Several
from layers.tiles import Box
from streams.parse_area import outline
from tests.dashboard.moments import STORM


@dataclass
class Storm:
    """Answers like layers.cells.cells; `age` and `error` make it old or broken, `asked` counts the questions."""

    age: timedelta = timedelta(seconds=20)
    error: Exception | None = None
    empty: bool = False
    drift: float = 0.0
    step: float = 0.01
    moments: list[datetime] = field(default_factory=list)
    count: int = 1000
    asked: list[str] = field(default_factory=list)
    tiling: Any = None
    seen: dict[tuple[int, Box], list[tuple[int, float]]] = field(default_factory=dict)

    def cells(self, database: Any, city: Any, layer: Layer, now: datetime, resolution: int, box: Box) -> Cells:  # noqa: PLR0917
        self.asked.append(layer.key)
        if self.error is not None:
            raise self.error
        if self.empty:
            return Cells(resolution)
        self.drift += self.step
        self.moments.append(now)
        self.tiling = self.tiling or routes.tiling(city)
        high = layer.breaks[-1] * 0.9
        found = [
            (cell, high * min(1.0, share + 0.1 * math.sin(self.drift + cell % 997)))
            for cell, share in self.near(resolution, box)
        ]
        return Cells(resolution, *map(tuple, zip(*found, strict=True)), 412, 3, now - self.age)

    def districts(self, database: Any, city: Any, layer: Layer, now: datetime) -> Districts:
        self.asked.append(layer.key)
        if self.error is not None:
            raise self.error
        values = {
            one.adcode: layer.breaks[-1] * _share(h3.latlng_to_cell(one.lat, one.lon, 9)) for one in city.districts
        }
        return Districts({} if self.empty else values, 412, 3, now - self.age)

    def devices(self, database: Any, look: Any, now: datetime, most: int) -> Several:
        """A thousand devices around the storm, every tenth silent."""
        found = tuple(self._device(place, now) for place in range(self.count))
        return Several(found, self.count, self.count // 10)

    def borders(self, database: Any, now: datetime) -> list[dict[str, Any]]:
        """One official warning, around the storm."""
        if self.error is not None:
            raise self.error
        around = outline([], [f"{STORM[0]},{STORM[1]} 12"])
        return [{"its_event": "made", "said": ("Severe", "地质灾害橙色预警"), "rings": around}]

    def _device(self, place: int, now: datetime) -> Device:
        turn, far = place * 2.399963, 0.002 * math.sqrt(place)
        lat, lon = STORM[0] + far * math.cos(turn), STORM[1] + far * math.sin(turn)
        state: Any = "silent" if place % 10 == 0 else "fresh"
        return Device(f"made-{place}", "rain", {"en": f"Gauge {place}"}, (), now, state, True, True, lat, lon)

    def near(self, resolution: int, box: Box) -> list[tuple[int, float]]:
        """Cells of a box and how much of the storm each has; four of a hundred have nothing."""
        key = (resolution, box)
        if key not in self.seen:
            cells = [int(cell) for tile in self.tiling.tiles(resolution, box) for cell in tile.cells]
            self.seen[key] = [(cell, _share(cell)) for cell in cells if cell // 7**3 % 97 < 93]
        return self.seen[key]


def _share(cell: int) -> float:
    lat, lon = h3.cell_to_latlng(cell)
    return math.exp(-((lat - STORM[0]) ** 2 + ((lon - STORM[1]) * 0.8) ** 2) / 0.05)


@contextmanager
def storm() -> Iterator[Storm]:
    """The map asks the storm instead of the database."""
    made = Storm()
    asks = patch.multiple(routes, cells=made.cells, districts=made.districts)
    borders = patch.object(outlines, "in_force", made.borders)
    with asks, borders, patch.object(inside, "devices", made.devices):
        yield made
