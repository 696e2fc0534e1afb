"""Which places a rule must look at closely: those where a level may be reached, found in whole columns. Pure.

Of a place that reaches no level and has no state the engine makes nothing, so nobody need observe it. Here numbers are
compared with a little room, so that rounding leaves nothing out; who passes is judged exactly (alerts/look.py).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from alerts.alert import Said
from alerts.rings import Flags, Floats, Ints, Row, Window
from alerts.rules import Rule
from alerts.watches import Readings

ROOM = 1e-5  # of the threshold, or as such: more than rounding can do
DIGITS = 6  # sums of increments are rounded, or 49.999999999 mm would not be 50
SLOPE_NEEDS = 3  # readings: two make any slope
OF_THEIR_OWN = ("change", "distinct", "quantile", "absent")  # NaN where the window says nothing

Probe = tuple[str, int]
"""Metric and window, ms: what rows are asked by."""


def probe(watch: Readings) -> Probe:
    return watch.metric, watch.window


def measured(watch: object, row: Row) -> float | None:
    """The measure that a watch takes of a row; None when the window has too little to say."""
    if not isinstance(watch, Readings):
        return None
    if watch.measure == "last":
        return _finite(row.last)
    if watch.measure == "rate_per_hour":
        return _finite(row.slope) if row.sloped >= SLOPE_NEEDS else None
    if watch.measure == "count":
        return float(row.readings)
    if watch.measure in OF_THEIR_OWN:
        return _finite(getattr(row, watch.measure))
    return _finite(getattr(row, watch.measure)) if row.readings else None


def said(rule: Rule, row: Row) -> Said:
    """The readings of a device as far as a level is compared with them, and not with what was made of them."""
    itself = "max" if rule.sign > 0 else "min"
    if (
        not isinstance(rule.watch, Readings)
        or rule.watch.measure not in ("last", itself)
        or not math.isfinite(row.last)
    ):
        return ()
    all_reach = row.min if rule.sign > 0 else row.max
    return (row.last, all_reach) if row.readings > 1 else (row.last,)


def _finite(value: float) -> float | None:
    return round(value, DIGITS) if math.isfinite(value) else None


def measures(watch: Readings, window: Window) -> Floats:
    """`measured` of every device, not rounded; NaN for who is not in the window, and for None."""
    found, enough = _column(watch, window)
    return np.where(window.here & enough, found, np.nan)


def _column(watch: Readings, window: Window) -> tuple[Floats, Flags]:
    """The column that a measure looks at, and where it has enough to say."""
    always = np.ones(len(window.here), np.bool_)
    if watch.measure == "rate_per_hour":
        if window.slope is None or window.sloped is None:
            return np.full(len(window.here), np.nan), always
        return window.slope, window.sloped >= SLOPE_NEEDS
    if watch.measure == "count":
        return window.readings.astype(np.float64), always
    column = getattr(window, watch.measure)
    if column is None:
        column = np.full(len(window.here), np.nan)
    return column, always if watch.measure in ("last", *OF_THEIR_OWN) else window.readings > 0


def is_slow(watch: Readings, own: Readings, readings: Ints | int) -> Any:
    """True of a device that says too little for a slope within a level's short window, by its `readings` of the rule's
    own: then that one's slope counts. Who spoke often and fell silent is not slow, and keeps what it has."""
    return (watch.measure == "rate_per_hour") & (readings * watch.window < SLOPE_NEEDS * own.window)


