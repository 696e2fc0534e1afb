"""Every request that changes what the embedded broker holds passes here, one at a time: first to disk, then to it.

One at a time, since the order on disk must be the order of the offsets: a broker that is started again is given the
files' batches in their order, and each message stands at the offset it had before. A topic that comes back keeps its
identity, too: it carries it as the entry EPOCH of its configuration. So ingest finds what it has stored, and skips it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import struct
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import structlog
from kafka.protocol.admin import (
    CreateTopicsRequest,
    CreateTopicsResponse,
    DeleteTopicsRequest,
    DeleteTopicsResponse,
)

from streams.kafka import EPOCH
from streams.produce import (
    STORAGE_ERROR,
    UNKNOWN_TOPIC,
    Outcome,
    Posted,
    Producers,
    Signature,
    answer_to,
    outcome_of,
    posted,
    read,
    request_for,
)
from streams.topiclog import Appended, Created, Sent, TopicLog

log = structlog.get_logger("kafka")

NOBODY = Signature(-1, -1, -1)


class OutOfStep(RuntimeError):
    """The broker does not hold what is on disk. It must be started again."""


class Uplink:
    """The one connection by which the broker is changed: an answer is awaited before the next request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)

    @classmethod
    async def open(cls, port: int) -> Uplink:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def number(self) -> int:
        return next(self._numbers) & 0x7FFFFFFF

    async def ask(self, frame: bytes) -> bytes:
        """The answer to a frame that has its length; without its own. Raises OutOfStep when there is none."""
        try:
            self._writer.write(frame)
            (size,) = struct.unpack(">i", await self._reader.readexactly(4))
            return await self._reader.readexactly(size)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise OutOfStep(f"the broker does not answer: {error}") from None

    def close(self) -> None:
        self._writer.close()


