"""Values as foreign feeds write them: times of many forms, several numbers at once, texts that mean nothing. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from config.sources import Source
from streams.parse_fields import Refusal

SHOWN = 40  # characters of a value that a reason shows
LATEST = 253_402_300_799_999  # epoch ms of the end of year 9999, the last that any form can say
SEVERAL = "several"
CLOCK_CHANGE = "clock_change"
"""Marks of what was mended here: one of several numbers was taken; a local time was made one instant."""

# numbers as a Chinese input method writes them; no other figures: 5² is not 52
_WIDE = str.maketrans("０１２３４５６７８９．－＋", "0123456789.-+")
_CHOICE: Mapping[str, Callable[[Sequence[float]], float]] = {
    "first": lambda numbers: numbers[0],
    "last": lambda numbers: numbers[-1],
    "least": min,
    "greatest": max,
    "mean": fmean,
}


def shown(value: Any) -> str:
    return repr(value if isinstance(value, str) else str(value))[:SHOWN]


def is_nothing(value: Any, empty: Sequence[str]) -> bool:
    """Is it absent, blank, or one of the texts that mean so?"""
    if value is None:
        return True
    return isinstance(value, str) and (not value.strip() or value.strip() in empty)


def text_of(value: Any, field: str) -> str:
    """A value as its text, as the feed wrote it. Raises Refusal: bad_text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise Refusal("bad_text", f"{field} {shown(value)} is no text")


def number_of(value: Any, field: str, source: Source, marks: list[str]) -> float:
    """A finite number. Raises Refusal: bad_value (bad_place of a coordinate), several_numbers."""
    if isinstance(value, str):
        return _number_in(value, field, source, marks)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(_reason(field), f"{field} {shown(value)} is no number")
    return _finite(value, field)


def _number_in(text: str, field: str, source: Source, marks: list[str]) -> float:
    parts = text.split(source.separator) if source.separator in text else [text]
    numbers = [_one_number(part, field, source) for part in parts]
    if len(numbers) == 1:
        return numbers[0]
    if source.several == "reject":
        raise Refusal("several_numbers", f"{field} {shown(text)} holds {len(numbers)} numbers; the key several chooses")
    marks.append(SEVERAL)
    return _CHOICE[source.several](numbers)


def _one_number(text: str, field: str, source: Source) -> float:
    plain = (text.replace(source.thousands, "") if source.thousands else text).translate(_WIDE)
    try:
        if "_" in plain:  # a number to Python, and to nobody else
            raise ValueError
        return _finite(float(plain.replace(source.decimal, ".") if source.decimal != "." else plain), field)
    except ValueError:
        raise Refusal(_reason(field), f"{field} {shown(text)} is no number") from None


def _finite(value: float, field: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Refusal(_reason(field), f"{field} {shown(value)} is not finite")
    return number


def _reason(field: str) -> str:
    return "bad_value" if field == "value" else "bad_place"


class Times:
    """Reads times in the first of `forms` that fits; a local one is one of `zone`."""

    def __init__(self, forms: Sequence[str], zone: ZoneInfo | None, clock_change: str) -> None:
        self._forms, self._zone, self._clock_change = tuple(forms), zone, clock_change

    def __call__(self, value: Any, field: str, marks: list[str]) -> int:
        """Epoch ms. Raises Refusal: bad_time, time_without_offset."""
        for form in self._forms:
            found = _read_time(value, form)
            if found is not None:
                return self._instant(found, field, marks) if isinstance(found, datetime) else _bounded(found, field)
        raise Refusal("bad_time", f"{field} {shown(value)} is not written as {' or '.join(self._forms)}")

    def _instant(self, at: datetime, field: str, marks: list[str]) -> int:
        if at.tzinfo is None:
            if self._zone is None:
                raise Refusal("time_without_offset", f"{field} {shown(str(at))} has no offset; the key zone tells it")
            at = self._local(at, self._zone, field, marks)
        try:
            return round(at.timestamp() * 1000)
        except (OverflowError, ValueError):
            raise Refusal("bad_time", f"{field} {shown(str(at))} is out of range") from None

    def _local(self, at: datetime, zone: ZoneInfo, field: str, marks: list[str]) -> datetime:
        """An hour that the clocks repeat is taken as told; in one that they jump over, the clock was not changed."""
        earlier, later = at.replace(tzinfo=zone), at.replace(tzinfo=zone, fold=1)
        before, after = earlier.utcoffset(), later.utcoffset()
        if before == after or before is None or after is None:
            return earlier
        if self._clock_change == "reject":
            raise Refusal("bad_time", f"{field} {shown(str(at))} is in an hour in which the clocks of {zone} changed")
        marks.append(CLOCK_CHANGE)
        return later if before > after and self._clock_change == "later" else earlier


def _bounded(at: int, field: str) -> int:
    if abs(at) > LATEST:
        raise Refusal("bad_time", f"{field} {shown(at)} is out of range")
    return at


def _read_time(value: Any, form: str) -> datetime | int | None:
    """A time in one form; None when it is not written so."""
    try:
        if form == "epoch_ms":
            return _epoch(value, 1)
        if form == "epoch_s":
            return _epoch(value, 1000)
        if form == "iso":  # of an interval, as SensorThings has, its end
            return datetime.fromisoformat(value.rpartition("/")[2].strip()) if isinstance(value, str) else None
        return datetime.strptime(text_of(value, ""), form)  # noqa: DTZ007 - the zone follows
    except (ValueError, TypeError, OverflowError, Refusal):
        return None


def _epoch(value: Any, factor: int) -> int | None:
    return None if isinstance(value, bool) else round(float(value) * factor)
