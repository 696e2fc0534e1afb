"""Questions about devices on the real engine: who is silent, who is not registered, who is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from layers import registered
from layers.devices import Nowhere, Strangers, Unknown
from layers.moments import to_ms
from streams.clickhouse import Database
from tests.contract.city_part import Town, town

__all__ = ["town"]
pytestmark = pytest.mark.contract

# Twenty past the last hour: what the database forgets after days must not be old.
NOW = datetime.now(UTC).replace(minute=20, second=0, microsecond=0) - timedelta(hours=1)
MS = to_ms(NOW)
MINUTE, HOUR = 60_000, 3_600_000


def register(database: Database, device: str, interval: float = 60.0, *, gateway: str = "", **more: Any) -> None:
    entry = {"device": device, "at": MS - 9 * HOUR, "state": "active", "kind": "rain", "interval": interval}
    places = {"lat": math.nan, "lon": math.nan, "received": MS - 9 * HOUR, "gateway": gateway}
    columns: dict[str, Sequence[Any]] = {name: [value] for name, value in (entry | places | more).items()}
    database.insert("device_entries", columns)


def test_who_is_silent(town: Town) -> None:
    database = town.database
    for device in ("well", "late", "never", "daily", "gone", "new"):
        register(database, device, 86_400.0 if device == "daily" else 60.0)
    register(database, "gone", at=MS - HOUR, state="retired")
    register(database, "new", at=MS - 2 * MINUTE)
    for number in range(3):
        register(database, f"g-{number}", gateway="gw-1", name_zh="井", kind="manhole")
        town.read("manhole_level", f"g-{number}", {MS - HOUR * (5 + number): 0.3})
    town.read("rain", "well", {MS - 2 * MINUTE: 0.0, MS - 9 * MINUTE: 0.0})
    town.read("rain", "late", {MS - 4 * MINUTE: 0.0})
    found = registered.fleet(database, None, NOW)  # type: ignore[arg-type]
    assert (found.registered, found.watched, found.silent) == (8, 7, 5)
    told = [(line.scope, line.id, line.devices, line.last) for line in found.silences]
    assert told == [
        ("gateway", "gw-1", 3, NOW - timedelta(hours=5)),
        ("device", "never", 1, None),
        ("device", "late", 1, NOW - timedelta(minutes=4)),
    ]
    assert found.silences[1].quiet is not None
    assert found.silences[1].quiet.kind == "rain"


def test_who_is_not_registered(town: Town) -> None:
    for device in ("known", "gone"):
        register(town.database, device)
    register(town.database, "gone", at=MS - HOUR, state="retired")
    town.read("rain", "known", {MS - MINUTE: 0.0})
    town.read("rain", "gone", {MS - MINUTE: 0.0})
    town.read("rain", "strange", {MS - 2 * HOUR: 0.0, MS - HOUR: 0.0, MS - 3 * MINUTE: 1.0}, cell=7, district="630102")
    town.read("pm25", "strange", {MS - 2 * MINUTE: 0.0})
    town.read("rain", "long ago", {MS - 25 * HOUR: 0.0})
    found = registered.strangers(town.database, NOW)
    assert found.total == 3
    assert [(one.device, one.metric, one.retired) for one in found.first] == [
        ("gone", "rain", True), ("strange", "pm25", False), ("strange", "rain", False),
    ]  # fmt: skip
    last = found.first[2]
    assert (last.readings, last.district, last.last) == (3, "630102", NOW - timedelta(minutes=3))
    assert last.first == NOW - timedelta(hours=2)
    assert last.lat == pytest.approx(36.6, abs=1e-5)
    assert found.first[1].lat is None


def test_an_empty_city(town: Town) -> None:
    found = registered.fleet(town.database, None, NOW)  # type: ignore[arg-type]
    assert (found.registered, found.watched, found.silent, found.silences) == (0, 0, 0, ())
    assert registered.strangers(town.database, NOW) == Strangers()


def test_what_the_rollups_hold_is_not_asked_of_the_readings(town: Town) -> None:
    """Whole hours come from there once somebody has looked, and say the same."""
    register(town.database, "known")
    town.read("rain", "known", {MS - 5 * HOUR: 0.0})
    town.read("rain", "strange", {MS - 5 * HOUR + MINUTE * n: 0.0 for n in range(7)}, cell=7)
    before, strange = registered.fleet(town.database, None, NOW), registered.strangers(town.database, NOW)  # type: ignore[arg-type]
    hour = (MS - 5 * HOUR) // HOUR * HOUR // 1000
    for device, count, last in (("known", 1, MS - 5 * HOUR), ("strange", 7, MS - 5 * HOUR + 6 * MINUTE)):
        for version in (1, count):
            span = {"span": 3600, "metric": "rain", "start": datetime.fromtimestamp(hour, UTC), "device": device}
            rest = {
                "last_at": last,
                "version": version << 32,
                "readings": version,
                "lat": 36.6,
                "lon": 101.7,
                "cell": 7,
                "district": "",
            }
            town.database.insert("reading_spans", {name: [value] for name, value in (span | rest).items()})
    closed = datetime.fromtimestamp(MS // HOUR * HOUR // 1000, UTC)
    town.database.insert("rollup_looks", {"looked": [MS - MINUTE], "closed": [closed]})
    town.database.command("ALTER TABLE readings DELETE WHERE 1 SETTINGS mutations_sync = 2")
    after, still = registered.fleet(town.database, None, NOW), registered.strangers(town.database, NOW)  # type: ignore[arg-type]
    assert after.silences == before.silences
    assert [(one.device, one.readings, one.last) for one in still.first] == [
        (one.device, one.readings, one.last) for one in strange.first
    ]
    assert isinstance(still.first[0], Unknown)


def note(database: Database, device: str, cell: int, at: int) -> None:
    """What streams/rollup.py notes of a device's newest word; '' for its look."""
    row = {"device": device, "metric": "rain" if device else "", "cell": cell, "at": at}
    database.insert("device_heard", {name: [value] for name, value in row.items()})


