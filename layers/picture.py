"""The city at one `now`, as frozen values: what screens, briefs and interfaces are made from. Pure.

Absent is not zero: a figure nobody measured is None, a cell without data is None, a part whose question failed is
empty and named in `Snapshot.failures`. Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from config.city import Marks
from config.words import Names
from layers.devices import Fleet

Better = Literal["up", "down"] | None
Numbers = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Hexes:
    """One layer: a value a row of the grid, in the layer's unit.

    `devices` counts what reported in the window (or cases, or alerts), `late` those of them too old to colour.
    """

    layer: str
    values: Numbers
    devices: int = 0
    late: int = 0
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gauge:
    """A river station: its newest level in a day (m), when, how fast it rises (m/h) and what it is about to reach.

    `fresh` is False when the level is too old to be called the level now: then there is no rate and no eta either.
    `over` and `next_mark` are mark names (words `layer.mark.`); `eta` is seconds, a multiple of 300.
    """

    station: str
    name: Names
    river: Names
    lat: float
    lon: float
    base: float
    marks: Marks | None
    on_wall: bool
    value: float | None = None
    at: datetime | None = None
    fresh: bool = False
    rate: float | None = None
    over: str | None = None
    next_mark: str | None = None
    eta: float | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure. `unit`, `change_unit` and `versus` are keys of words (`unit.`, `unit.`, `kpi.versus.`).

    `at` is the newest data in it; `change` is None when there is nothing to compare with; `spark` runs oldest to
    newest; `better` says which direction is good news; `digits` how many decimals are worth showing.
    """

    key: str
    value: float | None
    unit: str
    at: datetime | None = None
    change: float | None = None
    change_unit: str = ""
    versus: str = ""
    spark: Numbers = ()
    better: Better = None
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """A row of figures for a chart: over `times` (starts of equal steps, or moments), or over `labels` (a bar each)."""

    key: str
    unit: str
    values: Numbers
    times: tuple[datetime, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One stream. `at` is the newest event time, `received` the newest arrival; `rejects` counts a day by reason.

    `lag` (messages) and `rate` (messages/s) come from ingest's heartbeat and are None when it does not beat; `state`
    is then ''. `held`: ingest reads no more of it, because too much was turned away; `state` says so too. `told` is
    when ingest said all that.
    """

    stream: str
    at: datetime | None = None
    received: datetime | None = None
    rows: int = 0
    simulated: int = 0
    rejects: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    lag: int | None = None
    rate: float | None = None
    state: str = ""
    held: bool = False
    told: datetime | None = None

    @property
    def unread(self) -> bool:
        """Whether nobody takes what comes, so that it may be late however new its newest event is: ingest does not
        beat, or it waits for the broker or the database. One that is held is told as that."""
        return self.state != "running" and not self.held


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The city at `now`. `failures` names each part that could not be asked, with its reason.

    `parts` is what each question answered, by name: what the next snapshot takes over from this one.
    """

    now: datetime
    hexes: Mapping[str, Hexes]
    gauges: tuple[Gauge, ...]
    kpis: Mapping[str, Kpi]
    series: Mapping[str, Series]
    sources: tuple[Source, ...]
    failures: tuple[str, ...] = ()
    devices: Fleet | None = None
    parts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)

    @property
    def simulated(self) -> bool:
        """Whether made-up data arrived lately: every screen then says 模拟数据."""
        return any(source.simulated for source in self.sources)

    def source(self, stream: str) -> Source | None:
        return next((source for source in self.sources if source.stream == stream), None)
