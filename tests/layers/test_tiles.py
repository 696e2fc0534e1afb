"""Tiles of cells: every place of the city is in exactly one cell of one tile, and the bytes say where it lies."""

import struct

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely

from layers.tiles import CORNERS, DEPTH, RESOLUTIONS, Tiling, bundle, encode, mercator

DISTRICT = shapely.box(101.6, 36.5, 101.9, 36.7)
HEAD = 40


@pytest.fixture(scope="module")
def tiling():
    return Tiling.of([DISTRICT])


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_every_place_has_a_cell_even_on_the_border(tiling, resolution):
    cells = {int(cell) for tile in tiling.tiles(resolution, DISTRICT.bounds) for cell in tile.cells}
    spots = [DISTRICT.exterior.interpolate(part, normalized=True) for part in np.linspace(0, 1, 97)]
    assert {h3.latlng_to_cell(spot.y, spot.x, resolution) for spot in [*spots, DISTRICT.centroid]} <= cells


def test_cells_ascend_through_all_tiles_and_none_comes_twice(tiling):
    order = np.concatenate([tile.cells for tile in tiling.tiles(8, DISTRICT.bounds)])
    assert (order[1:] > order[:-1]).all()


def test_a_box_has_the_tiles_that_lie_in_it_and_the_others_not(tiling):
    west, south, _, _ = DISTRICT.bounds
    corner = tiling.tiles(9, (west, south, west + 0.01, south + 0.01))
    assert 0 < len(corner) < len(tiling.tiles(9, DISTRICT.bounds)) / 4
    assert tiling.tiles(9, (10, 50, 11, 51)) == ()


def test_no_tile_sticks_out_of_the_box_it_is_looked_for_in(tiling):
    """Each child lies in the box that its parent is thought to fill; else a cell would be missing at some edge."""
    for resolution in RESOLUTIONS:
        for tile in tiling.tiles(resolution, DISTRICT.bounds):
            for cell in tile.cells[:: max(1, len(tile.cells) // 20)]:
                lat, lon = h3.cell_to_latlng(int(cell))
                near = tiling.tiles(resolution, (lon - 1e-6, lat - 1e-6, lon + 1e-6, lat + 1e-6))
                assert tile.parent in [one.parent for one in near]


def test_the_bytes_say_where_the_corners_are(tiling):
    tile = max(tiling.tiles(8, DISTRICT.bounds), key=lambda one: len(one.cells))
    count, zero = struct.unpack_from("<II", tile.body)
    west, north, width, height = struct.unpack_from("<4d", tile.body, 8)
    assert (count, zero) == (len(tile.cells), 0)
    assert len(tile.body) == HEAD + count * (8 + 2 * 2 * CORNERS)
    assert (np.frombuffer(tile.body, "<u8", count, HEAD) == tile.cells).all()
    corners = np.frombuffer(tile.body, "<u2", offset=HEAD + 8 * count).reshape(count, CORNERS, 2) / 65535
    wanted = mercator(np.array([h3.cell_to_boundary(int(cell)) for cell in tile.cells]))
    found = corners * [width, height] + [west, north]
    assert np.abs(found - wanted).max() * 40_075_000 < 1, "metres"


def test_a_tile_outside_is_empty_and_can_be_read(tiling):
    tile = tiling.tile(h3.latlng_to_cell(0, 0, 8 - DEPTH))
    assert len(tile.cells) == 0
    assert struct.unpack_from("<II4d", tile.body) == (0, 0, 0, 0, 0, 0)


def test_a_tag_changes_with_the_city():
    parent = h3.latlng_to_cell(36.6, 101.6, 5)
    one, other = (Tiling.of([shapely.box(101.6, 36.5, east, 36.7)]).tile(parent) for east in (101.65, 101.9))
    assert one.tag != other.tag


@pytest.mark.parametrize("cell", [int(h3.get_pentagons(7)[4]), 0x872681AD9FFFFFF])
def test_every_cell_has_six_corners_a_pentagon_one_twice(cell):
    lat, lon = h3.cell_to_latlng(cell)
    made = Tiling.of([shapely.Point(lon, lat).buffer(0.05)])
    tile = made.tile(h3.cell_to_parent(cell, 4))
    assert cell in tile.cells
    assert len(tile.body) == HEAD + len(tile.cells) * 32


def test_mercator_is_maplibres():
    assert mercator(np.array([[0.0, 0.0], [85.0511287798066, -180.0]])) == pytest.approx(
        np.array([[0.5, 0.5], [0.0, 0.0]]), abs=1e-9
    )


def test_no_cells_are_a_head_alone():
    assert len(encode(np.zeros(0, dtype=np.uint64), np.zeros((0, 6, 2)))) == HEAD


def test_a_bundle_says_how_long_each_tile_is(tiling):
    tiles = tiling.tiles(8, DISTRICT.bounds)
    body = bundle(tiles)
    count, parent, size = struct.unpack_from("<3Q", body)
    assert (count, parent, size) == (len(tiles), tiles[0].parent, len(tiles[0].body))
    assert body[8 + 16 * count :] == b"".join(tile.body for tile in tiles)
    assert size % 8 == 0, "the browser reads indexes of eight bytes where they lie"
    assert bundle([]) == bytes(8)