def test_whose_words_lie_nowhere(town: Town) -> None:
    """Until it is registered with a place and has spoken since: registering alone moves no reading, but is the mend."""
    database = town.database
    for device in ("bare", "placed"):
        register(database, device, **({"lat": 36.6, "lon": 101.7} if device == "placed" else {}))
    for device in ("bare", "placed", "strange", "moved", "says", "gone", "old"):
        note(database, device, 0, MS - (1500 if device == "old" else 10) * MINUTE)
    register(database, "gone", at=MS - HOUR, state="retired", lat=36.6, lon=101.7)
    assert registered.nowhere(database, NOW) == ()  # nobody keeps last words: not known
    database.insert("word_looks", {"noted": [MS]})
    note(database, "moved", 7, MS - MINUTE)
    note(database, "says", 7, MS - 10 * MINUTE)
    bare = Nowhere("bare", 1, ("bare",))
    assert registered.nowhere(database, NOW) == (Nowhere("strange", 2, ("gone", "strange")), bare)
    register(database, "strange", lat=36.6, lon=101.7)
    assert registered.nowhere(database, NOW)[0] == Nowhere("strange", 1, ("gone",))


def test_registered_devices_page_by_page(town: Town) -> None:
    for number in range(5):
        register(town.database, f"d-{number}", metrics=["rain"], units=["mm"], owner="水务局")
    register(town.database, "d-1", at=MS, state="retired")
    register(town.database, "d-2", at=MS, lat=36.6, lon=101.7)
    page = registered.registered(town.database, most=2)
    assert [(row["device"], row["lat"]) for row in page] == [("d-0", None), ("d-2", 36.6)]
    assert (page[0]["metrics"], page[0]["owner"], page[0]["interval_s"]) == (["rain"], "水务局", 60.0)
    assert [row["device"] for row in registered.registered(town.database, "d-2")] == ["d-3", "d-4"]
