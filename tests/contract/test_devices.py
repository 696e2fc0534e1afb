"""Devices on the real parts: an entry is stored once, a reading without a place is placed, units are converted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.read import read_city
from streams import kafka, registrar
from streams.clickhouse import Question
from streams.map_files import read_places
from streams.publish import publish
from streams.registrar import FILE, Registrar
from tests.contract.test_ingest import City, Running, city, running

__all__ = ["city", "running"]
pytestmark = [pytest.mark.contract, pytest.mark.timeout(120)]

SQL = Path(__file__).parent / "sql"
GAUGE = {
    "device": "wl-9", "kind": "water", "metric": "water_level", "unit": "cm", "lat": 36.589, "lon": 101.841,
    "interval": 60, "gateway": "gw-1", "owner": "水务局", "name": {"zh-CN": "测站", "en": "Gauge"},
    "thresholds": {"water_level": {"warning": 400, "guarantee": 450}},
}  # fmt: skip
AIR = {"device": "air-9", "kind": "air", "metrics": {"pm25": "ug/m3", "pm10": None}}


def rows(city: City, name: str) -> list[dict[str, Any]]:
    """All rows but what the profile's own file says."""
    found = city.database.ask(Question.load(SQL, name)).rows()
    return [row for row in found if row["source"] != FILE or not row["device"].startswith("wl-")]


def send(city: City, stream: str, *messages: dict[str, Any]) -> None:
    producer = kafka.producer(city.settings)
    sent = [producer.send(city.settings.topic(stream), json.dumps(one).encode()) for one in messages]
    producer.flush(timeout=30)
    assert all(one.get(timeout=30) for one in sent)
    producer.close(timeout=2)


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_an_entry_is_stored_once_though_it_is_read_again(city: City, running: Running, tmp_path: Path) -> None:
    file = tmp_path / "devices.jsonl"
    file.write_text("\n".join(map(json.dumps, [{"devices": [GAUGE, {"device": "x"}, AIR]}, GAUGE])), "utf-8")
    assert publish(city.settings, str(file), "devices", source="simulator").sent == 2
    wait_until(lambda: len(rows(city, "device_entries")) == 3)
    running.end()
    forget_commits(city)
    again = Running(city.settings)
    send(city, "devices", {"device": "wl-9", "state": "retired"})
    wait_until(lambda: len(rows(city, "device_entries")) >= 4)
    time.sleep(1.0)
    again.end()
    found = rows(city, "device_entries")
    assert sorted((row["device"], row["state"], row["item"]) for row in found) == [
        ("air-9", "active", 2), ("wl-9", "active", 0), ("wl-9", "active", 0), ("wl-9", "retired", 0),
    ]  # fmt: skip
    first = next(row for row in found if row["device"] == "wl-9")
    (air,) = (row for row in found if row["device"] == "air-9")
    assert (first["metrics"], first["units"], first["district"]) == (["water_level"], ["cm"], "630102")
    assert json.loads(first["thresholds"]) == {"water_level": {"warning": 4.0, "guarantee": 4.5}}
    assert (first["interval"], first["name_zh"], first["source"]) == (60.0, "测站", "simulator")
    assert first["cell"] > 0
    assert (air["metrics"], air["units"], air["cell"]) == (["pm25", "pm10"], ["ug/m3", ""], 0)
    assert [(row["reason"], row["item"]) for row in rows(city, "rejects")] == [("missing_field", 1)]


def forget_commits(city: City) -> None:
    """As if ingest had died between insert and commit: the group reads from the beginning."""
    admin = kafka.admin(city.settings)
    admin.delete_groups([kafka.group(city.settings)])
    admin.close()


def test_a_reading_without_a_place_gets_the_registered_one(
    city: City, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registrar, "EVERY_S", 0.2)
    send(city, "devices", GAUGE)
    reading = {"device": "wl-9", "metric": "water_level", "value": 250}

    def placed() -> bool:
        at = round(time.time() * 1000)
        send(city, "iot", reading | {"at": at}, {"readings": [reading | {"at": at}]})
        time.sleep(0.5)
        return any(row["cell"] for row in rows(city, "readings"))

    wait_until(placed, 40)
    send(city, "iot", *({**reading, "device": device, "at": round(time.time() * 1000)} for device in ("wl-9", "lost")))
    wait_until(lambda: any(row["device"] == "lost" for row in rows(city, "readings")))
    found = rows(city, "readings")
    (lost,) = (row for row in found if row["device"] == "lost")
    assert (lost["cell"], lost["district"], lost["value"]) == (0, "", 250.0)
    last = max((row for row in found if row["device"] == "wl-9"), key=lambda row: (row["received"], row["cell"]))
    assert (last["district"], last["value"]) == ("630102", 2.5)
    assert last["cell"] == rows(city, "device_entries")[0]["cell"]


def test_a_file_of_devices_is_brought_in_and_again_when_it_changes(city: City, tmp_path: Path) -> None:
    places, file = read_places(read_city("xining")), tmp_path / FILE
    one = Registrar(city.database, places.registry, places, file)

    def bring(text: str) -> list[tuple[str, str, float]]:
        file.write_text(text, "utf-8")
        one.attempt()
        return [(row["device"], row["state"], row["interval"]) for row in rows(city, "device_entries")]

    head = "device,metric,unit,lat,lon,interval\n"
    told = "a,rain,mm,36.589,101.841,60\nb,pm25,,,,300\nb,pm10,,,,\n"
    assert sorted(bring(head + told)) == [("a", "active", 60.0), ("b", "active", 300.0)]
    post = places.registry.post("a")
    assert post is not None
    assert post.spot[1] == "630102"
    assert len(bring(head + told + "\n")) == 2  # nothing is said anew
    assert sorted(bring(head + told.replace(",60", ",120")))[:2] == [("a", "active", 60.0), ("a", "active", 120.0)]
    assert ("b", "retired", 0.0) in bring(head + "a,rain,mm,36.589,101.841,120\n")
    assert len(rows(city, "device_entries")) == 4
    replaced = Registrar(city.database, places.registry, places, file)  # another start, the same file
    replaced.attempt()
    assert len(rows(city, "device_entries")) == 4
