"""A reading as it stands on the wire, decoded in one step and taken if nothing about it is doubtful. Pure.

This is the short way, for the many: it knows only "nothing is doubtful", never a reason. Whatever it does not take goes
the careful way of streams/messages.py, which agrees with it on all that it takes (a law of the tests).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.metrics import RANGES, WIDEST
from streams.parse_fields import LEAST_SENTINEL, LONGEST_NAME, SENTINELS, Refusal, clean, graded
from streams.parse_times import moment
from streams.records import Reading

MOMENTS = 10_000  # remembered
NAMES = 200_000  # remembered; a province's devices, about 20 MB
LINE_BREAK, OPEN, CLOSE = b"\n{}"
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
    unit: msgspec.UnsetType = msgspec.UNSET  # nor here: whatever says these is converted, the careful way
    datum: msgspec.UnsetType = msgspec.UNSET


class WireBatch(msgspec.Struct):
    """What a gateway sends."""

    readings: list[WireReading]
    unit: msgspec.UnsetType = msgspec.UNSET
    datum: msgspec.UnsetType = msgspec.UNSET


_reading = msgspec.json.Decoder(WireReading)
decode_reading, decode_lines = _reading.decode, _reading.decode_lines
decode_batch = msgspec.json.Decoder(WireBatch).decode


class Said(NamedTuple):
    """What readings say, by column, all equally long; `at` is epoch ms, lat and lon are both there or both None."""

    device: Sequence[str]
    metric: Sequence[str]
    at: Sequence[int]
    value: Sequence[float]
    quality: Sequence[str]
    lat: Sequence[float | None]
    lon: Sequence[float | None]


def by_column(readings: Iterable[WireReading | Reading]) -> Said:
    """The same readings; of those that came over the wire `at` is still as it was sent."""
    some = list(readings)
    return Said(
        [one.device for one in some],
        [one.metric for one in some],
        [one.at for one in some],  # type: ignore[misc]
        [one.value for one in some],
        [one.quality for one in some],
        [one.lat for one in some],
        [one.lon for one in some],
    )


def plain_readings(payloads: Sequence[bytes | None], oldest: int, newest: int) -> Said | None:
    """What these messages say if each is one reading about which nothing is doubtful: `plain_reading`, of many at once.

    They are decoded as the lines of one text. So none may hold a line break itself, and each must begin and end as an
    object does, or two halves could pass for one, and a blank one beside two in one for two.
    """
    if not payloads or not all(payloads) or len(payloads[0]) > LONGEST:  # type: ignore[arg-type]
        return None
    lines = b"\n".join(payloads)  # type: ignore[arg-type]
    if len(lines) > LONGEST * len(payloads):
        return None
    try:
        readings = decode_lines(lines)
    except (ValueError, RecursionError):
        return None
    if len(readings) != len(payloads) or not _objects(np.frombuffer(lines, np.uint8), len(payloads)):
        return None
    return settled(by_column(readings), oldest, newest)


def _objects(text: NDArray[np.uint8], count: int) -> bool:
    """Is each of `count` lines from `{` to `}`? In JSON these meet between two objects only, so each line has one."""
    breaks = np.flatnonzero(text == LINE_BREAK)
    if len(breaks) != count - 1 or text[0] != OPEN or text[-1] != CLOSE:
        return False
    return bool((text[breaks - 1] == CLOSE).all() and (text[breaks + 1] == OPEN).all())


def plain_batch(payload: bytes, oldest: int, newest: int) -> Said | None:
    """What a gateway's batch says if nothing about any of its readings is doubtful."""
    try:
        readings = decode_batch(payload).readings
    except (ValueError, RecursionError):
        return None
    return settled(by_column(readings), oldest, newest) if readings else None


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
    reading.at = at = _moments[sent]
    device, metric = reading.device, reading.metric
    if not oldest <= at <= newest or (device not in _names and not _is_name(device)):
        return False
    least, most = RANGES.get(metric) or (WIDEST if metric in _names or _is_name(metric) else NOTHING)
    if not least <= reading.value <= most or (reading.value <= LEAST_SENTINEL and reading.value in SENTINELS):
        return False
    if reading.quality:
        quality = _grades[reading.quality]
        if quality is None:
            return False
        reading.quality = quality
    lat, lon = reading.lat, reading.lon
    return bool(lat and lon) or (lat is None and lon is None)  # 0 is no place


