"""Every layer of the map against a real database: values by hand, any resolution, with rollups and without."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import h3.api.basic_int as h3
import pytest

from layers.catalog import LAYERS, RESOLUTIONS, layer, ways
from layers.cells import Cells, cells, districts, pieces
from layers.folding import parent
from layers.geometry import City
from layers.hexes import hexes
from layers.moments import to_ms
from streams.clickhouse import Database
from streams.rollup import Rollup
from tests.contract.blank_part import Blanks
from tests.contract.snapshot_part import (
    CENTRE,
    DAY,
    HOUR,
    MINUTE,
    NORTH,
    NOW,
    Record,
    cell,
    every,
    fill,
    insert,
    reading,
)  # fmt: skip

pytestmark = pytest.mark.contract

LATER = NOW + HOUR * 4


@pytest.fixture(scope="module")
def database(blanks: Blanks) -> Iterator[Database]:
    with blanks.one() as found:
        fill(found)
        insert(found, "readings", more())
        insert(found, "city_events", [
            {"event": "e2", "at": NOW - HOUR, "status": "active", "cell": cell(*NORTH), "received": NOW - HOUR},
            {"event": "e3", "at": NOW - HOUR, "status": "cancelled", "cell": cell(*NORTH), "received": NOW - HOUR},
        ])  # fmt: skip
        over = {"event": "e4", "at": NOW - HOUR, "status": "active", "cell": cell(*NORTH), "received": NOW - HOUR}
        insert(found, "city_events", [over | {"expires": NOW - MINUTE}])
        insert(found, "device_entries", [
            {"device": "rain-001", "at": NOW - DAY * 9, "state": "active", "interval": 600.0, "cell": cell(*CENTRE)},
            {"device": "never", "at": NOW - DAY * 9, "state": "active", "interval": 60.0, "cell": cell(*CENTRE)},
            {"device": "gone", "at": NOW - DAY * 9, "state": "retired", "interval": 60.0, "cell": cell(*CENTRE)},
        ])  # fmt: skip
        yield found


def more() -> list[Record]:
    """noise-001: 40 for 24 hours but for 70 half an hour ago; a second one beside it said 60 once."""
    quiet = every(5, 280, lambda back: 70.0 if back == 6 else 40.0, ("noise-001", "noise"), CENTRE)
    return [*quiet, reading("noise-002", "noise", NOW - MINUTE, 60.0, CENTRE)]


def seen(database: Database, city: City, key: str, resolution: int = 9) -> Cells:
    return cells(database, city, layer(key), NOW, resolution, city.bounds)


def at(found: Cells, place: tuple[float, float]) -> float | None:
    spot = parent(cell(*place), found.resolution)
    return dict(zip(found.ids, found.values, strict=True)).get(spot, found.rest)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("noise.last.15", (40 + 60) / 2),
        ("noise.avg.15", (40 + 60) / 2),
        ("noise.max.15", 60),
        ("noise.max.60", 70),
        ("noise.avg.60", (40 + 30 / 12 + 60) / 2),
        ("noise.max.1440", 70),
        ("rain.sum.60", (0.5 * 6 + 3 * 6) / 2),
        ("rain.sum.15", (0.5 * 2 + 3 * 2) / 2),
        ("rain", 13.5),
        ("pump_state", 50),
    ],
)
def test_a_metric_in_every_way(database: Database, city: City, key: str, value: float) -> None:
    assert at(seen(database, city, key), CENTRE) == pytest.approx(value)


def test_devices_that_move_are_where_they_were_last(blanks: Blanks, city: City) -> None:
    """What one said elsewhere counts where it is; a reading without a place does not move it."""
    ways = {"car-1": (NORTH, CENTRE, NORTH, None), "car-2": (CENTRE, NORTH, CENTRE, None)}
    said = ((car, place, NOW - MINUTE * (3 - i), 9.0 - i) for car, way in ways.items() for i, place in enumerate(way))
    with blanks.one() as other:
        insert(other, "readings", [reading(car, "smoke", moment, value, place) for car, place, moment, value in said])
        found = seen(other, city, "smoke")
    assert (at(found, NORTH), at(found, CENTRE)) == (9, 9)


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_every_resolution_has_the_same_devices(database: Database, city: City, resolution: int) -> None:
    found = seen(database, city, "noise", resolution)
    assert found.devices == 2
    assert at(found, CENTRE) == pytest.approx((40 + 30 / 12 + 60) / 2)
    assert list(found.ids) == sorted(found.ids)


def test_the_map_at_the_citys_resolution_is_the_wall(database: Database, city: City) -> None:
    for one in (layer(key) for key in ("rain", "water", "air", "cases", "alerts")):
        wall, found = (
            hexes(database, city, one, NOW),
            cells(database, city, one, NOW, city.grid.resolution, city.bounds),
        )
        values = dict(zip(found.ids, found.values, strict=True))
        assert wall.values == tuple(values.get(cell, found.rest) for cell in city.grid.cells), one.key
        assert (wall.devices, wall.late, wall.newest) == (found.devices, found.late, found.newest)


def test_counts(database: Database, city: City) -> None:
    assert at(seen(database, city, "cases"), CENTRE) == 1
    assert at(seen(database, city, "overdue"), CENTRE) == 100, "c1 is open and past its deadline"
    assert at(seen(database, city, "calls"), CENTRE) == 3, "c1, c2 and c4: c3 came more than a day ago"
    assert (at(seen(database, city, "events"), NORTH), seen(database, city, "events").devices) == (1, 1)
    assert at(seen(database, city, "alerts"), CENTRE) == 3


def test_where_the_city_is_blind(database: Database, city: City) -> None:
    """At the centre `never` is silent; rain-002, air, pump and noise speak; `gone` is retired and does not count."""
    blind = seen(database, city, "blind", 7)
    assert at(blind, CENTRE) == pytest.approx(100 / 8)
    assert at(blind, NORTH) == 50, "rain-003 spoke 40 minutes ago, the manhole a minute ago"
    assert at(seen(database, city, "unheard", 7), NORTH) == pytest.approx(1)
    later = cells(database, city, layer("blind"), LATER, 7, city.bounds)
    assert at(later, CENTRE) == 100


def test_risk_says_its_parts(database: Database, city: City) -> None:
    found = seen(database, city, "risk", 9)
    why = pieces(database, city, NOW, cell(*CENTRE))
    assert at(found, CENTRE) == pytest.approx(sum(piece.points for piece in why))
    values = {piece.layer: piece.value for piece in why}
    assert (values["alerts"], values["cases"], values["overdue"]) == (3, 1, 100)
    assert values["rain.sum.60"] == pytest.approx(10.5)
    assert found.rest == 0, "somebody watches"
    assert cells(database, city, layer("risk"), LATER, 9, city.bounds).rest is None, "nobody does"


def test_districts(database: Database, city: City) -> None:
    row = city.grid.row_at(*CENTRE)
    assert row is not None
    adcode = city.grid.district[row]
    noise, cases = (districts(database, city, layer(key), NOW) for key in ("noise", "cases"))
    assert noise.values[adcode] == pytest.approx((40 + 30 / 12 + 60) / 2)
    assert sum(value is not None for value in noise.values.values()) == 1
    assert set(cases.values) == {one.adcode for one in city.districts}
    assert sum(value or 0 for value in cases.values.values()) == 1, "c6 and c8 are nowhere"
    assert districts(database, city, layer("risk"), NOW).values[adcode] == pytest.approx(
        max(value for value in seen(database, city, "risk", 7).values if value is not None)
    )


def test_every_way_of_every_layer_is_answered(database: Database, city: City) -> None:
    for one in LAYERS:
        for way in (one, *ways(one)[-1:]):
            found = cells(database, city, way, NOW, 8, city.bounds)
            assert len(found.ids) == len(found.values), way.key


def test_rollups_change_nothing(blanks: Blanks, city: City) -> None:
    keys = (
        "noise.last.60",
        "noise.max.1440",
        "noise.avg.1440",
        "rain",
        "rain.sum.1440",
        "rain.sum.60",
        "blind",
        "unheard",
    )
    with blanks.one() as other:
        fill(other)
        insert(other, "readings", more())
        moments = [NOW - timedelta(seconds=shift) for shift in (0, 20, 137, 1801)]
        plain = [seen_at(other, city, key, now) for key in keys for now in moments]
        Rollup(other).turn(to_ms(NOW))
        assert [seen_at(other, city, key, now) for key in keys for now in moments] == plain


def seen_at(database: Database, city: City, key: str, now: object) -> dict[int, float]:
    found = cells(database, city, layer(key), now, 8, city.bounds)  # type: ignore[arg-type]
    return {cell: round(value, 9) for cell, value in zip(found.ids, found.values, strict=True) if value is not None}


def test_a_cell_stored_coarser_than_asked_stays_what_it_is(database: Database, city: City) -> None:
    found = seen(database, city, "noise", 10)
    assert {h3.get_resolution(one) for one in found.ids} == {9}
