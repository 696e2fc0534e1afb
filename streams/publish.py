"""`yiping publish FILE`: messages of a file to a topic, as they are; ingest decides what they are worth."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from config.faults import Fault
from config.settings import Settings
from streams.batch import SOURCE_HEADER
from streams.kafka import BrokerUnavailable, broker_errors, ensure_topics, producer

UNDER_WAY = 5_000  # messages sent and not yet acknowledged: what we hold in memory
LONGEST_ARRAY = 256 << 20  # bytes; an array is read whole, lines are not
PAUSE_S = 0.05  # a rate is kept in steps of this length


class CannotPublish(Fault, RuntimeError):
    """The file cannot be read or the broker did not take a message; the text says which and what to do."""


@dataclass(frozen=True)
class Summary:
    """What was done: messages acknowledged by the broker, and how long it took."""

    sent: int
    seconds: float


def publish(settings: Settings, file: str, stream: str, rate: float | None = None, source: str = "") -> Summary:
    """Send each message of `file` ('-' is stdin) to the topic of `stream`, at most `rate` a second.

    Returns once every message is acknowledged. Raises CannotPublish: no such file, no broker, a message refused.
    """
    began = time.monotonic()
    headers = [(SOURCE_HEADER, source.encode())] if source else None
    try:
        with _opened(file) as opened:
            sent = _send(settings, settings.topic(stream), _paced(messages(opened), rate), headers)
    except BrokerUnavailable as error:
        raise CannotPublish(f"{error}. Is `yiping up` running? KAFKA_BROKERS names another broker.") from None
    except OSError as error:
        raise CannotPublish(f"{file}: {error.strerror or error}") from None
    return Summary(sent, time.monotonic() - began)


def _opened(file: str) -> BinaryIO:
    return open(0, "rb", closefd=False) if file == "-" else Path(file).open("rb")


def messages(lines: BinaryIO) -> Iterator[bytes]:
    """The messages of a file: an XML document is one, a JSON array holds one an item, else one a line.

    Blank lines are none. A file that begins like an array and is none is sent line by line.
    """
    first = _first_line(lines)
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        yield first + lines.read()
    elif start.startswith(b"["):
        yield from _array(first + lines.read(LONGEST_ARRAY))
    else:
        yield from _lines([start])
        yield from _lines(lines)


def _first_line(lines: BinaryIO) -> bytes:
    return next((line for line in lines if line.strip()), b"")


def _array(text: bytes) -> Iterator[bytes]:
    try:
        items = json.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        items = None
    if isinstance(items, list):
        yield from (json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass") for item in items)
    else:
        yield from _lines(text.splitlines())


def _lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line.rstrip(b"\r\n") for line in lines if line.strip())


def _paced(messages: Iterable[bytes], rate: float | None) -> Iterator[bytes]:
    began = time.monotonic()
    for number, message in enumerate(messages):
        if rate:
            ahead = number / rate - (time.monotonic() - began)
            if ahead > PAUSE_S or (ahead > 0 and rate < 1 / PAUSE_S):
                time.sleep(ahead)
        yield message


def _send(settings: Settings, topic: str, messages: Iterable[bytes], headers: Any) -> int:
    ensure_topics(settings)
    sending = producer(settings)
    waiting: deque[Any] = deque()
    sent = 0
    try:
        with broker_errors(settings):
            for message in messages:
                waiting.append(sending.send(topic, message, headers=headers))
                while len(waiting) > UNDER_WAY:
                    waiting.popleft().get(timeout=30)
                    sent += 1
            sending.flush(timeout=30)
            while waiting:
                waiting.popleft().get(timeout=30)
                sent += 1
    finally:
        sending.close(timeout=2)
    return sent
