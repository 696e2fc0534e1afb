"""What a city is: its place, districts, rivers, stations and hours, as frozen values. Pure: reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from config.ground import Datum, File, Ground, MapFile, MultiName, Part
from config.hours import Calendar

__all__ = ["CityProfile", "Datum", "Marks", "MultiName", "Part", "Place", "Station", "Town"]

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Resolution = Annotated[int, Field(ge=0, le=15)]


class Place(Part):
    """A point, WGS-84 degrees."""

    lat: Latitude
    lon: Longitude


class Resolutions(Part):
    """H3 resolutions: `store` for each row, `city` for the wall's hexagons."""

    store: Resolution = 9
    city: Resolution = 7


class View(Part):
    """Where the map starts: centre and MapLibre zoom."""

    lat: Latitude
    lon: Longitude
    zoom: Annotated[float, Field(ge=0, le=22)]


class Marks(Part):
    """Water levels that mean something, metres above the station's zero: 警戒 < 保证 (< 历史最高)."""

    warning: float
    guarantee: float
    highest: float | None = None

    @model_validator(mode="after")
    def _rising(self) -> Marks:
        marks = [mark for mark in (self.warning, self.guarantee, self.highest) if mark is not None]
        if marks != sorted(marks):
            raise ValueError("marks must rise: warning <= guarantee <= highest")
        return self


class Upstream(Part):
    """A gauge up the river, and the hours that a rise needs from there to here (docs/rules.md, Forecast).

    `share`: how much of the water here comes by its branch, where branches meet; equal parts when nobody says.
    """

    station: str
    hours: Annotated[float, Field(gt=0, le=72)]
    share: Annotated[float | None, Field(gt=0, le=1)] = None


class Station(Part):
    """A river gauge. `marks` absent means: no rule can watch it, and the screen says so."""

    id: str
    name: MultiName
    river: MultiName
    lat: Latitude
    lon: Longitude
    base: float = 0.0  # ordinary level, m: where a gauge's bar begins to mean something
    marks: Marks | None = None
    on_wall: bool = False
    upstream: tuple[Upstream, ...] = ()
    district: str = ""  # its adcode, if told: a wrong datum shows when it stands outside of it

    @field_validator("upstream", mode="before")
    @classmethod
    def _several(cls, given: Any) -> Any:
        """One gauge may stand without a list."""
        return given if isinstance(given, list | tuple) else [given]


class Town(Part):
    """A built-up area: a middle, and how far (km) its streets reach. `weight`: its share of people, of any total."""

    name: MultiName
    lat: Latitude
    lon: Longitude
    weight: Annotated[float, Field(gt=0)] = 1.0
    radius: Annotated[float, Field(gt=0)] = 2.0


class CityProfile(Part):
    """One city. `datum` is that of the files beside city.yaml that tell none; points in city.yaml are WGS-84."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    adcode: int
    name: MultiName
    timezone: str
    datum: Datum = "WGS-84"
    view: View
    resolutions: Resolutions = Resolutions()
    districts: File = MapFile(file="districts.geojson")
    rivers: File | None = None
    ground: Ground = Ground()
    sample: bool = False  # thresholds are sample values, not the hydrology bureau's
    calendar: Calendar = Calendar()  # days off and working hours: rules and deadlines count by them
    stations: tuple[Station, ...] = ()
    towns: tuple[Town, ...] = ()  # where the simulator puts streets; without any it takes the districts' label points

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone {zone!r}; write one such as Asia/Shanghai") from None
        return zone

    @field_validator("stations")
    @classmethod
    def _flowing_down(cls, stations: tuple[Station, ...]) -> tuple[Station, ...]:
        above = {one.id: [up.station for up in one.upstream] for one in stations}
        known = sorted(one.id for one in stations)
        for station, names in above.items():
            for name in names:
                if name not in known:
                    raise ValueError(f"{station}: no station {name!r} to be upstream; there are {', '.join(known)}")
                if names.count(name) > 1:
                    raise ValueError(f"{station}: {name} is upstream twice")
            if station in way_up(station, above):
                raise ValueError(f"{station}: the way upstream leads back to it; water flows one way")
        return stations

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def longest_way(self) -> int:
        """ms that a rise needs at most from a gauge to one that looks at it; 0 when nobody says."""
        return max((round(up.hours * 3_600_000) for one in self.stations for up in one.upstream), default=0)

    def datum_of(self, file: MapFile) -> Datum:
        return file.datum or self.datum

    def station(self, device: str) -> Station | None:
        return next((station for station in self.stations if station.id == device), None)


def way_up(station: str, above: Mapping[str, Sequence[str]]) -> list[str]:
    """The stations up the river from this one, each once, the next first."""
    found, left = [], [*above.get(station, ())]
    while left:
        name = left.pop(0)
        if name not in found:
            found.append(name)
            left += above.get(name, ())
    return found
