"""A file becomes messages, at a pace."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest

from config.settings import Settings
from streams.publish import CannotPublish, _paced, messages, publish


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (b'{"a":1}\n{"a":2}\n', [b'{"a":1}', b'{"a":2}']),
        (b'{"a":1}\r\n\r\n  \nnot json\n{"a":2}', [b'{"a":1}', b"not json", b'{"a":2}']),
        (b'\n\n{"a":1}', [b'{"a":1}']),
        (b'\xef\xbb\xbf{"a":1}\n', [b'{"a":1}']),
        (b'[{"a": 1},\n {"a": "\xe9\x9b\xa8"}]', [b'{"a": 1}', b'{"a": "\xe9\x9b\xa8"}']),
        (b"[broken\nlines]\n", [b"[broken", b"lines]"]),
        (b'<?xml version="1.0"?>\n<alert>\n</alert>\n', [b'<?xml version="1.0"?>\n<alert>\n</alert>\n']),
        (b"\xff\xfe\n", [b"\xff\xfe"]),
        (b"", []),
    ],
)
def test_what_a_file_holds(file: bytes, expected: list[bytes]) -> None:
    assert list(messages(io.BytesIO(file))) == expected


def test_a_pace_is_kept() -> None:
    began = time.monotonic()
    assert len(list(_paced([b""] * 101, 400))) == 101
    assert 0.2 <= time.monotonic() - began < 1.0


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotPublish, match=r"nothing\.jsonl: No such file"):
        publish(Settings(kafka_port=1), str(tmp_path / "nothing.jsonl"), "iot")


@pytest.mark.server
def test_a_missing_broker_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"a": 1}), "utf-8")
    with pytest.raises(CannotPublish, match=r"127\.0\.0\.1:1 does not answer.*yiping up"):
        publish(Settings(kafka_port=1), str(file), "iot")
