"""Which open warnings are of a place: those that lie in it, then those of what it is part of. Pure.

A place is part of its city, its district, its basin, named areas and wider cells; a district is part of its city alone.
A cell or a polygon on a border is part of what lies on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import h3.api.basic_int as h3
from h3.api.basic_str import is_valid_cell

from alerts.events import event_of, told_of
from layers.area import meet
from layers.basin import basins_of

if TYPE_CHECKING:
    from alerts.alert import Alert
    from layers.area import Area, Point, Ring
    from layers.geometry import City
    from layers.scope import Look

Kind = Literal["city", "district", "basin", "area", "cell"]


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning of a place: whether it lies `here`, and as what it holds `over` all of it; '' where it does not."""

    alert: Alert
    here: bool
    over: Kind | Literal[""] = ""


def warned(known: Iterable[Alert], look: Look, city: City, areas: Sequence[Area] = ()) -> tuple[Warned, ...]:
    """Those of `known` that are of the place, in their order; those that lie in it come first."""
    wider = _Wider(look, city, areas)
    told = [Warned(one, lies(one, look), wider.kind(one)) for one in known]
    return (*(one for one in told if one.here), *(one for one in told if one.over and not one.here))


def lies(alert: Alert, look: Look) -> bool:
    """Whether a warning is of the place itself, or of something in it. One that is issued is of a district at least."""
    if look.place and alert.place == look.place:
        return True
    if event_of(alert.place):
        return alert.district == look.here.district != ""
    return look.here.holds(alert.cell, alert.district, alert.lat, alert.lon)


class _Wider:
    """What a place is part of, by how alerts name it."""

    def __init__(self, look: Look, city: City, areas: Sequence[Area]) -> None:
        self._look = look
        self._points = () if look.here.district else tuple(_points(look, city))
        self._profile, self._city = city.profile, str(city.profile.adcode)
        self._names = {**_named(self._points, city), **_areas(look, areas), self._city: "city"}

    def kind(self, alert: Alert) -> Kind | Literal[""]:
        """As what its place holds that which is looked at; '' when it does not, or is the same.

        A rule that tells a city's worst river gauge tells of that gauge, and of no other place.
        """
        place = told_of(alert.place, alert.district, self._profile)
        if place == self._look.place or (place == self._city and self._profile.station(alert.device)):
            return ""
        return self._names.get(place) or ("cell" if self._within(place) else "")

    def _within(self, place: str) -> bool:
        if not is_valid_cell(place):
            return False
        cell = h3.str_to_int(place)
        fine = h3.get_resolution(cell)
        if is_valid_cell(self._look.place) and fine >= h3.get_resolution(self._look.cell):
            return False
        return any(h3.latlng_to_cell(*point, fine) == cell for point in self._points)


def _points(look: Look, city: City) -> Iterable[Point]:
    """Points that together lie in all that a place is part of: its middle, its corners, the grid's cells in it."""
    yield look.spot
    yield from look.here.ring
    fine = city.grid.resolution
    if look.here.ring:
        yield from map(h3.cell_to_latlng, h3.h3shape_to_cells(h3.LatLngPoly(look.here.ring), fine))
    elif is_valid_cell(look.place) and h3.get_resolution(look.cell) < fine:
        yield from map(h3.cell_to_latlng, h3.cell_to_children(look.cell, fine))


def _named(points: Sequence[Point], city: City) -> Mapping[str, Kind]:
    """Districts and basins of some points."""
    found = filter(None, (city.district_at(*point) for point in points))
    districts: dict[str, Kind] = dict.fromkeys((one.adcode for one in found), "district")
    store = city.profile.resolutions.store
    cells = {int(h3.latlng_to_cell(*point, store)) for point in points}
    return districts | dict.fromkeys(basins_of(city.basins, cells), "basin")


def _areas(look: Look, areas: Sequence[Area]) -> Mapping[str, Kind]:
    if look.here.district:
        return {}
    ring = outline(look)
    return {one.place: "area" for one in areas if (meet(one.ring, ring) if ring else one.covers(*look.spot))}


def outline(look: Look) -> Ring:
    """The border of a cell or a polygon; () for a point."""
    return look.here.ring or (tuple(h3.cell_to_boundary(look.cell)) if is_valid_cell(look.place) else ())
