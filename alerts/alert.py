"""What the alerts package speaks of: a place's observation, a transition of its state, an alert, an action. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

LEVELS = ("blue", "yellow", "orange", "red")
"""The four levels, mildest first."""

STATES = ("clear", "pending", *LEVELS, "stale")
"""Every state of (rule, place): `pending` waits for its `for`, `stale` is an open alert whose data stopped."""

OPEN = (*LEVELS, "stale")
"""States in which an alert is open: a person sees it."""

Kind = Literal["acknowledge", "unacknowledge", "note", "release"]
KINDS: tuple[Kind, ...] = ("acknowledge", "unacknowledge", "note", "release")

Doubt = Literal["single", "confirmed", "denied"]

Number = float | int | str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is: WGS-84 degrees, H3 cell, district adcode; None, 0 and '' when nobody said."""

    lat: float | None = None
    lon: float | None = None
    cell: int = 0
    district: str = ""


NOWHERE = Spot()


Said = tuple[float, ...]
"""The newest reading of a device; of several in the window also the number that all of them reach. () where a level is
not compared with readings themselves."""


@dataclass(frozen=True, slots=True)
class Member:
    """One device of a place that speaks for many: its value (the rule's unit) and newest reading, epoch ms."""

    value: float
    at: int
    spot: Spot = NOWHERE
    said: Said = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What a rule's measure says of one place at one `now`.

    `value` is None when it is not known, `at` is the newest reading in it (epoch ms), `thresholds` the value of each
    level at this place, `levels` the values of those levels that look over a window of their own, `clear_value` what
    the rule's `clear.watch` says. `applies` is False when the rule's `where` rules the place out. `members` are the
    devices of a place that speaks for many, silent ones with the last they said; `device` is the worst of them.
    """

    place: str
    at: int
    value: float | None
    thresholds: Mapping[str, float]
    levels: Mapping[str, float | None] = field(default_factory=dict)
    clear_value: float | None = None
    applies: bool = True
    members: Mapping[str, Member] = field(default_factory=dict)
    device: str = ""
    spot: Spot = NOWHERE
    detail: Mapping[str, Number] = field(default_factory=dict)
    said: Said = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """The one reading that began a level (times are epoch ms), and the readings after it.

    `confirmed` is the second reading that reached the level; `denied` the device's next one, when that did not.
    """

    device: str
    at: int
    confirmed: int | None = None
    denied: int | None = None

    @property
    def word(self) -> Doubt:
        """Where it stands: on one reading, borne out by others, or contradicted by the next one."""
        if self.confirmed is not None:
            return "confirmed"
        return "single" if self.denied is None else "denied"


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of state of (rule, place), as it is journaled; times are epoch ms.

    `alert` names the opening it belongs to, `reason` is a key of words/reason.yaml, `threshold` the number that was
    passed, `detail` what a sentence about it needs, `memory` the engine's state after it, so that a restart goes on.
    """

    at: int
    rule: str
    version: str
    place: str
    alert: str
    before: str
    after: str
    reason: str
    value: float | None
    threshold: float | None
    observed: int | None
    spot: Spot
    detail: Mapping[str, object]
    memory: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a person did about an alert. Appended, never taken back: an `unacknowledge` follows an `acknowledge`.

    `release` makes its CAP messages Actual and Public (alerts/cap.py).
    """

    at: datetime
    kind: Kind
    actor: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that is true at a place, with what a reader needs; times are aware UTC.

    `state` is a level or `stale`; `level` the worst level in force, kept while stale. `since` is when it opened (its
    first level), `changed` its last change of state. `value` and `threshold` caused that change; `latest` and
    `observed` are the newest value known and the time of its reading; `peak` is the worst value since `since`;
    `witness` says whether the level stands on one reading, None where that is no question.
    """

    id: str
    rule: str
    version: str
    place: str
    state: str
    level: str
    since: datetime
    changed: datetime
    value: float | None
    threshold: float | None
    reason: str
    detail: Mapping[str, object]
    latest: float | None
    peak: float | None
    observed: datetime | None
    lat: float | None
    lon: float | None
    cell: int
    district: str
    actions: tuple[Action, ...] = ()
    witness: Witness | None = None
    ending: Mapping[str, datetime] = field(default_factory=dict)
    """Since when the value has left each level that is still held."""

    @property
    def acknowledged(self) -> Action | None:
        """The acknowledgement in force: the last `acknowledge` that no `unacknowledge` followed."""
        answers = [action for action in self.actions if action.kind in ("acknowledge", "unacknowledge")]
        return answers[-1] if answers and answers[-1].kind == "acknowledge" else None

    @property
    def device(self) -> str:
        """The device that holds the alert: the place itself, or the worst of many; '' when there is none."""
        return str(self.detail.get("device", ""))


def alert_id(rule: str, place: str, opened: int) -> str:
    """The name of one opening: 12 hex digits of rule, place and `opened` (epoch ms at which it left `clear`)."""
    return hashlib.sha256(f"{rule}|{place}|{opened}".encode()).hexdigest()[:12]


def rank(level: str) -> int:
    """Order of levels: blue 1 ... red 4; 0 for anything else."""
    return LEVELS.index(level) + 1 if level in LEVELS else 0


def instant(at: int) -> datetime:
    """Epoch ms as aware UTC."""
    return datetime.fromtimestamp(at / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """An aware time as epoch ms."""
    return round(at.timestamp() * 1000)


def urgency(alert: Alert) -> tuple[int, bool, bool, datetime, str, str]:
    """What open alerts are sorted by: worst, then live before stale, nobody's before somebody's, then oldest."""
    return (
        -rank(alert.level),
        alert.state == "stale",
        alert.acknowledged is not None,
        alert.since,
        alert.rule,
        alert.place,
    )
