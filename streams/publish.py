"""`yiping publish FILE`: messages of a file to a topic, as they are or through a source's mapping.

Each message is judged, before it is sent, by the parse that ingest uses: the summary says what ingest will find.
Nothing is held back: what will be rejected is sent as well, and is found in `rejects` with its reason.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from config.faults import Fault
from config.settings import Settings
from config.sources import Source
from streams.batch import SOURCE_HEADER
from streams.feed_mapping import Mapped, Mapper, newest
from streams.feed_records import CannotRead, records
from streams.feed_tally import Tally
from streams.kafka import BrokerUnavailable, broker_errors, ensure_topics, producer
from streams.places import Places
from streams.records import Stream

UNDER_WAY = 5_000  # messages sent and not yet acknowledged: what we hold in memory
LONGEST_ARRAY = 256 << 20  # bytes; an array is read whole, lines are not
LONGEST_SPREAD = 16 << 20  # bytes of a file that begins with no message that are read to see whether it is JSON at all
PAUSE_S = 0.05  # a rate is kept in steps of this length
SHOWN = 5  # messages that a dry run shows
TELL_S = 0.2  # between two words about how far it is

Progress = Callable[[int, Tally], None]
"""Told now and then: bytes of the file that were read, and the counts so far."""


class CannotPublish(Fault, RuntimeError):
    """The file cannot be read or the broker did not take a message; the text says which and what to do."""


class SpreadOverLines(CannotPublish):
    """The file holds JSON, but a value of it stands on several lines, each of which would be a broken message."""


@dataclass(frozen=True)
class Summary:
    """What was done: messages acknowledged by the broker, how long it took, what ingest will make of them."""

    sent: int
    seconds: float
    tally: Tally = field(default_factory=Tally)
    first: tuple[bytes, ...] = ()  # of a dry run


@dataclass(frozen=True)
class Manner:
    """How to publish: at most `rate` messages a second; `dry`: send nothing, need no broker; `where` knows the city.

    `shift_to` (epoch ms): all times are moved so that the newest is then, for trials with an old feed.
    """

    rate: float | None = None
    dry: bool = False
    where: Places | None = None
    shift_to: int | None = None
    progress: Progress | None = None


def publish(settings: Settings, file: str, stream: Stream, manner: Manner | None = None, source: str = "") -> Summary:
    """Send each message of `file` ('-' is stdin) to the topic of `stream`, as it is.

    Returns once every message is acknowledged. Raises CannotPublish: no such file, no broker, a message refused.
    """
    with _read(file) as opened:
        told = _Told(opened)
        told.messages = _as_they_are(opened, told)
        return _publish(settings, stream, source, manner or Manner(), told)


def publish_source(settings: Settings, file: str, name: str, source: Source, manner: Manner) -> Summary:
    """Send what the records of a foreign `file` say, by the source's mapping. Returns and raises as `publish`."""
    shift = _shift(file, name, source, manner.shift_to)
    with _read(file) as opened:
        told = _Told(opened)
        told.messages = _mapped(Mapper(name, source, shift), source, told)
        return _publish(settings, source.topic, name, manner, told)


class _Told:
    """The messages of an open file, the counts, and how much of the file was read."""

    def __init__(self, opened: BinaryIO) -> None:
        self.opened = _Counted(opened)
        self.messages: Iterable[Mapped] = ()
        self.tally = Tally()


