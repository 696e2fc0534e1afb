"""When is so much of a stream turned away that reading on would only empty it into rejects? Pure.

A bad deployment at a source can turn every message into a reject within minutes, and what ingest has read and turned
away is gone from where it could still be read again. So a stream is held: ingest reads no more of it, what comes stays
in Kafka, and a person decides. The tables decide, not memory: rejects that are stored, and orders in `stream_holds`, so
a hold outlives every process, and all members of the group come to the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HELD, RELEASED = "held", "released"
WINDOW_MS = 10 * 60_000  # a burst of noise ends sooner, a deployment does not
MOST_REJECTS = 10_000  # in a window; 17 a second: far above what any of the feeds tried ever made


@dataclass(frozen=True)
class Order:
    """The newest word on a stream, of ingest (held) or of a person (released), epoch ms.

    `skip`: offsets by lane (`epoch:partition`); what lies before them is passed over.
    """

    kind: str = RELEASED
    at: int = 0
    rejected: int = 0
    accepted: int = 0
    actor: str = ""
    skip: Mapping[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.kind == HELD


def window_start(order: Order, now: int) -> int:
    """From when on rejects count, epoch ms: the last ten minutes, but nothing before a person said to go on."""
    return max(now - WINDOW_MS, 0 if order.holds else order.at)


def too_many(rejected: int, accepted: int, most: int = MOST_REJECTS) -> bool:
    """Whether a window's items make a hold: more than `most` of them turned away, and more than half. 0 is no limit."""
    return 0 < most < rejected and rejected > accepted


def lane_name(epoch: str, partition: int) -> str:
    """How an order names a lane."""
    return f"{epoch}:{partition}"


def skip_to(order: Order, epoch: str, partition: int) -> int:
    """Offset from which a lane may be read; 0 when nothing was ordered of this life of it."""
    return order.skip.get(lane_name(epoch, partition), 0)


def order_of(row: Mapping[str, Any]) -> Order:
    """An order as the database tells it. A `skip` that cannot be read passes over nothing."""
    return Order(
        str(row["kind"]),
        int(row["at_ms"]),
        int(row["rejected"]),
        int(row["accepted"]),
        str(row["actor"]),
        read_skip(str(row["skip"])),
    )


def read_skip(text: str) -> dict[str, int]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {lane: offset for lane, offset in found.items() if type(offset) is int and offset >= 0}
