"""A bell between the processes of one machine: something happened, look now instead of at the next second.

Nothing depends on it. A ring says nothing but that it rang, may be lost, and costs nobody anything who does not listen;
who listens looks each second all the same. Processes on several machines do not hear each other.
"""

from __future__ import annotations

import hashlib
import socket
from contextlib import suppress
from pathlib import Path

SCREENS = "screens"
"""The web process: the journal of alerts has news."""


def ring(data: Path, who: str) -> None:
    """Ring for `who` of the program whose folder is `data`. Never waits, never fails."""
    with suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        sending.setblocking(False)
        sending.sendto(b"", _address(data, who))


class Ear:
    """Hears the bell for `who`; deaf where another process hears it already, or the system has no such sockets."""

    def __init__(self, data: Path, who: str) -> None:
        self._heard: socket.socket | None = None
        with suppress(OSError, AttributeError):
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                listening.bind(_address(data, who))
            except OSError:
                listening.close()
                raise
            self._heard = listening

    @property
    def deaf(self) -> bool:
        return self._heard is None

    def wait(self, seconds: float) -> bool:
        """Whether it rang, before or within so many seconds; many rings are one. False at once for the deaf."""
        if self._heard is None:
            return False
        try:
            self._heard.settimeout(seconds)
            self._heard.recv(1)
            self._heard.settimeout(0)
            while True:
                self._heard.recv(1)
        except TimeoutError:
            return False
        except BlockingIOError:
            return True

    def close(self) -> None:
        if self._heard is not None:
            self._heard.close()


def _address(data: Path, who: str) -> bytes:
    """A name that is no file and ends with its process (Linux); the folder's own path may be too long for one."""
    folder = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    return f"\0yiping-{folder}-{who}".encode()
