"""Laws of rules over readings, from messages in memory to transitions: true for every rule and every course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.alert import LEVELS, Transition, rank
from alerts.engine import States
from alerts.memory import Memory
from alerts.replay import Replay, beats
from alerts.rules import Rule
from alerts.states import read_state, write_state
from config.read import read_city
from tests.alerts.made import MINUTE, rule
from tests.alerts.test_memory import said

PROFILE = read_city("xining")
LENGTH = 14  # minutes
AFTER = 12  # minutes of silence: longer than every `stale_after` here
EVERY = MINUTE // 2

RISING = ("last", "sum", "avg", "max", "min")
"""Measures that do not fall when one reading rises."""


class Word(NamedTuple):
    """A reading: device, minute, value."""

    device: str
    minute: int
    value: float


WORDS = st.lists(
    st.builds(Word, st.sampled_from("abc"), st.integers(0, LENGTH), st.integers(0, 45).map(float)),
    max_size=30,
    unique_by=lambda word: word[:2],
)
MINUTES = st.integers(0, 4).map(lambda n: f"{n}m")


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules above, of any measure that rises with its readings, of devices or of a district's worst or mean."""
    numbers = {"blue": 10, "yellow": 20, "orange": 30, "red": 40}
    chosen = draw(st.lists(st.sampled_from(LEVELS), min_size=1, unique=True))
    across = draw(st.sampled_from((None, "max", "min", "avg")))
    return rule(
        watch={
            "metric": "level",
            "measure": draw(st.sampled_from(RISING)),
            "window": draw(st.sampled_from(("2m", "5m"))),
        },
        place={"kind": "district", "across": across} if across else {"kind": "device"},
        levels={level: numbers[level] for level in chosen},
        **{"for": draw(MINUTES), "keep_firing_for": draw(MINUTES)},
        clear={"margin": draw(st.integers(0, 12))},
        stale_after=draw(st.sampled_from(("3m", "8m"))),
    )


def course(made: Rule, words: Sequence[Word], last: int = LENGTH) -> list[Transition]:
    replay = Replay(remembered(words), PROFILE, [made])
    return [one for now in beats(0, last * MINUTE, EVERY) for one in replay.turn(now)]


def remembered(words: Sequence[Word]) -> Memory:
    size = len(words)
    return Memory(said(*words, district=["d"] * size, cell=[1] * size) if words else {}, {})


@settings(max_examples=60, deadline=None)
@given(rules(), WORDS, st.randoms())
def test_said_twice_and_in_any_order_it_is_the_same(made: Rule, words: list[Word], chance: Any) -> None:
    mixed = [*words, *chance.sample(words, len(words) // 2)]
    chance.shuffle(mixed)
    assert course(made, mixed) == course(made, words)


@settings(max_examples=60, deadline=None)
@given(rules(), WORDS, st.sets(st.integers(0, 2 * LENGTH), max_size=5))
def test_a_restart_anywhere_tells_the_same(made: Rule, words: list[Word], restarts: set[int]) -> None:
    replay, told = Replay(remembered(words), PROFILE, [made]), []
    for turn, now in enumerate(beats(0, LENGTH * MINUTE, EVERY)):
        if turn in restarts:
            known: dict[str, States] = {
                key: {place: read_state(write_state(state)) for place, state in states.items()}
                for key, states in replay.states.items()
            }
            replay = Replay(remembered(words), PROFILE, [made], known)
        told += replay.turn(now)
    assert told == course(made, words)


@settings(max_examples=60, deadline=None)
@given(rules(), WORDS)
def test_when_all_are_silent_nothing_open_ends(made: Rule, words: list[Word]) -> None:
    end = max((word.minute for word in words), default=0) * MINUTE + made.stale_after
    for one in course(made, words, LENGTH + AFTER):
        if one.at > end and one.before not in {"pending", "clear"}:
            assert one.after == "stale"


@settings(max_examples=60, deadline=None)
@given(rules(), WORDS)
def test_every_change_follows_the_one_before(made: Rule, words: list[Word]) -> None:
    before: dict[str, str] = {}
    for one in course(made, words, LENGTH + AFTER):
        assert one.before == before.get(one.place, "clear") != one.after
        assert one.reason != "cleared" or one.before in {*LEVELS, "stale"}
        before[one.place] = one.after


def levels(made: Rule, words: Sequence[Word]) -> list[dict[str, int]]:
    """The level of each place after each look; that of a stale alert is the one it keeps."""
    replay, found = Replay(remembered(words), PROFILE, [made]), []
    for now in beats(0, LENGTH * MINUTE, EVERY):
        replay.turn(now)
        found.append({place: rank(state.level) for place, state in replay.states[made.key].items()})
    return found


@settings(max_examples=150, deadline=None)
@given(rules(), WORDS.filter(bool), st.data())
def test_raising_one_reading_never_lowers_a_level(made: Rule, words: list[Word], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(words) - 1))
    more = data.draw(st.integers(1, 45))
    raised = [word._replace(value=word.value + more) if n == which else word for n, word in enumerate(words)]
    for low, high in zip(levels(made, words), levels(made, raised), strict=True):
        assert all(high.get(place, 0) >= level for place, level in low.items())


@settings(max_examples=60, deadline=None)
@given(rules(), WORDS)
def test_below_is_above_upside_down(made: Rule, words: list[Word]) -> None:
    content = made.model_dump(by_alias=True, exclude_unset=True)
    across = {"max": "min", "min": "max"}.get(made.place.across or "", made.place.across)
    measure = {"max": "min", "min": "max"}.get(made.watch.measure, made.watch.measure)  # type: ignore[union-attr]
    turned = rule(
        **{key: f"{content[key] // 1000}s" for key in ("for", "keep_firing_for", "stale_after")},
        watch={"metric": "level", "measure": measure, "window": f"{made.watch.window // 1000}s"},  # type: ignore[union-attr]
        place={"kind": made.place.kind, "across": across},
        levels={level: -(made.levels[level].at or 0) for level in made.ladder},
        clear={"margin": made.clear.margin},
        direction="below",
    )
    mirrored = course(turned, [word._replace(value=-word.value) for word in words])
    assert [(one.at, one.place, one.after, one.reason) for one in mirrored] == [
        (one.at, one.place, one.after, one.reason) for one in course(made, words)
    ]
