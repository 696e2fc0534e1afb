"""Whatever a foreign file is encoded in, its lines are text; what is not is known as broken."""

from __future__ import annotations

import io
import tracemalloc
from typing import Any

import pytest

from streams import feed_text
from streams.feed_text import Decoder, lines, split

TEXT = "编号,内容\n一,井盖松动\n二,联通\n"


def read(data: bytes, encoding: str = "auto") -> list[str]:
    return list(lines(io.BytesIO(data), Decoder(encoding)))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_declared_encoding(encoding: str, end: str) -> None:
    text = "編號,內容\n一,下水道\n".replace("\n", end)
    assert "".join(read(text.encode(encoding), encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_an_encoding_that_is_found_out(encoding: str) -> None:
    assert "".join(read(TEXT.encode(encoding))) == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_the_first_line_that_is_not_ascii_decides_when_the_beginning_is(encoding: str) -> None:
    head = "a,b\n" * (feed_text.PIECE // 4)
    assert read((head + "井盖,松动\n").encode(encoding))[-1] == "井盖,松动\n"


def test_a_piece_may_end_within_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_text, "PIECE", 7)
    assert "".join(read(TEXT.encode())) == TEXT


def test_two_letters_of_gbk_that_look_like_utf8_do_not_mislead_a_whole_file() -> None:
    assert "联通".encode("gbk").decode("utf-8", "ignore") != ""  # the famous word
    assert "".join(read(TEXT.encode("gbk"))) == TEXT


def test_bytes_of_no_encoding_are_known() -> None:
    decoder = Decoder("utf-8")
    assert decoder("好\n".encode()) == "好\n"
    assert not decoder.broken
    assert decoder(b"a\xff\n") == "a\\xff\n"
    assert decoder.broken


def test_a_line_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_text, "LONGEST_LINE", 10)
    assert list(split(iter([b"a\nbb", b"b" * 18, b"b\nc"]))) == [b"a\n", b"b" * 10, b"b" * 11 + b"\n", b"c"]


class Endless(io.RawIOBase):
    """A file of `size` bytes that is never in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read1(self, size: int) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return (b"0123456789,abcdef\n" * (size // 18 + 1))[:size]


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        file: Any = Endless(size)
        assert sum(1 for _ in lines(file, Decoder("auto"))) > size / 20
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(12 << 20) < peak(2 << 20) * 1.5