class _Counted:
    """An open file that counts the bytes it gave."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened, self.count = opened, 0

    def read1(self, size: int) -> bytes:
        return self._counted(self._opened.read1(size))  # type: ignore[attr-defined]  # a file opened "rb" has it

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._opened.read(size))

    def _counted(self, piece: bytes) -> bytes:
        self.count += len(piece)
        return piece


def _as_they_are(opened: BinaryIO, told: _Told) -> Iterator[Mapped]:
    for number, one in enumerate(messages(opened), 1):
        told.opened.count += len(one) + 1
        told.tally.records += 1
        yield Mapped(one, number)


def _mapped(mapper: Mapper, source: Source, told: _Told) -> Iterator[Mapped]:
    for record in records(source, told.opened):
        made = mapper(record)
        told.tally.records += 1
        told.tally.skipped += not made
        yield from made


def _shift(file: str, name: str, source: Source, until: int | None) -> int:
    """How far the times of a file are moved, ms: it is read once for its newest."""
    if until is None:
        return 0
    if file == "-":
        raise CannotPublish("--shift-to reads the file twice, which standard input cannot be; name a file")
    mapper = Mapper(name, source)
    with _read(file) as opened:
        latest = newest(one for record in records(source, opened) for one in mapper(record))
    return 0 if latest is None else until - latest


def _publish(settings: Settings, stream: Stream, source: str, manner: Manner, told: _Told) -> Summary:
    began = time.monotonic()
    headers = [(SOURCE_HEADER, source.encode())] if source else None
    judged = _judged(stream, manner, told)
    first: list[bytes] = []
    if manner.dry:
        first = [payload for number, payload in enumerate(judged) if number < SHOWN]
        sent = 0
    else:
        sent = _send(settings, settings.topic(stream), _paced(judged, manner.rate), headers)
    _tell(manner, told)
    return Summary(sent, time.monotonic() - began, told.tally, tuple(first))


def _judged(stream: Stream, manner: Manner, told: _Told) -> Iterator[bytes]:
    due = 0.0
    for one in told.messages:
        told.tally.judge(stream, one, round(time.time() * 1000), manner.where)
        if time.monotonic() >= due:
            due = time.monotonic() + TELL_S
            _tell(manner, told)
        yield one.payload


def _tell(manner: Manner, told: _Told) -> None:
    if manner.progress is not None:
        manner.progress(told.opened.count, told.tally)


@contextmanager
def _read(file: str) -> Iterator[BinaryIO]:
    """The open file; whatever stops it from being published is CannotPublish and names it."""
    try:
        with _opened(file) as opened:
            yield opened
    except CannotRead as error:
        raise CannotPublish(f"{file}: {error}") from None
    except BrokerUnavailable as error:
        raise CannotPublish(f"{error}. Is `yiping up` running? KAFKA_BROKERS names another broker.") from None
    except OSError as error:
        raise CannotPublish(f"{file}: {error.strerror or error}") from None


def _opened(file: str) -> BinaryIO:
    return open(0, "rb", closefd=False) if file == "-" else Path(file).open("rb")


def messages(lines: BinaryIO) -> Iterator[bytes]:
    """The messages of a file: an XML document is one, a JSON array holds one an item, else one a line.

    Blank lines are none. A file that begins like an array and is none is sent line by line. Raises CannotRead, and
    SpreadOverLines before the first message.
    """
    first = _first_line(lines)
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        yield first + lines.read()
    elif start.startswith(b"["):
        text = first + lines.read(LONGEST_ARRAY)
        if lines.read(1):
            raise CannotRead(
                f"an array of more than {LONGEST_ARRAY >> 20} MiB; write each message on a line of its own"
            )
        yield from _array(text)
    else:
        more = _more(start, lines)
        yield from _lines([start, *more])
        yield from _lines(lines)


def _more(start: bytes, lines: BinaryIO) -> list[bytes]:
    """The lines that were read to know whether a first one that is no JSON is so together with them."""
    if not start.startswith(b"{") or _begins_with_json(start):
        return []
    more = lines.readlines(LONGEST_SPREAD)
    if _begins_with_json(start + b"".join(more)):
        raise SpreadOverLines("a JSON value stands on several lines; write each message on a line of its own")
    return more


def _begins_with_json(text: bytes) -> bool:
    try:
        json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


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
    except BrokerUnavailable as error:
        raise CannotPublish(
            f"{error}. {sent} messages were acknowledged, and up to {len(waiting) + 1} more may have been; "
            "the same file sent again sends those once more"
        ) from None
    finally:
        sending.close(timeout=2)
    return sent
