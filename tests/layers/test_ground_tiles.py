"""Files of tiles: what lies in them is found, what is none is said, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from pmtiles.tile import Compression

from config.city import CityProfile
from config.ground import Ground
from config.load import ConfigError
from config.read import read_city
from layers.ground_tiles import TileSet, open_tiles, unpacked
from tests.tiles_made import PICTURE, TILES, VECTORS, mbtiles, pmtiles


def naming(path: Path | str) -> CityProfile:
    ground = Ground.model_validate({"basemap": {"tiles": str(path)}})
    return read_city("xining").model_copy(update={"ground": ground})


def opened(path: Path) -> TileSet:
    found = open_tiles(naming(path))
    assert found is not None
    return found


def test_a_city_without_tiles() -> None:
    assert open_tiles(read_city("xining")) is None


@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_pictures_are_found_at_their_place(tmp_path: Path, make: object) -> None:
    tiles = opened(make(tmp_path / f"some map #1.{make.__name__}"))  # type: ignore[operator,attr-defined]
    assert (tiles.kind, tiles.media, tiles.zooms, tiles.layers) == ("raster", "image/png", (8, 9), tiles.layers)
    assert [tiles.tile(*place) for place in TILES] == [PICTURE, PICTURE]
    assert tiles.tile(8, 200, 155) is None, "rows are counted from the north"
    for beyond in ((7, 0, 0), (10, 0, 0), (8, 256, 0), (8, -1, 0), (8, 0, 256), (40, 1, 1)):
        assert tiles.tile(*beyond) is None


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
def test_vector_tiles_say_their_layers(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"map.{kind}"
    told = '{"vector_layers":[{"id":"water"},{"id":"place"}]}'
    tiles = opened(mbtiles(path, "pbf", json=told) if kind == "mbtiles" else pmtiles(path, vector=True))
    assert (tiles.kind, tiles.layers) == ("vector", ("water", "place"))
    tile = tiles.tile(*TILES[0])
    assert tile == VECTORS
    assert unpacked(tile) == b"a vector tile"
    assert unpacked(PICTURE) == PICTURE


def test_bounds_and_credit_are_read_and_html_is_not(tmp_path: Path) -> None:
    bounds = (101.0, 36.0, 103.0, 38.0)
    one = opened(mbtiles(tmp_path / "a.mbtiles", bounds="101.0,36.0,103.0,38.0", attribution="<b>Some</b>body"))
    other = opened(pmtiles(tmp_path / "a.pmtiles"))
    assert (one.bounds, one.credit) == (bounds, "Somebody")
    assert (other.bounds, other.credit) == (bounds, "Somebody made it")
    assert opened(mbtiles(tmp_path / "b.mbtiles", bounds="0,0,0,0")).bounds is None


def test_the_file_is_not_written_to_and_its_tag_is_its_own(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "a.mbtiles")
    before = path.read_bytes()
    path.chmod(0o400)
    tiles = opened(path)
    tiles.tile(*TILES[0])
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [path]
    assert tiles.tag != opened(mbtiles(tmp_path / "b.mbtiles")).tag


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.mbtiles", None, "is not there; put the tiles there"),
        ("a.pmtiles", None, "is not there"),
        ("a.mbtiles", b"no database at all, but long enough to be one", "no file of tiles that can be read"),
        ("a.mbtiles", b"", "no such table"),
        ("a.pmtiles", b"", "does not begin as a PMTiles file"),
        ("a.pmtiles", b"PMTiles" + b"\0" * 200, "no file of tiles that can be read"),
    ],
)
def test_what_is_no_file_of_tiles_is_named(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=said) as raised:
        open_tiles(naming(path))
    assert str(path) in str(raised.value)


def test_a_packing_that_no_browser_is_told_of_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="packed by zstd, not by gzip"):
        opened(pmtiles(tmp_path / "a.pmtiles", vector=True, packed=Compression.ZSTD))
