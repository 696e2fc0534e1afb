"""How long 20,000 hexagons take to change colour in Chromium, ours against plotly's Choroplethmap, in one run.

    python -m tests.bench.map_update [--cells 20000] [--times 7]

Time is from the call to the map's `idle` event (all is drawn), on software GL. Bytes are those of one update: ours a
base64 byte a cell, plotly's what Dash's Patch of `z` sends (JSON). Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h3.api.basic_int as h3
import plotly
import uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from config.settings import ASSETS
from dashboard.files import VENDOR, _vendor
from dashboard.frames import encode, message
from dashboard.web import listen
from layers.grid import outline
from layers.palettes import DATA
from tests.browser.chromium import chromium
from tests.dashboard.moments import NOW

CENTRE = (36.62, 101.78)
COLOURS = list(DATA["dark"])
SIZE = (1000, 900)

OURS = """<!DOCTYPE html><meta charset=utf-8><body style="margin:0;background:#000">
<div class=map style="position:relative;width:1000px;height:900px"></div>
<style>.canvas{position:absolute;inset:0}.markers{position:absolute}</style>
<script>window.yiping={scale:()=>1}; document.querySelector('.map').dataset.setup=JSON.stringify(SETUP)</script>
<script src=/assets/labels.js></script><script src=/assets/draw.js></script><script src=/assets/map.js></script>
<script>
window.ready = () => yiping.map.current() && yiping.map.current().ready;
window.update = (values) => new Promise((done) => {
  const start = performance.now(), map = yiping.map.current().map;
  yiping.map.show({layer: 'rain', values, pins: [], stations: []});
  requestAnimationFrame(() => map.once('idle', () => done(performance.now() - start)));
});</script>"""

PLOTLY = """<!DOCTYPE html><meta charset=utf-8><body style="margin:0"><div id=graph></div><script src=/plotly.js></script>
<script>
const layout = () => ({width: innerWidth, height: innerHeight, margin: {l: 0, r: 0, t: 0, b: 0}, uirevision: 1,
  map: {style: 'white-bg', center: {lat: CENTRE_LAT, lon: CENTRE_LON}, zoom: 9.2}});
const data = (z) => [{type: 'choroplethmap', geojson: '/cells.geojson', locations: z.map((_, i) => i), z, zmin: 0, zmax: 250,
  colorscale: SCALE, marker: {line: {width: 0}}, showscale: false}];
const inner = () => document.getElementById('graph')._fullLayout.map._subplot.map;
window.ready = () => window.drawn;
Plotly.newPlot('graph', data(Array.from({length: CELLS}, () => 0)), layout()).then(() => setTimeout(() => { window.drawn = true; }, 5000));
window.update = (z) => new Promise((done) => {
  const start = performance.now();
  inner().once('idle', () => done(performance.now() - start));
  Plotly.react('graph', data(z), layout());
});</script>"""  # noqa: E501


def cells(count: int) -> list[int]:
    """That many cells of resolution 9 around the centre."""
    found = h3.grid_disk(h3.latlng_to_cell(*CENTRE, 9), int((count / 3) ** 0.5) + 2)
    return sorted(found)[:count]


def collection(found: list[int]) -> dict[str, Any]:
    def feature(row: int, cell: int) -> dict[str, Any]:
        ring = [[round(lon, 5), round(lat, 5)] for lon, lat in outline(cell)]
        return {"type": "Feature", "id": row, "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    return {"type": "FeatureCollection", "features": [feature(row, cell) for row, cell in enumerate(found)]}


def pages(count: int) -> Starlette:
    drawn = collection(cells(count))
    setup = {"geometry": {"cells": "/cells.geojson", "districts": "/empty", "borders": "/empty", "rivers": "/empty"},
             "language": "en", "centre": CENTRE[::-1], "zoom": 9.2, "colours": {"rain": COLOURS}}  # fmt: skip
    scale = [[place / 5, colour] for place, colour in enumerate(COLOURS)]
    ours = OURS.replace("SETUP", json.dumps(setup))
    other = PLOTLY.replace("CELLS", str(count)).replace("SCALE", json.dumps(scale))
    other = other.replace("CENTRE_LAT", str(CENTRE[0])).replace("CENTRE_LON", str(CENTRE[1]))
    empty = {"type": "FeatureCollection", "features": []}
    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"

    def vendor(request: Any) -> Response:
        name = request.path_params["name"]
        return Response(_vendor(name).body, media_type=VENDOR[name])

    return Starlette(routes=[
        Route("/ours", lambda _: HTMLResponse(ours)), Route("/plotly", lambda _: HTMLResponse(other)),
        Route("/cells.geojson", lambda _: JSONResponse(drawn)), Route("/empty", lambda _: JSONResponse(empty)),
        Route("/plotly.js", lambda _: FileResponse(script)), Route("/vendor/{name}", vendor),
        Route("/favicon.ico", lambda _: Response(status_code=204)), Mount("/assets", StaticFiles(directory=ASSETS)),
    ])  # fmt: skip


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def measure(browser: Any, address: str, updates: list[Any], size: tuple[int, int] = SIZE) -> list[float]:
    """Milliseconds of each update, in a picture of `size` pixels."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(180_000)
    page.goto(address)
    for _ in range(900):
        if page.evaluate("window.ready && window.ready()"):
            break
        page.wait_for_timeout(100)
    else:
        raise SystemExit(f"{address} was not drawn within 90 s")
    times = [page.evaluate("(values) => window.update(values)", values) for values in updates]
    page.close()
    return times[1:]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cells", type=int, default=20_000)
    arguments.add_argument("--times", type=int, default=7)
    given = arguments.parse_args()
    chance = random.Random(1)
    values = [[chance.randrange(251) for _ in range(given.cells)] for _ in range(given.times + 1)]
    ours = [b64encode(bytes(one)).decode() for one in values]
    with chromium() as browser, served(pages(given.cells)) as address:
        fast = statistics.median(measure(browser, address + "/ours", ours))
        slow = statistics.median(measure(browser, address + "/plotly", values))
    patch = [
        {"operation": "Assign", "location": ["data", 0, "z"], "params": {"value": [one / 2.5 for one in values[0]]}}
    ]
    wire = len(message(NOW, encode({"map": {"values": ours[0]}})))
    found = {
        "cells": given.cells, "ours_ms": round(fast), "plotly_ms": round(slow), "ratio": round(slow / fast, 1),
        "ours_bytes": wire, "plotly_bytes": len(json.dumps(patch, separators=(",", ":"))),
    }  # fmt: skip
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
