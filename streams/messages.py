"""From the bytes of one Kafka message to what it says, or why it cannot be taken. Pure: `now` is an argument.

What happens to a doubtful message (the order of the checks is the order of the table):

| what is wrong                                              | outcome | reason or mark      |
|------------------------------------------------------------|---------|---------------------|
| no bytes at all                                            | reject  | empty               |
| more than 1 MB (1,048,576 bytes)                           | reject  | too_big             |
| bytes that are not UTF-8 (a UTF-8 byte order mark is fine) | reject  | not_utf8            |
| not JSON                                                   | reject  | not_json            |
| JSON, but not an object; `readings` not a list of objects  | reject  | wrong_shape         |
| a batch of more than 10,000 readings                       | reject  | wrong_shape         |
| a field that must be there is not, is null or is blank     | reject  | missing_field       |
| a text field that holds no text; half a surrogate pair     | reject  | bad_text            |
| an identifier or a name of more than 256 characters        | reject  | too_long            |
| a time that is neither ISO 8601 nor epoch milliseconds     | reject  | bad_time            |
| an ISO time that names no offset                           | reject  | time_without_offset |
| older than 400 days                                        | reject  | time_too_old        |
| more than 1 h ahead                                        | reject  | time_in_future      |
| a value that is NaN, infinite or no number                 | reject  | bad_value           |
| -999, -9999, -99999, -999999: "no measurement"             | reject  | sentinel_value      |
| a value that its metric cannot have (parse_fields.RANGES)  | reject  | implausible         |
| latitude or longitude out of range or no number            | reject  | bad_place           |
| (0, 0), or only one of the two coordinates                 | mend    | no_place            |
| a quality that says bad, invalid, error or suspect         | mend    | that word alone     |
| coordinates 2 km or more outside every district            | mend    | outside             |
| a stage that GB/T 30428 does not know                      | reject  | unknown_stage       |
| XML that is not well-formed, has a DTD, is not CAP 1.2     | reject  | bad_xml             |
| a number where an identifier is wanted                     | accept  | taken as its text   |
| a field nobody knows                                       | accept  | not read            |

A mend keeps the message and, where there is a quality (readings), writes its mark there: `no_place` means that the
row has no coordinates. Readings marked bad, invalid, error, suspect or outside are kept and shown, but no figure of the
city and no rule uses them. One bad item of a gateway's batch is one reject with that item's bytes; the others are kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from streams.parse_cap import read_cap
from streams.parse_device import batch, read_entry
from streams.parse_fields import (
    AHEAD,
    DOUBTED,
    OLDEST,
    RANGES,
    SENTINELS,
    WIDEST,
    Refusal,
    graded,
    instant,
    name,
    number,
    optional_name,
    optional_text,
    optional_time,
    place,
    text,
)
from streams.records import STAGES, CaseStep, CityEvent, Item, Reading, Rejected
from streams.wire import WireReading, decode_batch, plain_reading, settle

__all__ = ["STAGES", "STREAMS", "CaseStep", "CityEvent", "Item", "Reading", "Rejected", "Stream", "parse"]

Stream = Literal["iot", "cases", "events", "devices"]
STREAMS: tuple[Stream, ...] = ("iot", "cases", "events", "devices")

BIGGEST = 1 << 20  # bytes: ten thousand readings fit; ours to choose
MOST_READINGS = 10_000  # of one gateway batch: the item's number is stored in 16 bits
KEPT_OF_BIG = 1 << 16  # bytes of an oversized message that are kept for the operator

NO_PLACE = "no_place"
_BOM = b"\xef\xbb\xbf"


def parse(stream: Stream, payload: bytes | None, now: int) -> Sequence[Item]:
    """What a message of `stream` says, one item for each thing it holds; an item's position is its number.

    `now` is epoch ms. Never raises and never gives an empty list: what cannot be taken is a Rejected.
    """
    if not payload:
        return [Rejected("empty", "the message has no bytes", b"")]
    if len(payload) > BIGGEST:
        return [Rejected("too_big", f"{len(payload)} bytes; at most {BIGGEST} are taken", payload[:KEPT_OF_BIG])]
    try:
        return _PARSERS[stream](payload, now)
    except Refusal as refusal:
        return [Rejected(refusal.reason, refusal.detail, payload)]
    except RecursionError:
        return [Rejected("not_json", "it is nested deeper than anything that means something", payload)]


# -- readings -------------------------------------------------------------------------------------------------------


class _RawBatch(msgspec.Struct):
    readings: list[msgspec.Raw]


_raw_batch = msgspec.json.Decoder(_RawBatch)


def _readings(payload: bytes, now: int) -> Sequence[Item]:
    plain = plain_reading(payload, now - OLDEST, now + AHEAD)
    return [_as_reading(plain)] if plain else _batch_or_why(payload, now)


def _batch_or_why(payload: bytes, now: int) -> Sequence[Item]:
    """A gateway's batch; or, the careful way, which knows every reason, one reading and why it is not good."""
    try:
        batch = decode_batch(payload).readings
    except (ValueError, RecursionError):  # msgspec's errors and bad UTF-8 are ValueErrors
        return _careful(payload, now)
    oldest, newest = now - OLDEST, now + AHEAD
    if 0 < len(batch) <= MOST_READINGS and all(settle(one, oldest, newest) for one in batch):
        return [_as_reading(one) for one in batch]
    return _careful(payload, now)


