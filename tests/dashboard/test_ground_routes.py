"""The ground over HTTP: drawings, looks, tiles with tags and ranges, and that no other host is asked unless chosen."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely
from fastapi import FastAPI

from config.city import CityProfile
from config.ground import Basemap
from config.read import read_city
from dashboard.files import drawn_urls
from dashboard.files import router as files_router
from dashboard.fonts import Fonts
from dashboard.ground_routes import foreign_hosts, router, style
from dashboard.security import policy
from layers.geometry import City, load_city
from layers.ground_tiles import open_tiles
from streams.datum import to_wgs84
from tests.tiles_made import PICTURE, TILES, mbtiles, pmtiles

KEYED = "https://t{s}.map.example/vec_w/wmts?x={x}&y={y}&z={z}&tk={key}"
FIRST = "/basemap/{}/{}/{}".format(*TILES[0])


@cache
def xining() -> City:
    return load_city(read_city("xining"))


def city(**basemap: Any) -> City:
    """Xining on another basemap."""
    profile = xining().profile
    ground = profile.ground.model_copy(update={"basemap": Basemap.model_validate(basemap)})
    changed: CityProfile = profile.model_copy(update={"ground": ground})
    return replace(xining(), profile=changed, tiles=open_tiles(changed))


class Browser:
    """Asks an application without a socket."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return asyncio.run(self._get(path, headers))

    async def _get(self, path: str, headers: dict[str, str] | None) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://yiping") as one:
            return await one.get(path, headers=headers)


def client(found: City, key: str = "") -> Browser:
    app = FastAPI()
    app.include_router(files_router(found, Fonts(Path("nowhere"))))
    app.include_router(router(found, key))
    return Browser(app)


def test_every_drawing_that_a_style_names_is_served() -> None:
    browser = client(xining())
    for look in ("dark", "light"):
        told = browser.get(f"/geo/style/{look}.json").json()
        assert told["look"] == look
        assert set(told["sources"]) == set(drawn_urls(xining()))
        assert {"roads", "water", "labels", "facilities", "cameras"} <= set(told["sources"])
        for source in told["sources"].values():
            assert browser.get(source["data"]).headers["cache-control"].endswith("immutable")
        drawn = {one["source"] for one in (*told["below"], *told["above"]) if "source" in one}
        assert drawn <= set(told["sources"])
    assert browser.get("/geo/style/pink.json").status_code == 404


def test_without_a_foreign_map_no_other_host_is_named() -> None:
    assert "://" not in client(xining()).get("/geo/style/dark.json").text
    assert foreign_hosts(xining(), "key") == ()
    assert policy((), foreign_hosts(xining(), "key")) == policy(())


def test_a_foreign_map_without_its_key_is_not_used() -> None:
    found = city(wmts=[{"address": KEYED, "parts": ["0", "1"]}])
    assert foreign_hosts(found, "") == ()
    assert "://" not in client(found).get("/geo/style/dark.json").text


