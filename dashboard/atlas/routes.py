"""/atlas: tiles of cells, which never change, and the values of a layer in a box, as of now or of any past moment."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any

import shapely
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from dashboard import audience
from dashboard.api import asked, instant
from dashboard.atlas import answers
from dashboard.atlas.view import cell_of
from dashboard.files import FOREVER, Content, answer, content
from dashboard.past.then import as_then
from layers.cells import cells, districts
from layers.tiles import DEPTH, RESOLUTIONS, Box, Tile, Tiling, bundle

if TYPE_CHECKING:
    from dashboard.context import Context
    from layers.catalog import Layer
    from layers.geometry import City

MOST = 60_000
"""Cells of one answer; a box with more is asked at a coarser resolution."""
REMEMBERED = 64
"""Answers kept so that the next tells only what changed; each about 20 kB."""

Asked = Annotated[str, Query(max_length=200, description="west,south,east,north in degrees")]

MAKING = {resolution: Lock() for resolution in RESOLUTIONS}
"""Tiles and values of one view are asked for at once: who comes second takes what the first has made."""

Kept = Annotated[str, Query(max_length=4000, description="parents of tiles, without the f at their end")]


@dataclass
class Sent:
    """Values that browsers were sent lately, by tag, with the tiles they are of."""

    kept: OrderedDict[str, tuple[Any, bytes]] = field(default_factory=OrderedDict)

    def put(self, told: Mapping[str, Any], coded: bytes) -> None:
        self.kept[told["tag"]] = told["tiles"], coded
        self.kept.move_to_end(told["tag"])
        while len(self.kept) > REMEMBERED:
            self.kept.popitem(last=False)

    def since(self, have: str, told: Mapping[str, Any], coded: bytes) -> Mapping[str, str]:
        """What a browser lacks that has the answer `have`: nothing, what changed in the same tiles, or all."""
        if have == told["tag"]:
            return {}
        tiles, before = self.kept.get(have, (None, b""))
        return answers.changes(before, coded) if tiles == told["tiles"] else answers.whole(coded)


def tiling(city: City) -> Tiling:
    """The tiles of a city, from its districts as they are drawn."""
    drawn = json.loads(city.drawings["districts"].body)
    return Tiling.of(shapely.from_geojson(json.dumps(one["geometry"])) for one in drawn["features"])


def router(context: Context) -> APIRouter:
    """GET /atlas/tile/<resolution>/<parent>, /tiles/<resolution>?box=&kept=, /values?layer=&resolution=&box=,
    /districts."""
    api = APIRouter(prefix="/atlas", include_in_schema=False)
    made = tiling(context.city)
    sent = Sent()

    @api.get("/tile/{resolution}/{parent}")
    async def tile(resolution: int, parent: str, request: Request) -> Response:
        resolution_of(resolution)
        found = await asyncio.to_thread(packed, made, parent_of(parent, resolution))
        response = answer(request, found)
        response.headers["Cache-Control"] = FOREVER  # `v` in the address is the tag of the city's districts
        return response

    @api.get("/tiles/{resolution}")
    async def tiles(resolution: int, box: Asked, request: Request, kept: Kept = "") -> Response:
        """The tiles of a box in one answer (layers.tiles.bundle), but for those that the browser has."""
        where = box_of(box)
        found = await asyncio.to_thread(bundled, made, resolution_of(resolution), where, frozenset(kept.split(",")))
        response = answer(request, found)
        response.headers["Cache-Control"] = FOREVER
        return response

    @api.get("/values")
    async def values(
        layer: str, resolution: int, box: Asked, at: str = "", have: Annotated[str, Query(max_length=16)] = ""
    ) -> dict[str, Any]:
        """One layer in a box; with `have`, the tag of the answer before, only what changed since."""
        shown, where = layer_of(layer, context), box_of(box)
        resolution_of(resolution)
        now, here = at_moment(context, at)

        def question() -> dict[str, Any]:
            found = tiles_in(made, resolution, where)
            return box_values(here, shown, found, now, resolution, where)

        found = await asked(question)
        coded = found.pop("coded")
        lacks = sent.since(have, found, coded)
        sent.put(found, coded)
        return {**found, **lacks}

    @api.get("/districts")
    async def whole_districts(layer: str, at: str = "") -> dict[str, Any]:
        """One layer by district: what is drawn from far away."""
        shown, (now, here) = layer_of(layer, context), at_moment(context, at)
        found = await asked(lambda: districts(here.database, context.city, shown, now))
        return answers.of_districts(shown, found, now)

    return api


def box_values(  # noqa: PLR0913,PLR0917
    context: Context, shown: Layer, tiles: tuple[Tile, ...], now: datetime, resolution: int, box: Box
) -> dict[str, Any]:
    """The answer to a box, its values still bytes (`coded`). Raises as Database.ask."""
    found = cells(context.database, context.city, shown, now, resolution, box)
    coded = answers.bytes_of(found, tiles, shown.at(resolution).breaks)
    return {**answers.of_cells(shown, found, tiles, coded, now), "coded": coded}


def tiles_in(made: Tiling, resolution: int, box: Box) -> tuple[Tile, ...]:
    """The tiles of a box. 422 for a box that is too large for its resolution."""
    if made.cells(resolution, box) > MOST:
        raise HTTPException(422, f"box has more than {MOST} cells of resolution {resolution}; ask a coarser one")
    with MAKING[resolution]:
        return made.tiles(resolution, box)


@lru_cache(maxsize=4096)
def packed(made: Tiling, parent: int) -> Content:
    """A tile as it is served; 404 for one of which no cell touches the city, so that nobody keeps it for ever."""
    found = made.tile(parent)
    if not len(found.cells):
        raise HTTPException(404, f"tile {parent:x} has no cell in this city; /atlas/values names those that have")
    return content(found.body, "application/octet-stream", found.tag)


def bundled(made: Tiling, resolution: int, box: Box, kept: Collection[str]) -> Content:
    """The tiles of a box but the `kept`, as they are served. 422 as tiles_in."""
    found = [one for one in tiles_in(made, resolution, box) if f"{one.parent:x}".rstrip("f") not in kept]
    return content(bundle(found), "application/octet-stream")


def layer_of(key: str, context: Context) -> Layer:
    """The layer; 404 names those there are, 403 says that it is not for the audience."""
    who = context.settings.audience
    try:
        found = context.city.layer(key[:60])
    except KeyError as error:
        there = ", ".join(one.key for one in audience.layers(context.city, who))
        why = error.args[0] if "." in key else f"no layer {key[:60]!r}; there are: {there}"
        raise HTTPException(404, why) from None
    if audience.refused(who, found):
        raise HTTPException(403, audience.refused(who, found))
    return found


def resolution_of(resolution: int) -> int:
    """The resolution; 422 for one that the map does not show."""
    if resolution not in RESOLUTIONS:
        raise HTTPException(422, f"resolution={resolution} is not {RESOLUTIONS[0]} to {RESOLUTIONS[-1]}")
    return resolution


def parent_of(text: str, resolution: int) -> int:
    """The parent of a tile; 404 unless it is an H3 index so many resolutions above its cells."""
    cell = cell_of(text)
    if cell is None or (cell >> 52) & 15 != resolution - DEPTH:
        raise HTTPException(404, f"no tile {text[:20]!r}: an H3 index of resolution {resolution - DEPTH} is wanted")
    return cell


def box_of(text: str) -> Box:
    """west,south,east,north; 422 for anything else."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise HTTPException(422, f"box={text!r} is not west,south,east,north in degrees") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise HTTPException(422, f"box={text!r}: west < east within 180, south < north within 90 degrees is wanted")
    return west, south, east, north


def at_moment(context: Context, at: str) -> tuple[datetime, Context]:
    """The moment that is looked at, and the context that asks of what was known then. 422 as moment_of."""
    present = context.state.now()
    now = moment_of(at, present)
    return now, as_then(context, now, present) if now < present else context


def moment_of(text: str, now: datetime) -> datetime:
    """A past moment, or now. 422 for what is no time; a moment to come is now."""
    return min(instant(text), now) if text else now
