"""Certificates made for a test, and a door that speaks TLS in front of a server that does not."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


@dataclass(frozen=True)
class Papers:
    """Files in PEM: the authority, a certificate and its key; `bundle` holds both, the key as PKCS8."""

    authority: str
    certificate: str
    key: str
    bundle: str


def papers(folder: Path, *names: str) -> Papers:
    """A new authority and a certificate of it for `names`."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    issued = authority.issue_cert(*names)
    found = Papers(*(str(folder / f"{part}.pem") for part in ("authority", "certificate", "key", "bundle")))
    authority.cert_pem.write_to_path(found.authority)
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    Path(found.certificate).write_bytes(chain)
    Path(found.key).write_bytes(pkcs8)
    Path(found.bundle).write_bytes(pkcs8 + chain)
    return found


class Door:
    """Listens with TLS (without when there are no papers) and hands on to a plain port; counts who came in.

    `wants` is the authority whose certificates it asks clients for. While `shut` it takes connections and drops them.
    """

    def __init__(self, to: int, own: Papers | None = None, wants: Papers | None = None) -> None:
        self.entered, self.shut = 0, False
        self._to, self._context = to, _context(own, wants) if own else None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Nobody gets in any more, and whoever is in is out."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.drop()

    def drop(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = self._listening.accept()
                threading.Thread(target=self._enter, args=(accepted,), daemon=True).start()

    def _enter(self, accepted: socket.socket) -> None:
        if self.shut:
            accepted.close()
            return
        try:
            inside = self._context.wrap_socket(accepted, server_side=True) if self._context else accepted
        except OSError:
            accepted.close()
            return
        self.entered += 1
        server = socket.create_connection(("127.0.0.1", self._to))
        self._open += [inside, server]
        threading.Thread(target=_pump, args=(server, inside), daemon=True).start()
        _pump(inside, server)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


def _context(own: Papers, wants: Papers | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.certificate, own.key)
    if wants:
        context.load_verify_locations(wants.authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


@contextmanager
def door(to: int, own: Papers | None = None, wants: Papers | None = None) -> Iterator[Door]:
    with closing(Door(to, own, wants)) as opened:
        yield opened
