"""Why a place has its colour, asked of a real database."""

from __future__ import annotations

from collections.abc import Iterator

import h3.api.basic_int as h3
import pytest

from layers.catalog import layer
from layers.colour import Why
from layers.scope import Look, of_cell, of_district, of_ring
from layers.snapshot import take
from layers.why import why
from streams.clickhouse import Database
from tests.contract.blank_part import Blanks
from tests.contract.snapshot_part import CENTRE, NORTH, NOW, fill
from tests.dashboard.moments import city
from tests.layers.test_area import SQUARE

pytestmark = pytest.mark.contract
CITY = city()


@pytest.fixture(scope="module")
def database(blanks: Blanks) -> Iterator[Database]:
    with blanks.one() as found:
        fill(found)
        yield found


def at(place: tuple[float, float], resolution: int = 7) -> Look:
    return of_cell(int(h3.latlng_to_cell(*place, resolution)), 9)


def asked(database: Database, key: str, look: Look) -> Why:
    return why(database, CITY, layer(key), look, NOW)


def test_a_cell_that_measures_says_so(database: Database) -> None:
    found = asked(database, "rain", at(CENTRE))
    assert (found.made, found.value, found.resolution) == ("measured", pytest.approx(13.5), 7)
    assert (found.devices, found.late, found.newest, found.sources) == (3, 1, NOW, ())
    assert found.place == pytest.approx(13.5 / 15 / 5)


def test_a_carried_value_names_the_cells_it_came_from(database: Database) -> None:
    middle = int(h3.latlng_to_cell(*CENTRE, 7))
    beside = next(cell for cell in h3.grid_ring(middle, 1) if cell in CITY.grid.index)
    found = asked(database, "rain", of_cell(beside, 9))
    assert (found.made, found.value) == ("carried", pytest.approx(13.5))
    assert [(one.cell, one.rings, one.part) for one in found.sources] == [(middle, 1, 1.0)]


def test_it_is_the_colour_of_the_map(database: Database) -> None:
    """The same number that the wall shows, for every kind of layer and a cell of each kind."""
    picture = take(database, CITY, NOW)
    for key in ("rain", "water", "air", "cases", "alerts"):
        for row in range(0, len(CITY.grid), 97):
            told = asked(database, key, of_cell(CITY.grid.cells[row], 9)).value
            assert told == pytest.approx(picture.hexes[key].values[row]), (key, row)


def test_inside_a_cell_that_measures_a_finer_one_has_its_value(database: Database) -> None:
    whole = int(h3.latlng_to_cell(*CENTRE, 7))
    children = sorted(h3.cell_to_children(whole, 9))
    own = int(h3.latlng_to_cell(*CENTRE, 9))
    other = next(child for child in children if child != own)
    assert asked(database, "rain", of_cell(own, 9)).made == "measured"
    assert asked(database, "rain", of_cell(other, 9)).made == "around"


def test_zero_is_known_and_nothing_is_not(database: Database) -> None:
    assert (asked(database, "cases", at(NORTH)).made, asked(database, "cases", at(NORTH)).value) == ("known", 0)
    nobody = asked(database, "rain", at(NORTH))
    assert (nobody.made, nobody.value, nobody.place) == ("unknown", None, None)


def test_a_risk_has_its_parts(database: Database) -> None:
    found = asked(database, "risk", at(CENTRE))
    assert found.value is not None
    assert sum(piece.points for piece in found.pieces) == pytest.approx(found.value)
    assert found.pieces[0].layer == "alerts"


def test_what_has_no_colour_of_its_own(database: Database) -> None:
    district = asked(database, "rain", of_district(CITY.grid.district[CITY.grid.row_at(*CENTRE) or 0], CENTRE))
    assert district.value == pytest.approx(13.5)
    assert asked(database, "rain", of_ring(SQUARE)).made == "none"
    assert asked(database, "rivers", at(CENTRE)).made == "none"
