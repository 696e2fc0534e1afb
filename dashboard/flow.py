"""`yiping streams`: what waits of each stream, which are held, and how one goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from config.faults import Fault
from config.settings import Settings
from config.words import Words
from streams.clickhouse import Database
from streams.holds import RELEASED, Order, lane_name
from streams.kafka import STREAMS
from streams.levels import Depth, depths, waiting
from streams.store import Store


def listed(settings: Settings, words: Words, zone: tzinfo) -> Iterator[str]:
    """A line a stream. Raises BrokerUnavailable, DatabaseUnavailable, QueryFailed."""
    with closing(Database(settings.database_url)) as database:
        orders = Store(database).orders()
        found = _depths(settings, Store(database), orders)
    for stream in STREAMS:
        yield line(stream, waiting(found, stream), orders.get(stream, Order()), words, zone)


def line(stream: str, lag: int, order: Order, words: Words, zone: tzinfo) -> str:
    """One stream: how many messages wait, and whether it is held, since when and why."""
    told = words("streams.line", name=f"{stream:<8}", lag=f"{lag:>12,}")
    if not order.holds:
        return f"{told}  {words('streams.reading')}"
    since = datetime.fromtimestamp(order.at / 1000, UTC).astimezone(zone)
    counts = {"rejected": f"{order.rejected:,}", "total": f"{order.rejected + order.accepted:,}"}
    return f"{told}  {words('streams.held', clock=f'{since:%m-%d %H:%M}', stream=stream, **counts)}"


def release(settings: Settings, stream: str, skip: bool, actor: str, words: Words) -> str:
    """Let a held stream go on; what waits now is passed over when `skip`. Returns what was done.

    Raises Fault when the stream is not held, and as `listed`.
    """
    with closing(Database(settings.database_url)) as database:
        store = Store(database)
        orders = store.orders()
        order = orders.get(stream, Order())
        if not order.holds:
            raise Fault(words("streams.not_held", stream=stream))
        found = [one for one in _depths(settings, store, orders) if one.stream == stream]
        store.order(stream, RELEASED, (0, 0), actor, {**order.skip, **(passed_over(found) if skip else {})})
    return words("streams.passed_over" if skip else "streams.released", stream=stream, n=f"{waiting(found, stream):,}")


def _depths(settings: Settings, store: Store, orders: Mapping[str, Order]) -> list[Depth]:
    """Every partition; a held one, which ingest does not commit anew, as far as it is stored."""
    return [
        as_stored(one, store.stored(one.stream, one.epoch, one.partition, one.committed))
        if orders.get(one.stream, Order()).holds
        else one
        for one in depths(settings)
    ]


def as_stored(one: Depth, stored: Iterable[int]) -> Depth:
    """A partition of which also the messages at the offsets `stored` do not wait.

    The embedded broker forgets what was committed when it is killed, and nothing of a held stream is committed again.
    """
    return replace(one, committed=one.committed + sum(one.committed <= offset < one.end for offset in stored))


def passed_over(found: Sequence[Depth]) -> dict[str, int]:
    """Ends of lanes, as an order tells them."""
    return {lane_name(one.epoch, one.partition): one.end for one in found}
