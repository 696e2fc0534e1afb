"""What an officer may do to an alert, and how a refusal is said. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from config.words import Words
from dashboard.telling import clock

if TYPE_CHECKING:
    from alerts.alert import Action, Alert

KINDS = ("acknowledge", "unacknowledge", "note", "release")
ACTOR_LONGEST = 40
TEXT_LONGEST = 1000
SAME_NOTE = timedelta(minutes=2)
"""The same words by the same officer within this time are one note, pressed twice: perhaps the database hung."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer wants: `kind` of KINDS, who, and the note's text."""

    kind: str
    actor: str
    text: str = ""

    def tidy(self) -> Wish:
        """The same without blanks around."""
        return Wish(self.kind, self.actor.strip(), self.text.strip())


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was appended: a key below `desk.action.refused` and what its sentence needs.

    `settled` means that the wish is fulfilled already (a second press, a colleague was faster): no error.
    """

    why: str
    action: Action | None = None
    settled: bool = False

    def twice(self, wish: Wish) -> bool:
        """Whether the same officer pressed the same button again: for that officer it simply worked."""
        done, wish = self.action, wish.tidy()
        return self.settled and done is not None and (done.kind, done.actor) == (wish.kind, wish.actor)

    def sentence(self, words: Words, zone: tzinfo) -> str:
        told = {} if self.action is None else {"actor": self.action.actor, "clock": clock(self.action.at, zone)}
        return words(f"desk.action.refused.{self.why}", **told)


def refusal(alert: Alert | None, actions: Sequence[Action], wish: Wish, now: datetime) -> Refusal | None:
    """Why `wish` (tidied) is not appended, None when it is.

    `alert` is the open alert, or None for one that has cleared; `actions` is what was done to it so far.
    """
    wrong = _incomplete(wish)
    if wrong:
        return Refusal(wrong)
    if wish.kind == "note":
        return _repeated(actions, wish, now)
    if alert is None:
        return Refusal("cleared")
    if wish.kind == "release":
        done = next((action for action in actions if action.kind == "release"), None)
        return Refusal("released", done, settled=True) if done else None
    return _settled(alert.acknowledged, wish)


def _incomplete(wish: Wish) -> str | None:
    if not wish.actor:
        return "actor"
    if len(wish.actor) > ACTOR_LONGEST:
        return "actor_long"
    if wish.kind in ("note", "release") and not wish.text:
        return "text"
    return "text_long" if len(wish.text) > TEXT_LONGEST else None


def _repeated(actions: Sequence[Action], wish: Wish, now: datetime) -> Refusal | None:
    for action in actions:
        same = (action.kind, action.actor, action.text) == (wish.kind, wish.actor, wish.text)
        if same and abs(now - action.at) <= SAME_NOTE:
            return Refusal("repeated", action, settled=True)
    return None


def _settled(acknowledged: Action | None, wish: Wish) -> Refusal | None:
    if wish.kind == "acknowledge" and acknowledged is not None:
        return Refusal("acknowledged", acknowledged, settled=True)
    if wish.kind == "unacknowledge" and acknowledged is None:
        return Refusal("unacknowledged", settled=True)
    return None
