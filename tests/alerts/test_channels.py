"""The file as a way out: each notice is one whole line of it, wherever a kill tore the one before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerts import channels
from alerts.channels import deliver
from alerts.receivers import File

BODY = {"id": "ff60f152ac9f5289", "title": "河道即将超警", "text": "距保证水位 4.5 m\u2028约 60 分钟"}


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_bytes().split(b"\n")[:-1]]


def test_wherever_a_line_was_torn_it_is_whole_when_it_is_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    channel = File(kind="file", path=str(path))
    deliver(channel, BODY | {"id": "before"})
    whole = path.read_bytes()
    line = json.dumps(BODY, ensure_ascii=False).encode()
    for cut in range(len(line) + 1):
        path.write_bytes(whole + line[:cut])
        deliver(channel, BODY)
        deliver(channel, BODY)
        assert ids(path) == ["before", BODY["id"]], f"torn after {cut} bytes"


def test_what_others_wrote_stays(tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    path.write_text("# ours since May")
    deliver(File(kind="file", path=str(path)), BODY)
    assert path.read_text("utf-8").split("\n")[0] == "# ours since May"
    assert len(path.read_bytes().split(b"\n")) == 3


def test_an_id_is_looked_for_at_the_end_of_the_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever that begins: in the middle of a line, at its first byte, before all."""
    path, names = tmp_path / "notices.jsonl", [f"{number:016x}" for number in range(4)]
    channel = File(kind="file", path=str(path))
    for name in names:
        deliver(channel, BODY | {"id": name})
    whole = path.read_bytes()
    length = len(whole) // 4
    for looked in range(length, len(whole) + 2):
        path.write_bytes(whole)
        monkeypatch.setattr(channels, "END", looked)
        for name in names[-(looked // length) :]:
            deliver(channel, BODY | {"id": name})
        assert ids(path) == names, f"of {looked} bytes"
    monkeypatch.setattr(channels, "END", length)
    deliver(channel, BODY | {"id": names[0]})
    assert ids(path) == [*names, names[0]], "the beginning was not read"
