"""What the embedded broker holds, on disk: one file a topic, so that a broker that is killed comes back with it.

Entries are appended before the broker sees them, and thus before anybody is told that his message was taken. The file
is the topic: it begins with its name and identity, and goes when the topic is deleted. A process that is killed loses
nothing; a machine that loses power loses what it wrote in the last second (`sync`).
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec
import structlog
from kafka.record.util import calc_crc32c

from config.faults import Fault

log = structlog.get_logger("kafka")

_HEAD = struct.Struct(">II")  # size and CRC-32C of what follows
_SUFFIX = ".topic"
_ASIDE = ".damaged"
_LOCK = "broker.lock"


class Created(msgspec.Struct, frozen=True, tag="created", array_like=True):
    """First of each file: `epoch` is the identity by which ingest knows the topic, for as long as it lives."""

    topic: str
    partitions: int
    epoch: str


class Sent(msgspec.Struct, frozen=True, tag="sent", array_like=True):
    """A batch that an idempotent producer sent, stored at `offset`; in a life of the topic that is over, mostly."""

    partition: int
    producer: int
    producer_epoch: int
    sequence: int
    offset: int


class Appended(msgspec.Struct, frozen=True, tag="appended", array_like=True):
    """`records` stands at `offset`; `producer` is -1 when nobody signed it."""

    partition: int
    offset: int
    count: int
    producer: int
    producer_epoch: int
    sequence: int
    records: bytes


Entry: TypeAlias = Created | Sent | Appended

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Entry] = msgspec.msgpack.Decoder(Created | Sent | Appended)


class FolderTaken(Fault, RuntimeError):
    """Another broker uses the folder."""


def packed(entry: Entry) -> bytes:
    """An entry as it stands in the file."""
    body = _encoder.encode(entry)
    return _HEAD.pack(len(body), calc_crc32c(body)) + body


def entries(text: bytes | mmap.mmap) -> Iterator[tuple[Entry, int]]:
    """Entries of a file and where each ends; stops at the first that is torn or damaged."""
    at = 0
    while at + _HEAD.size <= len(text):
        size, crc = _HEAD.unpack_from(text, at)
        body = text[at + _HEAD.size : at + _HEAD.size + size]
        if len(body) < size or calc_crc32c(body) != crc:
            return
        try:
            entry = _decoder.decode(body)
        except msgspec.DecodeError:
            return
        at += _HEAD.size + size
        yield entry, at


def _mapped(path: Path) -> bytes | mmap.mmap:
    """The bytes of a file, read as they are looked at: a backlog may be larger than we want to hold."""
    if not path.stat().st_size:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@dataclass
class _File:
    descriptor: int
    path: Path
    size: int
    dirty: bool = False


class TopicLog:
    """The topics of a folder. Methods raise OSError when the disk does; what was appended before stays whole."""

    def __init__(self, folder: Path) -> None:
        """Raises FolderTaken, OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._files: dict[str, _File] = {}
        self._lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise FolderTaken(f"{folder} is used by another broker; stop it, or set YIPING_DATA to another") from None

    @property
    def topics(self) -> set[str]:
        return set(self._files)

    def read(self) -> Iterator[tuple[str, Entry]]:
        """(topic, entry) of all that is there, topic by topic; once read to the end, all are open for more."""
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            size = path.stat().st_size
            topic, whole = "", 0
            for entry, end in entries(_mapped(path)):
                topic, whole = (entry.topic, end) if isinstance(entry, Created) else (topic, end)
                if not topic:
                    break
                yield topic, entry
            self._open(path, topic, whole, size)

    def _open(self, path: Path, topic: str, whole: int, size: int) -> None:
        """For more. What is torn at the end was never acknowledged; whatever cannot be read is kept aside."""
        if not topic:
            log.warning("not a topic that we wrote; put aside", file=path.name, bytes=size)
            path.rename(path.with_suffix(_ASIDE))
            return
        if whole < size:
            log.warning("the end of a topic cannot be read; put aside", file=path.name, bytes=size - whole)
            path.with_suffix(_ASIDE).write_bytes(_mapped(path)[whole:])
            os.truncate(path, whole)
        self._files[topic] = _File(os.open(path, os.O_WRONLY | os.O_APPEND), path, whole)

    def create(self, topic: str, partitions: int, epoch: str, known: Sequence[Sent] = ()) -> None:
        """A topic begins; `known` is what is remembered of its producers."""
        path = self._folder / f"{uuid.uuid4().hex}{_SUFFIX}"
        text = packed(Created(topic, partitions, epoch)) + b"".join(map(packed, known))
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        self._files[topic] = _File(descriptor, path, 0)
        try:
            self._write(self._files[topic], text)
        except OSError:
            self.delete(topic)
            raise

    def append(self, topic: str, entry: Appended) -> None:
        """Write an entry whole, or not at all."""
        self._write(self._files[topic], packed(entry))

    def take_back(self, topic: str, entry: Appended) -> None:
        """Remove the entry that was appended last: the broker would not have it."""
        file = self._files[topic]
        file.size -= len(packed(entry))
        os.ftruncate(file.descriptor, file.size)

    def _write(self, file: _File, text: bytes) -> None:
        try:
            written = os.write(file.descriptor, text)
            if written < len(text):
                raise OSError(28, os.strerror(28))
        except OSError:
            os.ftruncate(file.descriptor, file.size)
            raise
        file.size += len(text)
        file.dirty = True

    def delete(self, topic: str) -> None:
        """A topic ends, and all that is in it."""
        file = self._files.pop(topic, None)
        if file is not None:
            os.close(file.descriptor)
            file.path.unlink(missing_ok=True)

    def unsynced(self) -> list[int]:
        """Descriptors, for `sync`, of files that were written since the last time."""
        found = [file for file in self._files.values() if file.dirty]
        for file in found:
            file.dirty = False
        return [os.dup(file.descriptor) for file in found]

    def close(self) -> None:
        for file in self._files.values():
            os.close(file.descriptor)
        self._files.clear()
        os.close(self._lock)


def sync(descriptors: Sequence[int]) -> None:
    """Bring to disk what was written, on any thread, and close the descriptors. Raises OSError."""
    for descriptor in descriptors:
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
