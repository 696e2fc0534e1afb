"""What the map is told of a layer: one byte a cell in the order of the tiles, and what stands behind it. Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.scale import NO_DATA, encode

if TYPE_CHECKING:
    from layers.catalog import Layer
    from layers.cells import Cells, Districts
    from layers.tiles import Tile

CHANGE = 5
"""Bytes of one changed cell: its place as u32, its value."""


def bytes_of(cells: Cells, tiles: Sequence[Tile], breaks: Sequence[float]) -> bytes:
    """A byte a cell of the tiles, tile after tile. Tiles and their cells ascend, so all of them do."""
    order = np.concatenate([tile.cells for tile in tiles]) if tiles else np.zeros(0, dtype=np.uint64)
    rest = np.nan if cells.rest is None else cells.rest
    values = np.full(len(order), rest, dtype=np.float64)
    ids = np.array(cells.ids, dtype=np.uint64)
    given = np.array(cells.values, dtype=np.float64)  # None is no number
    if len(order) and len(ids):
        places = np.minimum(np.searchsorted(order, ids), len(order) - 1)
        here = order[places] == ids
        values[places[here]] = given[here]
    return encode(values, breaks).tobytes()


def tag_of(layer: str, resolution: int, tiles: Sequence[Tile], coded: bytes) -> str:
    """Names these values of these tiles: the browser sends it back to be told only what changed since."""
    where = ",".join(f"{tile.parent:x}" for tile in tiles)
    return sha256(f"{layer} {resolution} {where} ".encode() + coded).hexdigest()[:16]


def of_cells(layer: Layer, cells: Cells, tiles: Sequence[Tile], coded: bytes, now: datetime) -> dict[str, Any]:
    """All but the values: what the legend says, and which tiles the values belong to (id and cells of each)."""
    return {
        "layer": layer.key,
        "resolution": cells.resolution,
        "at": _ms(now),
        "newest": None if cells.newest is None else _ms(cells.newest),
        "devices": cells.devices,
        "late": cells.late,
        "known": len(coded) - coded.count(NO_DATA),
        "tag": tag_of(layer.key, cells.resolution, tiles, coded),
        "tiles": [[f"{tile.parent:x}", len(tile.cells)] for tile in tiles],
    }


def of_districts(layer: Layer, found: Districts, now: datetime) -> dict[str, Any]:
    """A layer's values by district (`districts`: adcode to byte), and what stands behind them."""
    coded = encode([*found.values.values()], layer.at(0).breaks).tolist()
    return {
        "layer": layer.key,
        "resolution": 0,
        "at": _ms(now),
        "newest": None if found.newest is None else _ms(found.newest),
        "devices": found.devices,
        "late": found.late,
        "known": len(coded) - coded.count(NO_DATA),
        "districts": dict(zip(found.values, coded, strict=True)),
    }


def whole(coded: bytes) -> Mapping[str, str]:
    return {"values": b64encode(coded).decode()}


def changes(before: bytes, after: bytes) -> Mapping[str, str]:
    """What changed since `before`, as places (u32, little-endian) and their values; the whole where that is shorter."""
    old, new = np.frombuffer(before, dtype=np.uint8), np.frombuffer(after, dtype=np.uint8)
    if len(old) != len(new):
        return whole(after)
    places = np.flatnonzero(old != new).astype("<u4")
    if CHANGE * len(places) >= len(new):
        return whole(after)
    return {"places": b64encode(places.tobytes()).decode(), "changed": b64encode(new[places].tobytes()).decode()}


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
