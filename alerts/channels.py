"""The ways out: a signed webhook, apprise, a file. Each says whether it was delivered; none is tried twice here.

Secrets are read from their files at each sending, so that a new one needs no restart; no log and no error shows them.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import http.client
import json
import logging
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from alerts.receivers import Apprise, Channel, File, Webhook

logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it writes addresses, and so tokens


class NotDelivered(Exception):
    """The channel says no; the text holds no secret."""


def deliver(channel: Channel, body: Mapping[str, Any]) -> None:
    """Send a notice. Raises NotDelivered."""
    if isinstance(channel, Webhook):
        _post(channel, body)
    elif isinstance(channel, Apprise):
        _apprise(channel, body)
    else:
        _write(channel, body)


def signature(secret: bytes, timestamp: str, content: bytes) -> str:
    """What stands in `Yiping-Signature`: HMAC-SHA256, in hex, over the timestamp, a dot and the body."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + content, hashlib.sha256).hexdigest()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A signed body goes where it was addressed to, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(channel: Webhook, body: Mapping[str, Any]) -> None:
    content = json.dumps(body, ensure_ascii=False).encode()
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "yiping",
        "Yiping-Notice": str(body["id"]),
        "Yiping-Timestamp": timestamp,
        "Yiping-Signature": signature(_secret(channel.secret_file).encode(), timestamp, content),
    }
    request = urllib.request.Request(channel.url, content, headers, method="POST")  # noqa: S310 - http(s), checked
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=channel.timeout / 1000):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise NotDelivered(f"answered {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"no answer: {type(getattr(error, 'reason', error)).__name__}") from None


def _apprise(channel: Apprise, body: Mapping[str, Any]) -> None:
    import apprise  # it is large, and most machines have no such receiver

    service = apprise.Apprise()
    if not service.add(_secret(channel.url_file)):
        raise NotDelivered("its url_file holds no address that apprise knows")
    if not service.notify(title=str(body["title"]), body=str(body["text"])):
        raise NotDelivered("apprise could not deliver it")


def _write(channel: File, body: Mapping[str, Any]) -> None:
    """One line a notice. An id that is there is not written again; a line torn by a kill makes room for it."""
    path = Path(channel.path).expanduser()
    try:
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            whole, _, torn = _end(file).rpartition(b"\n")
            if b'\n%b%b"' % (_BEGINNING, str(body["id"]).encode()) in b"\n" + whole:
                return
            if torn.startswith(_BEGINNING[: len(torn)]):
                file.truncate(file.tell() - len(torn))
            elif torn:  # somebody else's last line, which ends without an end
                file.write(b"\n")
            file.write(json.dumps(body, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NotDelivered(f"cannot write it: {error.strerror}") from None


_BEGINNING = b'{"id": "'
"""Of every line of ours."""

END = 1 << 24
"""Bytes at the end of a file in which an id is looked for: thousands of notices, and what is sent again was begun by
the turn before a kill, or half an hour ago (delivery.MOST). The file grows for months."""


def _end(file: BinaryIO) -> bytes:
    """The last END bytes; the file then stands at its end."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - END))
    return file.read()


def _secret(path: str) -> str:
    try:
        text = Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotDelivered(f"{path} cannot be read: {type(error).__name__}") from None
    if not text:
        raise NotDelivered(f"{path} is empty")
    return text
