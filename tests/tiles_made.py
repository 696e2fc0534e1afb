"""Small files of tiles, made for tests."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

PICTURE = b"\x89PNG\r\n\x1a\n a picture"
VECTORS = gzip.compress(b"a vector tile", mtime=0)
TILES = ((8, 200, 100), (9, 400, 201))
"""zoom, x, y from the north."""


def mbtiles(path: Path, kind: str = "png", **told: str) -> Path:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        file.executemany("INSERT INTO metadata VALUES (?, ?)", {"format": kind, **told}.items())
        tile = VECTORS if kind == "pbf" else PICTURE
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [(z, x, (1 << z) - 1 - y, tile) for z, x, y in TILES])
        file.commit()
    return path


def pmtiles(path: Path, vector: bool = False, packed: Compression = Compression.GZIP) -> Path:
    head = {
        "tile_type": TileType.MVT if vector else TileType.PNG,
        "tile_compression": packed if vector else Compression.NONE,
        **{"min_lon_e7": 1010000000, "min_lat_e7": 360000000, "max_lon_e7": 1030000000, "max_lat_e7": 380000000},
        **{"center_zoom": 8, "center_lon_e7": 1020000000, "center_lat_e7": 370000000},
    }
    told = {"attribution": "<a href='x'>Somebody</a>  made it", "vector_layers": [{"id": "water"}, {"id": "place"}]}
    with write(str(path)) as file:
        for place in sorted(TILES, key=lambda one: zxy_to_tileid(*one)):
            file.write_tile(zxy_to_tileid(*place), VECTORS if vector else PICTURE)
        file.finalize(head, told)
    return path
