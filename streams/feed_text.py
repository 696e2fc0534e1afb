"""The lines of a foreign file as text, whatever its encoding; memory holds one piece of it. Pure: it is handed in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

PIECE = 1 << 18  # bytes read at once; the first of them decide about the encoding
LONGEST_LINE = 16 << 20  # bytes; what is longer is cut into lines of this length, none of which can be read
BOM = "\ufeff"


def pieces(binary: Any) -> Iterator[bytes]:
    """A file bit by bit: what is there, at most PIECE bytes, so that a pipe is followed as it speaks."""
    read = getattr(binary, "read1", binary.read)
    while piece := read(PIECE):
        yield piece


class Decoder:
    """Text of lines in one encoding: the declared one; for `auto` UTF-8 if what is not ASCII reads so, else GB18030."""

    def __init__(self, encoding: str) -> None:
        self._encoding = None if encoding == "auto" else encoding
        self.broken = False  # a line since this was last set to False did not decode

    def look(self, sample: bytes) -> None:
        """Decide by the beginning of a file, when that has anything but ASCII in it."""
        if self._encoding is None and sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._encoding = "utf-16"
        elif self._encoding is None and not sample.isascii():
            self._encoding = "utf-8" if _is_utf8(sample) else "gb18030"

    @property
    def wide(self) -> bool:
        """Is it an encoding in which a line's end is not one byte?"""
        return (self._encoding or "").replace("_", "-").startswith(("utf-16", "utf-32"))

    def widened(self, bits: Iterator[bytes]) -> Iterator[bytes]:
        """Pieces in a wide encoding as pieces in UTF-8, and from now on they are that."""
        decode = codecs.getincrementaldecoder(self._encoding or "")("replace")
        self._encoding = "utf-8"
        for bit in bits:
            yield decode.decode(bit).encode("utf-8", "replace")

    def __call__(self, line: bytes) -> str:
        """The text of a line; bytes that do not belong are written as escapes, and `broken` says so."""
        if line.isascii():
            return line.decode("ascii")
        self.look(line)
        encoding = self._encoding or "utf-8"
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            self.broken = True
            return line.decode("ascii", "backslashreplace")


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # its end may be cut within a character
    except UnicodeDecodeError:
        return False
    return True


def lines(binary: Any, decoder: Decoder) -> Iterator[str]:
    """Lines with their ends, without a byte order mark."""
    first = True
    for line in split(_chosen(pieces(binary), decoder)):
        text = decoder(line)
        yield text.removeprefix(BOM) if first else text
        first = False


def _chosen(bits: Iterator[bytes], decoder: Decoder) -> Iterator[bytes]:
    """The pieces, once the decoder has seen the first."""
    first = next(bits, b"")
    decoder.look(first)

    def again() -> Iterator[bytes]:
        yield first
        yield from bits

    return decoder.widened(again()) if decoder.wide else again()


def split(bits: Iterator[bytes]) -> Iterator[bytes]:
    """Lines of pieces, cut where they are too long."""
    rest = b""
    for bit in bits:
        *whole, rest = (rest + bit).split(b"\n")
        for line in whole:
            yield line + b"\n"
        while len(rest) > LONGEST_LINE:
            yield rest[:LONGEST_LINE]
            rest = rest[LONGEST_LINE:]
    if rest:
        yield rest
