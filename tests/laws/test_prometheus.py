"""The engine held against an oracle: Prometheus' alerting rule, written anew from its documentation and behaviour.

Every level is one such rule. Compared is all that Prometheus knows of an alert, after each evaluation, for every series
and level: its state, since when it is active, since when it is only kept firing. Where Yiping differs by intention the
oracle is told so in one place (`lost`), and that is all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.engine import States, step
from alerts.memory import Memory
from alerts.replay import Replay
from alerts.rules import Rule
from alerts.states import read_state, write_state
from config.read import read_city
from tests.alerts.made import MINUTE, rule, saw
from tests.alerts.test_memory import said

PROFILE = read_city("xining")
SECOND = 1_000
LEVELS = {"blue": 10.0, "yellow": 20.0, "orange": 30.0, "red": 40.0}
PLACES = ("a", "b", "c")


@dataclass
class Alert:
    """One series that is pending or firing; times in ms, `kept` None while the expression is true."""

    state: str
    active: int
    kept: int | None = None


@dataclass
class Prometheus:
    """One alerting rule: `expr` is a comparison with a threshold, true at it; no element of the vector, no truth."""

    threshold: float
    hold: int
    keep: int
    sign: int = 1
    alerts: dict[str, Alert] = field(default_factory=dict)

    def evaluate(self, vector: Mapping[str, float], now: int, lost: frozenset[str] = frozenset()) -> None:
        """`lost`: series that were heard too long ago. To Prometheus they are false; here what fires is held."""
        true = {name for name, value in vector.items() if self.sign * value >= self.sign * self.threshold}
        for name in true:
            alert = self.alerts.setdefault(name, Alert("pending", now))
            alert.kept = None
        for name, alert in list(self.alerts.items()):
            if name in true:
                if alert.state == "pending" and now - alert.active >= self.hold:
                    alert.state = "firing"
            elif alert.state == "pending":
                del self.alerts[name]
            elif name in lost:
                alert.kept = None
            else:
                alert.kept = now if alert.kept is None else alert.kept
                if now - alert.kept >= self.keep:
                    del self.alerts[name]


Known = dict[str, dict[str, tuple[str, int, int | None]]]


def told(oracles: Mapping[str, Prometheus]) -> Known:
    """By series and level what the oracle knows; series of which it knows nothing are left out."""
    found: Known = {}
    for level, oracle in oracles.items():
        for name, alert in oracle.alerts.items():
            found.setdefault(name, {})[level] = (alert.state, alert.active, alert.kept)
    return found


def ours(states: States) -> Known:
    return {
        place: {
            level: ("firing" if timer.firing else "pending", timer.active, timer.ending)
            for level, timer in state.timers.items()
        }
        for place, state in states.items()
    }


def oracles(made: Rule) -> dict[str, Prometheus]:
    return {level: Prometheus(made.thresholds(None)[level], made.wait_of(level), made.keep, made.sign)
            for level in made.ladder}  # fmt: skip


def again(states: States) -> States:
    """What a restart finds in the journal."""
    return {place: read_state(write_state(state)) for place, state in states.items()}


SPANS = st.integers(0, 40).map(lambda n: f"{n * 15}s")
"""0 to 10 minutes."""


@st.composite
def rules(draw: st.DrawFn, **given: Any) -> Rule:
    """Any levels, each with the rule's `for` or its own, above or below; no clear number, which Prometheus has not."""
    chosen = draw(st.lists(st.sampled_from(tuple(LEVELS)), min_size=1, unique=True))
    below = draw(st.booleans())
    own = {level: {"for": draw(SPANS)} if draw(st.booleans()) else {} for level in chosen}
    return rule(
        direction="below" if below else "above",
        levels={level: {"at": -LEVELS[level] if below else LEVELS[level], **own[level]} for level in chosen},
        **{"for": draw(SPANS), "keep_firing_for": draw(SPANS)},
        **given,
    )


VALUES = st.sampled_from((-41.0, -40.0, -25.0, -10.0, -9.0, 0.0, 9.0, 10.0, 19.0, 20.0, 30.0, 40.0, 41.0))
"""Thresholds, and what is beside them."""
VECTORS = st.lists(st.fixed_dictionaries(dict.fromkeys(PLACES, VALUES)), min_size=1, max_size=40)
STEPS = st.lists(st.integers(1, 240), min_size=40, max_size=40)
"""Seconds between evaluations: a rule group may be late."""


@settings(max_examples=300)
@given(rules(), VECTORS, STEPS, st.sets(st.integers(0, 40)))
def test_every_series_and_level_is_prometheus(
    made: Rule, vectors: list[dict[str, float]], steps: list[int], restarts: set[int]
) -> None:
    states, oracle, now = {}, oracles(made), 0  # type: States, dict[str, Prometheus], int
    for turn, vector in enumerate(vectors):
        now += steps[turn] * SECOND
        states = again(states) if turn in restarts else states
        states = step(made, states, [saw(made, value, now, place) for place, value in vector.items()], now).states
        for one in oracle.values():
            one.evaluate(vector, now)
        assert ours(states) == told(oracle)


@settings(max_examples=300)
@given(
    rules(stale_after="5m"),
    st.lists(st.tuples(st.integers(0, 30), VALUES), max_size=30, unique_by=lambda one: one[0]),
    st.data(),
)
def test_gaps_are_looked_over_as_prometheus_does_and_beyond_them_nothing_ends(
    made: Rule, readings: list[tuple[int, float]], data: st.DataObject
) -> None:
    """Through the questions, too: readings of three devices, of which many a minute has none; `last` looks back as
    `lookback_delta` does. A device that was not heard for longer is lost."""
    words = [(data.draw(st.sampled_from(PLACES)), minute, value) for minute, value in readings]
    made = _looking_back(made)
    memory = Memory(said(*words) if words else {}, {})
    replay, oracle, asleep = Replay(memory, PROFILE, [made]), oracles(made), data.draw(st.sets(st.integers(0, 80)))
    for turn, now in enumerate(range(0, 40 * MINUTE, MINUTE // 2)):
        if turn in asleep:  # nobody evaluates: a restart, a stalled machine
            replay = Replay(memory, PROFILE, [made], {made.key: again(replay.states.get(made.key, {}))})
            continue
        replay.turn(now)
        vector, lost = _instant(words, now, made.stale_after)
        for one in oracle.values():
            one.evaluate(vector, now, lost)
        assert ours(replay.states[made.key]) == told(oracle)


def _looking_back(made: Rule) -> Rule:
    return made.model_copy(update={"watch": made.watch.model_copy(update={"window": MINUTE})})


def _instant(
    words: Sequence[tuple[str, int, float]], now: int, lookback: int
) -> tuple[dict[str, float], frozenset[str]]:
    """The instant vector: of each series its newest sample, unless that is too old; and the series that are lost."""
    newest: dict[str, tuple[int, float]] = {}
    for device, minute, value in sorted(words):
        if minute * MINUTE <= now:
            newest[device] = minute, value
    fresh = {name: value for name, (minute, value) in newest.items() if now - minute * MINUTE <= lookback}
    return fresh, frozenset(newest.keys() - fresh.keys())
