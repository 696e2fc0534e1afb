"""Looks, while ingest works, whether a stream must be held or may go on: holds.py decides, `Orders` tells. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from config.faults import Fault
from streams.elapsed import passed
from streams.holds import Order, skip_to, too_many, window_start

LOOK_S = 2.0
SOON = 10  # a look comes sooner once a tenth of what makes a hold was turned away since the last


class Released(Fault):
    """A stream may be read again, by a consumer that is built anew."""


class Orders(Protocol):
    """What a brake needs of the database; see Store."""

    @property
    def most_rejects(self) -> int: ...
    def orders(self) -> Mapping[str, Order]: ...
    def turned_away(self, stream: str, since: int) -> int: ...
    def taken(self, stream: str, since: int) -> int: ...
    def hold(self, stream: str, rejected: int, accepted: int, skip: Mapping[str, int]) -> None: ...


class Brake:
    """Which streams are held now. Its methods raise what `Orders` raises."""

    def __init__(self, database: Orders) -> None:
        self._database, self._most = database, database.most_rejects
        self._orders: Mapping[str, Order] = {}
        self._rejected: Counter[str] = Counter()  # since the last look
        self._looked = float("-inf")
        self._first = True

    @property
    def held(self) -> frozenset[str]:
        return frozenset(stream for stream, order in self._orders.items() if order.holds)

    def noticed(self, rejected: Mapping[str, int]) -> None:
        """So many items of each stream were turned away just now."""
        self._rejected.update(rejected)

    def due(self, now: float) -> bool:
        hurry = 0 < self._most <= SOON * max(self._rejected.values(), default=0)
        return hurry or passed(self._looked, now) >= LOOK_S

    def look(self, now: float, streams: frozenset[str]) -> bool:
        """Ask, hold what must be held; True when other streams are held than before, or others passed over."""
        before = self._orders
        self._orders = {one: order for one, order in self._database.orders().items() if one in streams}
        for stream in sorted(streams - self.held):
            if self._rejected[stream] or self._first:  # at a start: the one before us may have died of it
                self._judge(stream, round(now * 1000))
        self._looked, self._first = now, False
        self._rejected.clear()
        return any(_differ(before.get(one, Order()), self._orders.get(one, Order())) for one in streams)

    def skip(self, stream: str, epoch: str, partition: int) -> int:
        """Where a lane begins at the earliest, because a person passed over what was before."""
        return skip_to(self._orders.get(stream, Order()), epoch, partition)

    def told(self) -> dict[str, Any]:
        """The held streams, for the heartbeat."""
        found = {stream: self._orders[stream] for stream in sorted(self.held)}
        return {
            stream: {"since": order.at, "rejected": order.rejected, "accepted": order.accepted}
            for stream, order in found.items()
        }

    def _judge(self, stream: str, now: int) -> None:
        before = self._orders.get(stream, Order())
        since = window_start(before, now)
        rejected = self._database.turned_away(stream, since)
        if not too_many(rejected, 0, self._most):
            return
        accepted = self._database.taken(stream, since)  # asked last: it costs most
        if too_many(rejected, accepted, self._most):
            self._database.hold(stream, rejected, accepted, before.skip)  # what was passed over stays so
            self._orders = self._database.orders()


def _differ(one: Order, other: Order) -> bool:
    return one.holds != other.holds or one.skip != other.skip
