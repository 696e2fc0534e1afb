"""What ingest will make of messages: the same parse, before they are sent, counted by reason with examples. Pure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from streams.feed_mapping import Mapped
from streams.messages import Stream, parse
from streams.metrics import METRICS
from streams.parse_fields import OUTSIDE, SAID, UNUSABLE
from streams.parse_place import SWAPPED
from streams.places import Places
from streams.records import DeviceEntry, Item, Reading, Rejected

EXAMPLES = 3  # shown of each reason
ONE_NAME = {"unit": "other_unit", SAID.rstrip(":"): "said"}
"""What marks that end in a source's own words are counted as: `unit:g/h` keeps the unit of a metric nobody knows."""


@dataclass(frozen=True, slots=True)
class Example:
    """Where something that is rejected stands, and what is wrong with it."""

    line: int | str
    detail: str


@dataclass
class Tally:
    """Grows by `judge`. An item is accepted, mended, flagged or rejected, as docs/messages.md has it.

    One that was mended twice has both marks counted.
    """

    records: int = 0
    skipped: int = 0
    messages: int = 0
    accepted: int = 0
    mended: int = 0
    flagged: int = 0  # kept, but in no figure
    unplaced: int = 0  # readings that tell no place: the registry must
    strange: Counter[str] = field(default_factory=Counter)  # readings of metrics that we do not know, by metric
    marks: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)  # by reason
    examples: dict[str, list[Example]] = field(default_factory=dict)

    @property
    def rejects(self) -> int:
        return self.rejected.total()

    def judge(self, stream: Stream, one: Mapped, now: int, where: Places | None = None) -> None:
        """Count the items of a message as ingest would take them at `now` (epoch ms) in the city that `where` knows."""
        self.messages += 1
        items = parse(stream, one.payload, now)
        for number, item in enumerate(items):
            if isinstance(item, Rejected):
                self._reject(item, one.line)
            else:
                self._take(item, set(one.mends) | marks_of(item, one.payload, number, where))

    def _reject(self, item: Rejected, line: int | str) -> None:
        self.rejected[item.reason] += 1
        examples = self.examples.setdefault(item.reason, [])
        if len(examples) < EXAMPLES:
            _, _, said = item.detail.partition(f"line {line}: ")  # a marked message names its line itself
            examples.append(Example(line, said or item.detail))

    def _take(self, item: Item, marks: set[str]) -> None:
        self.marks.update(marks)
        if isinstance(item, Reading):
            self.unplaced += item.lat is None
            self.strange.update(() if item.metric in METRICS else (item.metric,))
        if isinstance(item, Reading | DeviceEntry) and not marks.isdisjoint(UNUSABLE):
            self.flagged += 1
        elif marks:
            self.mended += 1
        else:
            self.accepted += 1


def marks_of(item: Item, payload: bytes, number: int = 0, where: Places | None = None) -> set[str]:
    """What ingest mends in item `number` of a message, or keeps and does not use: the marks of docs/messages.md."""
    said = item.quality if isinstance(item, Reading) else getattr(item, "marks", "")
    marks = set(filter(None, said.split(",")))
    if marks and isinstance(item, Reading):
        marks -= _told(payload, number) - set(UNUSABLE)
        marks = {_name(mark) for mark in marks}
    return marks | (_place_marks(item, where) if where is not None else set())


def _name(mark: str) -> str:
    kind, colon, _ = mark.partition(":")
    return ONE_NAME.get(kind, mark) if colon else mark


def _place_marks(item: Item, where: Places) -> set[str]:
    """What only the city's own map tells: see Places and rows.py."""
    if isinstance(item, Rejected) or getattr(item, "quality", "") in UNUSABLE:
        return set()
    cell, district = where(item.lat, item.lon)
    if (item.lat, item.lon) in where.mirrored:
        return {SWAPPED}
    return {OUTSIDE} if cell and not district else set()


def _told(payload: bytes, number: int) -> set[str]:
    """The quality that item `number` of a message told of itself: what is not new in it is no mend."""
    try:
        found = json.loads(payload.removeprefix(b"\xef\xbb\xbf"))
        one = found["readings"][number] if "readings" in found else found
        return set(str(one["quality"]).split(","))
    except (ValueError, RecursionError, TypeError, LookupError):
        return set()
