"""How old an item may be: never older than its table keeps rows, or it would vanish as it is stored. Pure.

The server drops rows past their table's end as it stores them, without a word; so what is older than the settings keep
is a reject with its reason, as everything is that cannot be taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from config.keep import Keep, variable
from streams.parse_fields import DAY, MINUTE, OLDEST
from streams.records import Item, Rejected

OLDER = "older_than_kept"
MARGIN = 10 * MINUTE  # between our look at the clock and the server's: what an insert may wait


@dataclass(frozen=True)
class Ages:
    """Greatest age of an item by stream, ms: what the parser takes at all, or less where rows are kept for less."""

    iot: int = OLDEST
    cases: int = OLDEST
    events: int = OLDEST
    devices: int = 1 << 53  # the registry has no end


AS_PARSED = Ages()
KINDS = {"iot": "readings", "cases": "cases", "events": "events"}


def ages(keep: Keep) -> Ages:
    days = {stream: getattr(keep, kind) for stream, kind in KINDS.items()}
    return Ages(**{stream: min(OLDEST, number * DAY - MARGIN) for stream, number in days.items() if number})


def young(items: Sequence[Item], stream: str, now: int, limits: Ages, payload: bytes | None) -> Sequence[Item]:
    """`items` of a message that came at `now` (epoch ms), those that are too old to be kept as Rejected."""
    oldest = now - getattr(limits, stream)
    if all(isinstance(item, Rejected) or item.at >= oldest for item in items):
        return items
    return [_judged(item, stream, oldest, payload if len(items) == 1 else None) for item in items]


def _judged(item: Item, stream: str, oldest: int, payload: bytes | None) -> Item:
    if isinstance(item, Rejected) or item.at >= oldest:
        return item
    why = f"at is before what is kept ({variable(KINDS[stream])})"
    return Rejected(OLDER, why, payload or msgspec.json.encode(item))
