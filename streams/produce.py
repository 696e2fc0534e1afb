"""Produce requests of Kafka's protocol as the embedded broker's gate reads and answers them. Pure.

The broker behind the gate is given batches without their producer's signature (id, epoch, sequence): it would not know
the producers of its former life, and refuse what they send again after it was restarted. Who sent what twice is
decided by us, from the signatures (`Producers`), before and after a restart alike.
"""

from __future__ import annotations

import struct
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.protocol.metadata import MetadataRequest
from kafka.protocol.producer import InitProducerIdRequest, InitProducerIdResponse, ProduceRequest, ProduceResponse
from kafka.record.util import calc_crc32c

PRODUCE, METADATA, CREATE_TOPICS, DELETE_TOPICS, INIT_PRODUCER_ID = 0, 3, 19, 20, 22  # Kafka's api keys
CORRUPT_MESSAGE, UNKNOWN_TOPIC, UNSUPPORTED, UNSUPPORTED_FORMAT, STORAGE_ERROR = 2, 3, 35, 43, 56  # and error codes

_HEAD = struct.Struct(">qiibIhiqqqhii")  # of a record batch, format 2
_CRC_AT, _CRC_FROM, _SIGNED_AT, _MAGIC = 17, 21, 43, 2
_SIGNATURE = struct.Struct(">qhi")
_NOBODY = _SIGNATURE.pack(-1, -1, -1)

REMEMBERED = 5  # batches of a producer and partition: so many may be under way at once, says Kafka
MOST_PRODUCERS = 20_000


class BadRequest(ValueError):
    """The bytes are no request that we can read; the connection is of no use any more."""


@dataclass(frozen=True)
class Signature:
    """Names one batch of one idempotent producer."""

    producer: int
    epoch: int
    sequence: int


@dataclass(frozen=True)
class Posted:
    """One batch for one partition: `records` as the broker gets them, unsigned; `count` messages."""

    topic: str
    partition: int
    signature: Signature | None
    count: int
    records: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: Kafka's error code (0 is well), and the offset of its first message."""

    error: int
    offset: int = -1


def api_of(frame: bytes) -> tuple[int, int, int]:
    """(api key, version, correlation) of a request. Raises BadRequest."""
    try:
        found: tuple[int, int, int] = struct.unpack_from(">hhi", frame)
    except struct.error:
        raise BadRequest("shorter than a header") from None
    return found


def read(request_class: Any, frame: bytes) -> Any:
    """The request of a frame, by kafka-python's own classes. Raises BadRequest."""
    _, version, _ = api_of(frame)
    try:
        return request_class.decode(frame, version=version, header=True)
    except Exception as error:  # the library raises whatever the bytes provoke
        raise BadRequest(f"{request_class.__name__} {version}: {error}") from None


def posted(request: Any) -> list[Posted | tuple[str, int, Outcome]]:
    """The batches of a Produce request, in order; (topic, partition, outcome) for one that cannot be taken.

    None of a transaction is: what it would add could not be given back to a broker that is started again.
    """
    refused = request.transactional_id is not None
    return [
        (topic.name, part.index, Outcome(UNSUPPORTED)) if refused else _posted(topic.name, part.index, part.records)
        for topic in request.topic_data
        for part in topic.partition_data
    ]


def _posted(topic: str, partition: int, given: Any) -> Posted | tuple[str, int, Outcome]:
    records = bytes(given or b"")
    if len(records) < _HEAD.size or records[16] != _MAGIC or _size(records) != len(records):
        return topic, partition, Outcome(UNSUPPORTED_FORMAT)
    head = _HEAD.unpack_from(records)
    if calc_crc32c(memoryview(records)[_CRC_FROM:]) != head[4]:
        return topic, partition, Outcome(CORRUPT_MESSAGE)
    producer, epoch, sequence, count = head[9:]
    if producer < 0:
        return Posted(topic, partition, None, count, records)
    return Posted(topic, partition, Signature(producer, epoch, sequence), count, _unsigned(records))


def _size(records: bytes) -> int:
    return 12 + int(struct.unpack_from(">i", records, 8)[0])


