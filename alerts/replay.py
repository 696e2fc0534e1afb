"""Rules over history: the beats of `watch`, one after the other, as fast as they can be decided. Pure.

What is asked (alerts/measures.py), what is made of it (gather.py) and what is decided (engine.py) is the code of
`watch`; only who answers is another: messages in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.alert import Transition
from alerts.engine import States, step
from alerts.hearing import Answering
from alerts.measures import Asking
from alerts.phases import due, phase
from alerts.rules import Rule
from alerts.watches import Anomaly, Cases, Forecast, Readings, Surge
from config.city import CityProfile

WEEK = 7 * 86_400_000  # ms


@dataclass
class Replay:
    """Rules at work on a history: call `turn` with times that go forward, epoch ms.

    `states` is what is not clear, by rule; `failed` says which rules could not be evaluated and why: a fault of one
    leaves its alerts as they are, and the others go on. `strikes` tells when the clock of a seldom rule does: as in
    `watch`, unless something else is wanted.
    """

    history: Answering
    profile: CityProfile
    rules: Sequence[Rule]
    states: dict[str, States] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    strikes: Callable[[Rule], int] = phase
    _looked: dict[str, int] = field(default_factory=dict)

    def turn(self, now: int) -> list[Transition]:
        """One beat: every rule that is due, in the order of the rules."""
        looked = [rule for rule in self.rules if due(rule, self.strikes(rule), self._looked.get(rule.key), now)]
        asking = Asking(self.history, self.profile, looked, now, dict(self.states))  # as of before this beat, for all
        return [one for rule in looked for one in self._transitions(rule, asking)]

    def _transitions(self, rule: Rule, asking: Asking) -> Sequence[Transition]:
        states = self.states.get(rule.key, {})
        try:
            outcome = step(rule, states, asking.observe(rule, states), asking.now)
        except Exception as error:  # noqa: BLE001,RUF100 - one rule's fault must not stop the others, as in `watch`
            self.failed[rule.key] = f"{type(error).__name__}: {error}"
            return ()
        self.states[rule.key] = outcome.states
        self._looked[rule.key] = asking.now
        return outcome.transitions


def beats(first: int, last: int, every: int) -> Sequence[int]:
    """Times from `first` to `last`, `every` ms apart; neither is passed."""
    return range(first, last + 1, every)


def through(first: int, last: int, every: int) -> int:
    """The first beat at `last` or after it: what was said last is seen, and nothing is made of the silence after it."""
    return first + -(-(last - first) // every) * every


def reach(rule: Rule) -> int:
    """How far back a rule may look, ms: its longest duration, whichever that is, and its patience with the silent."""
    numbers = ((key, value) for key, value in _leaves(rule.model_dump()) if type(value) is int)  # durations are ms
    return rule.stale_after + max((value * WEEK if key == "weeks" else value for key, value in numbers), default=0)


def idle(rule: Rule, heard: Container[str], *, cases: bool) -> bool:
    """True when a history holds nothing of what the rule watches, so that no look at it would say anything.

    `heard` are its metrics, `cases` is whether it has any. A rule of a named area is never idle: there may be none.
    """
    watch = rule.watch
    if rule.place.kind == "area":
        return False
    if isinstance(watch, Cases | Surge):
        return not cases
    return isinstance(watch, Readings | Anomaly | Forecast) and _metric(watch) not in heard


def _metric(watch: Readings | Anomaly | Forecast) -> str:
    if isinstance(watch, Readings):
        return watch.metric
    return watch.anomaly if isinstance(watch, Anomaly) else watch.forecast


def metrics(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The metrics that rules name anywhere; () when one of them names none, and so may look at all."""
    named = [{str(value) for key, value in _leaves(rule.watch.model_dump()) if key == "metric"} for rule in rules]
    return tuple(sorted(set().union(*named))) if all(named) else ()


def _leaves(part: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Every value within a rule, with the key that it stands under."""
    if isinstance(part, Mapping):
        for name, one in part.items():
            yield from _leaves(one, name)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _leaves(one, key)
    else:
        yield key, part
