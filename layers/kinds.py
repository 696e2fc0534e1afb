"""What each kind of layer asks, as of `now`: one question for the wall's grid and for every zoom of the map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from layers.asking import ask
from layers.catalog import Kind, Layer
from layers.folding import Found, cell_at, parent, worst
from layers.marks import manhole_percent, percent
from layers.measuring import by_cell
from layers.moments import from_ms, newest, to_ms
from layers.registered import LONGEST

if TYPE_CHECKING:
    from layers.geometry import City
    from streams.clickhouse import Answer, Database

OPEN_FOR = timedelta(days=90)
"""How far back a warning that is still open may have changed last."""

WATCHED = timedelta(minutes=5)
"""Rules looked at in this time: where no warning is open, there is none. Later than that nobody knows."""

SILENT_S = 900.0
"""A device that told nobody how often it speaks is silent after so many seconds: no sensor we know is slower."""

STEP_MS = 300_000
"""Windows of more than an hour begin with one of these: nothing of the readings before it has to be read."""


def found_in(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:
    """What was measured or counted, by cell of a resolution. Raises as Database.ask."""
    return _WAYS[layer.kind](database, city, layer, now, resolution)


def window(layer: Layer, now: datetime) -> timedelta:
    """How far back a layer's question goes: exactly, or to the full five minutes in which a long window begins."""
    back = timedelta(minutes=layer.window_minutes)
    past_ms = to_ms(now - back) % STEP_MS
    return back + timedelta(milliseconds=past_ms + 1) if layer.window_minutes > 60 else back


