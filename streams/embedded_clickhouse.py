"""The embedded ClickHouse: the engine in a process of its own that speaks ClickHouse's native protocol on loopback.

Everybody else talks to it with clickhouse-driver, as to a server.
By hand: `python -m streams.embedded_clickhouse --data DIR --port N`.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import ipaddress
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread

from config.faults import Fault
from streams.engine import Engine, EngineError, load
from streams.limits import limits, machine
from streams.native_server import Client, talk, turn_away

MAX_CLIENTS = 256
LOOK_S = 0.2  # how often the watcher looks at clients that wait for an answer, and for a signal
GRACE_S = 1.5  # for answers under way when we are told to stop


class CannotServeError(Fault, RuntimeError):
    """The folder or the port is not to be had; the text says who has it and what to do."""


def serve(data: Path, host: str, port: int, announce: Callable[[str], object] = str) -> None:
    """Serve the database in `data` at `host`:`port` until SIGTERM or SIGINT; call it in the main thread.

    `announce` gets one line when clients may connect. Port 0 takes a free one. Raises ValueError for a host that other
    machines could reach and CannotServeError for a folder or port in use. Should a client's answer not end within the
    grace period, the process exits at once: what was acknowledged is on disk.
    """
    many_files()
    with locked(data), closing(listener(loopback(host), port)) as listening:
        library = load()
        stop = Stop()
        catch(stop)  # after the library, which touches signals too
        settings = limits(*machine())
        server = Server(listening, lambda: Engine(library, data / "engine", settings))
        announce(f"clickhouse: listening on {host}:{listening.getsockname()[1]}, data in {data}, pid {os.getpid()}")
        server.run(stop)


def loopback(host: str) -> str:
    """`host`, when only this machine can reach it; ValueError otherwise."""
    with suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return host
    raise ValueError(
        f"refusing to listen on {host!r}: the embedded ClickHouse asks nobody for a password, so whoever reaches its "
        "port may read and drop everything. Use 127.0.0.1; for other machines run a ClickHouse server and name it in "
        "CLICKHOUSE_URL."
    )


def many_files() -> None:
    """Let the engine open as many files as the machine allows: a part has two a column, and 1,024 are soon gone."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the folder for this process; CannotServeError says which process holds it already."""
    data.mkdir(parents=True, exist_ok=True)
    with open(data / "lock", "a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "of unknown number"
            raise CannotServeError(
                f"{data} is in use by process {owner}, and the engine allows one process a folder: "
                "stop that one, or give this one another folder"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def listener(host: str, port: int) -> socket.socket:
    """A socket that listens; CannotServeError when the port is taken."""
    try:
        return socket.create_server((host, port), backlog=128, family=_family(host))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise CannotServeError(
            f"port {port} of {host} is taken by another program; set YIPING_CLICKHOUSE_PORT to a free port"
        ) from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class Stop:
    """Set by a signal."""

    asked = False


def catch(stop: Stop) -> None:
    """Let SIGTERM and SIGINT set `stop`; the main thread's loop looks at it."""

    def ask(number: int, frame: object) -> None:
        del number, frame
        stop.asked = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)


class Server:
    """Clients, a thread each, and a connection of our own that keeps the engine open and stops questions."""

    def __init__(self, listening: socket.socket, open_engine: Callable[[], Engine]) -> None:
        self._listening = listening
        self._open_engine = open_engine
        self._engine = open_engine()
        self._threads: dict[Client, Thread] = {}
        self._numbers = count(1)

    def run(self, stop: Stop) -> None:
        """Accept clients and watch them until `stop`; then let them finish, and close the engine."""
        while not stop.asked:
            self._look()
        self._listening.close()
        self._finish()
        self._engine.close()

    def _look(self) -> None:
        """Wait a moment for a client to come, to cancel or to leave."""
        watched = {client.connection.fileno(): client for client in list(self._threads) if client.watched}
        poll = select.poll()
        for number in (self._listening.fileno(), *watched):
            if number >= 0:
                poll.register(number, select.POLLIN)
        for number, _ in poll.poll(LOOK_S * 1000):
            if number not in watched:
                self._accept()
            elif watched[number].watched and watched[number].impatient():
                _kill(self._engine, watched[number])

    def _accept(self) -> None:
        self._threads = {client: thread for client, thread in self._threads.items() if thread.is_alive()}
        with suppress(OSError):  # gone before it was let in
            connection, _ = self._listening.accept()
            client = Client(connection, f"client-{next(self._numbers)}")
            serve_it = talk if len(self._threads) < MAX_CLIENTS else turn_away
            thread = Thread(target=partial(serve_it, client, self._open_engine), name=client.mark, daemon=True)
            self._threads[client] = thread
            thread.start()

    def _finish(self) -> None:
        """No more questions; answers under way may end, then must."""
        deadline = time.monotonic() + GRACE_S
        self._shut(socket.SHUT_RD)
        self._join(deadline)
        for client in self._threads:
            if client.watched:
                _kill(self._engine, client)
        self._shut(socket.SHUT_RDWR)
        self._join(deadline + GRACE_S / 2)
        if any(thread.is_alive() for thread in self._threads.values()):
            os._exit(0)  # closing the engine under a question hangs

    def _shut(self, way: int) -> None:
        for client in self._threads:
            with suppress(OSError):
                client.connection.shutdown(way)

    def _join(self, deadline: float) -> None:
        for thread in self._threads.values():
            thread.join(max(0.0, deadline - time.monotonic()))


def _kill(engine: Engine, client: Client) -> None:
    with suppress(EngineError):  # it has ended by itself
        engine.kill(client.mark)


def main(arguments: list[str] | None = None) -> int:
    """Command line; 0 after a clean stop, 1 with a sentence on stderr when it cannot serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args(arguments)
    try:
        serve(given.data, given.host, given.port, _say)
    except (CannotServeError, EngineError, ValueError) as error:
        sys.stderr.write(f"clickhouse: {error}\n")
        return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
