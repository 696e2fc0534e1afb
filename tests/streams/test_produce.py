"""Produce requests as the gate reads and answers them, in every version that the broker takes."""

from __future__ import annotations

from typing import Any

import pytest
from kafka.protocol.metadata import MetadataRequest
from kafka.protocol.producer import InitProducerIdRequest, InitProducerIdResponse, ProduceRequest, ProduceResponse
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from streams.produce import (
    CORRUPT_MESSAGE,
    REMEMBERED,
    UNSUPPORTED,
    UNSUPPORTED_FORMAT,
    BadRequest,
    Outcome,
    Posted,
    Producers,
    Signature,
    answer_to,
    api_of,
    asking_only,
    posted,
    producer_answer,
    read,
    request_for,
)

VERSIONS = range(3, 12)


def batch(values: list[bytes], producer: int = -1, epoch: int = -1, sequence: int = -1, codec: int = 0) -> bytes:
    builder = DefaultRecordBatchBuilder(2, codec, False, producer, epoch, sequence, 1 << 20)
    for number, value in enumerate(values):
        builder.append(number, 1_700_000_000_000, None, value, [("yiping-source", b"x")])
    return bytes(builder.build())


def request(version: int, records: list[tuple[str, int, bytes]], transaction: str | None = None) -> bytes:
    topic_class = ProduceRequest.TopicProduceData
    topics = [
        topic_class(name=name, partition_data=[topic_class.PartitionProduceData(index=partition, records=data)])
        for name, partition, data in records
    ]
    made = ProduceRequest(version=version, transactional_id=transaction, acks=-1, timeout_ms=1_000, topic_data=topics)
    made.with_header(7, "a client")
    return bytes(made.encode(header=True))


def only(found: list[Any]) -> Any:
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("codec", [0, 1])
def test_a_batch_is_handed_on_without_its_signature(version: int, codec: int) -> None:
    values = [b"a", b"bb" * 500, b""]
    frame = request(version, [("t", 3, batch(values, 77, 2, 40, codec))])
    found = only(posted(read(ProduceRequest, frame)))
    assert (found.topic, found.partition, found.count) == ("t", 3, 3)
    assert found.signature == Signature(77, 2, 40)
    inside = DefaultRecordBatch(found.records)
    assert inside.validate_crc()
    assert (inside.producer_id, inside.base_sequence) == (-1, -1)
    assert [record.value for record in inside] == values


def test_a_batch_that_nobody_signed_is_handed_on_as_it_is() -> None:
    records = batch([b"a"])
    found = only(posted(read(ProduceRequest, request(9, [("t", 0, records)]))))
    assert found == Posted("t", 0, None, 1, records)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda records: records[:-1] + b"?", CORRUPT_MESSAGE),
        (lambda records: records[:-1], UNSUPPORTED_FORMAT),
        (lambda records: records + records, UNSUPPORTED_FORMAT),
        (lambda records: records[:16] + b"\x01" + records[17:], UNSUPPORTED_FORMAT),
        (lambda _: b"", UNSUPPORTED_FORMAT),
    ],
)
def test_what_is_no_whole_batch_is_refused(spoil: Any, error: int) -> None:
    frame = request(9, [("t", 0, spoil(batch([b"abc"], 1, 0, 0)))])
    assert only(posted(read(ProduceRequest, frame))) == ("t", 0, Outcome(error))


def test_transactions_are_refused() -> None:
    frame = request(9, [("t", 0, batch([b"a"], 1, 0, 0))], transaction="mine")
    assert only(posted(read(ProduceRequest, frame))) == ("t", 0, Outcome(UNSUPPORTED))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_answer_says_what_became_of_each_batch(version: int) -> None:
    asked = read(ProduceRequest, request(version, [("t", 0, batch([b"a"])), ("u", 2, batch([b"b"]))]))
    frame = answer_to(asked, {("t", 0): Outcome(0, 41), ("u", 2): Outcome(3)})
    answer = ProduceResponse.decode(frame, version=version, header=True)
    assert answer.header.correlation_id == 7
    said = {
        (topic.name, part.index): (part.error_code, part.base_offset)
        for topic in answer.responses
        for part in topic.partition_responses
    }
    assert said == {("t", 0): (0, 41), ("u", 2): (3, -1)}


def test_the_broker_is_asked_in_its_words() -> None:
    one = Posted("t", 0, None, 1, batch([b"a"]))
    framed = request_for(one, 12)
    assert int.from_bytes(framed[:4], "big") == len(framed) - 4
    assert only(posted(read(ProduceRequest, framed[4:]))) == one
    assert api_of(framed[4:]) == (0, 9, 12)


@pytest.mark.parametrize("version", range(6))
@pytest.mark.parametrize("transaction", [None, "mine"])
def test_a_client_becomes_a_producer_but_not_a_transactional_one(version: int, transaction: str | None) -> None:
    asked = InitProducerIdRequest(
        version=version, transactional_id=transaction, transaction_timeout_ms=1, producer_id=-1, producer_epoch=-1
    )
    asked.with_header(9, "c")
    answer = InitProducerIdResponse.decode(
        producer_answer(bytes(asked.encode(header=True)), 55), version=version, header=True
    )
    assert answer.header.correlation_id == 9
    assert (answer.error_code, answer.producer_id) == ((0, 55) if transaction is None else (UNSUPPORTED, -1))


@pytest.mark.parametrize("version", range(4, 13))
def test_a_question_makes_no_topic(version: int) -> None:
    asked = MetadataRequest(version=version, topics=[], allow_auto_topic_creation=True)
    asked.with_header(3, "c")
    passed = read(MetadataRequest, asking_only(bytes(asked.encode(header=True))))
    assert passed.allow_auto_topic_creation is False
    assert passed.header.correlation_id == 3


@pytest.mark.parametrize("frame", [b"", b"\0\0\0", b"\0\0\0\x09" + b"\xff" * 40, b"GET / HTTP/1.1\r\n\r\n"])
def test_other_bytes_are_a_bad_request(frame: bytes) -> None:
    with pytest.raises(BadRequest):
        read(ProduceRequest, frame)


def test_what_is_sent_again_is_known() -> None:
    producers = Producers()
    signed = [Posted("t", 0, Signature(5, 0, number * 10), 10, b"") for number in range(REMEMBERED + 1)]
    for number, one in enumerate(signed):
        assert producers.find(one) is None
        producers.note("t", 0, one.signature, number * 10)
    assert producers.find(signed[0]) is None  # as Kafka, we remember the last five
    assert [producers.find(one) for one in signed[1:]] == [10, 20, 30, 40, 50]
    assert [offset for _, _, offset in producers.of("t")] == [10, 20, 30, 40, 50]
    assert not producers.of("u")
    others = [("u", 0, Signature(5, 0, 50)), ("t", 1, Signature(5, 0, 50)), ("t", 0, Signature(5, 1, 50))]
    assert all(producers.find(Posted(topic, part, one, 1, b"")) is None for topic, part, one in others)


def test_those_who_sign_nothing_are_not_remembered() -> None:
    producers = Producers()
    producers.note("t", 0, None, 0)
    assert producers.find(Posted("t", 0, None, 1, b"")) is None