@dataclass(frozen=True, eq=False)
class Sieve:
    """One rule with the windows it looks at, the numbers of its levels today, and the places it has in mind."""

    rule: Rule
    rows: Mapping[Probe, Window]
    numbers: Mapping[str, float]
    places: Collection[str]

    @property
    def own(self) -> Window:
        return self.rows[probe(self._watch)]

    @property
    def _watch(self) -> Readings:
        watch = self.rule.watch
        if not isinstance(watch, Readings):
            raise TypeError(f"rule {self.rule.key} does not watch readings")
        return watch

    @cached_property
    def own_values(self) -> Floats:
        """The rule's own measure of every device."""
        return measures(self._watch, self.own)

    def column(self, watch: Readings) -> Floats:
        """What a level or the clear number looks at, device by device: `measures`, and of a device that is too slow for
        the window the slope of the rule's own."""
        if watch not in self._columns:
            self._columns[watch] = self._column_of(watch)
        return self._columns[watch]

    @cached_property
    def _columns(self) -> dict[Readings, Floats]:
        return {self._watch: self.own_values}

    def _column_of(self, watch: Readings) -> Floats:
        mine, own = self._watch, self.own
        found = measures(watch, self.rows[probe(watch)])
        if own.sloped is None or (watch.metric, watch.measure) != (mine.metric, mine.measure):
            return found
        return np.where(np.isnan(found) & is_slow(watch, mine, own.sloped), self.own_values, found)

    def devices(self, floors: Mapping[str, float]) -> Ints:
        """Positions of devices that may reach a level, and of those in mind.

        `floors` has the mildest number of each device that has numbers of its own.
        """
        own, wanted = self.own, np.zeros(len(self.own.here), np.bool_)
        least = np.array([floors.get(device, math.nan) for device in own.heard.devices]) if floors else None
        for level in self.rule.ladder:
            found = self.column(self.rule.watch_of(level))
            if level in self.numbers:
                wanted |= self._reaching(found, self.numbers[level])
            if least is not None:
                wanted |= self._reaching(found, least)
        order = own.heard.order
        wanted[[order[place] for place in self.places if place in order]] = True
        return np.flatnonzero(wanted & own.here)

    def groups(self, code: Ints, names: Sequence[str], now: int) -> dict[str, Ints]:
        """By place the positions of its devices: of places that may reach a level, and of those in mind.

        `code` is the number of each device's place among `names`, -1 for none.
        """
        wanted = self._reached(code, len(names), now)
        wanted |= np.fromiter((name in self.places for name in names), np.bool_, len(names))
        here = np.where(self.own.here, code, -1)
        found = {names[number]: np.flatnonzero(here == number) for number in np.flatnonzero(wanted).tolist()}
        return {name: positions for name, positions in found.items() if len(positions)}

    def _reached(self, code: Ints, places: int, now: int) -> Flags:
        """Of each place whether a level may be reached there."""
        watch, own = self._watch, self.own
        if watch.where is not None and self.rule.place.across != ("max" if self.rule.sign > 0 else "min"):
            return np.ones(places, np.bool_)  # without those whom it rules out there may be more
        said = np.isfinite(self.own_values)
        fresh = said & (code >= 0) & (now - own.at <= self.rule.stale_after)
        found = np.zeros(places, np.bool_)
        for level, number in self.numbers.items():
            found |= self._reaching(
                self._whole(self.column(self.rule.watch_of(level))[fresh], code[fresh], places), number
            )
        return found

    def _whole(self, values: Floats, code: Ints, places: int) -> Floats:
        """The values of each place as one: the worst, or the mean; NaN for a place without any."""
        known = np.isfinite(values)
        values, code = values[known], code[known]
        if self.rule.place.across == "avg":
            with np.errstate(invalid="ignore"):
                mean: Floats = np.bincount(code, values, places) / np.bincount(code, minlength=places)
            return mean
        whole = np.full(places, np.nan)
        (np.fmin if self.rule.place.across == "min" else np.fmax).at(whole, code, values)
        return whole

    def _reaching(self, found: Floats, number: float | Floats) -> Flags:
        return reaching(self.rule.sign, found, number)


def reaching(sign: int, found: Floats, number: float | Floats) -> Flags:
    """Where a value is at a number or beyond, or within rounding of it; what is not known is not.

    `sign` is 1 where more is worse, -1 where less is.
    """
    with np.errstate(invalid="ignore"):
        flags: Flags = sign * found >= sign * np.asarray(number) - ROOM * np.maximum(1.0, np.abs(number))
    return flags
