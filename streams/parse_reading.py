"""Readings, the careful way: one or a gateway's batch, with a reason for whatever is not taken. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from streams.metrics import METRICS, RANGES, WIDEST
from streams.parse_fields import (
    AHEAD_MARK,
    SENTINELS,
    SKEW,
    Fields,
    Refusal,
    clean,
    mend,
    name,
    number,
    optional_name,
    quality_of,
)
from streams.parse_json import as_object, read_object
from streams.parse_place import place
from streams.parse_times import instant
from streams.records import Item, Reading, Rejected
from streams.units import LONGEST, WrongUnit, convert

MOST_READINGS = 10_000  # of one gateway batch: the item's number is stored in 16 bits
SHARED = ("unit", "datum")
"""Fields that a batch may tell for all of its readings; a reading's own come before them."""
_BOM = b"\xef\xbb\xbf"


class _RawBatch(msgspec.Struct):
    readings: list[msgspec.Raw]


_raw_batch = msgspec.json.Decoder(_RawBatch)


Units = Mapping[str, Mapping[str, str]]
"""Of devices registered with a unit that is not ours: the unit by metric."""
OURS: Units = {}


def read_readings(payload: bytes, now: int, units: Units = OURS) -> Sequence[Item]:
    """Each reading of a message, or why it is none. Raises Refusal when the message as a whole cannot be taken."""
    found = read_object(payload)
    return _batch(payload, found, now, units) if "readings" in found else [read_reading(found, now, units)]


def _batch(payload: bytes, found: Fields, now: int, units: Units) -> Sequence[Item]:
    readings = found["readings"]
    if not isinstance(readings, list) or not readings:
        raise Refusal("wrong_shape", "readings must be a list with at least one reading")
    if len(readings) > MOST_READINGS:
        raise Refusal("wrong_shape", f"readings holds {len(readings)} items; at most {MOST_READINGS} are taken")
    shared = {field: found[field] for field in SHARED if field in found}
    sent = _Sent(payload, readings, units)
    return [_one(sent, number, shared, found.encoding, now) for number in range(len(readings))]


class _Sent:
    """A batch as it was sent: its readings decoded, and, made when first asked for, the bytes of each."""

    def __init__(self, payload: bytes, readings: list[Any], units: Units) -> None:
        self.payload, self.readings, self.units = payload, readings, units

    @cached_property
    def raw(self) -> Sequence[bytes]:
        """As they stand in the message where that can be had."""
        try:
            return [bytes(raw) for raw in _raw_batch.decode(self.payload.removeprefix(_BOM)).readings]
        except ValueError:  # NaN and the like: Python reads what JSON does not allow
            return [json.dumps(one).encode("utf-8", "surrogatepass") for one in self.readings]


def _one(sent: _Sent, number: int, shared: Mapping[str, Any], encoding: str, now: int) -> Item:
    try:
        return read_reading(_with(shared, as_object(sent.readings[number], encoding)), now, sent.units)
    except Refusal as refusal:
        return Rejected(refusal.reason, clean(refusal.detail), sent.raw[number])


def _with(shared: Mapping[str, Any], found: Fields) -> Fields:
    for field, value in shared.items():
        found.setdefault(field, value)
    return found


def read_reading(found: Fields, now: int, units: Units = OURS) -> Reading:
    """One reading. Raises Refusal."""
    device, metric = name(found, "device"), name(found, "metric")
    if device in units and found.get("unit") in (None, ""):
        found["unit"] = units[device].get(metric)
    at = instant(found, "at", now)
    if at > now + SKEW:
        mend(found, AHEAD_MARK)
    value = _plausible(metric, _in_our_unit(found, metric, _measured(found)))
    lat, lon, _ = place(found)
    said = optional_name(found, "quality")
    return Reading(device, metric, at, value, quality_of(said, found.marks), lat, lon)


def _measured(found: Fields) -> float:
    value = number(found, "value")
    if value in SENTINELS:
        raise Refusal("sentinel_value", f"value {value:g} means that there was no measurement")
    return value


def _in_our_unit(found: Fields, metric: str, value: float) -> float:
    """The value in the unit of a metric that we know; of another the unit is kept as a mark."""
    unit = optional_name(found, "unit")
    if not unit:
        return value
    if metric not in METRICS:
        mend(found, f"unit:{unit[:LONGEST].replace(',', ' ')}")
        return value
    try:
        converted = convert(value, unit, metric)
    except WrongUnit as error:
        raise Refusal("wrong_unit", str(error)) from None
    if converted is not value:
        mend(found, "unit")
    return converted


def _plausible(metric: str, value: float) -> float:
    least, most = RANGES.get(metric, WIDEST)
    if not least <= value <= most:
        raise Refusal("implausible", f"value {value:g} of {metric[:80]} is not within {least:g} to {most:g}")
    return value