def _readings(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    answer = by_cell(database, layer, now, window(layer, now), resolution)
    rows = [row for row in answer.rows() if row["fresh"]]
    of_all = 100.0 if layer.measure == "off" else 1.0
    values = {row["hexagon"]: _shown(layer, row) * of_all for row in rows}
    weights = {row["hexagon"]: float(row["fresh"]) for row in rows}
    devices, fresh = sum(answer.column("devices")), sum(answer.column("fresh"))
    return Found(values, weights, devices, devices - fresh, _newest(answer))


def _shown(layer: Layer, row: Mapping[str, float]) -> float:
    return row["peak"] if layer.folds == "max" else row["total"] / row["fresh"]


def _newest(answer: Answer) -> datetime | None:
    return from_ms(max(answer.column("newest_ms"), default=None))


def _water(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:
    """How near to their marks rivers are, and how full manholes: the worst of a cell."""
    rivers = ask(database, "latest", now, timedelta(hours=24), metric="water_level")
    wells = ask(database, "latest", now, timedelta(minutes=layer.window_minutes), metric="manhole_level")
    levels = [*_river_levels(city, rivers, resolution), *_well_levels(wells, resolution)]
    since = to_ms(now - timedelta(seconds=layer.freshness_s))
    fresh = [(cell, share) for cell, share, at_ms in levels if at_ms >= since]
    latest = from_ms(max((at_ms for _, _, at_ms in levels), default=None))
    return Found(worst(fresh), {}, len(levels), len(levels) - len(fresh), latest)


Level = tuple[int, float, int]
"""Cell, percent, epoch ms."""


def _river_levels(city: City, answer: Answer, resolution: int) -> Iterable[Level]:
    """Stations that the profile knows and that have marks; they stand where the profile says."""
    for row in answer.rows():
        station = city.profile.station(row["device"])
        share = percent(row["last"], station) if station else None
        if station is not None and share is not None:
            yield cell_at(station.lat, station.lon, resolution), share, row["last_ms"]


def _well_levels(answer: Answer, resolution: int) -> Iterable[Level]:
    for row in answer.rows():
        if row["place"]:
            yield parent(row["place"], resolution), manhole_percent(row["last"]), row["last_ms"]


def _cases(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    """Open cases; a cell without one is 0 as long as there are cases at all, else nobody knows."""
    answer = _counted(database, "case_cells", layer, now, resolution)
    known = 0.0 if len(answer) else None
    return Found(_spots(answer, "open"), {}, sum(answer.column("open")), 0, _newest(answer), known)


def _overdue(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    """Percent of the open cases; of none there is no share."""
    answer = _counted(database, "case_cells", layer, now, resolution)
    opened = {cell: count for cell, count in _spots(answer, "open").items() if count}
    late = _spots(answer, "overdue")
    shares = {cell: 100 * late[cell] / count for cell, count in opened.items()}
    return Found(shares, opened, sum(answer.column("open")), 0, _newest(answer))


def _calls(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    """Cases reported; none in the whole city and window is not known to be none."""
    answer = _counted(database, "call_cells", layer, now, resolution)
    known = 0.0 if len(answer) else None
    return Found(_spots(answer, "calls"), {}, sum(answer.column("calls")), 0, _newest(answer), known)


def _events(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    """Events that are not over. Where nothing was told of, nobody knows: events come seldom, and silence is usual."""
    answer = _counted(database, "event_cells", layer, now, resolution)
    known = 0.0 if len(answer) else None
    return Found(_spots(answer, "events"), {}, sum(answer.column("events")), 0, _newest(answer), known)


def _counted(database: Database, name: str, layer: Layer, now: datetime, resolution: int) -> Answer:
    return ask(database, name, now, timedelta(minutes=layer.window_minutes), resolution=resolution)


def _spots(answer: Answer, column: str) -> dict[int, float]:
    """A column by cell; what is nowhere (0) is on no map."""
    found = zip(answer.column("hexagon"), map(float, answer.column(column)), strict=True)
    return {cell: value for cell, value in found if cell}


def _alerts(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    """Worst open level; a cell without one is 0 while the rules are being watched, else nobody knows."""
    answer = ask(database, "alert_cells", now, OPEN_FOR, resolution=resolution)
    beat = watched(database, now)
    known = 0.0 if beat is not None and now - beat <= WATCHED else None
    return Found(_spots(answer, "worst"), {}, sum(answer.column("alerts")), 0, newest(beat, _newest(answer)), known)


def watched(database: Database, now: datetime) -> datetime | None:
    """When the rules were last looked at, within a day."""
    return _newest(ask(database, "watch_beat", now, timedelta(days=1)))


def _devices(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    """Where the city is blind: percent of a cell's devices that are silent, or minutes since it said anything."""
    back = timedelta(minutes=layer.window_minutes)
    answer = ask(
        database, "device_cells", now, back, resolution=resolution, silent_s=SILENT_S, most_s=LONGEST.total_seconds()
    )
    silent = sum(answer.column("silent"))
    return Found(
        _blind(layer, answer, now), _spots(answer, "devices"), sum(answer.column("devices")), silent, _newest(answer)
    )


def _blind(layer: Layer, answer: Answer, now: datetime) -> dict[int, float]:
    if layer.kind == "blind":
        counts = _spots(answer, "devices")
        return {cell: 100 * silent / counts[cell] for cell, silent in _spots(answer, "silent").items()}
    now_ms, longest = to_ms(now), float(layer.window_minutes)
    heard = _spots(answer, "newest_ms")
    return {cell: (now_ms - at_ms) / 60_000 if at_ms else longest for cell, at_ms in heard.items()}


def _weights(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    """A quantity of the profile: it lies still, and asks no database."""
    found = layer.file.at(resolution) if layer.file else {}
    return Found(dict(found), {}, len(found), 0, None)


def _nothing(database: Database, city: City, layer: Layer, now: datetime, resolution: int) -> Found:  # noqa: ARG001
    return Found({}, {}, 0, 0, None)


Way = Callable[["Database", "City", Layer, datetime, int], Found]
_WAYS: Mapping[Kind, Way] = MappingProxyType(
    {
        "readings": _readings,
        "water": _water,
        "cases": _cases,
        "overdue": _overdue,
        "calls": _calls,
        "events": _events,
        "alerts": _alerts,
        "blind": _devices,
        "unheard": _devices,
        "weights": _weights,
        "drawn": _nothing,
    }
)
