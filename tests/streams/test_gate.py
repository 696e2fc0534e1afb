"""Which Produce requests the gate waits for."""

from __future__ import annotations

import struct

import pytest
from kafka.protocol.producer import ProduceRequest

from streams.gate import _Broker, wants_answer


@pytest.mark.parametrize("version", range(3, 10))
@pytest.mark.parametrize("acks", [0, 1, -1])
@pytest.mark.parametrize("client", ["", "yiping", "x" * 300])
@pytest.mark.parametrize("transaction", [None, "t-1"])
def test_acks_are_found_in_every_version(version: int, acks: int, client: str, transaction: str | None) -> None:
    request = ProduceRequest[version](transactional_id=transaction, acks=acks, timeout_ms=1_000, topic_data=[])
    request.with_header(correlation_id=7, client_id=client)
    head = request.encode(header=True, framed=False)
    assert wants_answer(head) is (acks != 0)


def test_what_cannot_be_read_is_waited_for() -> None:
    assert wants_answer(b"\0\0")


@pytest.mark.parametrize("step", [1, 3, 7, 8, 1000])
def test_answers_are_seen_however_the_bytes_come(step: int) -> None:
    answers = b"".join(struct.pack(">ii", 4 + size, number) + b"x" * size for number, size in enumerate([0, 5, 300, 1]))
    broker = _Broker(None)  # type: ignore[arg-type]  # its client is not asked
    found = [broker._correlations(answers[at : at + step]) for at in range(0, len(answers), step)]
    assert [number for some in found for number in some] == [0, 1, 2, 3]
