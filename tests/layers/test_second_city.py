"""A second city is data only: a folder is written, and its map's geometry is there, within two seconds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import process_time

import pytest

from config.read import read_city
from config.settings import ROOT
from layers.geometry import load_city

SHARED = Path(os.environ.get("PUBLISHED_BOUNDARIES", ROOT.parent / "shared" / "data"))
CITIES = {"harbin": (230100, 18, "哈尔滨"), "nantong": (320600, 7, "南通"), "huangshan": (341000, 7, "黄山")}
BUDGET = 2.0  # seconds of CPU: the machine may do other things at the same time


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
    profile = read_city(id, tmp_path)
    begun = process_time()
    city = load_city(profile, tmp_path)
    spent = process_time() - begun
    print(f"{id}: {len(city.grid):,} cells, {len(city.districts)} districts, {spent:.2f} s of CPU")  # noqa: T201
    assert spent <= BUDGET
    assert len(city.districts) == districts
    assert all(city.district_at(one.lat, one.lon) for one in city.districts), "a name outside of the city"
    assert not city.drawings["borders"].empty
    assert city.drawings["rivers"].empty
    assert [one.name["zh-CN"] for one in city.districts] == [
        one["properties"]["short_name"] for one in json.loads(source.read_text("utf-8"))["features"]
    ]
