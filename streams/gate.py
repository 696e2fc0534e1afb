"""A gate in front of the embedded broker: what changes it goes through `writes`, all else passes as it is.

The broker keeps all it ever got until its topics are deleted, and it acknowledges messages for a topic that is just
being deleted, which loses them and spoils the topic created next. So nobody may publish between "all is stored" and
"the topics are new". Clients are not ours to stop, their requests are: while the gate is shut, a Produce request waits
here and its client sees nothing but a slower answer. All else passes, so that ingest can read what is left.
"""

from __future__ import annotations

import asyncio
import secrets
import struct
from collections import deque
from contextlib import suppress
from typing import Any

import structlog
from kafka.protocol.producer import ProduceRequest

from streams import produce
from streams.produce import CREATE_TOPICS, DELETE_TOPICS, INIT_PRODUCER_ID, METADATA, PRODUCE, BadRequest
from streams.writes import OutOfStep, Writes

log = structlog.get_logger("kafka")

_BUFFER = 4 << 20  # bytes that a connection may have waiting in either direction
_LARGEST = 128 << 20  # bytes of a request: Kafka's own limit of a client is 100 MB
_UNDER_WAY = 64  # requests of one connection that wait for their answers


class Gate:
    """Listens at (host, port); the broker is at `broker_port` of this machine."""

    def __init__(self, broker_port: int, writes: Writes) -> None:
        self.broker_port = broker_port
        self.writes = writes
        self.batches = 0  # Produce requests passed since `forget`
        self.volume = 0  # and their bytes
        self.broken: OutOfStep | None = None  # why it cannot go on
        self._open = asyncio.Event()
        self._open.set()
        self._ending = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> None:
        """Begin to accept clients. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._client, host, port, limit=_BUFFER)

    @property
    def shut(self) -> bool:
        return not self._open.is_set()

    async def hold(self, timeout_s: float) -> bool:
        """Shut the gate; True once no Produce request is under way any more, False when one is after `timeout_s`."""
        self._open.clear()
        return await self.writes.idle(timeout_s)

    def last_call(self) -> None:
        """Shut the gate for good: nothing is acknowledged any more that nobody would be there to store."""
        self._ending = True
        self._open.clear()

    def release(self) -> None:
        """Open the gate: held requests go on in the order of each connection. Not after the last call."""
        if not self._ending:
            self._open.set()

    def forget(self) -> None:
        """Count anew."""
        self.batches = self.volume = 0

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()

    # -- one client

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, reader, writer)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio's
        self._tasks.add(task)
        try:
            await connection.serve()
        except asyncio.CancelledError:
            pass  # by `close`; asyncio would log it
        finally:
            self._tasks.discard(task)
            writer.close()

    async def take(self, request: Any, size: int) -> bytes:
        """Publish, once the gate is open. Raises OutOfStep."""
        await self._open.wait()
        self.batches += 1
        self.volume += size
        return await self.change(self.writes.produce(request))

    async def change(self, doing: Any) -> bytes:
        """Run one of `writes` to its end, whether or not its client waits for it. Raises what it raises."""
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return bytes(await asyncio.shield(task))
        except OutOfStep as error:
            self.broken = error
            raise


class _Connection:
    """Requests of one client, answered in their order whoever answers them."""

    def __init__(self, gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._gate, self._reader, self._writer = gate, reader, writer
        self._answers: asyncio.Queue[asyncio.Future[bytes]] = asyncio.Queue(_UNDER_WAY)
        self._passed: deque[asyncio.Future[bytes]] = deque()  # to the broker, not yet answered

    async def serve(self) -> None:
        """Until either side leaves."""
        try:
            broker = await asyncio.open_connection("127.0.0.1", self._gate.broker_port, limit=_BUFFER)
        except OSError:
            return
        self._broker = broker[1]
        tasks = [asyncio.ensure_future(one) for one in (self._requests(), self._replies(broker[0]), self._reply())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(OSError, asyncio.IncompleteReadError, BadRequest, OutOfStep):
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._broker.close()

    async def _requests(self) -> None:
        """Take requests one after the other; one that is held here holds those behind it."""
        while True:
            frame = await _frame(self._reader)
            api, _, _ = produce.api_of(frame)
            if api == PRODUCE:
                await self._publish(frame)
            elif api == INIT_PRODUCER_ID:
                await self._answers.put(_ready(produce.producer_answer(frame, secrets.randbits(62))))
            elif api in (CREATE_TOPICS, DELETE_TOPICS):
                writes = self._gate.writes
                doing = writes.create(frame) if api == CREATE_TOPICS else writes.delete(frame)
                await self._answers.put(_ready(await self._gate.change(doing)))
            else:
                await self._pass(produce.asking_only(frame) if api == METADATA else frame)

    async def _publish(self, frame: bytes) -> None:
        request = produce.read(ProduceRequest, frame)
        answer = await self._gate.take(request, len(frame))
        if request.acks != 0:
            await self._answers.put(_ready(answer))

    async def _pass(self, frame: bytes) -> None:
        waiting: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._passed.append(waiting)
        await self._answers.put(waiting)
        self._broker.write(struct.pack(">i", len(frame)) + frame)
        await self._broker.drain()

    async def _replies(self, reader: asyncio.StreamReader) -> None:
        """The broker's answers, in the order of what was passed to it."""
        while True:
            frame = await _frame(reader)
            waiting = self._passed.popleft()
            if not waiting.done():
                waiting.set_result(frame)

    async def _reply(self) -> None:
        """Answers to the client, in the order of its requests."""
        while True:
            answer = await (await self._answers.get())
            self._writer.write(struct.pack(">i", len(answer)))
            self._writer.write(answer)
            await self._writer.drain()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    (size,) = struct.unpack(">i", await reader.readexactly(4))
    if not 4 <= size <= _LARGEST:
        raise BadRequest(f"a frame of {size} bytes")
    return await reader.readexactly(size)


def _ready(answer: bytes) -> asyncio.Future[bytes]:
    done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    done.set_result(answer)
    return done
