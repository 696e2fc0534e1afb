"""A table that people keep in a spreadsheet, as CSV: bytes to rows by column, or what is wrong, with the mend. Pure.

UTF-8 with or without a byte order mark, or GBK as Excel writes it on a Chinese Windows; the first line names the
columns, in any order, in English or in Chinese.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from config.faults import Fault

MOST_TOLD = 50  # kinds of mistakes
One = TypeVar("One")
LINES_NAMED = 5  # of one kind, beside the first
_SAID = re.compile(r"'[^']*'|\"[^\"]*\"|\d+(?:[.,]\d+)?")
"""What a mistake repeats of its cell."""


class Mistake(NamedTuple):
    """What is wrong at a place of the file, and how to mend it. `line` counts from 1."""

    line: int
    column: str
    wrong: str
    mend: str


class Row(NamedTuple):
    """A row by column, without its blank cells."""

    line: int
    cells: Mapping[str, str]


class WrongSheet(Fault, ValueError):
    """The file cannot be used; the text has one line a mistake: file, line, column, what is wrong, how to mend it.

    Mistakes of one kind are one line: the first of them, how many more there are, and in which lines.
    """

    def __init__(self, file: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        kinds = alike(mistakes, lambda one: (one.column, one.wrong, one.mend))
        told = [_told(file, some) for some in kinds]
        more = [f"{file}: and {len(told) - MOST_TOLD} more kinds of mistake"] if len(told) > MOST_TOLD else []
        super().__init__("\n".join([*told[:MOST_TOLD], *more]))


def alike(mistakes: Iterable[One], said: Callable[[One], Iterable[str]]) -> list[list[One]]:
    """Those that differ only in what stands in their cells, together; `said` are the texts of a mistake."""
    found: dict[tuple[str, ...], list[One]] = {}
    for one in mistakes:
        found.setdefault(tuple(_SAID.sub("?", text) for text in said(one)), []).append(one)
    return list(found.values())


def further(places: Sequence[str], what: str = "") -> str:
    """How many more of a kind there are, and where the first of them are; '' for none."""
    if not places:
        return ""
    named = ", ".join(places[:LINES_NAMED]) + (", ..." if len(places) > LINES_NAMED else "")
    return f" (and {len(places)} more like it: {what}{named})"


def _told(file: str, some: Sequence[Mistake]) -> str:
    first, *rest = some
    more = further([str(one.line) for one in rest], "lines " if len(rest) > 1 else "line ")
    return f"{file}, line {first.line}, {first.column}: {first.wrong}; {first.mend}{more}"


@dataclass(frozen=True)
class Heads:
    """The columns of a kind of sheet: our name -> what it may be called in Chinese. `must` are those it needs."""

    names: Mapping[str, str]
    must: tuple[str, ...]


def as_number(text: str) -> float | None:
    """The number that a cell is, None when it is none."""
    try:
        return float(text) if text.isascii() and "_" not in text else None
    except ValueError:
        return None


def read_rows(content: bytes, file: str, heads: Heads, mistakes: list[Mistake]) -> list[Row]:
    """The rows of a sheet; what is wrong with single columns and rows is added to `mistakes`.

    Raises WrongSheet when no row can be read: the bytes are no text, the text is no CSV, a column that must be is not.
    """
    reader = csv.reader(io.StringIO(decoded(content, file), newline=""), strict=True)
    try:
        named = _heads(next(reader, []), file, heads, mistakes)
        return list(_read(reader, named, heads, mistakes))
    except csv.Error as error:
        wrong = Mistake(reader.line_num, "the line", f"no CSV: {error}", 'write a quote inside quotes twice, as ""')
        raise WrongSheet(file, [wrong]) from None


def decoded(content: bytes, file: str) -> str:
    """UTF-8 or GBK as text. Raises WrongSheet for what is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            broken = Mistake(line, "the line", f"byte {error.start} is neither UTF-8 nor GBK", "save the file as UTF-8")
    raise WrongSheet(file, [broken])


def _heads(cells: Sequence[str], file: str, heads: Heads, mistakes: list[Mistake]) -> list[str]:
    """Our name of each column."""
    ours = {chinese: name for name, chinese in heads.names.items()}
    found = [ours.get(cell.strip(), cell.strip().lower()) for cell in cells]
    wrong = [_unknown(head, heads) for head in found if head not in heads.names]
    wrong += [_head(head, "stands there twice", "take one out") for head in sorted(set(found)) if found.count(head) > 1]
    missing = [name for name in heads.must if name not in found]
    if missing:
        begin = f"begin the file with a line such as {','.join(heads.names)}"
        raise WrongSheet(file, [*(_head(name, "is missing", begin) for name in missing), *wrong])
    mistakes += wrong
    return found


def _head(column: str, wrong: str, mend: str) -> Mistake:
    return Mistake(1, f"column {column or '(blank)'}", wrong, mend)


def _unknown(head: str, heads: Heads) -> Mistake:
    if ";" in head or "\t" in head:
        return _head(head[:40], "is not parted by commas", "save the file with commas between its columns")
    close = difflib.get_close_matches(head, (*heads.names, *heads.names.values()), 1)
    return _head(
        head[:40], "is none of ours", f"did you mean {close[0]}?" if close else f"use {', '.join(heads.names)}"
    )


def _read(reader: Any, named: Sequence[str], heads: Heads, mistakes: list[Mistake]) -> Iterator[Row]:
    begun = reader.line_num + 1
    for cells in reader:
        line, begun = begun, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(named):
            wrong = f"{len(cells)} cells, but {len(named)} columns"
            mistakes.append(Mistake(line, "the line", wrong, "put text that holds a comma into quotes"))
            continue
        told = {
            head: cell.strip() for head, cell in zip(named, cells, strict=False) if cell.strip() and head in heads.names
        }
        yield Row(line, told)
