"""Texts and numbers of a decoded JSON object: each reader gives a field's value, or a Refusal that names it. Pure.

What a reader mends it notes on the object, when that is a `Fields`; a plain mapping is read the same way, and forgets.
Times are in parse_times.py, coordinates in parse_place.py.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from streams.metrics import RANGES, WIDEST

__all__ = ["RANGES", "WIDEST"]  # of streams/metrics.py, at hand for those who read fields

MINUTE = 60_000  # ms
HOUR = 60 * MINUTE
DAY = 24 * HOUR
OLDEST = 400 * DAY  # a year of history and what a yearly report needs around it
AHEAD = HOUR  # beyond it a clock is not wrong by a little but in another time zone
SKEW = 5 * MINUTE  # a clock that is not kept by a server is wrong by minutes
LONGEST_NAME = 256  # characters of an identifier, a metric, a category
SENTINELS = frozenset(  # loggers write these for "no measurement"; -32768 is the least of 16 bits
    (-999.0, -9999.0, -99999.0, -999999.0, -999.9, -9999.9, -99999.9, -6999.0, -32768.0)
)
LEAST_SENTINEL = max(SENTINELS)  # of their sizes
DOUBTED = ("bad", "invalid", "error", "suspect")  # the words of a quality that make a reading unusable
OUTSIDE, AHEAD_MARK = "outside", "ahead"
OWN = (OUTSIDE, AHEAD_MARK)  # only we say these: of a source's own words such a one is told apart by SAID
SAID = "said:"
UNUSABLE = (*DOUBTED, OUTSIDE, AHEAD_MARK)  # of a reading so marked that word alone is stored, and no figure uses it


class Refusal(Exception):
    """A message or a field cannot be taken."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Fields(dict[str, Any]):
    """A decoded object, and the marks of what was mended in it, in the order of mending.

    `encoding` says what its text was before: '' for UTF-8, 'gbk' for GB18030, 'broken' for bytes that are neither,
    which stand in it as half surrogate pairs. Only a field that is read counts. `message` is CityEvent's.
    """

    def __init__(self, found: Mapping[str, Any], encoding: str = "", message: str = "") -> None:
        super().__init__(found)
        self.encoding, self.message = encoding, message
        self.marks: dict[str, None] = {}


def mend(found: Mapping[str, Any], mark: str) -> None:
    """Note on a `Fields` that something was mended."""
    if isinstance(found, Fields):
        found.marks[mark] = None


# -- texts


def optional_text(found: Mapping[str, Any], field: str) -> str:
    """Text of any length and lines; '' when the field is not there or null; a number is taken as its text."""
    value = _said(found, field)
    return value if value.isprintable() else _seen(found, value, "\n\t")


def optional_line(found: Mapping[str, Any], field: str) -> str:
    """Text of any length on one line: a title, a place."""
    value = _said(found, field).strip()
    return value if value.isprintable() else _seen(found, " ".join(value.splitlines()), "")


def optional_name(found: Mapping[str, Any], field: str) -> str:
    """A short text: an identifier, a category. What nobody sees in it is taken away, or two devices look like one."""
    value = _said(found, field)
    if len(value) > LONGEST_NAME:
        raise Refusal("too_long", f"{field} has {len(value)} characters; at most {LONGEST_NAME} are taken")
    plain = clean(value)
    if plain != value and plain:
        mend(found, "cleaned")
    return plain


def text(found: Mapping[str, Any], field: str) -> str:
    """Text on one line that must be there and not blank."""
    return _there(optional_line(found, field), field)


def name(found: Mapping[str, Any], field: str) -> str:
    """A short text that must be there."""
    return _there(optional_name(found, field), field)


def clean(value: str, keep: str = "") -> str:
    """Without control characters and without those that are not seen, such as turns of the writing direction."""
    if not value.isprintable():  # false also for what is only newer than Python's tables, which is kept
        value = "".join(one for one in value if one in keep or unicodedata.category(one) not in _UNSEEN)
    return value.strip()


_UNSEEN = frozenset(("Cc", "Cf", "Zl", "Zp"))


def _seen(found: Mapping[str, Any], value: str, keep: str) -> str:
    lines = value.replace("\r\n", "\n")
    plain = clean(lines, keep)
    if plain != lines.strip():
        mend(found, "cleaned")
    return plain


def _there(value: str, field: str) -> str:
    if not value:
        raise Refusal("missing_field", f"{field} is missing")
    return value


def _said(found: Mapping[str, Any], field: str) -> str:
    value = found.get(field)
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Refusal("bad_text", f"{field} must be text")
    return value if value.isascii() else _readable(found, value, field)


def _readable(found: Mapping[str, Any], value: str, field: str) -> str:
    encoding = found.encoding if isinstance(found, Fields) else ""
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair: no table can hold it
        broken = encoding == "broken"
        why = "holds bytes that are neither UTF-8 nor GB18030" if broken else "must be text"
        raise Refusal("not_utf8" if broken else "bad_text", f"{field} {why}") from None
    if encoding == "gbk":
        mend(found, encoding)
    return value


# -- numbers


def number(found: Mapping[str, Any], field: str) -> float:
    """A finite number that must be there. As text it is mended; a decimal comma is not, since 1,234 is two numbers."""
    value = found.get(field)
    if value is None or value == "":
        raise Refusal("missing_field", f"{field} is missing")
    if isinstance(value, str) and DECIMAL.fullmatch(value.strip()):
        mend(found, "text")
        value = float(value)
    return finite(value, field, "bad_value")


DECIMAL = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)


def finite(value: Any, field: str, reason: str) -> float:
    """A finite number; Refusal for `reason` when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(reason, f"{field} must be a number, not {str(value)[:40]!r}")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise Refusal(reason, f"{field} must be finite, not {str(value)[:40]}")
    return result


# -- quality


def graded(quality: str) -> str:
    """A reading's quality as it is stored: of one that says that it is not to be used, only that word."""
    said = quality.lower()
    word = next((word for word in DOUBTED if word in said), None)
    return word or (_theirs(quality) if any(word in said for word in OWN) else quality)


def _theirs(quality: str) -> str:
    """Words of a source that are marks of ours mean something else there: `outside` may be where its sensor hangs."""
    words = quality.split(",")
    return ",".join(SAID + word.strip() if word.strip().lower() in OWN else word for word in words)


def quality_of(said: str, marks: Iterable[str]) -> str:
    """What is stored of a reading: an unusable one's word alone, else what the source said and what was mended."""
    return marked(graded(said), marks)


def marked(quality: str, marks: Iterable[str]) -> str:
    """As `quality_of`, of a quality that is graded already."""
    found = [one for one in (quality, *marks) if one]
    return next((one for one in found if one in UNUSABLE), ",".join(found))
