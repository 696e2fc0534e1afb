"""/api/ground: what stands still in the city, from its profile: facilities, cameras, weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import h3.api.basic_int as h3
from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from dashboard import datums
from dashboard.answers import Answer

if TYPE_CHECKING:
    from dashboard.context import Context
    from layers.geometry import Facility, Weight

Kind = Literal["hospital", "shelter", "fire_station", "pump", "reserve", "school"]


class FacilityOut(Answer):
    id: str
    kind: str
    names: dict[str, str] = Field(description="by language")
    lat: float
    lon: float
    capacity: float | None = Field(description="beds, people, engines, m3/s, m2 or pupils, by its kind")
    note: str
    sample: bool = Field(description="made up for a demonstration")


class FacilitiesOut(Answer):
    datum: str
    facilities: tuple[FacilityOut, ...]


class CameraOut(Answer):
    id: str
    names: dict[str, str] = Field(description="by language")
    lat: float
    lon: float
    link: str
    sample: bool = Field(description="made up for a demonstration")


class CamerasOut(Answer):
    datum: str
    cameras: tuple[CameraOut, ...]


class WeightOut(Answer):
    """A quantity that lies still. `native` is the finest H3 resolution that its file knows."""

    key: str
    names: dict[str, str] = Field(description="by language")
    units: dict[str, str] = Field(description="by language")
    source: str
    sample: bool
    total: float
    native: int


class WeightsOut(Answer):
    weights: tuple[WeightOut, ...]


class WeightCellsOut(Answer):
    """`cells[i]` (H3, text) holds `values[i]`; cells that hold nothing are not named. The sum is the same at any."""

    weight: WeightOut
    resolution: int
    cells: tuple[str, ...]
    values: tuple[float, ...]


def router(context: Context, responses: Any) -> APIRouter:
    """The routes."""
    api = APIRouter(prefix="/api/ground", tags=["ground"], responses=responses)
    city = context.city

    @api.get("/facilities")
    async def facilities(kind: Kind | None = None, datum: datums.Asked = "WGS-84") -> FacilitiesOut:
        """The facilities of the profile, of one kind or of all."""
        found = tuple(_facility(one) for one in city.facilities if kind in (None, one.kind))
        return datums.told_in(FacilitiesOut(datum="WGS-84", facilities=found), datum)

    @api.get("/cameras")
    async def cameras(datum: datums.Asked = "WGS-84") -> CamerasOut:
        """The cameras of the profile, each with its link."""
        found = tuple(
            CameraOut(id=one.id, names=dict(one.name), lat=one.lat, lon=one.lon, link=one.link, sample=one.sample)
            for one in city.cameras
        )
        return datums.told_in(CamerasOut(datum="WGS-84", cameras=found), datum)

    @api.get("/weights")
    async def weights() -> WeightsOut:
        """The quantities that lie still, such as residents."""
        return WeightsOut(weights=tuple(map(_weight, city.weights)))

    @api.get("/weights/{key}")
    def cells(key: str, resolution: Annotated[int, Query(ge=5, le=10)] = 8) -> WeightCellsOut:
        """One of them, summed to the cells of a resolution."""
        found = city.weight(key)
        if found is None:
            known = ", ".join(one.key for one in city.weights) or "none"
            raise HTTPException(404, f"no weight {key!r}; there are: {known}")
        told = sorted(found.at(resolution).items())
        return WeightCellsOut(
            weight=_weight(found),
            resolution=resolution,
            cells=tuple(h3.int_to_str(cell) for cell, _ in told),
            values=tuple(round(value, 3) for _, value in told),
        )

    return api


def _facility(one: Facility) -> FacilityOut:
    capacity = one.detail.get("capacity")
    return FacilityOut(
        id=one.id,
        kind=one.kind,
        names=dict(one.name),
        lat=one.lat,
        lon=one.lon,
        capacity=None if capacity is None else float(capacity),
        note=str(one.detail.get("note", "")),
        sample=one.sample,
    )


def _weight(one: Weight) -> WeightOut:
    names, units = dict(one.name), dict(one.unit)
    return WeightOut(
        key=one.key, names=names, units=units, source=one.source, sample=one.sample, total=one.total, native=one.native
    )
