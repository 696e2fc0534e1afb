"""Fields of a decoded JSON object: each reader gives the field's value or a Refusal that names the field. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

HOUR = 3_600_000  # ms
DAY = 24 * HOUR
OLDEST = 400 * DAY  # a year of history and what a yearly report needs around it
AHEAD = HOUR  # clocks of field devices are wrong by minutes, time zones by hours
FAR = 10 * 366 * DAY  # a deadline further away than ten years is a typing mistake
LONGEST_NAME = 256  # characters of an identifier, a metric, a category
SENTINELS = frozenset((-999.0, -9999.0, -99999.0, -999999.0))  # loggers write these for "no measurement"
LEAST_SENTINEL = max(SENTINELS)  # of their sizes
WIDEST = (-1e9, 1e9)
RANGES = {  # what a sensor of the kind can say at all, not what is likely: ours to choose, wide
    "rain": (0.0, 500.0),  # mm in one reading; the world's record is 38 mm in a minute
    "water_level": (-100.0, 10_000.0),  # m; some stations count from the sea
    "manhole_level": (-1.0, 100.0),
    "sump_level": (-10.0, 100.0),
    "pump_state": (0.0, 9.0),
    "pm25": (0.0, 10_000.0),
    "pm10": (0.0, 10_000.0),
    "noise": (0.0, 200.0),
    "traffic_speed": (0.0, 500.0),
    "traffic_flow": (0.0, 10_000.0),
    "smoke": (0.0, 100.0),
}
DOUBTED = ("bad", "invalid", "error", "suspect")  # the words of a quality that make a reading unusable
OUTSIDE = "outside"


class Refusal(Exception):
    """A message or a field cannot be taken."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def oldest_ms(now: int) -> int:
    return now - OLDEST


def ahead_ms(now: int) -> int:
    return now + AHEAD


def optional_text(found: Mapping[str, Any], field: str) -> str:
    """Text of any length; '' when the field is not there or null; a number is taken as its text."""
    value = found.get(field)
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not _encodable(value):
        raise Refusal("bad_text", f"{field} must be text")
    return value


def text(found: Mapping[str, Any], field: str) -> str:
    """Text that must be there and not blank."""
    value = optional_text(found, field)
    if not value.strip():
        raise Refusal("missing_field", f"{field} is missing")
    return value


def optional_name(found: Mapping[str, Any], field: str) -> str:
    """A short text: an identifier, a category."""
    value = optional_text(found, field)
    if len(value) > LONGEST_NAME:
        raise Refusal("too_long", f"{field} has {len(value)} characters; at most {LONGEST_NAME} are taken")
    return value


def name(found: Mapping[str, Any], field: str) -> str:
    """A short text that must be there."""
    text(found, field)
    return optional_name(found, field)


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair: no table can hold it
        return False
    return True


def number(found: Mapping[str, Any], field: str) -> float:
    """A finite number that must be there."""
    value = found.get(field)
    if value is None:
        raise Refusal("missing_field", f"{field} is missing")
    return _finite(value, field, "bad_value")


def _finite(value: Any, field: str, reason: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(reason, f"{field} must be a number, not {str(value)[:40]!r}")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise Refusal(reason, f"{field} must be finite, not {str(value)[:40]}")
    return result


def place(found: Mapping[str, Any]) -> tuple[float | None, float | None, bool]:
    """(lat, lon, doubtful): both coordinates or neither; doubtful when there was one that could not be used."""
    given = [found.get(field) for field in ("lat", "lon")]
    if given == [None, None]:
        return None, None, False
    degrees = [_degrees(value, field, limit) for value, (field, limit) in zip(given, _RANGES, strict=True)]
    lat, lon = degrees
    if lat is None or lon is None or lat == lon == 0:
        return None, None, True
    return lat, lon, False


_RANGES = (("lat", 90.0), ("lon", 180.0))


def _degrees(value: Any, field: str, limit: float) -> float | None:
    if value is None:
        return None
    degrees = _finite(value, field, "bad_place")
    if abs(degrees) > limit:
        raise Refusal("bad_place", f"{field} {degrees:g} is not between -{limit:g} and {limit:g} degrees")
    return degrees


def instant(found: Mapping[str, Any], field: str, now: int) -> int:
    """A time that must be there and believable at `now`: not older than 400 days, not more than 1 h ahead; epoch ms."""
    value = found.get(field)
    if value is None or value == "":
        raise Refusal("missing_field", f"{field} is missing")
    return believable(moment(value, field), field, now)


def believable(at: int, field: str, now: int) -> int:
    if at < oldest_ms(now):
        hint = "; is it in seconds? milliseconds are wanted" if oldest_ms(now) <= at * 1000 <= ahead_ms(now) else ""
        raise Refusal("time_too_old", f"{field} is more than 400 days ago{hint}")
    if at > ahead_ms(now):
        raise Refusal("time_in_future", f"{field} is more than an hour ahead")
    return at


def optional_time(found: Mapping[str, Any], field: str) -> int | None:
    """A time that may lie ahead, such as a deadline; None when not told."""
    value = found.get(field)
    if value is None or value == "":
        return None
    at = moment(value, field)
    if not 0 <= at <= 4_102_444_800_000 + FAR:  # years 1970 to 2110: what the tables can hold
        raise Refusal("bad_time", f"{field} is not of this century")
    return at


def moment(value: Any, field: str) -> int:
    """Epoch ms of an ISO 8601 text with offset, or of a number of ms."""
    if isinstance(value, str):
        return _iso(value, field)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal("bad_time", f"{field} must be an ISO 8601 text with offset or epoch milliseconds")
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal("bad_time", f"{field} must be finite, not {value}")
    return round(value)


def _iso(value: str, field: str) -> int:
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refusal("bad_time", f"{field} {value[:40]!r} is not an ISO 8601 time") from None
    if at.tzinfo is None:
        raise Refusal("time_without_offset", f"{field} {value[:40]!r} names no offset such as +08:00")
    try:
        return round(at.timestamp() * 1000)
    except (OverflowError, ValueError):
        raise Refusal("bad_time", f"{field} {value[:40]!r} is out of range") from None


def graded(quality: str) -> str:
    """A reading's quality as it is stored: of one that says that it is not to be used, only that word."""
    said = quality.lower()
    return next((word for word in DOUBTED if word in said), quality)
