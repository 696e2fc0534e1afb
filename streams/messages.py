"""From the bytes of one Kafka message to what it says, or why it cannot be taken. Pure: `now` is an argument.

What happens to a doubtful message is one table, in docs/messages.md, and a test of every line of it. A mend keeps the
message and writes its mark into the row (readings: `quality`; case steps and events: `marks`). Readings marked as one
of UNUSABLE are kept and shown, but no figure of the city and no rule uses them. One bad item of a gateway's batch is
one reject with that item's bytes; the others are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from streams.parse_cap import as_fields
from streams.parse_city import read_event, read_step
from streams.parse_device import batch, read_entry
from streams.parse_fields import OLDEST, SKEW, Refusal, clean
from streams.parse_json import read_object
from streams.parse_reading import MOST_READINGS, OURS, Units, read_readings
from streams.records import STAGES, STREAMS, CaseStep, CityEvent, Item, Reading, Rejected, Stream
from streams.wire import WireReading, decode_batch, plain_reading, settle

__all__ = ["STAGES", "STREAMS", "CaseStep", "CityEvent", "Item", "Reading", "Rejected", "Stream", "parse"]

BIGGEST = 1 << 20  # bytes: ten thousand readings fit; ours to choose
KEPT_OF_BIG = 1 << 16  # bytes of an oversized message that are kept for the operator


def parse(stream: Stream, payload: bytes | None, now: int, units: Units = OURS) -> Sequence[Item]:
    """What a message of `stream` says, one item for each thing it holds; an item's position is its number.

    `now` is epoch ms; `units` are those in which registered devices speak, where they are not ours: a reading that
    names none is taken to be in its device's. Never raises and never gives an empty list: what cannot be taken is a
    Rejected.
    """
    if not payload:
        return [Rejected("empty", "the message has no bytes", b"")]
    if len(payload) > BIGGEST:
        return [Rejected("too_big", f"{len(payload)} bytes; at most {BIGGEST} are taken", payload[:KEPT_OF_BIG])]
    try:
        return _readings(payload, now, units) if stream == "iot" else _PARSERS[stream](payload, now)
    except Refusal as refusal:
        return [Rejected(refusal.reason, clean(refusal.detail), payload)]
    except RecursionError:
        return [Rejected("not_json", "it is nested deeper than anything that means something", payload)]


def _readings(payload: bytes, now: int, units: Units) -> Sequence[Item]:
    """The short way for what is plain; the careful way, which knows every mend and every reason, for all else."""
    oldest, newest = now - OLDEST, now + SKEW
    plain = plain_reading(payload, oldest, newest)
    if plain and plain.device not in units:
        return [_as_reading(plain)]
    return _plain_batch(payload, oldest, newest, units) or read_readings(payload, now, units)


def _plain_batch(payload: bytes, oldest: int, newest: int, units: Units) -> Sequence[Item]:
    """A gateway's readings if nothing about any of them is doubtful, else nothing."""
    try:
        readings = decode_batch(payload).readings
    except (ValueError, RecursionError):  # msgspec's errors and bad UTF-8 are ValueErrors
        return ()
    if units and any(one.device in units for one in readings):
        return ()
    if len(readings) <= MOST_READINGS and all(settle(one, oldest, newest) for one in readings):
        return [_as_reading(one) for one in readings]
    return ()


def _as_reading(wire: WireReading) -> Reading:
    return Reading(wire.device, wire.metric, wire.at, wire.value, wire.quality, wire.lat, wire.lon)  # type: ignore[arg-type]


def _case_steps(payload: bytes, now: int) -> Sequence[Item]:
    return [read_step(read_object(payload), now)]


def _events(payload: bytes, now: int) -> Sequence[Item]:
    return [read_event(as_fields(payload) or read_object(payload), now)]


def _devices(payload: bytes, now: int) -> Sequence[Item]:
    entries = batch(read_object(payload))
    return [_entry(raw, now) for raw in ([payload] if entries is None else entries)]


def _entry(raw: bytes, now: int) -> Item:
    try:
        return read_entry(read_object(raw), now)
    except Refusal as refusal:
        return Rejected(refusal.reason, clean(refusal.detail), raw)


_PARSERS: Mapping[str, Callable[[bytes, int], Sequence[Item]]] = {
    "cases": _case_steps,
    "events": _events,
    "devices": _devices,
}
