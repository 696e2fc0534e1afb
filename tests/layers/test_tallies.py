"""Pieces of a window put together by device and by cell: what plain loops over them come to."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.tallies import CELLS, Devices, Tallies, by_cell, parents, together
from streams.clickhouse import Answer

HERE = int(h3.latlng_to_cell(36.62, 101.78, 9))
NEAR = int(h3.grid_ring(HERE, 1)[0])
FAR = int(h3.latlng_to_cell(36.9, 101.6, 9))
PLACES = (0, HERE, NEAR, FAR, int(h3.cell_to_parent(FAR, 6)))

Row = tuple[int, float, int, int, int]
"""Device, part, readings, cell, epoch ms."""


def tally(*rows: Row) -> Tallies:
    columns = tuple(zip(*rows, strict=True)) or ((),) * 5
    return Tallies.read(Answer(("number", "total", "said", "spot", "last_ms"), columns), "total")


def pieces() -> st.SearchStrategy[list[list[Row]]]:
    """Some pieces of time, one after another, in each of which a device may have said something."""
    row = st.tuples(st.floats(-1e6, 1e6), st.integers(1, 9), st.sampled_from(PLACES), st.integers(0, 999))
    told = st.lists(st.dictionaries(st.sampled_from([0, 1, 2**63, 2**64 - 1]), row), min_size=1, max_size=3)
    return told.map(
        lambda some: [
            [(device, part, said, cell, piece * 1000 + at) for device, (part, said, cell, at) in rows.items()]
            for piece, rows in enumerate(some)
        ]
    )


def plainly(rows: list[Row], measure: str) -> tuple[float, int, int]:
    """What the rows of one device come to."""
    rows = sorted(rows, key=lambda row: row[4])
    parts, said = [row[1] for row in rows], [row[2] for row in rows]
    value = {
        "sum": sum(parts),
        "avg": sum(parts) / sum(said),
        "max": max(parts),
        "last": parts[-1],
        "off": float(parts[-1] != 1),
    }[measure]
    return value, ([0] + [row[3] for row in rows if row[3]])[-1], rows[-1][4]


@pytest.mark.parametrize("measure", ["sum", "avg", "max", "last", "off"])
@given(told=pieces())
def test_pieces_of_a_window_come_to_what_their_rows_come_to(measure: str, told: list[list[Row]]) -> None:
    by_device: dict[int, list[Row]] = defaultdict(list)
    for row in (row for some in told for row in some):
        by_device[row[0]].append(row)
    expected = sorted((plainly(rows, measure) for rows in by_device.values()), key=lambda one: one[1:])
    made = together([tally(*some) for some in reversed(told)], measure)
    found = sorted(zip(made.value, made.cell, made.last_ms, strict=True), key=lambda one: one[1:])
    assert [one[1:] for one in found] == [one[1:] for one in expected]
    assert sorted(one[0] for one in found) == pytest.approx(sorted(one[0] for one in expected))


@given(
    rows=st.lists(st.tuples(st.floats(-1e6, 1e6), st.sampled_from(PLACES), st.integers(1, 9))),
    resolution=st.integers(4, 10),
    fresh=st.integers(0, 10),
)
def test_cells_are_the_sums_of_their_fresh_devices(
    rows: list[tuple[float, int, int]], resolution: int, fresh: int
) -> None:
    expected: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for row in rows:
        if row[1]:
            finer = h3.get_resolution(row[1]) > resolution
            expected[h3.cell_to_parent(row[1], resolution) if finer else row[1]].append(row)
    columns: Any = zip(*rows, strict=True) if rows else ((), (), ())
    kinds = (np.float64, np.uint64, np.int64)
    made = by_cell(Devices(*(np.array(one, kind) for one, kind in zip(columns, kinds, strict=True))), resolution, fresh)
    assert made.names == CELLS
    assert list(made.column("hexagon")) == sorted(expected)
    for row in made.rows():
        here = expected[row["hexagon"]]
        values = [value for value, _, at in here if at >= fresh]
        assert row["total"] == pytest.approx(sum(values))
        assert row["peak"] == max(values, default=0.0)
        assert (row["fresh"], row["devices"]) == (len(values), len(here))
        assert row["newest_ms"] == max(at for _, _, at in here)


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180), own=st.integers(0, 15), resolution=st.integers(0, 15))
def test_a_parent_is_the_library_s_parent(lat: float, lon: float, own: int, resolution: int) -> None:
    cell = int(h3.latlng_to_cell(lat, lon, own))
    expected = int(h3.cell_to_parent(cell, resolution)) if own > resolution else cell
    assert parents(np.array([cell], np.uint64), resolution).tolist() == [expected]


def test_a_pentagon_s_parent_is_a_pentagon() -> None:
    for cell in map(int, h3.get_pentagons(9)):
        assert parents(np.array([cell], np.uint64), 4).tolist() == [h3.cell_to_parent(cell, 4)]


def test_nothing_said_is_no_cell() -> None:
    made = together([tally(), tally()], "sum")
    assert len(made) == 0
    assert len(by_cell(made, 8, 0)) == 0
    assert by_cell(made, 8, 0).column("devices") == ()


def test_the_values_are_plain_numbers() -> None:
    """They go into JSON."""
    row = by_cell(together([tally((7, 2.5, 1, HERE, 5))], "sum"), 8, 0).rows()[0]
    assert {type(value) for value in row.values()} == {int, float}
