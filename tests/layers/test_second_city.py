"""A second city is data only: a folder is written, and its map's geometry is there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from config.read import read_city
from config.settings import ROOT
from layers.geometry import load_city

SHARED = Path(os.environ.get("PUBLISHED_BOUNDARIES", ROOT.parent / "shared" / "data"))
CITIES = {"harbin": (230100, 18, "哈尔滨"), "nantong": (320600, 7, "南通"), "huangshan": (341000, 7, "黄山")}


@pytest.mark.parametrize("id", CITIES)
def test_a_city_of_published_boundaries(tmp_path: Path, id: str) -> None:
    source = SHARED / f"{id}_districts_tianditu.geojson"
    if not source.exists():
        pytest.skip(f"no {source.name} here")
    adcode, districts, name = CITIES[id]
    here = tmp_path / id
    here.mkdir()
    (here / "districts.geojson").write_bytes(source.read_bytes())
    west = json.loads(source.read_text("utf-8"))["features"][0]["properties"]
    lines = (
        *(f"id: {id}", f"adcode: {adcode}", f"name: {{zh-CN: {name}}}", "timezone: Asia/Shanghai"),
        f"view: {{lat: {west['label_lat']}, lon: {west['label_lon']}, zoom: 8}}",
    )
    (here / "city.yaml").write_text("\n".join(lines), "utf-8")
    city = load_city(read_city(id, tmp_path), tmp_path)
    assert len(city.districts) == districts
    assert all(city.district_at(one.lat, one.lon) for one in city.districts), "a name outside of the city"
    assert not city.drawings["borders"].empty
    assert city.drawings["rivers"].empty
    assert [one.name["zh-CN"] for one in city.districts] == [
        one["properties"]["short_name"] for one in json.loads(source.read_text("utf-8"))["features"]
    ]
