"""The engine's memory of (rule, place): a timer for each level, and what the alert's reader needs. Pure.

Each level is an alert of its own in Prometheus' sense (active since, firing, kept firing since); the state of the place
is the highest level that fires. So each level can be held against Prometheus, and levels never disturb each other.
Journals keep states as JSON: a field may be added here (with a default), never renamed or taken away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from alerts.alert import LEVELS, NOWHERE, OPEN, Number, Spot, Witness, alert_id, rank


@dataclass(frozen=True, slots=True)
class Timer:
    """One level: true since `active`; `firing` once it was true for long enough; no longer true since `ending`.

    `witness`: the reading that it stands on, where that is a question (alerts/witness.py).
    """

    active: int
    firing: bool = False
    ending: int | None = None
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class State:
    """One (rule, place) that is not clear. Times are epoch ms.

    `opened`: left clear; `fired`: first level fired; `changed`: last change of `name`, which is one of STATES.
    `device` holds the alert (the worst of many); `value` (what the present level looks at), `thresholds` and `observed`
    are the newest known, `peak` the worst value since it opened. `holding` are devices of a place that speaks for many
    whose last word would keep the alert, with that word: one of them that falls silent still does. `told` is the newest
    detail of an event: an update may change title and area, and leave the level.
    """

    name: str
    opened: int
    changed: int
    fired: int | None = None
    timers: Mapping[str, Timer] = field(default_factory=dict)
    device: str = ""
    value: float | None = None
    observed: int | None = None
    peak: float | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    spot: Spot = NOWHERE
    holding: Mapping[str, float] = field(default_factory=dict)
    told: Mapping[str, Number] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return self.name in OPEN

    @property
    def level(self) -> str:
        """The highest level that fires, '' when none does. A stale alert keeps its."""
        return highest(self.timers, firing=True)

    @property
    def waiting(self) -> str:
        """The highest level that is true and does not fire yet."""
        return highest(self.timers, firing=False)

    @property
    def witness(self) -> Witness | None:
        """Of the level that it is in."""
        timer = self.timers.get(self.level)
        return timer.witness if timer else None

    def alert(self, rule: str, place: str) -> str:
        return alert_id(rule, place, self.opened)


def highest(timers: Mapping[str, Timer], *, firing: bool) -> str:
    """The worst level whose timer fires (or does not); '' when there is none."""
    levels = [level for level, timer in timers.items() if timer.firing == firing]
    return max(levels, key=rank, default="")


def write_state(state: State) -> str:
    """A state as JSON, for the journal: `read_state` gives the same state back."""
    return json.dumps(asdict(state), separators=(",", ":"), allow_nan=False)


def read_state(text: str) -> State:
    """A state from the journal. Raises ValueError for text that `write_state` did not write."""
    try:
        found = json.loads(text)
        return State(**{**found, "timers": _timers(found["timers"]), "spot": Spot(**found["spot"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a state of the engine: {error}") from None


def _timers(found: Mapping[str, Any]) -> dict[str, Timer]:
    return {level: _timer(found[level]) for level in LEVELS if level in found}


def _timer(found: Mapping[str, Any]) -> Timer:
    witness = found.get("witness")
    return Timer(**{**found, "witness": Witness(**witness) if witness else None})
