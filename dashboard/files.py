"""What never changes while the server runs: geometry, the map library from its wheel, the font. Cached by tag."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from dashboard.datums import Asked, drawn_in
from dashboard.fonts import Fonts
from streams.datum import WGS_84

if TYPE_CHECKING:
    from layers.geometry import City

FOREVER = "public, max-age=31536000, immutable"
ASK = "no-cache"
GEOJSON = "application/geo+json"
WALL = ("cells", "districts", "borders", "rivers")
"""The drawings of the wall's own map."""
VENDOR = {"maplibre-gl.js": "text/javascript", "maplibre-gl.css": "text/css"}


@dataclass(frozen=True)
class Content:
    """Bytes to serve, their gzip, and a tag that changes when they do."""

    body: bytes
    packed: bytes
    kind: str
    tag: str


def content(body: bytes, kind: str, tag: str = "") -> Content:
    """Packs a text once, so that no request has to."""
    return Content(body, gzip.compress(body, 6), kind, tag or sha256(body).hexdigest()[:16])


def geometry_urls(city: City) -> Mapping[str, str]:
    """Where the wall's map finds each drawing; the tag in the address makes it cacheable for ever."""
    return {name: _url(city, name) for name in WALL}


def drawn_urls(city: City) -> Mapping[str, str]:
    """Where to find each drawing of the ground that holds something: not the cells."""
    return {name: _url(city, name) for name, one in city.drawings.items() if name != "cells" and not one.empty}


def _url(city: City, name: str) -> str:
    return f"/geo/{name}.geojson?v={city.drawings[name].tag}"


def router(city: City, fonts: Fonts) -> APIRouter:
    """GET /geo/<name>.geojson, /vendor/<file>, /fonts/yiping.woff2."""
    api = APIRouter(include_in_schema=False)
    drawings = {name: content(one.body, GEOJSON, one.tag) for name, one in city.drawings.items()}

    @lru_cache(maxsize=len(drawings) * 2)
    def drawn(name: str, datum: str) -> Content:
        return drawings[name] if datum == WGS_84 else content(drawn_in(drawings[name].body, datum), GEOJSON)

    @api.get("/geo/{name}.geojson")
    async def geometry(name: str, request: Request, datum: Asked = WGS_84) -> Response:
        """A drawing, for other map services also in GCJ-02 or BD-09."""
        if name not in drawings:
            raise HTTPException(404, f"no geometry {name!r}; there are: {', '.join(drawings)}")
        return answer(request, await asyncio.to_thread(drawn, name, datum))

    @api.get("/vendor/{name}")
    async def vendor(name: str, request: Request) -> Response:
        if name not in VENDOR:
            raise HTTPException(404, f"no file {name!r}; there are: {', '.join(VENDOR)}")
        return answer(request, _vendor(name))

    @api.get("/fonts/yiping.woff2")
    async def font() -> Response:
        """The subset once it is made; nothing until then, and the browser takes a font of its own."""
        path = fonts.path()
        if path is None:
            return Response(status_code=204, headers={"Cache-Control": "no-store"})
        return Response(path.read_bytes(), media_type="font/woff2", headers={"Cache-Control": "public, max-age=86400"})

    return api


@cache
def _vendor(name: str) -> Content:
    """From the wheel's folder; importing the package would load what nobody uses here, and warn about the rest."""
    found = find_spec("maplibre")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package `maplibre` is not installed; install Yiping again")
    return content((Path(found.origin).parent / "srcjs" / name).read_bytes(), VENDOR[name])


def answer(request: Request, found: Content) -> Response:
    """The content, or 304 when the browser has it already. An address that names the tag may be kept for ever."""
    known = request.query_params.get("v") == found.tag
    headers = {"ETag": f'"{found.tag}"', "Cache-Control": FOREVER if known else ASK, "Vary": "Accept-Encoding"}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.body, media_type=found.kind, headers=headers)
