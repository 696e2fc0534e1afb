"""A reading as it stands on the wire, decoded in one step and taken if nothing about it is doubtful. Pure.

This is the short way, for the many: it knows only "nothing is doubtful", never a reason. Whatever it does not take goes
the careful way of streams/messages.py, which agrees with it on all that it takes (a law of the tests).
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from streams.parse_fields import LEAST_SENTINEL, LONGEST_NAME, RANGES, SENTINELS, WIDEST, Refusal, graded, moment

MOMENTS = 10_000  # remembered
LONGEST = 1_000  # bytes; a longer message is a gateway's, and not worth a try. Ours to choose

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]


class WireReading(msgspec.Struct, gc=False):
    """As sent: `at` may be ISO 8601 text or epoch ms. Decoding raises ValueError for what does not fit the types."""

    device: _Name
    metric: _Name
    at: str | int
    value: float  # JSON has no NaN, and msgspec refuses what overflows
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    quality: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)] = ""
    readings: msgspec.UnsetType = msgspec.UNSET  # no value fits: whatever has `readings` is a gateway's batch


class WireBatch(msgspec.Struct):
    """What a gateway sends."""

    readings: list[WireReading]


decode_reading = msgspec.json.Decoder(WireReading).decode
decode_batch = msgspec.json.Decoder(WireBatch).decode


def plain_reading(payload: bytes | None, oldest: int, newest: int) -> WireReading | None:
    """The one reading that a message holds if nothing about it is doubtful, its `at` as epoch ms."""
    if not payload or len(payload) > LONGEST:
        return None
    try:
        reading = decode_reading(payload)
    except (ValueError, RecursionError):  # msgspec's errors and bad UTF-8 are ValueErrors
        return None
    return reading if settle(reading, oldest, newest) else None


def settle(reading: WireReading, oldest: int, newest: int) -> bool:
    """Make `at` epoch ms, if that is between `oldest` and `newest` and nothing about the reading is doubtful."""
    sent = reading.at
    reading.at = at = _moments.get(sent) or _milliseconds(sent)
    if not oldest <= at <= newest or reading.device.isspace() or reading.metric.isspace():
        return False
    least, most = RANGES.get(reading.metric, WIDEST)
    if not least <= reading.value <= most or (reading.value <= LEAST_SENTINEL and reading.value in SENTINELS):
        return False
    if reading.quality:
        reading.quality = graded(reading.quality)
    lat, lon = reading.lat, reading.lon
    return bool(lat and lon) or _whole(lat, lon)


def _whole(lat: float | None, lon: float | None) -> bool:
    """Both coordinates or neither, but not (0, 0), which is no place."""
    return lat is lon if lat is None or lon is None else not lat == lon == 0


_moments: dict[str | int, int] = {}  # times read lately: devices report on the minute, so most come often


def _milliseconds(at: str | int) -> int:
    """Epoch ms; 0, which is too old for the short way, when this is no time with an offset."""
    if isinstance(at, int):
        return at
    try:
        found = moment(at, "at")
    except Refusal:
        return 0
    if len(_moments) >= MOMENTS:
        _moments.clear()
    _moments[at] = found
    return found