def _unsigned(records: bytes) -> bytes:
    bare = bytearray(records)
    bare[_SIGNED_AT : _SIGNED_AT + _SIGNATURE.size] = _NOBODY
    struct.pack_into(">I", bare, _CRC_AT, calc_crc32c(memoryview(bare)[_CRC_FROM:]))
    return bytes(bare)


def request_for(batch: Posted, correlation: int) -> bytes:
    """The frame, with its length, that hands one batch to the broker."""
    topic_class = ProduceRequest.TopicProduceData
    part = topic_class.PartitionProduceData(index=batch.partition, records=batch.records)
    request = ProduceRequest(
        version=9,
        transactional_id=None,
        acks=-1,
        timeout_ms=10_000,
        topic_data=[topic_class(name=batch.topic, partition_data=[part])],
    )
    request.with_header(correlation, "gate")
    return bytes(request.encode(header=True, framed=True))


def outcome_of(frame: bytes) -> Outcome:
    """What the broker answered to `request_for`."""
    part = ProduceResponse.decode(frame, version=9, header=True).responses[0].partition_responses[0]
    return Outcome(part.error_code, part.base_offset)


def answer_to(request: Any, outcomes: Mapping[tuple[str, int], Outcome]) -> bytes:
    """The frame, without its length, that tells the client what became of each of its batches."""
    topic_class = ProduceResponse.TopicProduceResponse
    part_class = topic_class.PartitionProduceResponse
    topics = []
    for topic in request.topic_data:
        found = [(part.index, outcomes[topic.name, part.index]) for part in topic.partition_data]
        parts = [part_class(index=index, error_code=one.error, base_offset=one.offset) for index, one in found]
        topics.append(topic_class(name=topic.name, partition_responses=parts))
    return _encoded(ProduceResponse(version=request.API_VERSION, responses=topics), request)


def _encoded(response: Any, request: Any) -> bytes:
    response.with_header(request.header.correlation_id)
    return bytes(response.encode(header=True))


def producer_answer(frame: bytes, producer: int) -> bytes:
    """The answer that makes a client the idempotent producer `producer`; a transactional one is refused."""
    request = read(InitProducerIdRequest, frame)
    refused = request.transactional_id is not None
    given = {"error_code": UNSUPPORTED, "producer_id": -1} if refused else {"producer_id": producer}
    return _encoded(InitProducerIdResponse(version=request.API_VERSION, producer_epoch=0, **given), request)


def asking_only(frame: bytes) -> bytes:
    """A Metadata request that creates no topic: one that is just being made anew must not come of a question.

    Before version 4 clients could not say so; the broker is left to what it does then.
    """
    request = read(MetadataRequest, frame)
    if request.API_VERSION < 4:
        return frame
    request.allow_auto_topic_creation = False
    return bytes(request.encode(header=True))


class Producers:
    """The last batches of each producer, by partition: what is sent again is known by its signature."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int, int, int], deque[tuple[int, int]]] = OrderedDict()

    def find(self, batch: Posted) -> int | None:
        """The offset that a batch got when it was sent before; None when it is new."""
        if batch.signature is None:
            return None
        last = self._known.get(_key(batch.topic, batch.partition, batch.signature), ())
        return next((offset for sequence, offset in last if sequence == batch.signature.sequence), None)

    def note(self, topic: str, partition: int, signature: Signature | None, offset: int) -> None:
        """A batch was stored by the broker at `offset`."""
        if signature is None:
            return
        key = _key(topic, partition, signature)
        self._known.setdefault(key, deque(maxlen=REMEMBERED)).append((signature.sequence, offset))
        self._known.move_to_end(key)
        if len(self._known) > MOST_PRODUCERS:
            self._known.popitem(last=False)

    def of(self, topic: str) -> Sequence[tuple[int, Signature, int]]:
        """(partition, signature, offset) of all that is remembered of a topic, oldest first."""
        return [
            (partition, Signature(producer, epoch, sequence), offset)
            for (name, partition, producer, epoch), last in self._known.items()
            if name == topic
            for sequence, offset in last
        ]


def _key(topic: str, partition: int, signature: Signature) -> tuple[str, int, int, int]:
    return topic, partition, signature.producer, signature.epoch
