"""GET /geo/style/<look>.json, /basemap/...: how the ground is drawn, and its tiles from this server.

A foreign map (WMTS) is asked by the browser itself, and only when the profile names one, and the key it wants is there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, Response

from config.words import Names
from dashboard.files import ASK, FOREVER, answer, content, drawn_urls
from layers.basemap import LOOKS, Layer, above, below, of_vector_tiles
from layers.ground_tiles import PACKED, TileSet, unpacked

if TYPE_CHECKING:
    from config.ground import Wmts
    from layers.geometry import City

RASTER = 256  # px of a side of a picture
PICTURES = {
    "dark": {"raster-brightness-max": 0.35, "raster-saturation": -0.5},
    "light": {"raster-brightness-max": 1, "raster-saturation": 0},
}


def router(city: City, key: str) -> APIRouter:
    """The routes. `key` is that of the foreign map, if the profile names one that wants it."""
    api = APIRouter(include_in_schema=False)
    styles = {
        look: content(json.dumps(style(city, look, key), ensure_ascii=False).encode(), "application/json")
        for look in LOOKS
    }
    tiles = city.tiles

    @api.get("/geo/style/{look}.json")
    async def style_of(look: str, request: Request) -> Response:
        if look not in styles:
            raise HTTPException(404, f"no look {look!r}; there are: {', '.join(styles)}")
        return answer(request, styles[look])

    @api.get("/basemap/{zoom:int}/{x:int}/{y:int}")
    def tile(zoom: int, x: int, y: int, request: Request) -> Response:
        if tiles is None:
            raise HTTPException(404, "this city has no tiles; basemap.tiles in its city.yaml names a file of them")
        return _tile(tiles, (zoom, x, y), request)

    @api.get("/basemap/tiles.pmtiles")
    def file() -> Response:
        """The whole file, by ranges, for programs that read PMTiles themselves."""
        if tiles is None or tiles.path.suffix != ".pmtiles":
            raise HTTPException(404, "this city has no file of PMTiles")
        return FileResponse(tiles.path, media_type="application/vnd.pmtiles", headers={"Cache-Control": ASK})

    return api


def foreign_hosts(city: City, key: str) -> tuple[str, ...]:
    """Origins that browsers must be allowed to ask: those of foreign maps that can be used, and no other."""
    addresses = [address for one in city.profile.ground.basemap.wmts for address in one.addresses(key)]
    parts = map(urlsplit, addresses)
    return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def style(city: City, look: str, key: str) -> dict[str, Any]:
    """What a map script needs: MapLibre sources, layers below and above the cells, colours, credits.

    Addresses that begin with / are this server's; whoever hands them to a worker puts location.origin before.
    """
    its, urls, tiles = LOOKS[look], drawn_urls(city), city.tiles
    foreign = ((one, one.addresses(key)) for one in city.profile.ground.basemap.wmts)
    used = {f"wmts-{number}": (one, addresses) for number, (one, addresses) in enumerate(foreign) if addresses}
    sources: dict[str, Any] = {name: {"type": "geojson", "data": url, "tolerance": 0.2} for name, url in urls.items()}
    sources |= {name: _pictures(given, (one.min_zoom, one.max_zoom), None) for name, (one, given) in used.items()}
    sources |= {"tiles": _tiles(tiles)} if tiles else {}
    return {
        "look": look,
        "sources": sources,
        "below": below(its, urls, [*(_picture(name, look) for name in used), *_under(look, tiles)]),
        "above": above(its, urls),
        "colours": {"back": its.back, "land": its.land, "halo": its.halo, "labels": dict(its.labels)},
        "labels": urls.get("labels", ""),
        "credits": [dict(one) for one in _credits(city, tiles, [one for one, _ in used.values()])],
    }


def _credits(city: City, tiles: TileSet | None, foreign: Sequence[Wmts]) -> list[Names]:
    """Who made what lies under the ground: what the profile says, else what the file of tiles says itself."""
    found = [one.credit for one in foreign if one.credit]
    given = city.profile.ground.basemap.tiles
    if tiles and given and given.credit:
        return [*found, given.credit]
    return [*found, {"zh-CN": tiles.credit, "en": tiles.credit}] if tiles and tiles.credit else [*found]


def _under(look: str, tiles: TileSet | None) -> list[Layer]:
    if tiles is None:
        return []
    return [_picture("tiles", look)] if tiles.kind == "raster" else of_vector_tiles(LOOKS[look], "tiles", tiles.layers)


def _tiles(tiles: TileSet) -> dict[str, Any]:
    address = f"/basemap/{{z}}/{{x}}/{{y}}?v={tiles.tag}"
    if tiles.kind == "raster":
        return _pictures((address,), tiles.zooms, tiles.bounds)
    found: dict[str, Any] = {"type": "vector", "tiles": [address]}
    return found | _reach(tiles.zooms, tiles.bounds)


def _pictures(addresses: Sequence[str], zooms: tuple[int, int], bounds: Sequence[float] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "raster", "tiles": list(addresses), "tileSize": RASTER}
    return found | _reach(zooms, bounds)


def _reach(zooms: tuple[int, int], bounds: Sequence[float] | None) -> dict[str, Any]:
    reach: dict[str, Any] = {"minzoom": zooms[0], "maxzoom": zooms[1]}
    return reach | ({"bounds": list(bounds)} if bounds else {})


def _picture(source: str, look: str) -> dict[str, Any]:
    """Pictures are made for white paper: on a dark map they are dimmed, so that data stay the brightest."""
    return {"id": f"ground-{source}", "type": "raster", "source": source, "paint": PICTURES[look]}


def _tile(tiles: TileSet, place: tuple[int, int, int], request: Request) -> Response:
    known = request.query_params.get("v") == tiles.tag
    headers: Mapping[str, str] = {"ETag": f'"{tiles.tag}"', "Cache-Control": FOREVER if known else ASK}
    if tiles.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    found = tiles.tile(*place)
    if found is None:
        return Response(status_code=204, headers=headers)
    if not found.startswith(PACKED):
        return Response(found, media_type=tiles.media, headers=headers)
    packed = {**headers, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found, media_type=tiles.media, headers={**packed, "Content-Encoding": "gzip"})
    return Response(unpacked(found), media_type=tiles.media, headers=packed)
