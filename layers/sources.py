"""Each stream as of `now`: is it alive, how late, what of it could not be read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from layers.asking import ask
from layers.geometry import City
from layers.moments import DAY, from_ms
from layers.picture import Source
from streams.clickhouse import Database

STREAMS = ("iot", "cases", "events", "devices")
RUNNING, HELD = "running", "held"
LATELY = timedelta(minutes=15)
LONG_AGO = timedelta(days=7)
BEATING = timedelta(seconds=15)
"""Ingest writes a heartbeat every 2 s; older than this, its lag and rate are not those of now."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the ingest processes say of one stream together; `told` is when the one heard longest ago said so."""

    lag: int | None = None
    rate: float | None = None
    state: str = ""
    held: bool = False
    told: datetime | None = None


def sources(database: Database, city: City, now: datetime) -> tuple[Source, ...]:  # noqa: ARG001 - asked like any part
    """The four streams in their order. Raises as Database.ask."""
    lately = {row["stream"]: row for row in ask(database, "arrivals", now, LATELY).rows()}
    before = {stream: _long_ago(database, stream, now) for stream in STREAMS if not lately[stream]["arrived"]}
    refused = _rejects(database, now)
    beats = heard(database, now)
    return tuple(pulsed(_source(lately[one] | before.get(one, {}), refused.get(one, {})), beats) for one in STREAMS)


def heard(database: Database, now: datetime) -> Mapping[str, Pulse]:
    """What ingest says of each stream at `now`; of none while it is silent. Raises as Database.ask."""
    beats = ask(database, "ingest_beats", now, BEATING).rows()
    told = from_ms(min((row["at_ms"] for row in beats), default=0))
    return {stream: replace(pulse, told=told) for stream, pulse in pulses(row["beat"] for row in beats).items()}


def pulsed(source: Source, beats: Mapping[str, Pulse]) -> Source:
    """The stream with what ingest says of it."""
    pulse = beats.get(source.stream, Pulse())
    state = HELD if pulse.held and pulse.state == RUNNING else pulse.state
    return replace(source, lag=pulse.lag, rate=pulse.rate, state=state, held=pulse.held, told=pulse.told)


def _source(row: Mapping[str, Any], refused: Mapping[str, int]) -> Source:
    at, received = from_ms(row["newest_ms"]), from_ms(row["received_ms"])
    return Source(row["stream"], at, received, row["arrived"], row["simulated"], MappingProxyType(dict(refused)))


def _long_ago(database: Database, stream: str, now: datetime) -> dict[str, Any]:
    """When a silent stream spoke last; one that has events seldom is silent most of the time."""
    return ask(database, f"last_{stream}", now, LONG_AGO).first() or {}


def _rejects(database: Database, now: datetime) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in ask(database, "rejects", now, DAY).rows():
        found[row["stream"]][row["reason"]] = row["messages"]
    return found


def pulses(beats: Iterable[str]) -> Mapping[str, Pulse]:
    """Heartbeats (JSON, one an ingest process) by stream: lags and rates add up. One that cannot be read says nothing.

    A topic is `<prefix>.<stream>`. Ingest has none while it waits for its broker: that is then said of every stream.
    """
    found: dict[str, Pulse] = {}
    read = [_read(beat) for beat in beats]
    for beat in read:
        for topic, told in beat.get("topics", {}).items():
            stream = topic.rpartition(".")[2]
            found[stream] = _joined(found.get(stream, Pulse()), told, str(beat.get("state", "")), stream in _held(beat))
    waiting = next((str(beat.get("state", "")) for beat in read if beat), "")
    return found or (dict.fromkeys(STREAMS, Pulse(state=waiting)) if waiting else {})


def _held(beat: Mapping[str, Any]) -> Mapping[str, Any]:
    held = beat.get("held")
    return held if isinstance(held, dict) else {}


def _joined(pulse: Pulse, told: Mapping[str, Any], state: str, held: bool) -> Pulse:
    lag, rate = told.get("lag"), told.get("rate")
    return Pulse(
        lag=pulse.lag if lag is None else (pulse.lag or 0) + int(lag),
        rate=pulse.rate if rate is None else (pulse.rate or 0.0) + float(rate),
        state=state if pulse.state in ("", RUNNING) else pulse.state,
        held=held or pulse.held,
    )


def _read(beat: str) -> Mapping[str, Any]:
    try:
        found = json.loads(beat)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("topics"), dict) else {}
