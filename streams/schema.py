"""JSON Schema (2020-12) of every message, from one table of fields. Pure.

The limits come from where the parser has them. The schema says what a sender should write; the parser also takes, and
mends with a mark, some of what the schema does not allow: docs/messages.md. Two things no schema can say: that a time
must be believable when it arrives, and that a unit must be one that can be converted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from streams.metrics import RANGES, WIDEST
from streams.parse_device import LEVELS, LONGEST_INTERVAL, MOST_ENTRIES, MOST_METRICS, STATES, WATER_MARKS
from streams.parse_fields import LONGEST_NAME, SENTINELS
from streams.parse_reading import MOST_READINGS
from streams.parse_times import CENTURY
from streams.records import STAGES, STREAMS, Stream
from streams.schema_examples import EXAMPLES

Schema = Mapping[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SEEN = r"[^\x00-\x1f\x7f]"  # no control character
_DECIMAL = r"^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$"
_INSTANT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})$"
_TYPES = ("string", "number")

NAME = {"type": _TYPES, "maxLength": LONGEST_NAME, "pattern": rf"^{_SEEN}*[^\s\x00-\x1f\x7f]{_SEEN}*$"}
LINE = {"type": _TYPES, "pattern": rf"^{_SEEN}*[^\s\x00-\x1f\x7f]{_SEEN}*$"}
MAYBE_NAME = {"type": (*_TYPES, "null"), "maxLength": LONGEST_NAME, "pattern": rf"^{_SEEN}*$"}
MAYBE_LINE = {"type": (*_TYPES, "null"), "pattern": rf"^{_SEEN}*$"}
MAYBE_TEXT = {"type": (*_TYPES, "null")}
MAYBE_RINGS = {"anyOf": ({"type": ("string", "null")}, {"type": "array", "items": {"type": "string"}})}
_TIMES = (
    {"type": "string", "format": "date-time", "pattern": _INSTANT},
    {"type": "integer", "minimum": CENTURY[0], "maximum": CENTURY[1]},
)
TIME = {"anyOf": _TIMES}
MAYBE_TIME = {"anyOf": (*_TIMES, {"type": "null"})}
DATUM = {"enum": ("WGS-84", "CGCS2000", "GCJ-02", "BD-09", "", None)}


def _number(least: float, most: float, but: Sequence[float] = ()) -> Schema:
    """A number; or its text, whose size a schema cannot judge."""
    number = {"type": "number", "minimum": least, "maximum": most}
    return {"anyOf": (number | ({"not": {"enum": but}} if but else {}), _AS_TEXT)}


_AS_TEXT = {"type": "string", "pattern": _DECIMAL}
VALUE = _number(*WIDEST, but=sorted(SENTINELS))
_MARKS = {mark: _number(*WIDEST) for mark in (*LEVELS, *WATER_MARKS)}
_PLACE = (
    ("lat", {"type": ("number", "null"), "minimum": -90, "maximum": 90}, "degrees north; with lon, or neither"),
    ("lon", {"type": ("number", "null"), "minimum": -180, "maximum": 180}, "degrees east"),
    ("datum", DATUM, "of lat and lon; WGS-84 unless told"),
)
_AT = "ISO 8601 with an offset, or milliseconds since 1970"

Field = tuple[str, Schema, str]
READING: tuple[Field, ...] = (
    ("device", NAME, "who measured: an identifier, the same in every message"),
    ("metric", NAME, "what was measured; the known ones have a unit and a range, any other is taken too"),
    ("at", TIME, f"when: {_AT}; at most 400 days ago, at most an hour ahead"),
    ("value", VALUE, "in the metric's unit, or in `unit`; what loggers write for no measurement is not taken"),
    *_PLACE,
    ("quality", MAYBE_NAME, "what the source says of it; with bad, invalid, error or suspect in it no figure uses it"),
    ("unit", MAYBE_NAME, "of the value, when it is not the metric's: cm, µg/m³, ft3/s, ..."),
)
STEP: tuple[Field, ...] = (
    ("case", NAME, "the case's number"),
    ("at", TIME, f"when the step was taken: {_AT}; at most 400 days ago, at most an hour ahead"),
    ("stage", {"enum": STAGES}, "of GB/T 30428: what the case moved to"),
    ("category", MAYBE_NAME, "what it is about"),
    ("title", MAYBE_LINE, "one line"),
    ("text", MAYBE_TEXT, "what the citizen said"),
    *_PLACE,
    ("district", MAYBE_NAME, "adcode; where the coordinates say another district, they win"),
    ("channel", MAYBE_NAME, "how it came in: phone, app, patrol, ..."),
    ("department", MAYBE_NAME, "who has it now"),
    ("due", MAYBE_TIME, f"the deadline, between 2000 and 2109: {_AT}"),
    ("contact", MAYBE_LINE, "of the citizen"),
)
EVENT: tuple[Field, ...] = (
    ("event", NAME, "the same for every message about the same event"),
    ("at", TIME, f"when it was so: {_AT}; at most 400 days ago, at most an hour ahead"),
    ("kind", NAME, "fire, accident, warning, ..."),
    ("title", LINE, "one line"),
    ("status", NAME, "active, updated, cancelled, or the feed's own word"),
    ("source", NAME, "who says so"),
    ("class", MAYBE_NAME, "of the feed"),
    ("grade", MAYBE_NAME, "of the feed"),
    ("text", MAYBE_TEXT, "what happened, what to do"),
    *_PLACE,
    ("area", MAYBE_LINE, "where, in words"),
    ("polygon", MAYBE_RINGS, "its border as CAP writes it, `lat,lon lat,lon ...`, or several; WGS-84"),
    ("circle", MAYBE_RINGS, "the same as `lat,lon radius`, in km"),
    ("expires", MAYBE_TIME, f"when it is over unless told so before; after `at`, or it is not read: {_AT}"),
)
DEVICE: tuple[Field, ...] = (
    ("device", NAME, "the identifier that its readings bear"),
    ("at", MAYBE_TIME, f"since when this is so: {_AT}; when it arrives, unless told"),
    ("state", {"enum": (*STATES, "", None)}, "active unless told; of a retired one nothing else is read"),
    ("kind", MAYBE_NAME, "of device; its first metric unless told"),
    ("metric", MAYBE_NAME, "what it measures, if that is one thing"),
    ("unit", MAYBE_NAME, "of the metric, when it is not ours"),
    ("metrics", {"anyOf": (
        {"type": "object", "minProperties": 1, "maxProperties": MOST_METRICS, "propertyNames": NAME,
         "additionalProperties": MAYBE_NAME},
        {"type": "array", "minItems": 1, "maxItems": MOST_METRICS, "items": {**NAME, "type": "string"}},
    )}, "what it measures, if that is more: units by metric, or a list of metrics"),
    *_PLACE,
    ("interval", {"anyOf": (*_number(0, LONGEST_INTERVAL)["anyOf"], {"type": "null"})}, "seconds between its readings"),
    ("thresholds", {"type": ("object", "null"), "additionalProperties": {
        "type": "object", "minProperties": 1, "properties": _MARKS, "additionalProperties": False,
    }}, "marks by metric, in its unit; levels rise, or fall where low is bad"),
    ("gateway", MAYBE_NAME, "what it reports through: when that is dead, all its devices are silent"),
    ("owner", MAYBE_NAME, "who looks after it"),
    ("name", {"anyOf": (
        MAYBE_NAME, {"type": "object", "properties": {"zh-CN": MAYBE_NAME, "en": MAYBE_NAME}},
    )}, "for the screens: a text, which is the Chinese name, or one by language"),
)  # fmt: skip


def schema(stream: Stream) -> Schema:
    """The schema of the messages of one stream."""
    title, what, defined = _STREAMS[stream]
    return {"$schema": _DIALECT, "$id": f"urn:yiping:{stream}", "title": title, "description": what,
            **defined, "examples": EXAMPLES[stream]}  # fmt: skip


def every_schema() -> Schema:
    """All of them in one document, under `$defs` by stream."""
    return {"$schema": _DIALECT, "title": "Messages of Yiping", "$defs": {one: schema(one) for one in STREAMS}}


def _object(fields: tuple[Field, ...], *required: str, **more: Any) -> Schema:
    properties = {name: {"description": what, **kind} for name, kind, what in fields}
    return {"type": "object", "required": required, "properties": properties,
            "dependentRequired": {"lat": ("lon",), "lon": ("lat",)}, **more}  # fmt: skip


def _many(of: str, most: int, one: Schema, shared: Mapping[str, Schema]) -> Schema:
    """One object, or several under a name, which no object alone may have."""
    alone = {**one, "properties": {**one["properties"], of: False}}
    items = {"type": "array", "minItems": 1, "maxItems": most, "items": {"$ref": "#/$defs/one"}}
    batch = {"type": "object", "required": (of,), "properties": {of: items, **shared}}
    return {"anyOf": ({"$ref": "#/$defs/one"}, {"$ref": "#/$defs/many"}), "$defs": {"one": alone, "many": batch}}


def _ranges() -> Iterator[Schema]:
    """What a known metric can be, where no other unit is told."""
    by_range = sorted(RANGES, key=lambda metric: (RANGES[metric], metric))
    for (least, most), metrics in groupby(by_range, RANGES.__getitem__):
        told = {"required": ("metric",), "not": {"required": ("unit",)}, "properties": {"metric": {"enum": [*metrics]}}}
        yield {"if": told, "then": {"properties": {"value": {"minimum": least, "maximum": most}}}}


_STREAMS: Mapping[Stream, tuple[str, str, Schema]] = {
    "iot": (
        "Readings of sensors",
        f"One reading, or 1 to {MOST_READINGS} of a gateway, which may say unit and datum once for all.",
        _many("readings", MOST_READINGS,
              _object(READING, "device", "metric", "at", "value", allOf=[*_ranges()]),
              {"unit": MAYBE_NAME, "datum": DATUM}),
    ),
    "cases": ("Steps of cases", "A case moved to a stage.", _object(STEP, "case", "at", "stage")),
    "events": (
        "Events that a feed reports",
        "The topic also takes CAP 1.2 alerts in XML, which this schema does not describe.",
        _object(EVENT, "event", "at", "kind", "title", "status", "source"),
    ),
    "devices": (
        "Entries of the device registry",
        f"One entry, or 1 to {MOST_ENTRIES} of them; of all entries of a device the one with the latest `at` counts.",
        _many("devices", MOST_ENTRIES, _object(DEVICE, "device", anyOf=(
            {"required": ("metric",), "properties": {"metric": NAME}},
            {"required": ("metrics",)},
            {"required": ("state",), "properties": {"state": {"const": "retired"}}},
        )), {}),
    ),
}  # fmt: skip
