"""Keeps the embedded broker small: once all of a topic is stored, it is deleted and created anew, losing nothing.

The order, which the gate makes safe against any client that publishes meanwhile: shut the gate; wait until no Produce
request is under way; wait until ingest's group has committed everything; delete and create; open the gate. When ingest
does not get there in time, the gate opens again and the broker stays as it is until ingest has caught up.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import structlog

from config.settings import Settings
from streams.gate import Gate
from streams.kafka import STREAMS, BrokerUnavailable, TopicPartition, Topics, broker_errors, consumer, group

log = structlog.get_logger("kafka")

MOST_BATCHES = 5_000  # a fetch costs 3 ms at 1,000 batches a partition and 161 ms at 100,000
MOST_BYTES = 64 << 20
LOOK_EVERY_S = 1.0
TRY_EVERY_S = 15.0
SAY_EVERY = 4  # failures in a row: once a minute
HOLD_S = 1.0
CATCH_UP_S = 3.0
ANSWER_S = 2.0
NEAR = 20_000  # messages that ingest can surely store while the gate is shut


class Levels:
    """How much of our topics is stored, by partition: what ingest's group committed and what there is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._group = group(settings)
        self.topics = Topics(settings)
        self._reader = consumer(settings, None, fetch_max_wait_ms=10, max_partition_fetch_bytes=1024)

    def lag(self) -> dict[str, tuple[int, int]]:
        """Of each topic: messages not yet committed, and messages in it. Raises BrokerUnavailable."""
        committed = self.topics.committed(self._group)
        partitions = [TopicPartition(self._settings.topic(stream), 0) for stream in STREAMS]
        with broker_errors(self._settings):
            self._reader.unsubscribe()  # forgets what it knew of the ends
            self._reader.assign(partitions)
            for partition in partitions:
                self._reader.seek(partition, committed.get(partition, 0))
            highs = self._highs(partitions)
        return {tp.topic: (highs[tp] - committed.get(tp, 0), highs[tp]) for tp in partitions}

    def _highs(self, partitions: list[Any]) -> dict[Any, int]:
        """Ends of the partitions, by fetching: the broker's own answer about its ends is wrong."""
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until:
            self._reader.poll(10)
            highs = {partition: self._reader.highwater(partition) for partition in partitions}
            if None not in highs.values():
                return highs
        raise BrokerUnavailable("the broker does not say how much it holds")

    def renew(self, names: list[str]) -> None:
        """Delete these topics and create them again."""
        self.topics.delete(names)
        self.topics.create(1)

    def close(self) -> None:
        self._reader.close(timeout_ms=500)
        self.topics.close()


class Spoiled(RuntimeError):
    """A topic was deleted and could not be created: whoever publishes now would lose it. The broker must go."""


class Drain:
    """Looks once a second and drains when the broker holds too much."""

    def __init__(self, gate: Gate, settings: Settings) -> None:
        self._gate = gate
        self._settings = settings
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled. Raises Spoiled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._gate.batches >= MOST_BATCHES or self._gate.volume >= MOST_BYTES:
                await self._try()

    async def _try(self) -> None:
        try:
            drained, why = await self.once(), "ingest is behind"
        except BrokerUnavailable as error:
            drained, why = False, str(error)
        self._failures = 0 if drained else self._failures + 1
        if self._failures and self._failures % SAY_EVERY == 0:
            log.warning("the broker grows", why=why, megabytes=self._gate.volume >> 20, messages_in=self._gate.batches)
        if not drained:
            await asyncio.sleep(TRY_EVERY_S)

    async def once(self) -> bool:
        """Drain if ingest is near the end; True when the topics are new. Raises BrokerUnavailable, Spoiled."""
        levels = await asyncio.to_thread(Levels, self._settings)
        try:
            lag = await asyncio.to_thread(levels.lag)
            if sum(behind for behind, _ in lag.values()) > NEAR:
                return False
            return await self._held(levels)
        finally:
            await asyncio.to_thread(levels.close)

    async def all_stored(self) -> bool:
        """At the end: shut the gate for good; True when ingest has committed all that there is."""
        self._gate.last_call()
        if not await self._gate.hold(HOLD_S):
            return False
        try:
            levels = await asyncio.to_thread(Levels, self._settings)
            try:
                lag = await asyncio.to_thread(levels.lag)
            finally:
                await asyncio.to_thread(levels.close)
        except BrokerUnavailable:
            return False
        return not any(behind for behind, _ in lag.values())

    async def _held(self, levels: Levels) -> bool:
        began = time.monotonic()
        try:
            names = await self._stored(levels) if await self._gate.hold(HOLD_S) else []
            if names:
                await self._renew(levels, names)
        except Spoiled:
            raise  # and nobody gets through any more
        except BaseException:
            self._gate.release()
            raise
        self._gate.release()
        log.debug("drained" if names else "not drained", topics=names, held_s=round(time.monotonic() - began, 3))
        return bool(names)

    async def _renew(self, levels: Levels, names: list[str]) -> None:
        try:
            await asyncio.shield(asyncio.to_thread(levels.renew, names))
        except BrokerUnavailable as error:
            raise Spoiled(str(error)) from None
        self._gate.forget()

    async def _stored(self, levels: Levels) -> list[str]:
        """The topics that hold something, once all of them are stored; none when that takes too long."""
        until = time.monotonic() + CATCH_UP_S
        while time.monotonic() < until:
            lag = await asyncio.to_thread(levels.lag)
            if not any(behind for behind, _ in lag.values()):
                return [topic for topic, (_, held) in lag.items() if held]
            await asyncio.sleep(0.02)
        return []
