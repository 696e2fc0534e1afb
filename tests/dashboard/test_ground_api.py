"""/api/ground, and answers in the datum that is asked for."""

from __future__ import annotations

import math

import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from dashboard import api
from dashboard.parameters import unfit
from streams.datum import to_wgs84
from tests.dashboard.desk_city import context, lists
from tests.dashboard.moments import NOW
from tests.dashboard.test_api import Client


@pytest.fixture(scope="module")
def client() -> Client:
    made = context(lists(lambda: NOW))
    made.state.step()
    server = FastAPI()
    server.include_router(api.router(made))
    server.add_exception_handler(RequestValidationError, unfit)
    return Client(server)


def test_facilities_by_kind(client: Client) -> None:
    every = client.get("/api/ground/facilities").json()
    pumps = client.get("/api/ground/facilities", {"kind": "pump"}).json()
    assert (every["datum"], len(every["facilities"]), len(pumps["facilities"])) == ("WGS-84", 60, 8)
    assert {one["kind"] for one in pumps["facilities"]} == {"pump"}
    assert every["facilities"][0]["capacity"] == 750
    assert client.get("/api/ground/facilities", {"kind": "bar"}).status_code == 422


OFFSETS = {"gcj02": ("GCJ-02", 140, 200), "BD-09": ("BD-09", 700, 1300), "": ("WGS-84", 0, 0)}
"""What is asked -> the datum, and how many metres it is off in Xining."""


@pytest.mark.parametrize("asked", OFFSETS)
@pytest.mark.parametrize("path", ["ground/facilities", "ground/cameras", "alerts"])
def test_points_in_the_datum_asked_for(client: Client, path: str, asked: str) -> None:
    (datum, least, most), key = OFFSETS[asked], path.rpartition("/")[2]
    plain = client.get(f"/api/{path}").json()
    told = client.get(f"/api/{path}", {"datum": asked}).json()
    assert told["datum"] == datum
    pairs = [(here, there) for here, there in zip(plain[key], told[key], strict=True) if here["lat"] is not None]
    assert pairs
    for here, there in pairs:
        north, east = there["lat"] - here["lat"], (there["lon"] - here["lon"]) * math.cos(math.radians(here["lat"]))
        assert least <= 111_195 * math.hypot(north, east) <= most
        assert to_wgs84(there["lat"], there["lon"], datum) == pytest.approx((here["lat"], here["lon"]), abs=1e-5)
        assert {name: value for name, value in there.items() if name not in ("lat", "lon")} == {
            name: value for name, value in here.items() if name not in ("lat", "lon")
        }


@pytest.mark.parametrize("path", ["ground/facilities", "ground/cameras", "alerts", "devices"])
def test_an_unknown_datum_is_422(client: Client, path: str) -> None:
    answer = client.get(f"/api/{path}", {"datum": "mars-2000"})
    assert answer.status_code == 422
    assert "none of WGS-84, GCJ-02, BD-09" in answer.text


def test_a_weight_has_the_same_sum_at_any_resolution(client: Client) -> None:
    (people,) = client.get("/api/ground/weights").json()["weights"]
    assert (people["key"], people["native"], people["sample"]) == ("people", 8, True)
    for resolution in (6, 8, 9):
        told = client.get("/api/ground/weights/people", {"resolution": resolution}).json()
        assert sum(told["values"]) == pytest.approx(people["total"], rel=1e-4)
        assert len(told["cells"]) == len(told["values"])
    assert client.get("/api/ground/weights/people", {"resolution": 12}).status_code == 422
    assert "there are: people" in client.get("/api/ground/weights/cats").json()["detail"]