def _as_reading(wire: WireReading) -> Reading:
    return Reading(wire.device, wire.metric, wire.at, wire.value, wire.quality, wire.lat, wire.lon)  # type: ignore[arg-type]


def _careful(payload: bytes, now: int) -> Sequence[Item]:
    found = _object(payload)
    if "readings" not in found:
        return [_taken(_reading, payload, now)]
    return [_taken(_reading, raw, now) for raw in _raw_items(payload, found["readings"])]


def _raw_items(payload: bytes, readings: Any) -> Sequence[bytes]:
    """The bytes of each reading of a batch, as they stand in the message where that can be had."""
    if not isinstance(readings, list) or not readings:
        raise Refusal("wrong_shape", "readings must be a list with at least one reading")
    if len(readings) > MOST_READINGS:
        raise Refusal("wrong_shape", f"readings holds {len(readings)} items; at most {MOST_READINGS} are taken")
    try:
        return [bytes(raw) for raw in _raw_batch.decode(payload.removeprefix(_BOM)).readings]
    except ValueError:  # NaN and the like: Python reads what JSON does not allow
        return [json.dumps(one).encode("utf-8", "surrogatepass") for one in readings]


def _taken(read: Callable[[Mapping[str, Any], int], Item], raw: bytes, now: int) -> Item:
    try:
        return read(_object(raw), now)
    except Refusal as refusal:
        return Rejected(refusal.reason, refusal.detail, raw)


def _reading(found: Mapping[str, Any], now: int) -> Reading:
    device, metric = name(found, "device"), name(found, "metric")
    at = instant(found, "at", now)
    value = number(found, "value")
    if value in SENTINELS:
        raise Refusal("sentinel_value", f"value {value:g} means that there was no measurement")
    least, most = RANGES.get(metric, WIDEST)
    if not least <= value <= most:
        raise Refusal("implausible", f"value {value:g} of {metric} is not within {least:g} to {most:g}")
    lat, lon, doubtful = place(found)
    quality = graded(optional_name(found, "quality"))
    marks = [mark for mark in (quality, NO_PLACE if doubtful and quality not in DOUBTED else "") if mark]
    return Reading(device, metric, at, value, ",".join(marks), lat, lon)


# -- case steps and events: the few ---------------------------------------------------------------------------------


def _case_step(found: Mapping[str, Any], now: int) -> CaseStep:
    case, at = name(found, "case"), instant(found, "at", now)
    stage = name(found, "stage")
    if stage not in STAGES:
        raise Refusal("unknown_stage", f"stage {stage[:40]!r} is none of {', '.join(STAGES)}")
    lat, lon, _ = place(found)
    return CaseStep(
        case=case,
        at=at,
        stage=stage,
        category=optional_name(found, "category"),
        title=optional_text(found, "title"),
        text=optional_text(found, "text"),
        lat=lat,
        lon=lon,
        district=optional_name(found, "district"),
        channel=optional_name(found, "channel"),
        department=optional_name(found, "department"),
        due=optional_time(found, "due"),
        contact=optional_text(found, "contact"),
    )


def _event(found: Mapping[str, Any], now: int) -> CityEvent:
    event, at, kind = name(found, "event"), instant(found, "at", now), name(found, "kind")
    lat, lon, _ = place(found)
    return CityEvent(
        event=event,
        at=at,
        kind=kind,
        class_=optional_name(found, "class"),
        grade=optional_name(found, "grade"),
        title=text(found, "title"),
        text=optional_text(found, "text"),
        lat=lat,
        lon=lon,
        area=optional_text(found, "area"),
        status=name(found, "status"),
        sender=name(found, "source"),
    )


def _case_steps(payload: bytes, now: int) -> Sequence[Item]:
    return [_case_step(_object(payload), now)]


def _events(payload: bytes, now: int) -> Sequence[Item]:
    if payload.removeprefix(_BOM).lstrip()[:1] == b"<":
        return [read_cap(payload, now)]
    return [_event(_object(payload), now)]


def _devices(payload: bytes, now: int) -> Sequence[Item]:
    entries = batch(_object(payload))
    return [_taken(read_entry, raw, now) for raw in ([payload] if entries is None else entries)]


_PARSERS: Mapping[str, Callable[[bytes, int], Sequence[Item]]] = {
    "iot": _readings,
    "cases": _case_steps,
    "events": _events,
    "devices": _devices,
}


# -- JSON -----------------------------------------------------------------------------------------------------------


def _object(payload: bytes) -> Mapping[str, Any]:
    found = _json(payload.removeprefix(_BOM))
    if not isinstance(found, dict):
        raise Refusal("wrong_shape", f"a JSON object is wanted, this is {_kind(found)}")
    return found


def _json(payload: bytes) -> Any:
    try:
        decoded = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal("not_utf8", f"byte {error.start} does not belong to UTF-8 text") from None
    try:
        return json.loads(decoded)  # reads NaN too, so that the field can be named
    except RecursionError:
        raise Refusal("not_json", "nested too deeply") from None
    except ValueError as error:
        raise Refusal("not_json", str(error)[:200]) from None


def _kind(found: Any) -> str:
    return {list: "a list", str: "text", bool: "true or false", type(None): "null"}.get(type(found), "a number")
