"""One look at a place: which of a rule's levels its observation reaches, keeps or leaves. Pure.

All comparisons of the engine are here. For a rule that fires below, signs are turned, so that more is always worse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from alerts.alert import NOWHERE, Observation, Said, Spot
from alerts.rules import Rule
from alerts.states import State

HOLDING = 200  # devices of a place that are remembered as holding it; the worst, should there be more
DIGITS = 6  # thresholds minus margins are rounded: 3.3 - 0.1 is 3.2


@dataclass(frozen=True)
class Look:
    """A rule, what was observed of one place (a known value, fresh), and the evaluation's time, epoch ms."""

    rule: Rule
    seen: Observation
    now: int

    def value(self, level: str) -> float | None:
        """The value that `level` looks at: that of its own window, else the rule's; None when it is not known."""
        return known(self.seen.levels.get(level, self.seen.value))

    @cached_property
    def over(self) -> bool:
        """True when the rule's clear condition holds: its number is passed, by its own measure if it has one."""
        end = self.rule.clear.at
        value = known(self.seen.clear_value if self.rule.clear.watch else self.seen.value)
        return end is not None and value is not None and self.rule.sign * value < self.rule.sign * end

    @property
    def ended(self) -> bool:
        """True when no level may hold: the place is ruled out, or the clear measure says that it is over."""
        return not self.seen.applies or (self.over and self.rule.clear.watch is not None)

    def reached(self, level: str) -> bool:
        """True when the value is at the level's threshold or beyond."""
        value = self.value(level)
        return value is not None and not self.ended and self.beyond(level, value)

    def goes_on(self, level: str) -> bool:
        """True when a level that fires is not left yet: within the margin, or the clear number not passed."""
        value, threshold = self.value(level), self.seen.thresholds.get(level)
        if value is None:
            return True  # unknown is not below
        if threshold is None or self.ended:
            return False
        mildest = level == self.rule.ladder[0]
        return self._beyond(value, threshold) or (mildest and self.rule.clear.at is not None and not self.over)

    def _beyond(self, value: float, threshold: float) -> bool:
        return self.rule.sign * value >= round(self.rule.sign * threshold - self.rule.clear.margin, DIGITS)

    def holds(self, value: float) -> bool:
        """True when one device's value alone would keep the mildest level."""
        first = next(iter(self.seen.thresholds.values()), None)
        own_end = self.rule.clear.at if self.rule.clear.watch is None else None
        end = first if own_end is None else own_end
        return end is not None and self._beyond(value, end)

    def beyond(self, level: str, value: float) -> bool:
        """True when a reading is at the level's threshold or beyond."""
        threshold = self.seen.thresholds.get(level)
        return threshold is not None and self.rule.sign * value >= self.rule.sign * threshold

    @property
    def said(self) -> Mapping[str, tuple[int, Said]]:
        """What each device said that was heard lately: when (epoch ms), and its readings as far as they are told."""
        members = self.seen.members
        if members:
            return {device: (one.at, one.said) for device, one in members.items() if not self.silent(device)}
        return {self.seen.device or self.seen.place: (self.seen.at, self.seen.said)}

    def silent(self, device: str) -> bool:
        """True when a member was not heard within `stale_after`."""
        member = self.seen.members.get(device)
        return member is None or self.now - member.at > self.rule.stale_after

    def holding(self, state: State | None) -> Mapping[str, float]:
        """Members whose last word keeps the alert, and those of before who were not heard since: device and word."""
        members = self.seen.members
        if not members:
            return {}
        gone = {device: word for device, word in state.holding.items() if device not in members} if state else {}
        here = {device: member.value for device, member in members.items() if self.holds(member.value)}
        found = {**gone, **here}
        worst = sorted(found, key=lambda device: (-self.rule.sign * found[device], device))
        return {device: found[device] for device in worst[:HOLDING]}

    def held_by_silence(self, state: State | None) -> bool:
        """True when somebody who held the alert says nothing now, and was not below when last heard."""
        if state is None or not self.seen.members or not state.device:
            return False
        if all(timer.ending is not None for timer in state.timers.values() if timer.firing):
            return False  # it was on its way to clear while the device still spoke
        return any(self.silent(device) for device in self.holding(state))

    def holder(self, state: State) -> str:
        """The device that holds the alert: whoever did while it does; else the worst, silent ones too."""
        mine = self.seen.members.get(state.device)
        if not self.seen.members or (state.device and mine is None):
            return state.device or self.seen.device
        if mine is not None and self.holds(mine.value):
            return state.device
        members = self.seen.members
        worst = max(sorted(members), key=lambda device: self.rule.sign * members[device].value)
        if self.holds(members[worst].value):
            return worst
        return next((device for device in self.holding(state) if device not in members), worst)

    def spot(self, device: str, before: Spot) -> Spot:
        """Where the alert stands: where its device does, else the observation's place, else where it stood."""
        member = self.seen.members.get(device)
        spot = member.spot if member else self.seen.spot
        return before if spot == NOWHERE else spot


def known(value: float | None) -> float | None:
    """The value, None when it is not a number that can be compared."""
    return value if value is not None and math.isfinite(value) else None
