"""Silent devices and their causes: a dead gateway is one line, not five hundred."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from layers.devices import Gateway, Quiet, Silence, causes, gateway_of, unknown_of
from layers.moments import to_ms

NOW = datetime(2026, 7, 21, 16, 0, tzinfo=UTC)


def quiet(device: str, minutes: int | None = 10) -> Quiet:
    last = None if minutes is None else NOW - timedelta(minutes=minutes)
    return Quiet(device, "rain", {}, "630102", timedelta(minutes=1), last)


def gateway(name: str, devices: int, *silent: Quiet) -> Gateway:
    times = [one.last for one in silent if one.last]
    return Gateway(name, devices, len(silent), max(times, default=None), silent)


def ids(lines: tuple[Silence, ...]) -> list[tuple[str, str, int]]:
    return [(line.scope, line.id, line.devices) for line in lines]


def test_a_dead_gateway_is_one_line() -> None:
    dead = gateway("gw-1", 500, *(quiet(f"a-{n}", n + 5) for n in range(500)))
    half = gateway("gw-2", 3, quiet("b-1"), quiet("b-2", 20))
    lines = causes((dead, half), 600)
    assert ids(lines) == [("gateway", "gw-1", 500), ("device", "b-2", 1), ("device", "b-1", 1)]
    assert lines[0].last == NOW - timedelta(minutes=5)  # of the one heard last: then the gateway died


def test_devices_without_a_gateway_have_no_common_cause() -> None:
    assert ids(causes((gateway("", 2, quiet("a"), quiet("b", None)),), 9)) == [("device", "b", 1), ("device", "a", 1)]


def test_a_gateway_of_one_device_says_nothing_about_the_gateway() -> None:
    assert ids(causes((gateway("gw-1", 1, quiet("a")),), 9)) == [("device", "a", 1)]


def test_when_all_are_silent_it_is_not_the_devices() -> None:
    lines = causes((gateway("gw-1", 2, quiet("a"), quiet("b", 3)), gateway("", 1, quiet("c", 7))), 3)
    assert lines == (Silence("all", "", 3, NOW - timedelta(minutes=3)),)


def test_nobody_is_silent() -> None:
    assert causes((), 0) == causes((), 9) == ()


def test_rows_of_the_questions() -> None:
    row = {
        "gateway": "gw-1", "devices": 4, "silent": 2, "newest_ms": to_ms(NOW), "silent_devices": ["a", "b"],
        "kinds": ["rain", "rain"], "names_zh": ["甲", ""], "names_en": ["", ""], "districts": ["630102", ""],
        "intervals": [60.0, 300.0], "lasts": [0, to_ms(NOW)],
    }  # fmt: skip
    found = gateway_of(row)
    assert (found.devices, found.silent, found.last) == (4, 2, NOW)
    assert found.quiet[0] == Quiet("a", "rain", {"zh-CN": "甲"}, "630102", timedelta(minutes=1), None)
    assert found.quiet[1].last == NOW
    heard = {
        "device": "x", "its_metric": "rain", "since_ms": to_ms(NOW) - 60_000, "newest_ms": to_ms(NOW), "readings": 2,
        "district": "", "lat": 0.0, "lon": 0.0, "has_spot": 0, "was_known": 1,
    }  # fmt: skip
    unknown = unknown_of(heard)
    assert (unknown.lat, unknown.lon, unknown.retired, unknown.readings) == (None, None, True, 2)
    assert unknown.last - unknown.first == timedelta(minutes=1)
