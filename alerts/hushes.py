"""Which devices of a metric are silent: each by its own interval, registered or learnt. Asks; what it decides is pure.

A device is silent that said nothing for the rule's `silent` and for MISSED of its intervals (layers/devices.py: one
word may be lost, and one late). Its interval is the one that it is registered with; else the middle one of the times
between its own words within the rule's `known`, hour by hour, so that an outage does not make it a slow device. Nobody
is waited for longer than `known`: after that a device is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from alerts.alert import instant
from alerts.watches import Silence
from layers.asking import Answering, heard, rolled
from layers.devices import MISSED
from streams.question import Question

SQL = Path(__file__).parent / "sql"
SILENCE, PACES = Question.load(SQL, "silence"), Question.load(SQL, "paces")
LEARNT = 20_000  # devices whose own interval is looked up at once: of more that are late the city has another trouble


class Late(NamedTuple):
    """A device that said nothing for `silent`: its last word (epoch ms), and the interval that it is registered with
    (s, 0 for none)."""

    device: str
    last: int
    interval: float


class Hush(NamedTuple):
    """A metric: devices heard within the time they are known for, how many of them are silent now, and which."""

    metric: str
    devices: int
    silent: int
    which: tuple[str, ...] = ()


Paces = Mapping[tuple[str, str], float]
"""By metric and device the time between its words, ms."""


def hushes(database: Answering, watch: Silence, now: int) -> list[Hush]:
    """Of each metric that was heard who is silent at `now`, epoch ms. Raises QueryFailed, DatabaseUnavailable."""
    at, back = instant(now), timedelta(milliseconds=watch.known)
    known, settled = heard(database, at), rolled(database, at, back)["settled_ms"]
    moment, span = known or now, {"now_ms": now, "since_ms": now - watch.known, "settled_ms": settled}
    answer = database.ask(SILENCE, **span, silent_ms=moment - watch.silent, heard_ms=known)
    rows = [(metric, count, list(map(Late._make, quiet))) for metric, count, quiet in zip(*answer.columns, strict=True)]
    slow = [(metric, one.device) for metric, _, lates in rows for one in lates if not one.interval > 0][:LEARNT]
    paces = _paces(database, slow, span) if slow else {}
    return [_hush(metric, count, silent(watch, metric, lates, paces, moment)) for metric, count, lates in rows]


def _hush(metric: str, devices: int, found: list[Late]) -> Hush:
    return Hush(metric, devices, len(found), tuple(one.device for one in found))


def _paces(database: Answering, slow: Iterable[tuple[str, str]], span: Mapping[str, int]) -> Paces:
    metrics, devices = (sorted(set(part)) for part in zip(*slow, strict=True))
    answer = database.ask(PACES, metrics=metrics, devices=devices, **span)
    return {(metric, device): pace for metric, device, pace in zip(*answer.columns, strict=True)}


def silent(watch: Silence, metric: str, lates: Iterable[Late], paces: Paces, now: int) -> list[Late]:
    """Those that are silent at `now`, epoch ms, the longest first."""
    found = [one for one in lates if one.last <= now - patience(watch, one, paces.get((metric, one.device), 0.0))]
    return sorted(found, key=lambda one: (one.last, one.device))


def patience(watch: Silence, late: Late, pace: float) -> int:
    """How long a device may say nothing, ms; `pace` is the time between its words, 0 when nobody knows."""
    interval = 1000 * late.interval if late.interval > 0 else pace
    return min(max(watch.silent, round(MISSED * interval)), watch.known)