def test_a_foreign_map_is_named_in_the_policy_and_nowhere_else() -> None:
    credit = {"zh-CN": "天地图 GS(2024)0000号"}
    first = {"address": KEYED, "parts": ["0", "1"], "credit": credit}
    found = city(wmts=[first, {"address": KEYED.replace("vec", "cva"), "parts": ["0"]}])
    hosts = foreign_hosts(found, "K-1")
    assert hosts == ("https://t0.map.example", "https://t1.map.example")
    told = style(found, "dark", "K-1")
    assert told["sources"]["wmts-0"]["tiles"][1] == "https://t1.map.example/vec_w/wmts?x={x}&y={y}&z={z}&tk=K-1"
    assert [one["id"] for one in told["below"]] == [
        "ground-back", "ground-land", "ground-wmts-0", "ground-wmts-1", "ground-water",
    ]  # fmt: skip
    worn = {
        look: [one["paint"] for one in style(found, look, "K-1")["below"] if one["type"] == "raster"]
        for look in ("dark", "light")
    }
    assert [one["raster-brightness-max"] for one in worn["dark"]] == [0.35, 0.35]
    assert [set(one) for one in worn["light"]] == [set(one) for one in worn["dark"]], "each look takes the other's off"
    assert told["credits"] == [credit]
    rules = dict(rule.split(" ", 1) for rule in policy((), hosts).split("; "))
    assert {name for name, rule in rules.items() if "map.example" in rule} == {"img-src", "connect-src"}


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_tiles_come_from_this_server_once(tmp_path: Path, make: Any) -> None:
    browser = client(city(tiles=str(make(tmp_path / f"map.{make.__name__}"))))
    told = browser.get("/geo/style/light.json").json()
    address = told["sources"]["tiles"]["tiles"][0]
    assert "ground-tiles" in [one["id"] for one in told["below"]]
    answer = browser.get(address.format(z=TILES[0][0], x=TILES[0][1], y=TILES[0][2]))
    assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/png")
    assert answer.headers["cache-control"].endswith("immutable")
    assert browser.get(FIRST).headers["cache-control"] == "no-cache"
    assert browser.get(FIRST, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert browser.get("/basemap/8/0/0").status_code == 204
    assert browser.get("/basemap/99/-1/0").status_code in (204, 404)


def test_vector_tiles_are_drawn_without_names(tmp_path: Path) -> None:
    browser = client(city(tiles={"file": str(pmtiles(tmp_path / "map.pmtiles", vector=True)), "credit": {"en": "Us"}}))
    told = browser.get("/geo/style/dark.json").json()
    assert told["credits"] == [{"en": "Us"}]
    assert told["sources"]["tiles"]["type"] == "vector"
    assert [one["source-layer"] for one in told["below"] if "source-layer" in one] == ["water"]
    packed = browser.get(FIRST, headers={"Accept-Encoding": "gzip"})
    plain = browser.get(FIRST, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == b"a vector tile"


def test_a_pmtiles_file_can_be_read_by_ranges(tmp_path: Path) -> None:
    path = pmtiles(tmp_path / "map.pmtiles")
    browser = client(city(tiles=str(path)))
    part = browser.get("/basemap/tiles.pmtiles", headers={"Range": "bytes=0-6"})
    assert (part.status_code, part.content) == (206, b"PMTiles")
    assert part.headers["content-range"] == f"bytes 0-6/{path.stat().st_size}"
    assert part.headers["etag"]
    beyond = {"Range": f"bytes={path.stat().st_size + 1}-"}
    assert browser.get("/basemap/tiles.pmtiles", headers=beyond).status_code == 416


def test_a_city_without_tiles_says_so() -> None:
    assert "basemap.tiles" in client(xining()).get(FIRST).json()["detail"]
    assert client(xining()).get("/basemap/tiles.pmtiles").status_code == 404


@pytest.mark.parametrize(("asked", "named"), [("gcj02", "GCJ-02"), ("bd09", "BD-09")])
def test_drawings_in_another_datum(asked: str, named: str) -> None:
    browser = client(xining())
    for name in ("districts", "rivers", "facilities"):
        plain, moved = (browser.get(f"/geo/{name}.geojson{query}").json() for query in ("", f"?datum={asked}"))
        assert moved["datum"] == named
        for one, other in zip(plain["features"], moved["features"], strict=True):
            there = shapely.from_geojson(json.dumps(one["geometry"]))
            here = shapely.from_geojson(json.dumps(other["geometry"]))
            for (lon, lat), (x, y) in zip(points(there)[::40], points(here)[::40], strict=True):
                assert to_wgs84(y, x, named) == pytest.approx((lat, lon), abs=2e-5), "back where it came from"
                assert abs(x - lon) > 1e-3, "and it did move"


def points(shape: Any) -> list[tuple[float, float]]:
    return [(lon, lat) for lon, lat in shapely.get_coordinates(shape)]


def test_a_datum_that_nobody_knows_is_refused() -> None:
    assert client(xining()).get("/geo/rivers.geojson?datum=moon").status_code == 422
