"""Rules, observations and runs of the engine, made short."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from alerts.alert import Member, Observation, Spot, Transition
from alerts.engine import States, step
from alerts.rings import Heard, Row, Window
from alerts.rules import Rule

MINUTE = 60_000


def rule(**given: Any) -> Rule:
    """A rule that fires above 10, 20, 30, 40 of a device's newest reading; `given` replaces keys of the YAML."""
    content: dict[str, Any] = {
        "key": "made",
        "scenario": "emergency",
        "names": {"zh-CN": "试验", "en": "Made"},
        "what": {"zh-CN": "水位", "en": "Level"},
        "source": {"zh-CN": "试验值", "en": "Test values"},
        "basis": "sample",
        "unit": "m",
        "watch": {"metric": "level", "measure": "last", "window": "10m"},
        "place": {"kind": "device"},
        "levels": {"blue": 10, "yellow": 20, "orange": 30, "red": 40},
        "stale_after": "5m",
    }
    return Rule.model_validate(content | given)


def saw(rule: Rule, value: float | None, at: int, place: str = "a", **given: Any) -> Observation:
    """One place's observation, its newest reading as old as nothing."""
    return Observation(place, at, value, rule.thresholds(None), **given)


def many(rule: Rule, values: Mapping[str, float], at: int, ages: Mapping[str, int] | None = None) -> Observation:
    """A place that speaks for several devices; `ages` (ms) of those that are silent."""
    ages = ages or {}
    members = {device: Member(value, at - ages.get(device, 0), Spot(1.0, 2.0)) for device, value in values.items()}
    fresh = {device: values[device] for device in values if ages.get(device, 0) <= rule.stale_after}
    worst = max(fresh, key=lambda device: rule.sign * fresh[device])
    return Observation("a", at, fresh[worst], rule.thresholds(None), members=members, device=worst)


def window(*rows: Row, of: Sequence[str] = ()) -> Window:
    """A window that has these rows; `of` are the devices of the metric, if others were heard too."""
    known = {row.device: row for row in rows}
    devices = list(of or known)
    each = [known.get(device, Row(device, 0, *(math.nan,) * 5, 0, math.nan, math.nan, 0, "")) for device in devices]

    def column(name: str, kind: Any = np.float64) -> Any:
        return np.array([getattr(row, name) for row in each], kind)

    places = (column("lat"), column("lon"), column("cell", np.uint64), [row.district for row in each])
    heard = Heard(devices, column("at", np.int64), column("last"), *places)
    here = np.array([device in known for device in devices], np.bool_)
    more = {name: column(name) for name in ("slope", "change", "distinct", "quantile", "absent")}
    counts = {name: column(name, np.int64) for name in ("readings", "sloped")}
    return Window(heard, here, column("sum"), column("max"), column("min"), **counts, **more)


def course(
    rule: Rule, looks: Iterable[tuple[int, Sequence[Observation]]], states: States | None = None
) -> tuple[States, list[Transition]]:
    """The engine over several looks (now, observations)."""
    known: States = states or {}
    told: list[Transition] = []
    for now, seen in looks:
        outcome = step(rule, known, seen, now)
        known = outcome.states
        told += outcome.transitions
    return known, told


def line(rule: Rule, values: Sequence[float | None], every: int = MINUTE) -> list[tuple[int, list[Observation]]]:
    """One look each `every` ms at one place; None is no observation."""
    return [(n * every, [] if value is None else [saw(rule, value, n * every)]) for n, value in enumerate(values)]


def ways(told: Iterable[Transition]) -> list[tuple[int, str, str]]:
    """(minute, state gone to, reason) of each transition."""
    return [(one.at // MINUTE, one.after, one.reason) for one in told]
