"""What must be true before anything is started; each fault is one sentence that says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil

from config.faults import Fault
from config.settings import Settings
from config.words import Words
from dashboard.parts import ports
from dashboard.vitals import FULL

MEMORY_WANTED = 1_200_000_000  # bytes available; all six processes together hold about 1 GB (README, figures)
DISK_WANTED = 1_000_000_000  # bytes free in the data folder: about a month of the demonstration's readings
DATABASE = "clickhouse"  # the folder in it that only a city which has run before has
LOOPBACK = "127.0.0.1"
PORT_PATIENCE = 6.0  # seconds; the processes of an instance that was just killed need up to 3 to go


class CannotStart(Fault):
    """A sentence for the person at the terminal: what is in the way and how to mend it."""


def check(settings: Settings, words: Words) -> None:
    """Raises CannotStart at the first thing in the way: memory, a port."""
    check_memory(words)
    for part, port in ports(settings).items():
        check_port(part, port, words, host=settings.host if part == "web" else LOOPBACK)


def check_disk(folder: Path, words: Words) -> None:
    """Raises CannotStart when the data folder cannot be made, or has too little free: less than DISK_WANTED for a new
    one; one that is in use is started again as long as rows can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise CannotStart(words("cli.no_folder", folder=folder, error=error.strerror)) from None
    if not os.access(folder, os.W_OK):
        raise CannotStart(words("cli.no_folder", folder=folder, error=words("cli.not_writable")))
    wanted = FULL if (folder / DATABASE).exists() else DISK_WANTED
    if free < wanted:
        raise CannotStart(words("cli.no_disk", folder=folder, free=_gb(free), wanted=_gb(wanted)))


def check_memory(words: Words) -> None:
    """Raises CannotStart when less than MEMORY_WANTED is available."""
    available = psutil.virtual_memory().available
    if available < MEMORY_WANTED:
        raise CannotStart(words("cli.no_memory", free=_gb(available), wanted=_gb(MEMORY_WANTED)))


def check_port(part: str, port: int, words: Words, patience: float = PORT_PATIENCE, host: str = LOOPBACK) -> None:
    """Raises CannotStart, naming who holds it, when a port stays taken for `patience` seconds; at once for an address
    that this machine does not have, and a port that this user may not open."""
    deadline, variable = time.monotonic() + patience, f"YIPING_{part.upper()}_PORT"
    while (error := in_the_way(host, port)) is not None:
        if error.errno != errno.EADDRINUSE:
            where = f"{host}, {variable}={port}" if part != "web" else f"YIPING_HOST={host}, {variable}={port}"
            raise CannotStart(words("cli.cannot_listen", part=part, where=where, error=error.strerror))
        if time.monotonic() > deadline:
            holder = _holder(port, words)
            raise CannotStart(words("cli.no_port", port=port, part=part, holder=holder, variable=variable))
        time.sleep(0.2)


def in_the_way(host: str, port: int) -> OSError | None:
    """Why no server could listen on host:port now; None when one could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _holder(port: int, words: Words) -> str:
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return words("cli.another_program")


@contextmanager
def only_instance(folder: Path, words: Words) -> Iterator[None]:
    """Holds the data folder for this process. Raises CannotStart, naming the holder's pid, when another holds it.

    The kernel frees the lock when the holder dies, however it dies, so that a stale file never blocks a start.
    """
    with _opened(folder / "up.lock", words) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise CannotStart(words("cli.another_instance", folder=folder, pid=lock.read().strip() or "?")) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _opened(path: Path, words: Words) -> TextIO:
    try:
        return path.open("a+")
    except OSError as error:
        raise CannotStart(words("cli.no_folder", folder=path.parent, error=error.strerror)) from None


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
