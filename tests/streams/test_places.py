"""Where a point is."""

from __future__ import annotations

from typing import Any

import h3
import pytest

from streams import places
from streams.places import Places


def square(adcode: int, lon: float) -> dict[str, Any]:
    ring = [[lon, 36.0], [lon + 1, 36.0], [lon + 1, 37.0], [lon, 37.0], [lon, 36.0]]
    return {"type": "Feature", "properties": {"adcode": adcode}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


DISTRICTS = {"type": "FeatureCollection", "features": [square(630102, 101.0), square(630103, 102.0)]}


@pytest.fixture
def where() -> Places:
    return Places(9, DISTRICTS)


def test_a_point_has_a_cell_and_a_district(where: Places) -> None:
    assert where(36.5, 101.5) == (int(h3.latlng_to_cell(36.5, 101.5, 9), 16), "630102")
    assert where(36.5, 102.5)[1] == "630103"


def test_outside_there_is_a_cell_but_no_district(where: Places) -> None:
    cell, district = where(39.9, 116.4)
    assert cell > 0
    assert district == ""


def test_a_gap_between_simplified_borders_belongs_to_the_nearest(where: Places) -> None:
    assert where(36.5, 103.01)[1] == "630103"
    assert where(36.5, 103.03)[1] == ""


def test_on_a_border_the_first_has_it(where: Places) -> None:
    assert where(36.5, 102.0)[1] == "630102"


def test_nowhere_is_nowhere(where: Places) -> None:
    assert where(None, None) == (0, "")


def test_what_it_remembers_is_bounded(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "REMEMBERED", 10)
    for step in range(100):
        where(36.0 + step / 1000, 101.5)
    assert len(where.known) <= 10
    assert where(36.001, 101.5)[1] == "630102"
