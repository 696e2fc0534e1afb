"""Messages of any year as rows of the tables, without a broker and a database: what a back-test looks at. Pure.

They are read, mended, rejected and placed as ingest does it, each as if it had arrived when it was said: a flood of
2021 is not too old, and nothing is late. Of the same reading said twice the later one in the files is believed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from streams.feed_tally import EXAMPLES
from streams.messages import BIGGEST, Stream, parse
from streams.parse_cap import as_fields
from streams.parse_fields import OUTSIDE, UNUSABLE, Refusal
from streams.parse_json import read_object
from streams.parse_reading import MOST_READINGS
from streams.parse_times import CENTURY, told
from streams.places import Places
from streams.readings import Carriage
from streams.records import Rejected
from streams.rows import Rows
from streams.wire import Said, plain_batch, plain_readings

AT_ONCE = 256  # messages decoded together, as in batch.py
NOBODY = ""  # the source
CARRIAGE = Carriage(0, "history", 0)

Columns = dict[str, Sequence[Any]]


class History:
    """Grows by `add`. `foreign`: what lies outside the city counts, too, for a flood of elsewhere.

    `rejected` counts what was not taken, by stream and reason; `examples` are the first of each, as (number, detail).
    """

    def __init__(self, places: Places, foreign: bool) -> None:
        self._places, self._foreign = places, foreign
        self._rows = Rows(places)
        self._count = 0  # messages
        self._now = CENTURY[1]  # the time of the last message that told one
        self.messages: Counter[str] = Counter()
        self.rejected: Counter[tuple[str, str]] = Counter()
        self._rejects: list[tuple[int, str, str]] = []
        self.examples: dict[tuple[str, str], list[tuple[int, str]]] = {}

    def add(self, stream: Stream, messages: Iterable[bytes]) -> None:
        """Take in the messages of one file, in order."""
        waiting = iter(messages)
        while some := list(islice(waiting, AT_ONCE)):
            if stream == "iot" and self._add_plain(some):
                self.messages[stream] += len(some)
                continue
            for message in some:
                self.messages[stream] += 1
                self._add(stream, message)

    def _add_plain(self, messages: Sequence[bytes]) -> bool:
        """Messages that are one reading each, if there is no doubt about any; else False, and nothing is added."""
        said = plain_readings(messages, *CENTURY)
        return said is not None and self._take(said, range(self._count, self._count + len(messages)), len(messages))

    def _add_gateway(self, message: bytes) -> bool:
        """A message with many readings; False, and nothing is added, when it is none or there is a doubt about it."""
        said = plain_batch(message, *CENTURY) if len(message) <= BIGGEST else None
        return said is not None and self._take(said, [self._count] * len(said.at), 1)

    def _take(self, said: Said, offsets: Sequence[int], messages: int) -> bool:
        if not self._places.registry.units.keys().isdisjoint(said.device) or len(said.at) > MOST_READINGS * messages:
            return False
        items = bytes(messages) if messages > 1 else range(len(said.at))
        self._rows.readings.extend(said, offsets, items, NOBODY, CARRIAGE)
        self._count += messages
        return True

    def _add(self, stream: Stream, message: bytes) -> None:
        if stream == "iot" and self._add_gateway(message):
            return
        self._now = _newest(stream, message) or self._now
        items = parse(stream, message, self._now, self._places.registry.units)
        for item in items:
            if isinstance(item, Rejected):
                self._reject(stream, item)
        taken = [item for item in items if not isinstance(item, Rejected)]
        self._rows.add(stream, taken, (NOBODY, *CARRIAGE, self._count))
        self._count += 1

    def _reject(self, stream: Stream, item: Rejected) -> None:
        self._rejects.append((self._now, stream, item.reason))
        key = stream, item.reason
        self.rejected[key] += 1
        examples = self.examples.setdefault(key, [])
        if len(examples) < EXAMPLES:
            examples.append((self.messages[stream], item.detail))

    def readings(self) -> Columns:
        """Columns of the readings, `usable` among them, received in the order of the files; {} when there are none."""
        found = self._rows.columns("readings")
        if not found:
            return {}
        doubted = {one for one in UNUSABLE if not (self._foreign and one == OUTSIDE)}
        usable = [one not in doubted for one in found["quality"]]
        return found | {"usable": usable, "received": found["offset"], "district": self._districts(found)}

    def cases(self) -> Columns:
        """Columns of the case steps; {} when there are none."""
        found = self._rows.columns("case_steps")
        if not found:
            return {}
        return found | {"cell": self._cells(found)} if self._foreign else found

    def _districts(self, found: Columns) -> Sequence[str]:
        """A foreign city's readings are in one district more, or no rule about districts could see its flood."""
        pairs = zip(found["district"], found["cell"], strict=True)
        return [district or (OUTSIDE if cell and self._foreign else "") for district, cell in pairs]

    def _cells(self, found: Columns) -> list[int]:
        """A case outside is in no cell of the city, but in one of its own city."""
        points = zip(found["cell"], found["lat"], found["lon"], strict=True)
        return [cell or (0 if math.isnan(lat) else self._places(lat, lon)[0]) for cell, lat, lon in points]

    def events(self) -> Columns:
        """Columns of the events; {} when there are none."""
        return self._rows.columns("city_events")

    def rejects(self) -> Columns:
        """When (as of the message before that told its time), stream and reason of each reject; {} without any."""
        return dict(zip(("received", "stream", "reason"), zip(*self._rejects, strict=True), strict=False))


def _newest(stream: Stream, message: bytes) -> int | None:
    """The newest time that a message tells, epoch ms; None when it tells none."""
    try:
        found = (as_fields(message) if stream == "events" else None) or read_object(message)
    except (Refusal, RecursionError):
        return None
    within = found.get("readings")
    ones = [one for one in within if isinstance(one, dict)] if isinstance(within, list) else [found]
    return max((at for one in ones if (at := told(one, "at")) is not None), default=None)
