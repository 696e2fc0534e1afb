"""Where a window is cut: what of it comes whole from the rollups, and what from readings. Pure.

Moments as the questions want them: epoch seconds, those named `_hour_s` the full hour that a moment lies in, by which
both tables are sorted. They are numbers, worked out here: as expressions within a question they cost 5 to 9 ms to plan.
Each takes of what is told of a question what it wants (layers/asking.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HOUR_MS, QUARTER_MS, STEP_MS = 3_600_000, 900_000, 300_000
"""Spans of the rollups are hour and step, readings are sorted by hour and quarter; all divide every hour of UTC."""

Moments = Mapping[str, int]
Cuts = Mapping[str, int | list[int]]


def middle(*, now_ms: int, since_ms: int, lately_ms: int, **_: object) -> Cuts:
    """Of (since, now]: five minutes from `first` to `from` and from `to` to `closed`, whole hours in between; readings
    of `read_hours` and `read_quarters` before and after. A window that begins with a bucket reads nothing before it.
    """
    first = (since_ms // STEP_MS + 1) * STEP_MS
    closed = max(first, min(lately_ms, now_ms // STEP_MS * STEP_MS))
    start = -(-first // HOUR_MS) * HOUR_MS
    end = max(start, closed // HOUR_MS * HOUR_MS)
    full = _hours({"first_hour_s": first, "closed_hour_s": closed})
    read = _read([(since_ms + 1, first), (closed, now_ms + 1)])
    return {**full, **read, **_seconds({"first_s": first, "from_s": start, "to_s": end, "closed_s": closed})}


def steps(*, now_ms: int, since_ms: int, rolled_ms: int, lately_ms: int, step_ms: int, **_: object) -> Cuts:
    """Of [since, now], which a step of an hour or of a quarter begins: whole steps until `kept`; then, where they are
    hours, five minutes until `closed`; readings after.
    """
    hours = step_ms == HOUR_MS
    kept = max(since_ms, min(rolled_ms if hours else lately_ms, now_ms) // step_ms * step_ms)
    closed = max(kept, min(lately_ms, now_ms) // STEP_MS * STEP_MS) if hours else kept
    return {**_seconds({"since_s": since_ms, "kept_s": kept, "closed_s": closed}), **_read([(closed, now_ms + 1)])}


def words(*, now_ms: int, since_ms: int, rolled_ms: int, lately_ms: int, **_: object) -> Moments:
    """Of the hour that `since` lies in and all after: whole hours until `hours`, five minutes until `closed`."""
    return _tail(now_ms, since_ms // HOUR_MS * HOUR_MS, rolled_ms, lately_ms)


def heard(*, now_ms: int, since_ms: int, settled_ms: int, **_: object) -> Moments:
    """The same, without five minutes."""
    return _tail(now_ms, since_ms // HOUR_MS * HOUR_MS, settled_ms, 0)


def _tail(now_ms: int, since_ms: int, rolled_ms: int, lately_ms: int) -> Moments:
    hours = max(since_ms, min(rolled_ms, now_ms) // HOUR_MS * HOUR_MS)
    closed = max(hours, min(lately_ms, now_ms) // STEP_MS * STEP_MS)
    full = {"since_hour_s": since_ms, "hours_hour_s": hours, "closed_hour_s": closed, "now_hour_s": now_ms}
    return {**_hours(full), **_seconds({"since_s": since_ms, "hours_s": hours, "closed_s": closed})}


def line(*, now_ms: int, since_ms: int, lately_ms: int, **_: object) -> Moments:
    """Of a line of full five minutes back to `since`: these from `first` to `closed`, but for that which the hour
    before `now` begins in (`cut`); `full` is the end of the newest of them.
    """
    full, first = now_ms // STEP_MS * STEP_MS, since_ms // STEP_MS * STEP_MS
    cut = (now_ms - HOUR_MS) // STEP_MS * STEP_MS
    closed = max(first, min(lately_ms, full))
    hours = {"first_hour_s": first, "closed_hour_s": closed, "cut_hour_s": cut, "now_hour_s": now_ms}
    return {**_hours(hours), **_seconds({"full_s": full, "first_s": first, "closed_s": closed, "cut_s": cut})}


def past(*, now_ms: int, since_ms: int, lately_ms: int, **_: object) -> Moments:
    """Of a line whose newest ten minutes nobody asks for: full five minutes from `first` to `end`, of the rollups until
    `closed`. `full` is where they are counted from.
    """
    full, first = now_ms // STEP_MS * STEP_MS, since_ms // STEP_MS * STEP_MS
    end = full - 2 * STEP_MS
    closed = max(first, min(lately_ms, end))
    hours = {"first_hour_s": first, "closed_hour_s": closed, "end_hour_s": end}
    return {**_hours(hours), **_seconds({"full_s": full, "first_s": first, "closed_s": closed, "end_s": end})}


def rest(*, now_ms: int, since_ms: int, lately_ms: int, **_: object) -> Cuts:
    """Of [since, now]: five minutes of `hours` until `closed`, readings of `read_hours` and `read_quarters` after."""
    found = _tail(now_ms, since_ms, 0, lately_ms)
    closed = found["closed_s"] * 1000
    return {**found, "hours": _starts([(since_ms, closed)], HOUR_MS), **_read([(closed, now_ms + 1)])}


def _read(pieces: Sequence[tuple[int, int]]) -> Mapping[str, list[int]]:
    """Hours, and quarters of an hour, in which readings of the pieces [since, until) lie: they are sorted by both."""
    return {"read_hours": _starts(pieces, HOUR_MS), "read_quarters": _starts(pieces, QUARTER_MS)}


def _starts(pieces: Sequence[tuple[int, int]], span_ms: int) -> list[int]:
    starts = (range(since // span_ms * span_ms, until, span_ms) for since, until in pieces if since < until)
    return sorted({ms // 1000 for some in starts for ms in some})


def _hours(moments: Moments) -> Moments:
    return {name: ms // HOUR_MS * (HOUR_MS // 1000) for name, ms in moments.items()}


def _seconds(moments: Moments) -> Moments:
    return {name: ms // 1000 for name, ms in moments.items()}
