"""Where a window is cut: what of it comes whole from the rollups, and what from readings. Pure.

Moments as the questions want them: epoch seconds, those named `_hour_s` the full hour that a moment lies in, by which
both tables are sorted. They are numbers, worked out here: as expressions within a question they cost 5 to 9 ms to plan.
Each takes of what is told of a question what it wants (layers/asking.py).
"""

from __future__ import annotations

from collections.abc import Mapping

HOUR_MS, STEP_MS = 3_600_000, 300_000
"""Spans of the rollups; both divide every hour of UTC."""

Moments = Mapping[str, int]


def middle(*, now_ms: int, since_ms: int, lately_ms: int, **_: object) -> Moments:
    """Of (since, now]: five minutes from `first` to `from` and from `to` to `closed`, whole hours in between.

    `head` is the hour that the window begins in, if something of it lies before `first`; else that of `closed`.
    """
    first = (since_ms // STEP_MS + 1) * STEP_MS
    closed = max(first, min(lately_ms, now_ms // STEP_MS * STEP_MS))
    start = -(-first // HOUR_MS) * HOUR_MS
    end = max(start, closed // HOUR_MS * HOUR_MS)
    head = since_ms if first > since_ms + 1 else closed
    hours = {"first_hour_s": first, "closed_hour_s": closed, "head_hour_s": head, "now_hour_s": now_ms}
    return {**_hours(hours), **_seconds({"first_s": first, "from_s": start, "to_s": end, "closed_s": closed})}


def steps(
    *, now_ms: int, since_ms: int, rolled_ms: int, lately_ms: int, step_ms: int = HOUR_MS, **_: object
) -> Moments:
    """Of [since, now], which a step begins: whole hours until `hours`, five minutes until `closed`.

    No hours where steps are shorter, or where they begin within an hour of UTC, as in +05:30.
    """
    whole = since_ms % HOUR_MS == 0 and step_ms % HOUR_MS == 0
    return _tail(now_ms, since_ms, rolled_ms if whole else 0, lately_ms)


def words(*, now_ms: int, since_ms: int, rolled_ms: int, lately_ms: int, **_: object) -> Moments:
    """The same for the hour that `since` lies in and all after."""
    return _tail(now_ms, since_ms // HOUR_MS * HOUR_MS, rolled_ms, lately_ms)


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


def _hours(moments: Moments) -> Moments:
    return {name: ms // HOUR_MS * (HOUR_MS // 1000) for name, ms in moments.items()}


def _seconds(moments: Moments) -> Moments:
    return {name: ms // 1000 for name, ms in moments.items()}
