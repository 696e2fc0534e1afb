"""What lies in the middle of a window that ends now: each device's readings of it put together, once in five minutes.

Until the newest bucket is closed the middle of every such window is the same, so it need not be made by each question.
Made of the buckets, so of the readings alone. A block of rows counts once it is noted, with of how many readings it was
made; it is due while `rollups` notes more of its buckets. So it does no harm to be killed, or to make one twice: of two
the one of more readings counts, and whoever noted that number before he made the block saw them all.
"""

from __future__ import annotations

import random
from itertools import groupby
from threading import Event

from streams.clickhouse import SQL, Database, Question

STEP_S, HOUR_S = 300, 3600
BACKS_S = (600, 3_300, 10_800, 86_400)
"""How long before the last full five minutes the middle begins of the windows that are asked for: of 15 minutes and of
an hour, which begin to the second, 300 s later; longer ones begin at full five minutes (layers/kinds.py). And the hour
that is open is put together: what the curves of a place end with (layers/curves.py)."""
SOON_S = 90
"""The middles of the next five minutes are made so long before: longer than from one look to the next."""

_DUE, _MAKE = Question.load(SQL, "windows_due"), Question.load(SQL, "windows_make")


def make(database: Database, now: int, until: int, stop: Event) -> int:
    """Make what is due at `now` of the windows whose middle ends at `until` (both epoch s); how many blocks there were.

    Stops between blocks when told to. Raises as Database.ask.
    """
    fives = {moment // STEP_S * STEP_S for moment in (now, now + SOON_S)}
    hour = {until // HOUR_S * HOUR_S} - {until}
    sinces = sorted({five - back for five in fives for back in BACKS_S} | hour)
    due = database.ask(_DUE, sinces=sinces, until_s=until).rows()
    blocks = [(since, list(some)) for since, some in groupby(due, key=lambda row: int(row["since"]))]
    for since, some in blocks:
        if stop.is_set():
            break
        _make(database, since, until, {row["metric"]: row["rows"] for row in some})
    return len(blocks)


def _make(database: Database, since: int, until: int, rows: dict[str, int]) -> None:
    block, metrics = random.getrandbits(63), list(rows)
    start, end = whole_hours(since, until)
    told = {"since_s": since, "from_s": start, "to_s": end, "until_s": until}
    database.ask(_MAKE, metrics=metrics, block=block, **told)
    count = len(metrics)
    database.insert(
        "window_notes",
        {"metric": metrics, "since": [since] * count, "until": [until] * count, "rows": list(rows.values()),
         "block": [block] * count},
    )  # fmt: skip


def whole_hours(since: int, until: int) -> tuple[int, int]:
    """First and end (epoch s) of the whole hours in [since, until); the same when there are none."""
    start = -(-since // HOUR_S) * HOUR_S
    return start, max(start, until // HOUR_S * HOUR_S)
