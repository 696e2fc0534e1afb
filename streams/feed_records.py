"""From a foreign file to its records: CSV, JSON lines, one JSON document. Pure: the open file is handed in.

CSV and JSON lines are read bit by bit, so a file may be of any size; a document is read whole, up to a bound.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from config.faults import Fault
from config.sources import Source
from streams.feed_mapping import Record, Unread
from streams.feed_text import Decoder, lines
from streams.parse_fields import Refusal

LONGEST_DOCUMENT = 64 << 20  # bytes of a JSON document; in memory it takes some ten times that
LONGEST_CELL = 1 << 20  # characters: a quote that is never closed must not swallow the file
KEPT = 1 << 16  # characters of an unreadable record that are kept

csv.field_size_limit(LONGEST_CELL)


class CannotRead(Fault, ValueError):
    """The file as a whole is not what its source says; nothing of it was sent."""


def records(source: Source, binary: Any) -> Iterator[Record | Unread]:
    """The records of an open binary file, in order. Raises CannotRead."""
    read = {"csv": _csv, "lines": _lines, "json": _document}[source.format]
    return read(source, binary)


def records_in(source: Source, value: bytes | None, place: str) -> Iterator[Record | Unread]:
    """The records of one message of a Kafka topic that stands at `place`."""
    if not value:
        yield Unread(place, "empty", "the message has no bytes", "")
        return
    decoder = Decoder(source.encoding)
    text = decoder(value)
    yield from _of_text(_finder(source), text.removeprefix("\ufeff"), place, decoder)


# -- CSV ------------------------------------------------------------------------------------------------------------


class _Pulled:
    """Lines that csv pulled since the last row, so that what it cannot read can be shown."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.lines: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._source:
            self.lines.append(line)
            yield line

    def skip(self, count: int) -> None:
        for _ in islice(self._source, count):
            pass

    def taken(self) -> list[str]:
        taken, self.lines = self.lines, []
        return taken


def _csv(source: Source, binary: Any) -> Iterator[Record | Unread]:
    decoder = Decoder(source.encoding)
    pulled = _Pulled(lines(binary, decoder))
    rows = csv.reader(pulled, delimiter=source.delimiter, quotechar=source.quote, quoting=_quoting(source))
    pulled.skip(source.skip_lines)
    header = list(source.columns) or [cell.strip() for cell in _next(rows)[0]]
    _check(source, header)
    line = source.skip_lines + len(pulled.taken()) + 1
    decoder.broken = False
    while True:
        row, error = _next(rows)
        taken = pulled.taken()
        if not taken:
            return
        if row or error:
            refusal = error or _broken(decoder) or _misfit(header, row)
            yield _unread(line, refusal, taken) if refusal else Record(line, _cells(header, row, source.empty))
        line += len(taken)


def _quoting(source: Source) -> Any:
    return csv.QUOTE_NONE if source.quote is None else csv.QUOTE_MINIMAL


def _next(rows: Any) -> tuple[list[str], Refusal | None]:
    try:
        return next(rows, []), None
    except csv.Error as error:
        return [], Refusal("wrong_shape", f"it is no row of a CSV: {error}")


def _broken(decoder: Decoder) -> Refusal | None:
    broken, decoder.broken = decoder.broken, False
    return Refusal("not_utf8", "bytes that do not belong to the file's encoding") if broken else None


def _misfit(header: Sequence[str], row: Sequence[str]) -> Refusal | None:
    """A row with fewer cells than the header, or with more that are not blank."""
    if len(row) == len(header) or (len(row) > len(header) and not any(row[len(header) :])):
        return None
    return Refusal("wrong_columns", f"{len(row)} cells; the header has {len(header)}")


def _unread(line: int, refusal: Refusal, taken: Sequence[str]) -> Unread:
    return Unread(line, refusal.reason, refusal.detail, "".join(taken)[:KEPT])


def _cells(header: Sequence[str], row: Sequence[str], empty: Sequence[str]) -> dict[str, str | None]:
    """Cells by column; None for one that is blank or says that it is, so that paths see nothing there."""
    cells = (cell.strip() for cell in row)
    return {name: None if not cell or cell in empty else cell for name, cell in zip(header, cells, strict=False)}


def _check(source: Source, header: Sequence[str]) -> None:
    missing = sorted(source.columns_named() - set(header))
    if missing:
        raise CannotRead(
            f"the file has no column {', '.join(map(repr, missing))}; it has {', '.join(header)[:2000] or 'none'}. "
            "Is it of this source? Mend the names in sources.yaml, or its delimiter, encoding or skip_lines."
        )
    twice = sorted(name for name in source.columns_named() if header.count(name) > 1)
    if twice:
        raise CannotRead(f"the file has the column {twice[0]!r} twice; name the columns with the key columns")


# -- JSON -----------------------------------------------------------------------------------------------------------


def _lines(source: Source, binary: Any) -> Iterator[Record | Unread]:
    decoder, find = Decoder(source.encoding), _finder(source)
    for number, line in enumerate(lines(binary, decoder), 1):
        if line.strip():
            yield from _of_text(find, line, number, decoder)


def _of_text(find: Callable[[Any], Any], text: str, line: int | str, decoder: Decoder) -> Iterator[Record | Unread]:
    refusal = _broken(decoder)
    try:
        found = _listed(find(_json(text))) if refusal is None else []
    except Refusal as error:
        refusal, found = error, []
    if refusal is not None:
        yield Unread(line, refusal.reason, refusal.detail, text[:KEPT])
    yield from (Record(line, one) for one in found)


def _document(source: Source, binary: Any) -> Iterator[Record | Unread]:
    data = binary.read(LONGEST_DOCUMENT + 1)
    if len(data) > LONGEST_DOCUMENT:
        raise CannotRead(
            f"the JSON document has more than {LONGEST_DOCUMENT >> 20} MB, and is read whole; write it as JSON lines, "
            "one record a line (jq -c '.[]' does it), and say format: lines"
        )
    decoder = Decoder(source.encoding)
    text = decoder(data).removeprefix("\ufeff")
    try:
        if refusal := _broken(decoder):
            raise refusal
        found = _listed(_finder(source)(_json(text)))
    except Refusal as refusal:
        raise CannotRead(f"the file cannot be read as a JSON document: {refusal.detail}") from None
    yield from (Record(number, one) for number, one in enumerate(found, 1))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise Refusal("not_json", "nested too deeply") from None
    except ValueError as error:
        raise Refusal("not_json", str(error)[:200]) from None


def _listed(found: Any) -> list[Any]:
    if found is None:
        raise Refusal("wrong_shape", "there is nothing where the records should be")
    return found if isinstance(found, list) else [found]


def _finder(source: Source) -> Callable[[Any], Any]:
    if source.records is None:
        return lambda found: found
    compiled = jmespath.compile(source.records)

    def find(found: Any) -> Any:
        try:
            return compiled.search(found)
        except JMESPathError as error:
            raise Refusal("wrong_shape", f"records: {str(error).splitlines()[0]}") from None

    return find
