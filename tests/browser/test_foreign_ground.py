"""A map of others under ours: drawn with its maker's name, and its absence is one quiet line."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.browser.chromium import chromium, looking
from tests.browser.test_atlas import still
from tests.dashboard.made_cells import storm
from tests.dashboard.served import running
from tests.dashboard.test_ground_routes import city

pytestmark = pytest.mark.browser

TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WMTS = "/wmts?REQUEST=GetTile&LAYER=vec&TILEMATRIXSET=w&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
CREDIT = "document.querySelector('.atlas-legend .credit')"


class Tiles(ThreadingHTTPServer):
    """A service of somebody else, with what it was asked for and whether it has anything."""

    asked: list[str]
    broken = False


class Tile(BaseHTTPRequestHandler):
    server: Tiles

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(503 if self.server.broken else 200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", "0" if self.server.broken else str(len(TILE)))
        self.end_headers()
        self.wfile.write(b"" if self.server.broken else TILE)

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def tiles() -> Iterator[Tiles]:
    found = Tiles(("127.0.0.1", 0), Tile)
    found.asked = []
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def test_it_is_named_in_the_legend_and_missed_in_a_line(tiles: Tiles, tmp_path: Any) -> None:
    host = f"127.0.0.1:{tiles.server_port}"
    foreign = {"address": f"http://{host}{WMTS}", "credit": {"zh-CN": "某地图", "en": "A map"}}
    with storm(), running(tmp_path, place=city(wmts=[foreign])) as show, chromium() as browser:
        with looking(browser, f"{show.address}/map?layer=rain&lang=en", (1280, 720)) as look:
            still(look)
            look.until(f"{CREDIT} && {CREDIT}.textContent === 'Base map: A map'")
            assert tiles.asked
            assert {one.split("/")[2] for one in look.outside} == {host}, "no third host"
            assert look.page.evaluate("yiping.atlas.map.cells.look.opacity") < 1, "seen through the cells"
            assert look.errors == []
        tiles.broken = True
        with looking(browser, f"{show.address}/map?layer=rain&lang=zh-CN", (1280, 720)) as look:
            still(look)
            look.until(f"{CREDIT} && {CREDIT}.textContent === '底图未响应：某地图'")
            assert "failed" in look.page.get_attribute(".atlas-legend .credit", "class")
            assert look.page.inner_text("#atlas-note") == "", "the city is drawn all the same"
