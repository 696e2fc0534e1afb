"""`yiping city import`: a bureau's file becomes a map file that a profile can name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from shapely.geometry import LineString, Polygon, box
from typer.testing import CliRunner

from dashboard.city_import import CannotImport, Wish, import_map
from dashboard.cli import app
from streams.map_features import read_features
from streams.map_forms import DISTRICTS

WEST, EAST = box(101.6, 36.5, 101.8, 36.7), box(101.8, 36.5, 102.0, 36.7)
ZONE = 4543  # CGCS2000, three degrees around 102 E
COLUMNS = {"adcode": "XZQDM", "name": "XZQMC"}


def shapefile(folder: Path, shapes: list[Any], crs: int | None = ZONE) -> Path:
    """Districts as a bureau gives them: projected, with texts in GBK."""
    told = {"XZQDM": ["630102", "630103"][: len(shapes)], "XZQMC": ["城东区", "城中区"][: len(shapes)]}
    table = geopandas.GeoDataFrame(told, geometry=shapes, crs=4490).to_crs(ZONE)
    path = folder / "xzq.shp"
    table.to_file(path, encoding="GBK")
    if crs is None:
        path.with_suffix(".prj").unlink()
    return path


def test_a_shapefile_becomes_districts_of_a_profile(tmp_path: Path) -> None:
    made = import_map(shapefile(tmp_path, [WEST, EAST]), Wish(COLUMNS, encoding="GBK"))
    assert (made.things, made.shapeless) == (2, 0)
    found = read_features(made.text.encode(), "districts.geojson", DISTRICTS, "WGS-84")
    assert [(one.told["adcode"], one.told["name_zh"]) for one in found] == [("630102", "城东区"), ("630103", "城中区")]
    assert found[0].shape is not None
    assert found[0].shape.hausdorff_distance(WEST) < 2e-6


def test_the_command_writes_it_once(tmp_path: Path) -> None:
    path, out = shapefile(tmp_path, [WEST]), tmp_path / "d.geojson"
    told = ["city", "import", str(path), "--to", str(out), "--column", "adcode=XZQDM", "--encoding", "GBK"]
    answer = CliRunner().invoke(app, told, env={"YIPING_LANGUAGE": "en"})
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("1 things from EPSG:4543 written to ")
    assert json.loads(out.read_text("utf-8"))["features"][0]["properties"] == {"adcode": "630102"}
    again = CliRunner().invoke(app, told)
    assert again.exit_code == 2
    assert "is there already" in again.output
    assert CliRunner().invoke(app, [*told, "--force"]).exit_code == 0
    wrong = CliRunner().invoke(app, [*told, "--force", "--column", "adcode"])
    assert (wrong.exit_code, "OURS=THEIRS" in wrong.output) == (2, True)


def test_neighbours_stay_neighbours_when_simplified(tmp_path: Path) -> None:
    wavy = LineString([(101.8 + (step % 3) * 2e-5, 36.5 + step / 500) for step in range(101)])
    west = Polygon([(101.6, 36.5), *wavy.coords, (101.6, 36.7)])
    east = Polygon([(102.0, 36.7), *reversed(wavy.coords), (102.0, 36.5)])
    made = import_map(shapefile(tmp_path, [west, east]), Wish(COLUMNS, encoding="GBK", simplify=200))
    one, other = (shapely.from_geojson(json.dumps(each["geometry"])) for each in json.loads(made.text)["features"])
    assert len(one.exterior.coords) < 30
    assert one.intersection(other).area < 1e-10
    assert shapely.union(one, other).area == pytest.approx(west.union(east).area, rel=1e-4)


def test_what_cannot_be_taken_in_is_told_with_its_mend(tmp_path: Path) -> None:
    nothing = tmp_path / "notes.txt"
    nothing.write_text("no map")
    with pytest.raises(CannotImport, match="cannot be read as a map"):
        import_map(nothing, Wish())
    path = shapefile(tmp_path, [WEST], crs=None)
    with pytest.raises(CannotImport, match=r"says no coordinate system .* add --crs"):
        import_map(path, Wish())
    with pytest.raises(CannotImport, match="--crs mars"):
        import_map(path, Wish(crs="mars"))
    with pytest.raises(CannotImport, match="has no column NAME; it has: XZQDM, XZQMC"):
        import_map(path, Wish({"name": "NAME"}, crs="EPSG:4543"))
    assert import_map(path, Wish(crs="EPSG:4543", encoding="GBK")).things == 1
