"""One node of Apache Kafka on loopback, broker and controller in one, for tests: `python -m tests.apache.node`."""

from __future__ import annotations

import base64
import ctypes
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.apache.fetch import NotHere, fetch, jars

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_METADATA = 3  # Kafka's ApiKeys.METADATA
READY_S = 60.0
STOP_S = 30.0
# A small machine's JVM: it is there in 2 s, and takes 0.2 GB.
JAVA = ("java", "-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
LOG = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true")
# Beside what a single node needs: no wait for other members (3 s by default), a shorter one for itself after a kill
# (9 s), and a small heap for the cleaner. All else is as Apache ships it: what an installation does that nobody tuned.
SETTINGS: Mapping[str, object] = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "offsets.topic.num.partitions": 4,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "broker.session.timeout.ms": 2_000,
    "broker.heartbeat.interval.ms": 500,
    "log.cleaner.dedupe.buffer.size": 4 << 20,
    "num.io.threads": 2,
    "num.network.threads": 2,
}


@dataclass
class Node:
    """A node of its own; `data` keeps what it holds from one `start` to the next. Raises NotHere: no Java, no jars."""

    data: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="yiping-apache-kafka-")))
    more: Mapping[str, object] = field(default_factory=dict)  # settings of the broker
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        jars()
        self.port, controller = _free_ports()
        at = {"PLAINTEXT": self.port, "CONTROLLER": controller}
        listeners = ",".join(f"{name}://127.0.0.1:{port}" for name, port in at.items())
        own = {
            "listeners": listeners,
            "advertised.listeners": listeners,
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller}",
            "log.dirs": self.data / "log",
        }
        lines = [f"{name}={value}\n" for name, value in {**SETTINGS, **own, **self.more}.items()]
        self.properties.write_text("".join(lines), "utf-8")
        # with "=": one in 64 begins with a dash, and would be taken for another option
        id = "--cluster-id=" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._java("kafka.tools.StorageTool", "format", "--standalone", id, "-c", str(self.properties)).wait(60)

    @property
    def properties(self) -> Path:
        return self.data / "server.properties"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError with the end of its log when it does not."""
        self.process = self._java("kafka.Kafka", str(self.properties))
        until = time.monotonic() + READY_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop(signal.SIGKILL)
                raise RuntimeError(f"Apache Kafka did not start: {(self.data / 'out').read_text('utf-8')[-2000:]}")
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it, by SIGTERM in good order; what does not end within 30 s is killed."""
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def remove(self) -> None:
        """End it, and what it kept."""
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.data, ignore_errors=True)

    def _answers(self) -> bool:
        """Does it name a broker of its cluster, itself? Asked by hand: a client of the library would leak sockets."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as knock:
            knock.sendall(struct.pack(">ihhihi", 14, _METADATA, 0, 0, -1, 0))
            answer = knock.recv(12, socket.MSG_WAITALL)
            return len(answer) == 12 and answer[-1] == 1  # size, correlation, how many brokers
        return False

    def _java(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.data / "out").open("ab") as out:
            return subprocess.Popen(
                [*JAVA, *LOG, "-cp", f"{jars()}/*", *command],
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - it only asks the kernel
            )


def _die_with_parent() -> Callable[[], None]:
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)

    return ask


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def main() -> int:
    """Run a node until Ctrl-C, and remove what it kept."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        fetch()
        node = Node()
    except NotHere as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    try:
        node.start()
        print(f"KAFKA_BROKERS={node.address}", flush=True)  # noqa: T201
        stop.wait()
    finally:
        node.stop()
        node.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
