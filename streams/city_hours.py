"""What the whole city heard in each hour that ended: of the metrics that the wall shows by the hour, made of buckets.

Why they are right whatever is killed, late or made by several at once. A row's version has two numbers: how many
readings were seen, the sum over its twelve buckets of what each was made of, all in one look at `reading_spans`; below
that how many `rollups` noted before that look. Of a bucket the rows that count only ever get more, so who looks later
sees of each as many or more: a greater sum is a later look, and the same sum is the same buckets. So the greatest
version has seen whatever any other saw. A bucket is stored before it is noted: what is noted before a look is seen by
it. A row is due while more is noted of its buckets than its version says; notes only grow, too, so as many noted are
the same notes: the row has seen every bucket that is noted. (A replica of a cluster that is behind may show less than
is noted: then only what it showed counts as noted.) Killed before the row is stored, it is due still.

They are made after the buckets and before the look at these is noted: a question that believes the look may believe
them until then. Every end has a row, also one of which nothing is noted. One without (the look is of a Yiping that
made none) is not known: what is asked from there on is worked out from buckets and readings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from streams.clickhouse import SQL, Database, Question

METRICS = ("pm25", "rain")
"""Of these alone: what is asked of others is worked out from buckets and readings."""
KEPT = timedelta(hours=26)
"""How long ago an hour may have ended: the wall shows a day, and a clock hour more."""

HOUR_S, STEP_S, SECOND = 3600, 300, timedelta(seconds=1)
_DUE, _MAKE = Question.load(SQL, "city_hours_due"), Question.load(SQL, "city_hours_make")


def make(database: Database, now: int, closed: int) -> int:
    """Make what is due of the ends until `closed`, at `now` (both epoch ms); how many. Raises as Database.ask."""
    from_s = now // 1000 - KEPT // SECOND
    due = database.ask(_DUE, metrics=list(METRICS), from_s=from_s, until_s=closed // 1000).rows()
    return sum(_make(database, metric, list(rows)) for metric, rows in groupby(due, itemgetter("metric")))


def _make(database: Database, metric: str, due: list[Mapping[str, Any]]) -> int:
    """All of one metric together: a bucket is read once, however many hours it is in."""
    ends = [row["until_s"] for row in due]
    starts = sorted({end - back for end in ends for back in range(STEP_S, HOUR_S + STEP_S, STEP_S)})
    buckets = {"starts": starts, "hours": sorted({start // HOUR_S * HOUR_S for start in starts}), "first_s": starts[0]}
    slots = [(end - HOUR_S - starts[0]) // STEP_S + 1 for end in ends]
    database.ask(_MAKE, metric=metric, ends=ends, slots=slots, noted=[row["noted"] for row in due], **buckets)
    return len(ends)
