"""The city at one `now`: every question asked once, for all screens, rules and briefs.

Slow questions about long windows are not asked each second: a snapshot may take over what the one before it found
out, until the part's `every` seconds begin anew. A question that fails costs its part only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Any, cast

import structlog

from layers import figures, kpis, series
from layers.asking import Once
from layers.catalog import WALL, Layer
from layers.gauges import gauges, level_series
from layers.geometry import City
from layers.hexes import hexes
from layers.moments import to_ms
from layers.picture import Gauge, Hexes, Kpi, Series, Snapshot
from layers.registered import fleet
from layers.sources import sources
from streams.clickhouse import Database, DatabaseUnavailable

Asks = Callable[[Database, City, datetime], Any]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the picture: its name, how many seconds an answer serves, and how to ask."""

    name: str
    every: int
    ask: Asks

    def serves(self, before: Snapshot, now: datetime) -> bool:
        """Whether the snapshot before has an answer that still serves: no turn of this part lies between."""
        return self.name in before.parts and before.now <= now and self._turn(before.now) == self._turn(now)

    def _turn(self, now: datetime) -> int:
        """Number of the `every` seconds `now` is in; each part begins its own at another second, to share the work."""
        return (to_ms(now) // 1000 + len(self.name)) // self.every


def _layer(layer: Layer, database: Database, city: City, now: datetime) -> Hexes:
    return hexes(database, city, layer, now)


EVERY = {"alerts": 1, "air": 15}
"""Seconds between two looks at a layer; 5 for the others. A gauge speaks once a minute, air each five minutes."""

PARTS: tuple[Part, ...] = (
    *(Part(f"hexes.{layer.key}", EVERY.get(layer.key, 5), partial(_layer, layer)) for layer in WALL),
    Part("kpis.alerts", 2, kpis.alerts),
    Part("gauges", 5, gauges),
    Part("sources", 5, sources),
    Part("kpis.calls", 5, kpis.calls),
    Part("kpis.rain", 10, kpis.rain),
    Part("line.rain", 60, kpis.rain_line),
    Part("kpis.pumps", 10, kpis.pumps),
    Part("kpis.air", 30, kpis.air),
    Part("kpis.progress", 30, kpis.progress),
    Part("series.calls", 30, series.calls),
    Part("series.closed", 30, series.closed),
    Part("series.categories", 30, series.categories),
    Part("series.levels", 60, level_series),
    Part("series.air", 60, series.air),
    Part("series.rain", 60, series.rain),
    Part("devices", 60, fleet),
)


def take(database: Database, city: City, now: datetime, before: Snapshot | None = None) -> Snapshot:
    """The city at `now` (aware). With the snapshot `before` this one, slow parts are asked only when they are due.

    Raises DatabaseUnavailable: nobody answers, so there is nothing to show. Any other error empties one part and is
    named in `failures`.
    """
    to_ms(now)  # ValueError at once for a time without a zone
    answers: dict[str, Any] = {}
    failures: list[str] = []
    once = cast(Database, Once(database))  # parts only ask
    for part in PARTS:
        try:
            answers[part.name] = _answer(part, once, city, now, before)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001,RUF100 - a fault in one part must not darken the wall
            failures.append(f"{part.name}: {type(error).__name__}: {error}")
            _tell(part, error, before)
    return compose(now, answers, tuple(failures))


def _answer(part: Part, database: Database, city: City, now: datetime, before: Snapshot | None) -> Any:
    if before is not None and part.serves(before, now):
        return before.parts[part.name]
    return part.ask(database, city, now)


def _tell(part: Part, error: Exception, before: Snapshot | None) -> None:
    """Once when a part begins to fail, not each second."""
    if before is None or part.name in before.parts:
        log.error("part of the picture failed", part=part.name, error=str(error), kind=type(error).__name__)


def compose(now: datetime, answers: Mapping[str, Any], failures: tuple[str, ...]) -> Snapshot:
    """The picture from the answers of its parts; a part without one is empty."""
    levels: tuple[Gauge, ...] = answers.get("gauges", ())
    rows = {one.key: one for one in _all(answers, "series.")}
    found = {one.key: one for one in (*_all(answers, "kpis."), *_over(levels, rows))}
    if "line.rain" in answers and (rain := found.get("rain_1h_max")):
        found[rain.key] = figures.with_line(rain, answers["line.rain"])
    return Snapshot(
        now=now,
        hexes=MappingProxyType(
            {layer.key: answers[part] for layer in WALL if (part := f"hexes.{layer.key}") in answers}
        ),
        gauges=levels,
        kpis=MappingProxyType(found),
        series=MappingProxyType(rows),
        sources=answers.get("sources", ()),
        failures=failures,
        devices=answers.get("devices"),
        parts=MappingProxyType(dict(answers)),
    )


def _all(answers: Mapping[str, Any], prefix: str) -> Iterator[Any]:
    return chain.from_iterable(found for name, found in answers.items() if name.startswith(prefix))


def _over(levels: tuple[Gauge, ...], rows: Mapping[str, Series]) -> tuple[Kpi, ...]:
    """The figure made of the gauges; none when they could not be read."""
    past = {one.station: rows[key] for one in levels if (key := f"level.{one.station}") in rows}
    return (figures.stations_over(levels, past),) if levels else ()
