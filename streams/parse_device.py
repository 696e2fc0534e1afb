"""An entry of the device registry, read from a decoded JSON object or from a row of a profile's devices.csv. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from streams.datum import datum
from streams.metrics import METRICS
from streams.parse_fields import Refusal, name, number, optional_name
from streams.parse_place import place
from streams.parse_times import since
from streams.records import DeviceEntry
from streams.units import WrongUnit, convert

STATES = ACTIVE, RETIRED = "active", "retired"
LEVELS = ("blue", "yellow", "orange", "red")
WATER_MARKS = ("warning", "guarantee")  # 警戒, 保证
MARKS = (*LEVELS, *WATER_MARKS)
LONGEST_INTERVAL = 366 * 86_400  # s: whoever reports less than once a year is not expected at all
MOST_ENTRIES = 10_000  # of one message: the item's number is stored in 16 bits
MOST_METRICS = 64  # of one device: a weather station has a dozen


def batch(found: Mapping[str, Any]) -> list[bytes] | None:
    """The entries of `{"devices":[...]}` as JSON texts; None when the message is one entry."""
    if "devices" not in found:
        return None
    entries = found["devices"]
    if not isinstance(entries, list) or not entries:
        raise Refusal("wrong_shape", "devices must be a list with at least one entry")
    if len(entries) > MOST_ENTRIES:
        raise Refusal("wrong_shape", f"devices holds {len(entries)} entries; at most {MOST_ENTRIES} are taken")
    return [json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass") for one in entries]


def read_entry(found: Mapping[str, Any], now: int) -> DeviceEntry:
    """One entry. Without `at` it is as of `now` (epoch ms). Raises Refusal, whose text begins with the field's name."""
    device, at, state = name(found, "device"), since(found, "at", now), _state(found)
    if state == RETIRED:
        return DeviceEntry(device, at, state)
    metrics = _metrics(found)
    lat, lon = _place(found)
    names = _names(found)
    return DeviceEntry(
        device=device,
        at=at,
        state=state,
        kind=optional_name(found, "kind") or next(iter(metrics)),
        metrics=tuple(metrics),
        units=tuple(metrics.values()),
        lat=lat,
        lon=lon,
        datum=datum(optional_name(found, "datum")) if lat is not None else "",
        interval=_interval(found),
        thresholds=_thresholds(found, metrics),
        gateway=optional_name(found, "gateway"),
        owner=optional_name(found, "owner"),
        name_zh=optional_name(names, "zh-CN"),
        name_en=optional_name(names, "en"),
    )


def _state(found: Mapping[str, Any]) -> str:
    state = optional_name(found, "state") or ACTIVE
    if state not in (ACTIVE, RETIRED):
        raise Refusal("unknown_state", f"state {state[:40]!r} is neither {ACTIVE} nor {RETIRED}")
    return state


def _metrics(found: Mapping[str, Any]) -> dict[str, str]:
    """Unit by metric: of `"metric":"rain","unit":"mm"`, or of `"metrics":{"pm25":"ug/m3"}` for what measures more."""
    many = found.get("metrics")
    if many is None:
        metrics = {name(found, "metric"): found.get("unit")}
    elif isinstance(many, Mapping) and 0 < len(many) <= MOST_METRICS:
        metrics = dict(many)
    elif isinstance(many, list) and 0 < len(many) <= MOST_METRICS:
        metrics = dict.fromkeys(map(str, many))
    else:
        raise Refusal("wrong_shape", f"metrics must be an object of units by metric, 1 to {MOST_METRICS} of them")
    return {name({"metric": metric}, "metric"): _unit(metric, unit) for metric, unit in metrics.items()}


def _unit(metric: str, unit: Any) -> str:
    told = optional_name({"unit": unit}, "unit")
    in_ours(1.0, told, metric)
    return told


def in_ours(value: float, unit: str, metric: str) -> float:
    """A value of a device in our unit of its metric; as it is when either is not known. Raises Refusal: wrong_unit."""
    if not unit or metric not in METRICS:
        return value
    try:
        return convert(value, unit, metric)
    except WrongUnit as error:
        raise Refusal("wrong_unit", str(error)) from None


def _place(found: Mapping[str, Any]) -> tuple[float | None, float | None]:
    lat, lon, doubtful = place(found)
    if doubtful:
        raise Refusal("bad_place", "lat and lon must both be told, and not be 0, 0; leave both out if it moves")
    return lat, lon


def _interval(found: Mapping[str, Any]) -> float:
    if found.get("interval") is None:
        return 0.0
    seconds = number(found, "interval")
    if not 0 <= seconds <= LONGEST_INTERVAL:
        raise Refusal("bad_value", f"interval {seconds:g} is not within 0 to {LONGEST_INTERVAL} seconds")
    return seconds


def _names(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """By language; a plain text is the Chinese name."""
    told = found.get("name")
    if told is None or isinstance(told, Mapping):
        return told or {}
    return {"zh-CN": optional_name(found, "name")}


def _thresholds(found: Mapping[str, Any], metrics: Mapping[str, str]) -> str:
    """JSON of marks by metric, in our units; '' for none."""
    told = found.get("thresholds")
    if not told:
        return ""
    if not isinstance(told, Mapping) or not told.keys() <= metrics.keys():
        raise Refusal("bad_threshold", f"thresholds must be an object by metric, of {', '.join(metrics)} here")
    return json.dumps(
        {metric: _marks(metric, marks, metrics[metric]) for metric, marks in told.items()}, separators=(",", ":")
    )


def _marks(metric: str, told: Any, unit: str) -> dict[str, float]:
    if not isinstance(told, Mapping) or not told or not told.keys() <= set(MARKS):
        raise Refusal("bad_threshold", f"thresholds of {metric} must be an object of some of {', '.join(MARKS)}")
    found = {mark: in_ours(number(told, mark), unit, metric) for mark in MARKS if told.get(mark) is not None}
    for group in (LEVELS, WATER_MARKS):
        _ordered(metric, [(mark, found[mark]) for mark in group if mark in found])
    return found


def _ordered(metric: str, marks: Sequence[tuple[str, float]]) -> None:
    """Levels rise, or fall where low is bad; they never turn."""
    values = [value for _, value in marks]
    if values not in (sorted(values), sorted(values, reverse=True)):
        told = ", ".join(f"{mark} {value:g}" for mark, value in marks)
        raise Refusal("bad_threshold", f"{marks[0][0]} to {marks[-1][0]} of {metric} neither rise nor fall: {told}")
