"""Reads a file of map tiles, MBTiles by sqlite3 or PMTiles by its own package; never writes to it.

Raster tiles are pictures. Of vector tiles lines and areas are drawn, and no names: those are the profile's.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from config.city import CityProfile
from config.load import ConfigError
from config.settings import CITIES

SQL = Path(__file__).parent / "mbtiles"
KINDS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
VECTOR = "application/x-protobuf"
PACKED = b"\x1f\x8b"  # gzip
REMEMBERED = 64  # directories of a PMTiles file, of some ten thousand tiles each
DEEPEST = 4  # directories above a tile

Get = Callable[[int, int, int], bytes | None]


@dataclass(frozen=True, eq=False)
class TileSet:
    """A file of tiles. `layers` are the names of the layers of vector tiles; `tag` changes when the file does.

    `get(zoom, x, y)`, rows from the north, gives a tile as it lies in the file, or None where the file has none.
    """

    path: Path
    kind: Literal["raster", "vector"]
    media: str
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float] | None
    credit: str
    layers: tuple[str, ...]
    tag: str
    get: Get

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """A tile; None beyond the file's zooms, and where it has none."""
        within = self.zooms[0] <= zoom <= self.zooms[1] and 0 <= x < 1 << zoom and 0 <= y < 1 << zoom
        return self.get(zoom, x, y) if within else None


def open_tiles(profile: CityProfile, folder: Path = CITIES) -> TileSet | None:
    """The tiles of a profile, None when it names none. Raises ConfigError: not there, or no such file inside."""
    given = profile.ground.basemap.tiles
    if given is None:
        return None
    path = folder / profile.id / given.file  # an absolute path stays itself
    if not path.is_file():
        raise ConfigError(f"{path} is not there; put the tiles there, or take basemap.tiles out of city.yaml")
    try:
        return _mbtiles(path) if path.suffix == ".mbtiles" else _pmtiles(path)
    except Exception as error:  # a file of any bytes: sqlite3, gzip, json and pmtiles each have errors of their own
        why = str(error) or type(error).__name__
        raise ConfigError(f"{path} is no file of tiles that can be read: {why}; make it anew") from None


def _tag(path: Path) -> str:
    found = path.stat()
    return sha256(f"{path}:{found.st_size}:{found.st_mtime_ns}".encode()).hexdigest()[:16]


# --- MBTiles -------------------------------------------------------------------------------------------------------
def _mbtiles(path: Path) -> TileSet:
    told = {str(name): str(value) for name, value in _ask(path, "metadata")}
    low, high = _ask(path, "zooms")[0]
    if low is None:
        raise ValueError("it has no tiles")
    kind = told.get("format", "png").lower()
    return TileSet(
        path,
        "vector" if kind == "pbf" else "raster",
        VECTOR if kind == "pbf" else KINDS[kind],
        (int(low), int(high)),
        _bounds(told.get("bounds", "").split(",")),
        _plain(told.get("attribution", "")),
        _layers(json.loads(told.get("json") or "{}")),
        _tag(path),
        lambda zoom, x, y: next((bytes(row[0]) for row in _ask(path, "tile", zoom, x, (1 << zoom) - 1 - y)), None),
    )


def _ask(path: Path, question: str, *values: int) -> list[Any]:
    """Rows of a question; a connection each, because requests come in threads."""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as file:
        return file.execute(_sql(question), values).fetchall()


@lru_cache
def _sql(question: str) -> str:
    return (SQL / f"{question}.sql").read_text("utf-8")


# --- PMTiles -------------------------------------------------------------------------------------------------------
def _pmtiles(path: Path) -> TileSet:
    from pmtiles.reader import MmapSource, Reader
    from pmtiles.tile import Compression, TileType

    if path.stat().st_size < 127 or _begin(path) != b"PMTiles":
        raise ValueError("it does not begin as a PMTiles file")
    with path.open("rb") as file:
        source = MmapSource(file)
    reader = Reader(source)
    head, told = reader.header(), reader.metadata()
    if head["tile_compression"] not in (Compression.NONE, Compression.GZIP, Compression.UNKNOWN):
        raise ValueError(f"its tiles are packed by {head['tile_compression'].name.lower()}, not by gzip")
    kinds = {TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp", TileType.AVIF: "avif"}
    vector = head["tile_type"] == TileType.MVT
    box = [head[f"{edge}_e7"] / 1e7 for edge in ("min_lon", "min_lat", "max_lon", "max_lat")]
    return TileSet(
        path,
        "vector" if vector else "raster",
        VECTOR if vector else KINDS[kinds[head["tile_type"]]],
        (head["min_zoom"], head["max_zoom"]),
        _bounds(box),
        _plain(str(told.get("attribution", ""))),
        _layers(told),
        _tag(path),
        _finder(source, head),
    )


def _begin(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(7)


def _finder(source: Callable[[int, int], bytes], head: Mapping[str, Any]) -> Get:
    """As the package's Reader.get, but each directory is unpacked once and not for each tile."""
    from pmtiles.tile import deserialize_directory, find_tile, zxy_to_tileid

    @lru_cache(REMEMBERED)
    def directory(offset: int, length: int) -> Any:
        return deserialize_directory(source(offset, length))

    def get(zoom: int, x: int, y: int) -> bytes | None:
        offset, length, tile = head["root_offset"], head["root_length"], zxy_to_tileid(zoom, x, y)
        for _ in range(DEEPEST):
            found = find_tile(directory(offset, length), tile)
            if found is None:
                return None
            if found.run_length:
                return bytes(source(head["tile_data_offset"] + found.offset, found.length))
            offset, length = head["leaf_directory_offset"] + found.offset, found.length
        return None

    return get


# --- what both say -------------------------------------------------------------------------------------------------
def _layers(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["id"]) for one in told.get("vector_layers") or ())


def _bounds(edges: list[Any]) -> tuple[float, float, float, float] | None:
    """(west, south, east, north); None when it is not told, or is nothing."""
    if len(edges) != 4:
        return None
    west, south, east, north = map(float, edges)
    return (west, south, east, north) if west < east and south < north else None


def _plain(text: str) -> str:
    """A credit without its HTML."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text)).strip()[:200]


def unpacked(tile: bytes) -> bytes:
    """A tile without gzip."""
    return gzip.decompress(tile) if tile.startswith(PACKED) else tile
