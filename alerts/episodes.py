"""From transitions to episodes: an alert of a place from its first level until it cleared. Pure; times are epoch ms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.alert import LEVELS, NOWHERE, Spot, Transition, rank
from alerts.states import State


@dataclass(frozen=True, slots=True)
class Episode:
    """What stood at a place: its worst level, its peak, from when until when (None: it goes on); ids of its alerts.

    While data is missing (`stale`) it goes on at its level.
    """

    level: str
    since: int
    until: int | None = None
    peak: float | None = None
    alerts: tuple[str, ...] = ()
    spot: Spot = NOWHERE

    def meets(self, other: Episode, slack: int = 0) -> bool:
        """Whether both stood at some time, or less than `slack` ms lay between them."""
        return self.since <= _end(other) + slack and other.since <= _end(self) + slack


def _end(one: Episode) -> int:
    return FOR_EVER if one.until is None else one.until


FOR_EVER = 1 << 62


def standing(rule: str, place: str, state: State | None) -> Episode | None:
    """What stands while a place of a rule is in this state (None: clear)."""
    if state is None or not state.open:
        return None
    since = state.opened if state.fired is None else state.fired
    return Episode(state.level, since, None, state.peak, (state.alert(rule, place),), state.spot)


def episodes(transitions: Iterable[Transition], before: Episode | None = None) -> list[Episode]:
    """The episodes of one rule at one place, oldest first; `before` is what stood before the first transition."""
    found: list[Episode] = []
    going = before
    for one in transitions:
        going, ended = _after(going, one)
        found += [ended] if ended else []
    return [*found, going] if going else found


def _after(going: Episode | None, one: Transition) -> tuple[Episode | None, Episode | None]:
    """What goes on after a transition, and what it ended."""
    if one.after in LEVELS:
        peak = _number(one.detail.get("peak"), one.value)
        if going is None:
            return Episode(one.after, one.at, None, peak, (one.alert,), one.spot), None
        worst = max(going.level, one.after, key=rank)
        return replace(going, level=worst, peak=peak, alerts=_once((*going.alerts, one.alert))), None
    if going is None:
        return None, None
    going = replace(going, peak=_number(one.detail.get("peak"), going.peak))
    return (going, None) if one.after == "stale" else (None, replace(going, until=one.at))


def _number(value: object, other: float | None) -> float | None:
    return float(value) if isinstance(value, int | float) else other


def _once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def whole(parts: Sequence[Episode], sign: int) -> Episode | None:
    """Several as one: the worst level, the worst peak (`sign` 1: more is worse), first to last; None for none."""
    if not parts:
        return None
    peaks = [one.peak for one in parts if one.peak is not None]
    first = min(parts, key=lambda one: one.since)
    until = [one.until for one in parts]
    return Episode(
        level=max((one.level for one in parts), key=rank),
        since=first.since,
        until=None if None in until else max(one for one in until if one is not None),
        peak=max(peaks, key=lambda peak: sign * peak, default=None),
        alerts=_once([name for one in parts for name in one.alerts]),
        spot=max(parts, key=lambda one: rank(one.level)).spot,
    )


def clusters(parts: Iterable[Episode], slack: int) -> list[Episode]:
    """The times in which anything of `parts` stood, as episodes; such as meet, or nearly (`slack`), are one."""
    found: list[Episode] = []
    for one in sorted(parts, key=lambda part: part.since):
        if found and found[-1].meets(one, slack):
            found[-1] = replace(found[-1], until=max((found[-1], one), key=_end).until)
        else:
            found.append(Episode("", one.since, one.until))
    return found


def by_place(transitions: Iterable[Transition]) -> Mapping[str, list[Transition]]:
    """Transitions of each place, in their order."""
    found: dict[str, list[Transition]] = {}
    for one in transitions:
        found.setdefault(one.place, []).append(one)
    return found
