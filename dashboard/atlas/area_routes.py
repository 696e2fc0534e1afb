"""/api/areas: named areas, what lies in a polygon, to keep one and to end one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import h3.api.basic_int as h3
from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.read import read_words
from dashboard.answers import Answer, Fault
from dashboard.atlas import place
from dashboard.atlas.view import View, cell_of
from dashboard.silence_routes import same_origin
from layers import areas
from layers.area import NAME_LONGEST, OWNER_LONGEST, REASON_LONGEST, Area, Ring, around, km2, ring_fault, tidy
from layers.areas import AreaRefused
from layers.catalog import LAYERS

if TYPE_CHECKING:
    from dashboard.atlas.place import Facts
    from dashboard.context import Context

CORNERS_READ = 1_000
"""More are not even looked at."""
RINGS_MOST = 10
REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": Fault} for code in (403, 404, 415)}

Degrees = Annotated[float, Field(ge=-1e4, le=1e4)]
Corners = Annotated[
    list[tuple[Degrees, Degrees]], Field(max_length=CORNERS_READ, description="[[lon, lat], ...], WGS-84")
]


class RingIn(BaseModel):
    """A polygon by its corners; or a cell with so many rings of cells around it."""

    model_config = ConfigDict(extra="forbid")

    ring: Corners | None = None
    cell: Annotated[str | None, Field(max_length=16)] = None
    rings: Annotated[int, Field(ge=0, le=RINGS_MOST)] = 1

    @model_validator(mode="after")
    def _one(self) -> RingIn:
        if (self.ring is None) == (self.cell is None):
            raise ValueError("give either ring or cell")
        if self.cell is not None and cell_of(self.cell) is None:
            raise ValueError(f"cell={self.cell!r} is no H3 index")
        return self

    def border(self) -> Ring:
        """The polygon, whichever way it was told."""
        if self.cell is not None:
            return around(int(h3.str_to_int(self.cell)), self.rings)
        return tidy((lat, lon) for lon, lat in self.ring or ())


class AreaIn(BaseModel):
    """An area to keep: its border, its name, who draws it and what for."""

    model_config = ConfigDict(extra="forbid")

    ring: Corners
    name: Annotated[str, Field(min_length=1, max_length=NAME_LONGEST)]
    owner: Annotated[str, Field(min_length=1, max_length=OWNER_LONGEST)]
    reason: Annotated[str, Field(min_length=1, max_length=REASON_LONGEST)]


class EndIn(BaseModel):
    """Who ends an area, and why."""

    model_config = ConfigDict(extra="forbid")

    actor: Annotated[str, Field(min_length=1, max_length=OWNER_LONGEST)]
    reason: Annotated[str, Field(max_length=REASON_LONGEST)] = ""


class AreaOut(Answer):
    """A named area. Rules name it by `id` (`place: {kind: area, area: id}`), silences too (`area`)."""

    id: str
    name: str
    ring: tuple[tuple[float, float], ...] = Field(description="[[lon, lat], ...] in WGS-84, not closed")
    km2: float
    owner: str
    reason: str
    at: datetime
    ended: datetime | None
    ended_by: str


class AreasOut(Answer):
    at: datetime
    areas: tuple[AreaOut, ...]


class InsideOut(Answer):
    """What lies in a polygon; null is not known, because it could not be read."""

    at: datetime
    ring: tuple[tuple[float, float], ...] = Field(description="[[lon, lat], ...], not closed")
    km2: float
    devices: int | None
    silent: int | None
    cases: int | None
    overdue: int | None
    events: int | None
    alerts: tuple[str, ...] | None = Field(description="ids of open alerts")
    weights: dict[str, float] = Field(description="of each quantity of the profile, such as people")
    facilities: tuple[str, ...] = Field(description="ids")


def router(context: Context, asked: Callable[[Callable[[], Any]], Awaitable[Any]], responses: Any) -> APIRouter:
    """The routes; `asked` runs a question in a thread and turns its failure into an answer."""
    api = APIRouter(prefix="/api/areas", tags=["areas"], responses={**responses, **REFUSALS})
    database, grid, now = context.database, context.city.grid, context.state.now

    @api.get("")
    async def listed(ended: bool = False) -> AreasOut:
        """Areas in force; with `ended=1` also those that were."""
        at = now()
        found = await asked(lambda: (areas.every if ended else areas.areas)(database, at))
        return AreasOut(at=at, areas=tuple(map(area_out, found)))

    @api.post("/ask")
    async def lies(wanted: RingIn) -> InsideOut:
        """What lies in a polygon, as of now. Nothing is kept."""
        ring, at = wanted.border(), now()
        refuse(context, ring_fault(ring, grid))
        view = View(LAYERS[0].key, language=context.settings.language)
        facts = await asked(lambda: place.facts(context, place.drawn(ring), view, at))
        return counted(facts, ring)

    @api.post("", status_code=201)
    async def kept(wanted: AreaIn, request: Request) -> AreaOut:
        """Keep a polygon under a name, so that rules and silences can use it."""
        same_origin(request)
        ring, at = tidy((lat, lon) for lon, lat in wanted.ring), now()
        area = Area("", wanted.name, ring, wanted.owner, wanted.reason, at)
        return area_out(await acted(lambda: areas.keep(database, grid, area, at)))

    @api.post("/{area}/end")
    async def ended(area: str, end: EndIn, request: Request) -> AreaOut:
        """End an area. Silences that name it go on to their own end; a rule that names it then fails, and says so."""
        same_origin(request)
        return area_out(await acted(lambda: areas.end(database, area, end.actor, end.reason, now())))

    async def acted(act: Callable[[], Area]) -> Area:
        try:
            found: Area = await asked(act)
        except AreaRefused as error:
            refuse(context, error.why)
            raise
        return found

    return api


def refuse(context: Context, why: str) -> None:
    """422, or 404 for an unknown area, with a sentence; nothing when there is nothing to refuse."""
    if why:
        sentence = read_words(context.settings.language)(f"atlas_area.refused.{why}")
        raise HTTPException(404 if why == "unknown" else 422, sentence)


def area_out(area: Area) -> AreaOut:
    """An area as it is answered."""
    same = ("id", "name", "owner", "reason", "at", "ended", "ended_by")
    return AreaOut(ring=corners(area.ring), km2=round(km2(area.ring), 4), **{key: getattr(area, key) for key in same})


def corners(ring: Ring) -> tuple[tuple[float, float], ...]:
    """As GeoJSON orders them."""
    return tuple((round(lon, 6), round(lat, 6)) for lat, lon in ring)


def counted(facts: Facts, ring: Ring) -> InsideOut:
    """Counts of everything."""
    devices, cases, events = facts.devices, facts.cases, facts.events
    return InsideOut(
        at=facts.now,
        ring=corners(ring),
        km2=round(km2(ring), 4),
        devices=devices.count if devices else None,
        silent=devices.wrong if devices else None,
        cases=cases.count if cases else None,
        overdue=cases.wrong if cases else None,
        events=events.count if events else None,
        alerts=None if facts.alerts is None else tuple(one.alert.id for one in facts.alerts if one.here),
        weights={one.key: round(total, 1) for one, total in facts.amounts},
        facilities=tuple(one.id for one in facts.sites),
    )
