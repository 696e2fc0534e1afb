"""What an alert rests on, told: a figure, a few rows of what caused it, and a line about both. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from alerts import explain
from alerts.alert import Alert, instant
from alerts.evidence import Slot
from alerts.rules import Rule
from config.words import Words
from dashboard.desk.bars import Bar
from dashboard.desk.chart import Threshold, empty
from dashboard.telling import Teller, day_clock, lasted
from streams.metrics import METRICS

NEWEST = 5
"""Rows of a table: what caused the alert, not all that was read."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """`heads` and `rows` of the table (`numbers`: columns with numbers), of `total` things; what the figure is.

    `broken`: the database could not be asked, so nothing is known of any row.
    """

    title: str = ""
    note: str = ""
    figure: Mapping[str, Any] = field(default_factory=empty)
    heads: Row = ()
    rows: tuple[Row, ...] = ()
    numbers: tuple[int, ...] = ()
    total: int = 0
    broken: bool = False


@dataclass(frozen=True)
class Telling:
    """All that proofs of one alert are told with."""

    alert: Alert
    rule: Rule
    teller: Teller
    now: datetime

    @property
    def words(self) -> Words:
        return self.teller.words

    @property
    def zone(self) -> tzinfo:
        return self.teller.city.profile.zone

    @property
    def unit(self) -> str:
        return self.teller.unit(self.rule)

    def amount(self, value: float | None) -> str:
        return explain.amount(value, self.rule, self.words)

    def clock(self, at: int | datetime) -> str:
        moment = instant(at) if isinstance(at, int) else at
        return day_clock(moment, self.now, self.zone, seconds=True)

    def span(self, milliseconds: int) -> str:
        return explain.span(milliseconds, self.words)

    def device(self, name: str) -> str:
        return explain.station_name(name, self.words, self.teller.city.profile) or name

    def heads(self, *keys: str) -> Row:
        return tuple(self.words(f"why.head.{key}") for key in keys)

    def levels(self) -> list[Threshold]:
        """The thresholds of the alert's place."""
        known = self.alert.detail.get("thresholds")
        found = known if isinstance(known, Mapping) else self.rule.thresholds(None)
        return [Threshold(level, float(found[level])) for level in self.rule.ladder if level in found]

    def slots(self, found: Sequence[Slot]) -> list[Bar]:
        return [Bar(f"{instant(slot.at).astimezone(self.zone):%H:%M}", slot.value) for slot in found]

    def since(self, last: datetime | None) -> str:
        """When it was last heard, and how long ago."""
        if last is None:
            return self.words("why.never")
        return f"{self.clock(last)} · {lasted(self.now - last, self.words)}"

    def unit_of(self, metric: str) -> str:
        """The unit of a metric, as it is written after a number."""
        known = METRICS.get(metric)
        plain = known.unit if known else ""
        key = f"unit.{plain.replace('/', '_').lower()}"
        return self.words(key) if plain and self.words.has(key) else plain

    def named(self, keys: str, name: str) -> str:
        """The words of `keys`.`name`; what the machine calls it, when there are none yet."""
        key = f"{keys}.{name}"
        return self.words(key) if self.words.has(key) else name