def settled(said: Said, oldest: int, newest: int) -> Said | None:
    """`settle`, of many at once: what they say, or None when something about one of them is doubtful."""
    at, value = array("q", map(_moments.__getitem__, said.at)), array("d", said.value)
    moments, values = np.frombuffer(at, np.int64), np.frombuffer(value)
    if moments.min() < oldest or moments.max() > newest:
        return None
    if not _names.issuperset(said.device) and not all(map(_is_name, said.device)):
        return None
    if not _plausible(said.metric, values):
        return None
    if values.min() <= LEAST_SENTINEL and not SENTINELS.isdisjoint(said.value):
        return None
    quality = [_grades[one] for one in said.quality] if any(said.quality) else said.quality
    if None in quality or not _whole(said.lat, said.lon):
        return None
    return said._replace(at=at, value=value, quality=quality)  # type: ignore[arg-type]  # none is None


def _plausible(metrics: Sequence[str], values: NDArray[np.float64]) -> bool:
    """Can the metrics have these values? What all of them can have is asked first, since that is quick."""
    found = set(metrics)
    if max(map(_least.__getitem__, found)) <= values.min() and values.max() <= min(map(_most.__getitem__, found)):
        return True
    least, most = (np.fromiter(map(end.__getitem__, metrics), np.float64, len(metrics)) for end in (_least, _most))
    return bool((least <= values).all() and (values <= most).all())


def _whole(lat: Sequence[float | None], lon: Sequence[float | None]) -> bool:
    """Of each both coordinates or neither, and none of them 0, which is no place."""
    if all(lat) and all(lon):
        return True
    return all((one and other) or (one is None and other is None) for one, other in zip(lat, lon, strict=True))


NOTHING = (1.0, 0.0)  # a range without a value
_names: set[str] = set()  # devices and unknown metrics met lately that need no cleaning


def _is_name(name: str) -> bool:
    """Not blank, and with nothing around or in it that nobody sees."""
    if clean(name) != name:
        return False
    if len(_names) >= NAMES:
        _names.clear()
    _names.add(name)
    return True


class _Moments(dict[str | int, int]):
    """Times read lately, epoch ms: devices report on the minute, so most come often.

    What is no time with an offset is 0, which is too old for the short way.
    """

    def __missing__(self, at: str | int) -> int:
        if isinstance(at, int):
            return at if 0 < at < 1 << 62 else 0
        try:
            found = moment(at, "at")
        except Refusal:
            return 0
        if len(self) >= MOMENTS:
            self.clear()
        self[at] = found
        return found


class _Ends(dict[str, float]):
    """The least, or the most, that metrics can be; of one whose name is no name such that nothing is in between."""

    def __init__(self, place: int) -> None:
        super().__init__({metric: ends[place] for metric, ends in RANGES.items()})
        self._place = place

    def __missing__(self, metric: str) -> float:
        return (WIDEST if metric in _names or _is_name(metric) else NOTHING)[self._place]


class _Grades(dict[str, str | None]):
    """Qualities met lately as they are stored; None for one that has to be cleaned."""

    def __missing__(self, quality: str) -> str | None:
        if len(self) >= MOMENTS:
            self.clear()
        self[quality] = found = graded(quality) if clean(quality) == quality else None
        return found


_moments = _Moments()
_least, _most = _Ends(0), _Ends(1)
_grades = _Grades()
