"""From bytes to text to JSON, the careful way: it knows what is wrong with what the short way does not take. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from streams import unmapped
from streams.parse_fields import Fields, Refusal, mend

GBK, BROKEN = "gbk", "broken"
BOM = "\ufeff"
_FAULTS = re.compile("[\udc80-\udcff]+")
_WIDE = re.compile("[\u0800-\ud7ff\uf900-\uffff]")  # three bytes of UTF-8, which two characters of GBK rarely make
READ = ("device", "metric", "at", "quality", "unit", "datum")
FIRST = frozenset(("device", "metric", "at", "value", "case", "stage", "event", "kind"))
"""Fields that must be there: the first column of a table, whose name a byte order mark sticks to."""


def decoded(payload: bytes) -> tuple[str, str]:
    """(text, encoding): '' when it is UTF-8, 'gbk' when it is GB18030, which holds GBK and GB 2312.

    'broken' when it is neither: the bytes that do not fit stand in the text as half surrogate pairs, so that a message
    is lost only for a field that we read.
    """
    try:
        return payload.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return _guessed(payload), GBK
    except UnicodeDecodeError:
        return payload.decode("utf-8", "surrogateescape"), BROKEN


def _guessed(payload: bytes) -> str:
    """As GB18030, unless it is rather UTF-8 with a fault: most of that is GB18030 too, of characters nobody meant."""
    rather = payload.decode("utf-8", "surrogateescape")
    if 0 < len(_FAULTS.findall(rather)) <= len(_WIDE.findall(rather)):
        return payload.decode("gb2312")  # of common characters only, it is what it seems to be all the same
    return payload.decode("gb18030")


def read_object(payload: bytes) -> Fields:
    """The object that a message holds. Raises Refusal: not_utf8, not_json, wrong_shape, or why a source gave it up."""
    text, encoding = decoded(payload)
    if encoding == GBK and (legible := _legible(payload)) is not None:
        return as_object(legible, BROKEN)
    return as_object(_json(text, encoding), encoding)


def _legible(payload: bytes) -> Any:
    """As UTF-8, if it holds readings and only fields that nobody reads are none: what the short way sees."""
    try:
        found = json.loads(payload.decode("utf-8", "surrogateescape"))
        ones = found.get("readings", [found]) if isinstance(found, dict) else []
        return found if ones and all(map(_is_reading, ones)) else None
    except (ValueError, RecursionError, TypeError):
        return None


def _is_reading(one: Any) -> bool:
    """With a device and a metric, and nothing that cannot be written as UTF-8 in the fields that are read."""
    if not isinstance(one, dict) or not {"device", "metric"} <= one.keys():
        return False
    "".join(str(one.get(field)) for field in READ).encode()  # a UnicodeEncodeError is a ValueError
    return True


def as_object(found: Any, encoding: str = "") -> Fields:
    """A decoded JSON value as an object to be read. Raises Refusal: wrong_shape."""
    if not isinstance(found, dict):
        raise Refusal("wrong_shape", f"a JSON object is wanted, this is {_kind(found)}")
    if unmapped.KEY in found:
        raise unmapped.refusal_of(found[unmapped.KEY])
    fields = Fields(found, encoding)
    _without_bom(fields)
    return fields


def _without_bom(fields: Fields) -> None:
    marked = next(iter(fields), "")
    plain = marked.removeprefix(BOM)
    if plain != marked and plain in FIRST and plain not in fields:
        fields[plain] = fields.pop(marked)
        mend(fields, "cleaned")


def _json(text: str, encoding: str) -> Any:
    try:
        return json.loads(text)  # reads NaN too, so that the field can be named
    except RecursionError:
        raise Refusal("not_json", "nested too deeply") from None
    except ValueError as error:
        if encoding:
            raise Refusal("not_utf8", "the bytes are not UTF-8 text, nor JSON in GB18030") from None
        raise Refusal("not_json", str(error)[:200]) from None


def _kind(found: Any) -> str:
    names: Mapping[type, str] = {list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(found), "a number")
