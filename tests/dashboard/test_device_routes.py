"""/api/devices over a city of plain lists."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.device_answers import to_fill_in
from layers.devices import Unknown
from streams.device_file import read_devices
from tests.dashboard.moments import NOW
from tests.dashboard.test_api import City, city

__all__ = ["city"]


def test_registered_devices_page_by_page(city: City) -> None:
    client, _, _ = city
    page = client.get("/api/devices", params={"limit": 2}).json()
    assert [one["device"] for one in page["devices"]] == ["wl-0", "wl-1"]
    first = page["devices"][0]
    assert (first["registered"], first["metrics"]) == (True, [{"metric": "water_level", "unit": "cm"}])
    assert (first["names"], first["thresholds"]) == ({"zh-CN": "西钢桥"}, {"water_level": {"warning": 4.0}})
    assert (first["interval_s"], first["lon"]) == (60.0, None)
    rest = client.get("/api/devices", params={"limit": 2, "after": page["after"]}).json()
    assert [one["device"] for one in rest["devices"]] == ["wl-2"]
    assert rest["after"] is None


def test_devices_that_nobody_registered(city: City) -> None:
    found = city[0].get("/api/devices", params={"registered": "false"}).json()["devices"]
    assert found[0]["device"] == "pump-9"
    assert not found[0]["registered"]
    assert found[0]["readings"] == 7
    assert found[0]["last"].startswith((NOW - timedelta(minutes=1)).isoformat()[:16])


def test_silent_devices_a_line_a_cause(city: City) -> None:
    found = city[0].get("/api/devices/silent").json()
    assert (found["registered"], found["watched"], found["silent"]) == (4, 3, 2)
    assert [(one["scope"], one["id"], one["devices"]) for one in found["silences"]] == [("gateway", "gw-1", 2)]


def test_the_file_of_unknown_devices_can_be_read_back(city: City) -> None:
    answer = city[0].get("/api/devices/unknown.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="devices.csv"' in answer.headers["content-disposition"]
    odd, pump = (one.entry for one in read_devices(answer.content, "devices.csv", 0))
    assert (odd.device, odd.metrics, odd.units) == ("odd,1", ("odd",), ("",))
    assert (pump.metrics, pump.units) == (("pump_state", "sump_level"), ("", "m"))
    assert (pump.lat, pump.lon) == (36.6, 101.8)


@pytest.mark.parametrize("device", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1"])
def test_no_device_can_put_a_formula_into_a_spreadsheet(device: str) -> None:
    heard = Unknown(device, "rain", NOW, NOW, 1, "", None, None, retired=False)
    assert to_fill_in([heard]) == []
    assert to_fill_in([Unknown("d", device, NOW, NOW, 1, "", None, None, retired=False)]) == []


@pytest.mark.parametrize("path", ["/api/devices", "/api/devices/silent", "/api/devices/unknown.csv"])
def test_without_a_database_the_answer_is_503(city: City, path: str) -> None:
    client, database, _ = city
    database.down = True
    assert client.get(path).status_code == 503


def test_limits_are_held(city: City) -> None:
    assert city[0].get("/api/devices", params={"limit": 5000}).status_code == 422
