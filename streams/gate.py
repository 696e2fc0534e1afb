"""A gate in front of the embedded broker: bytes pass as they are, and publishing can be held for a moment.

The broker keeps all it ever got until its topics are deleted, and it acknowledges messages for a topic that is just
being deleted, which loses them and spoils the topic created next. So nobody may publish between "all is stored" and
"the topics are new". Clients are not ours to stop, their requests are: while the gate is shut, a Produce request waits
here and its client sees nothing but a slower answer. All else passes, so that ingest can read what is left.
"""

from __future__ import annotations

import asyncio
import struct
from typing import cast

_PRODUCE = 0  # Kafka's ApiKeys.PRODUCE
_FLEXIBLE = 9  # from this version of Produce its strings are compact and its header carries tags
_HEAD = 2048  # bytes that surely hold a Produce request's fields up to `acks`
_HIGH_WATER = 4 << 20  # bytes waiting for a slow reader before we stop reading for it
_ABANDONED_S = 1.0  # after a client left, its last request may still be under way


class Gate:
    """Listens at (host, port) and passes everything to the broker at `broker_port` of this machine."""

    def __init__(self, broker_port: int) -> None:
        self.broker_port = broker_port
        self.batches = 0  # Produce requests passed since `forget`
        self.volume = 0  # and their bytes
        self.shut = False
        self._ending = False
        self._under_way = 0
        self._held: list[_Client] = []
        self._clients: set[_Client] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> None:
        """Begin to accept clients. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), host, port)

    async def hold(self, timeout_s: float) -> bool:
        """Shut the gate; True once no Produce request is under way any more, False when one is after `timeout_s`."""
        self.shut = True
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while self._under_way and loop.time() < until:
            await asyncio.sleep(0.005)
        return not self._under_way

    def last_call(self) -> None:
        """Shut the gate for good: nothing is acknowledged any more that nobody would be there to store."""
        self._ending = self.shut = True

    def release(self) -> None:
        """Open the gate: held requests go on in the order of each connection. Not after the last call."""
        if self._ending:
            return
        self.shut = False
        held, self._held = self._held, []
        for client in held:
            client.go_on()

    def forget(self) -> None:
        """Count anew."""
        self.batches = self.volume = 0

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for client in list(self._clients):
            client.close()

    # -- what the connections tell

    def came(self, client: _Client) -> None:
        self._clients.add(client)

    def went(self, client: _Client, unanswered: int) -> None:
        self._clients.discard(client)
        if unanswered:
            asyncio.get_running_loop().call_later(_ABANDONED_S, self.answered, unanswered)

    def passes(self, size: int, answer: bool) -> None:
        self.batches += 1
        self.volume += size
        self._under_way += answer

    def answered(self, requests: int = 1) -> None:
        self._under_way -= requests

    def wait(self, client: _Client) -> None:
        self._held.append(client)


class _Client(asyncio.Protocol):
    """One client's connection: its requests go to the broker, but for Produce while the gate is shut."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._buffer = bytearray()
        self._rest = 0  # bytes of the current request that still pass
        self._held = False
        self._transport: asyncio.Transport | None = None
        self._broker: _Broker | None = None
        self.unanswered: set[int] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(_HIGH_WATER)
        self._transport.pause_reading()
        self._gate.came(self)
        self._task = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, self._broker = await loop.create_connection(lambda: _Broker(self), "127.0.0.1", self._gate.broker_port)
        except OSError:
            self.close()
            return
        if self._transport is None or self._transport.is_closing():
            self._broker.close()
        else:
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._held:
            self._pass()

    def _pass(self) -> None:
        """Hand on what may pass; what is left in the buffer is an incomplete head, or is held."""
        start, size = 0, len(self._buffer)
        while start < size and (self._rest or self._admit(start)):
            step = min(self._rest, size - start)
            self._rest -= step
            start += step
        if start and self._broker is not None:
            self._broker.write(bytes(memoryview(self._buffer)[:start]))
            del self._buffer[:start]

    def _admit(self, start: int) -> bool:
        """May the request that begins at `start` pass? Not while too little of it is here, or while it is held."""
        if len(self._buffer) - start < 4:
            return False
        (size,) = struct.unpack_from(">i", self._buffer, start)
        if len(self._buffer) - start < min(4 + size, _HEAD):
            return False
        head = bytes(memoryview(self._buffer)[start + 4 : start + _HEAD])
        if size >= 8 and head[:2] == b"\0\0" and not self._publish(head, size):
            return False
        self._rest = 4 + max(size, 0)
        return True

    def _publish(self, head: bytes, size: int) -> bool:
        if self._gate.shut:
            self._held = True
            self._stop_reading(True)
            self._gate.wait(self)
            return False
        answer = wants_answer(head)
        self._gate.passes(size, answer)
        if answer:
            self.unanswered.add(struct.unpack_from(">i", head, 4)[0])
        return True

    def go_on(self) -> None:
        self._held = False
        if self._transport is not None and not self._transport.is_closing():
            self._stop_reading(False)
            self._pass()

    def answer(self, data: bytes, correlations: list[int]) -> None:
        """Bytes from the broker, and which answers begin in them."""
        for correlation in correlations:
            if correlation in self.unanswered:
                self.unanswered.remove(correlation)
                self._gate.answered()
        if self._transport is not None:
            self._transport.write(data)

    def _stop_reading(self, stop: bool) -> None:
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.pause_reading if stop else self._transport.resume_reading)()

    def broker_is_slow(self, slow: bool) -> None:
        if not self._held:
            self._stop_reading(slow)

    def pause_writing(self) -> None:
        if self._broker is not None:
            self._broker.stop_reading(True)

    def resume_writing(self) -> None:
        if self._broker is not None:
            self._broker.stop_reading(False)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self._gate.went(self, len(self.unanswered))
        self.unanswered.clear()
        if self._broker is not None:
            self._broker.close()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class _Broker(asyncio.Protocol):
    """The broker's side of one client's connection."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._head = bytearray()
        self._rest = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(_HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        self._client.answer(data, self._correlations(data))

    def _correlations(self, data: bytes) -> list[int]:
        """Correlation numbers of the answers whose first eight bytes are complete with `data`."""
        found: list[int] = []
        start, size = 0, len(data)
        while start < size:
            step = min(self._rest, size - start) if self._rest else min(8 - len(self._head), size - start)
            if self._rest:
                self._rest -= step
            else:
                self._head += data[start : start + step]
                if len(self._head) == 8:
                    length, correlation = struct.unpack(">ii", self._head)
                    found.append(correlation)
                    self._rest = length - 4
                    self._head.clear()
            start += step
        return found

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def stop_reading(self, stop: bool) -> None:
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.pause_reading if stop else self._transport.resume_reading)()

    def pause_writing(self) -> None:
        self._client.broker_is_slow(True)

    def resume_writing(self) -> None:
        self._client.broker_is_slow(False)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self._client.close()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def wants_answer(head: bytes) -> bool:
    """Whether a Produce request, given from its api key on, asks for an answer: acks is not 0.

    Header: api_key int16, api_version int16, correlation_id int32, client_id nullable string, tags when flexible; then
    transactional_id nullable string (compact when flexible), acks int16.
    """
    try:
        (version,) = struct.unpack_from(">h", head, 2)
        at = 8 + 2 + max(struct.unpack_from(">h", head, 8)[0], 0)
        if version >= _FLEXIBLE:
            at = _skip_compact(head, _skip_tags(head, at))
        elif version >= 3:
            at += 2 + max(struct.unpack_from(">h", head, at)[0], 0)
        return bool(struct.unpack_from(">h", head, at)[0] != 0)
    except (struct.error, IndexError):
        return True


def _varint(head: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = head[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _skip_tags(head: bytes, at: int) -> int:
    count, at = _varint(head, at)
    for _ in range(count):
        _, at = _varint(head, at)
        size, at = _varint(head, at)
        at += size
    return at


def _skip_compact(head: bytes, at: int) -> int:
    size, at = _varint(head, at)
    return at + max(size - 1, 0)
