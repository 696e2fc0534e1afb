"""What becomes of a notice between the decision and the receiver: exactly once where the receiver can tell. Pure.

A row `intended` is stored before anything is sent, `sent` or `failed` after; a further attempt begins with `trying`.
What was begun and has no end was interrupted: nobody knows whether it arrived.

| the last row           | receiver that knows an id again | any other                                    |
|------------------------|---------------------------------|----------------------------------------------|
| intended, trying       | sent again under the same id    | `unsure`: not repeated, shown                |
| failed                 | again after a pause             | again after a pause: its channel said no     |
| failed, `MOST` times   | `given_up`, shown               | `given_up`, shown                            |
| sent, unsure, given_up | done                            | done                                         |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from tenacity import RetryCallState, wait_exponential

from alerts.notify import Group

Delivered = Literal["intended", "trying", "sent", "failed", "unsure", "given_up"]
Step = Literal["send", "wait", "unsure", "give_up"]

BEGUN = ("intended", "trying")
MOST = 10
"""Attempts: with the pauses below half an hour, after which a duty room has found another way."""
PAUSES = wait_exponential(multiplier=5, max=600)  # 5 s, 10 s, 20 s ... 10 min


Named = Mapping[str, str]
"""An alert as it was told: its `level`, the `name` a reader knows it by, and `simulated`: yes if it is."""


@dataclass(frozen=True, slots=True)
class Post:
    """A notice on its way: its last row. `body` is what is said, `alerts` what the receiver knows after it."""

    id: str
    group: Group
    at: datetime
    kind: str
    reason: str
    previous: str
    alerts: Mapping[str, Named]
    body: dict[str, Any]
    state: Delivered = "intended"
    attempt: int = 1
    error: str = ""

    def again(self, at: datetime) -> Post:
        """The next attempt, begun."""
        return replace(self, at=at, state="trying", attempt=self.attempt + 1, error="")

    def became(self, state: Delivered, at: datetime, error: str = "") -> Post:
        """The same attempt, further on."""
        return replace(self, at=at, state=state, error=error)


def pause(attempt: int) -> timedelta:
    """How long to wait after this many attempts failed."""
    state = RetryCallState(retry_object=None, fn=None, args=(), kwargs={})  # type: ignore[arg-type]
    state.attempt_number = attempt
    return timedelta(seconds=PAUSES(state))


def step(post: Post, knows_again: bool, now: datetime, unsent: bool = False) -> Step:
    """What to do with a notice that is not done; `unsent`: we know that the attempt was never made."""
    if post.state in BEGUN:
        return "send" if knows_again or unsent else "unsure"
    if post.attempt >= MOST:
        return "give_up"
    return "send" if now - post.at >= pause(post.attempt) else "wait"
