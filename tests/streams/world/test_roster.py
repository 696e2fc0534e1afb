"""The made-up city registers its devices, but for a handful."""

from __future__ import annotations

from streams.messages import parse
from streams.records import DeviceEntry
from streams.world.devices import KINDS
from tests.streams.world.made import ANCHOR, xining


def entries() -> list[DeviceEntry]:
    items = [item for one in xining().roster(ANCHOR) for item in parse("devices", one.value, ANCHOR)]
    assert all(isinstance(item, DeviceEntry) for item in items)
    return items  # type: ignore[return-value]


def test_all_but_one_of_each_kind_are_registered() -> None:
    known = {entry.device for entry in entries()}
    everybody = {device for fleet in xining().fleets for device in fleet.ids}
    assert len(known) == len(entries()) > 1_980
    assert known < everybody
    assert sorted(everybody - known) == sorted(
        f"{kind.prefix}-{kind.count:03d}" for kind in KINDS if kind.name != "water"
    )


def test_what_is_told_is_what_the_devices_do() -> None:
    found = {entry.device: entry for entry in entries()}
    for fleet in xining().fleets:
        entry = found[fleet.ids[0]]
        assert (entry.lat, entry.lon) == (fleet.lat[0], fleet.lon[0])
        assert entry.metrics == fleet.kind.metrics
        assert entry.interval * 1000 == fleet.kind.live
        assert bool(entry.gateway) == fleet.kind.gateway
        assert entry.owner
        assert entry.name_zh
    assert found["wl-xigangqiao"].thresholds == '{"water_level":{"warning":4.0,"guarantee":4.5}}'
    assert (found["wl-laoyeshan"].thresholds, found["wl-laoyeshan"].name_en) == ("", "Laoyeshan")


def test_a_gateway_has_many_devices() -> None:
    behind = [entry.gateway for entry in entries() if entry.gateway == "gw-smoke-02"]
    assert len(behind) == 50


def test_messages_are_few() -> None:
    assert len(xining().roster(ANCHOR)) <= 5