class Writes:
    """Publishing, and topics that come and go."""

    def __init__(self, uplink: Uplink, files: TopicLog) -> None:
        self._uplink, self._files = uplink, files
        self._producers = Producers()
        self._ends: defaultdict[tuple[str, int], int] = defaultdict(int)  # next offset, by partition
        self._alone = asyncio.Lock()
        self._full = False

    # -- at the start

    async def restore(self) -> None:
        """Give the broker, which is empty, the topics of its former life. Raises OutOfStep."""
        for topic, entry in self._files.read():
            if isinstance(entry, Created):
                await self._create(entry)
            else:
                await self._again(topic, entry)
        for (topic, partition), end in self._ends.items():
            log.info("a topic is back", topic=topic, partition=partition, messages=end)

    async def _create(self, created: Created) -> None:
        topic_class = CreateTopicsRequest.CreatableTopic
        config = topic_class.CreatableTopicConfig(name=EPOCH, value=created.epoch)
        topic = topic_class(
            name=created.topic,
            num_partitions=created.partitions,
            replication_factor=1,
            assignments=[],
            configs=[config],
        )
        request = CreateTopicsRequest(version=5, topics=[topic], timeout_ms=10_000, validate_only=False)
        frame = await self._uplink.ask(_framed(request, self._uplink.number()))
        error = CreateTopicsResponse.decode(frame, version=5, header=True).topics[0].error_code
        if error:
            raise OutOfStep(f"topic {created.topic} cannot be made: error {error}")

    async def _again(self, topic: str, entry: Sent | Appended) -> None:
        signature = Signature(entry.producer, entry.producer_epoch, entry.sequence)
        if isinstance(entry, Appended):
            batch = Posted(topic, entry.partition, None, entry.count, entry.records)
            outcome = await self._hand_over(batch)
            if outcome != Outcome(0, entry.offset):
                raise OutOfStep(f"{topic}: stood at {entry.offset}, is now {outcome}")
        self._producers.note(topic, entry.partition, None if signature == NOBODY else signature, entry.offset)

    # -- publishing

    async def produce(self, request: Any) -> bytes:
        """Take the batches of a Produce request; the answer for its client. Raises OutOfStep.

        Not to be cancelled: what is begun is brought to its end even if its client leaves, or disk and broker differ.
        """
        outcomes = {}
        for batch in posted(request):
            if isinstance(batch, Posted):
                outcomes[batch.topic, batch.partition] = await self._take(batch)
            else:
                topic, partition, outcome = batch
                outcomes[topic, partition] = outcome
        return answer_to(request, outcomes)

    async def _take(self, batch: Posted) -> Outcome:
        async with self._alone:
            # The broker accepts messages for a topic that is not there, and loses them.
            if batch.topic not in self._files.topics:
                return Outcome(UNKNOWN_TOPIC)
            before = self._producers.find(batch)
            if before is not None:
                return Outcome(0, before)
            return await self._append(batch)

    async def _append(self, batch: Posted) -> Outcome:
        offset = self._ends[batch.topic, batch.partition]
        signature = batch.signature or NOBODY
        signed = (signature.producer, signature.epoch, signature.sequence)
        entry = Appended(batch.partition, offset, batch.count, *signed, batch.records)
        try:
            self._files.append(batch.topic, entry)
        except OSError as error:
            self._say_full(error)
            return Outcome(STORAGE_ERROR)
        self._full = False
        outcome = await self._hand_over(batch)
        if outcome.error:
            self._files.take_back(batch.topic, entry)
        elif outcome.offset != offset:
            raise OutOfStep(f"{batch.topic}: {offset} was next, the broker says {outcome.offset}")
        else:
            self._producers.note(batch.topic, batch.partition, batch.signature, offset)
        return outcome

    async def _hand_over(self, batch: Posted) -> Outcome:
        outcome = outcome_of(await self._uplink.ask(request_for(batch, self._uplink.number())))
        if not outcome.error:
            self._ends[batch.topic, batch.partition] = outcome.offset + batch.count
        return outcome

    def _say_full(self, error: OSError) -> None:
        if not self._full:
            log.error(
                "cannot write what is published; publishers are told to try again", error=os.strerror(error.errno or 0)
            )
        self._full = True

    async def idle(self, timeout_s: float) -> bool:
        """True once nothing is being written; False when something still is after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s), self._alone:
                return True
        except TimeoutError:
            return False

    # -- topics

    async def create(self, frame: bytes) -> bytes:
        """Make topics, each with an identity; the broker's answer. Raises BadRequest, OutOfStep, OSError."""
        request = read(CreateTopicsRequest, frame)
        epochs = {topic.name: uuid.uuid4().hex for topic in request.topics}
        for topic in request.topics:
            topic.configs = [*topic.configs, type(topic).CreatableTopicConfig(name=EPOCH, value=epochs[topic.name])]
        async with self._alone:
            answer = await self._uplink.ask(_framed(request, request.header.correlation_id))
            made = CreateTopicsResponse.decode(answer, version=request.API_VERSION, header=True)
            if not request.validate_only:
                wanted = {topic.name: _partitions(topic) for topic in request.topics}
                for topic in made.topics:
                    if not topic.error_code:
                        self._begin(topic.name, wanted[topic.name], epochs[topic.name])
        return answer

    def _begin(self, topic: str, partitions: int, epoch: str) -> None:
        known = [
            Sent(partition, signature.producer, signature.epoch, signature.sequence, offset)
            for partition, signature, offset in self._producers.of(topic)
        ]
        self._end(topic)
        self._files.create(topic, partitions, epoch, known)

    async def delete(self, frame: bytes) -> bytes:
        """Delete topics; the broker's answer. Raises BadRequest, OutOfStep."""
        request = read(DeleteTopicsRequest, frame)
        async with self._alone:
            answer = await self._uplink.ask(_framed(request, request.header.correlation_id))
            for topic in DeleteTopicsResponse.decode(answer, version=request.API_VERSION, header=True).responses:
                if not topic.error_code and topic.name:
                    self._end(topic.name)
        return answer

    def _end(self, topic: str) -> None:
        self._files.delete(topic)
        for key in [key for key in self._ends if key[0] == topic]:
            del self._ends[key]

    def forget(self, topics: Sequence[str]) -> None:
        """All of these is stored elsewhere, and the end has come: nothing of it must come back."""
        for topic in topics:
            self._files.delete(topic)


def _partitions(topic: Any) -> int:
    return len(topic.assignments) or max(topic.num_partitions, 1)


def _framed(request: Any, correlation: int) -> bytes:
    client = request.header.client_id if request.header is not None else "gate"
    request.with_header(correlation, client)
    return bytes(request.encode(header=True, framed=True))
