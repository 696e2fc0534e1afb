from __future__ import annotations

import h3
import numpy as np
import shapely

from config.city import Town
from streams.world.dice import Floats
from streams.world.ground import Ground, even, streets, survey
from tests.streams.world.made import districts, profile


def test_even_places_leave_no_corner_without_a_gauge() -> None:
    ground = survey(profile(), districts())
    lat, lon = even(ground, 412)
    near: set[str] = set()
    for one in zip(lat, lon, strict=True):
        near.update(h3.grid_disk(h3.latlng_to_cell(*one, 7), 2))
    shape = h3.geo_to_h3shape(shapely.geometry.mapping(ground.outline))
    territory = set(h3.h3shape_to_cells(shape, 7))
    assert len(territory) > 1_000
    assert len(territory & near) / len(territory) > 0.985


def test_streets_are_inside_and_in_the_towns() -> None:
    ground = survey(profile(), districts())
    lat, lon = streets(ground, "test", 500)
    assert len(lat) == 500
    assert ground.inside(lat, lon).all()
    away = [
        min(np.hypot(*_km(ground, town, here)) / town.radius for town in ground.towns)
        for here in zip(lat, lon, strict=True)
    ]
    assert np.mean(np.array(away) < 1) > 0.6
    assert max(away) < 4


def _km(ground: Ground, town: Town, here: tuple[float, float]) -> tuple[Floats, Floats]:
    east, north = ground.plane(here[0], here[1])
    town_east, town_north = ground.plane(town.lat, town.lon)
    return east - town_east, north - town_north


def test_a_city_without_towns_uses_its_districts() -> None:
    bare = profile().model_copy(update={"towns": ()})
    ground = survey(bare, districts())
    assert [town.lat for town in ground.towns] == [one["properties"]["label_lat"] for one in districts()["features"]]
    assert ground.inside(*streets(ground, "test", 50)).all()


def test_district_of_a_place() -> None:
    ground = survey(profile(), districts())
    assert ground.district(36.93, 101.68) == "630121"
    assert ground.district(0.0, 0.0) == ""
