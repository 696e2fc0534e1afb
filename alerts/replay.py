"""Rules over history: the beats of `watch`, one after the other, as fast as they can be decided. Pure.

What is asked (alerts/measures.py), what is made of it (gather.py) and what is decided (engine.py) is the code of
`watch`; only who answers is another: messages in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alerts.alert import Transition
from alerts.engine import States, step
from alerts.measures import Answering, Asking
from alerts.rules import Rule
from config.city import CityProfile


@dataclass
class Replay:
    """Rules at work on a history: call `turn` with times that go forward, epoch ms.

    `states` is what is not clear, by rule; `failed` says which rules could not be evaluated and why: a fault of one
    leaves its alerts as they are, and the others go on.
    """

    history: Answering
    profile: CityProfile
    rules: Sequence[Rule]
    states: dict[str, States] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    _due: dict[str, int] = field(default_factory=dict)

    def turn(self, now: int) -> list[Transition]:
        """One beat: every rule whose `every` has passed, in the order of the rules."""
        due = [rule for rule in self.rules if now >= self._due.get(rule.key, now)]
        asking = Asking(self.history, self.profile, due, now)
        return [one for rule in due for one in self._transitions(rule, asking)]

    def _transitions(self, rule: Rule, asking: Asking) -> Sequence[Transition]:
        states = self.states.get(rule.key, {})
        try:
            outcome = step(rule, states, asking.observe(rule, states), asking.now)
        except Exception as error:  # noqa: BLE001,RUF100 - one rule's fault must not stop the others, as in `watch`
            self.failed[rule.key] = f"{type(error).__name__}: {error}"
            return ()
        self.states[rule.key] = outcome.states
        self._due[rule.key] = asking.now + rule.every
        return outcome.transitions


def beats(first: int, last: int, every: int) -> Iterator[int]:
    """Times from `first` on, `every` ms apart, until one is at `last` or after it, so that `last` is seen."""
    return iter(range(first, last + every, every))
