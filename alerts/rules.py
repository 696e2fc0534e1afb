"""Rules as data: what a rule watches, of which place it speaks, when it fires and when it clears. Pure: reads no file.

Durations are texts such as `90s`, `5m`, `1h30m` and become milliseconds. Every key nobody knows is an error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from alerts.alert import LEVELS
from alerts.contradictions import contradictions
from alerts.steps import Active, At, Clear, Dated, Level, Step
from alerts.watches import (
    Cases,
    Composite,
    Duration,
    Readings,
    RulePart,
    Silence,
    Watch,
)
from config.city import Marks, MultiName
from config.mistakes import refuse

__all__ = [
    "Active",
    "At",
    "Cases",
    "Clear",
    "Dated",
    "Level",
    "Readings",
    "Rule",
    "RuleBook",
    "RulePart",
    "Silence",
    "Step",
]

Scenario = Literal["emergency", "water", "urban"]

HEADLINE = 10  # characters: what can be read on the wall from 10 m (the reader's distance, FINDINGS: Components)


class Rule(RulePart):
    """One rule. `basis` says whose numbers they are: a `standard` (named in `source`) or a `sample` to be replaced.

    `enabled: false` ships a rule that nobody evaluates until someone has looked at it: `why_not` says what is unsure.
    `registered`: a level that a device's entry in the registry names replaces the rule's number for that device.
    `inhibits` names rules that need not be told where this one fires at the same or a higher level (alerts/quiet.py),
    `inhibits_here` such of the very same place only: two that name each other there are one, told by the worse.
    """

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    scenario: Scenario
    names: MultiName
    what: MultiName
    source: MultiName
    basis: Literal["standard", "sample"]
    unit: str
    watch: Watch
    place: At
    direction: Literal["above", "below"] = "above"
    levels: Annotated[dict[Level, Step], Field(min_length=1)]
    wait: Annotated[Duration, Field(alias="for")] = 0
    keep: Annotated[Duration, Field(alias="keep_firing_for")] = 0
    clear: Clear = Clear()
    stale_after: Duration
    every: Annotated[Duration, Field(ge=1)] = 1000
    inhibits: tuple[str, ...] = ()
    inhibits_here: tuple[str, ...] = ()
    enabled: bool = True
    why_not: MultiName | None = None
    registered: bool = False
    active: Active | None = None

    @field_validator("names")
    @classmethod
    def _short(cls, names: dict[str, str]) -> dict[str, str]:
        if len(names.get("zh-CN", "")) > HEADLINE:
            raise ValueError(f"a headline has at most {HEADLINE} characters; {names['zh-CN']!r} has more")
        return names

    @model_validator(mode="after")
    def _consistent(self) -> Rule:
        refuse(contradictions(self))
        return self

    @property
    def sign(self) -> int:
        """1 when more is worse, -1 when less is: `sign * value >= sign * threshold` is true at either."""
        return 1 if self.direction == "above" else -1

    @cached_property
    def ladder(self) -> tuple[Level, ...]:
        """The rule's levels, mildest first."""
        return tuple(level for level in LEVELS if level in self.levels)

    @cached_property
    def version(self) -> str:
        """Twelve hex digits of the rule's content: the same content has the same version on every machine."""
        content = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def marked(self) -> bool:
        """True when a level stands at a mark of the device."""
        return any(step.mark for step in self.levels.values())

    @property
    def readings(self) -> tuple[Readings, ...]:
        """Every measure of readings that the rule needs: its own, its levels', condition's, clear's and parts'."""
        if isinstance(self.watch, Composite):
            parts = [one.watch for one in self.watch.all_of if one.watch]
            return tuple(dict.fromkeys([*parts, *(part.condition for part in parts if part.condition)]))
        if not isinstance(self.watch, Readings):
            return ()
        found = [self.watch, *(self.watch_of(level) for level in self.ladder)]
        found += [self.watch.condition] if self.watch.condition else []
        found += [self.clear.watch] if self.clear.watch else []
        return tuple(dict.fromkeys(found))

    def watch_of(self, level: str) -> Readings:
        """What `level` looks at: the rule's measure, over the level's own window if it has one."""
        window = self.levels[level].window  # type: ignore[index]  # a level of the ladder
        if not isinstance(self.watch, Readings):
            raise TypeError(f"rule {self.key} does not watch readings")
        return self.watch if window is None else self.watch.model_copy(update={"window": window})

    def wait_of(self, level: str) -> int:
        """Milliseconds that `level` must hold before it fires."""
        own = self.levels[level].wait  # type: ignore[index]  # a level of the ladder
        return self.wait if own is None else own

    def thresholds(self, marks: Marks | Mapping[str, float] | None, day: date | None = None) -> dict[str, float]:
        """The number of each level on `day`, in order; a level that has none (no mark, no date) is left out.

        `marks` are the device's, by name: 警戒 and so on, and levels, which count if the rule is `registered`.
        """
        known = named(marks)
        numbers = {level: self.levels[level].number(known, day) for level in self.ladder}
        if self.registered:
            numbers |= {level: known[level] for level in self.ladder if level in known}
        return {level: number for level, number in numbers.items() if number is not None}


class RuleFile(RulePart):
    """The rules of one file, each by itself."""

    rules: tuple[Rule, ...]


class RuleBook(RuleFile):
    """Rules that go together."""

    @model_validator(mode="after")
    def _once(self) -> RuleBook:
        keys = [rule.key for rule in self.rules]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"rule {twice[0]!r} is given twice")
        ring = ring_of(self.rules)
        if ring:
            raise ValueError(round_and_round(ring))
        return self

    @cached_property
    def enabled(self) -> tuple[Rule, ...]:
        """The rules that are evaluated."""
        return tuple(rule for rule in self.rules if rule.enabled)

    def find(self, key: str) -> Rule | None:
        """The rule of this key."""
        return next((rule for rule in self.rules if rule.key == key), None)

    def rule(self, key: str) -> Rule:
        """The rule of this key; for one that has left the book, a stand-in that only carries the key as its name.

        An alert of a rule that was just removed is on the screens until `watch` has cleared it.
        """
        return self.find(key) or _stranger(key)


def round_and_round(ring: Sequence[str]) -> str:
    """What is wrong with a ring."""
    return f"inhibits goes in a ring: {' > '.join(ring)}; nobody would be told of any of them"


def ring_of(rules: Iterable[Rule]) -> list[str]:
    """Keys of rules each of which hides the next, the last the first again; empty when there are none."""
    hides = {rule.key: rule.inhibits for rule in rules}
    for start in hides:
        ways = [[start]]
        while ways:
            way = ways.pop()
            for key in hides.get(way[-1], ()):
                if key == start:
                    return [*way, key]
                ways += [[*way, key]] if key not in way else []
    return []


def _stranger(key: str) -> Rule:
    return Rule.model_validate(
        {
            "key": key,
            "scenario": "urban",
            "names": {"en": key},
            "what": {"en": key},
            "source": {"en": "?"},
            "basis": "sample",
            "unit": "",
            "watch": {"metric": key, "measure": "last", "window": "1m"},
            "place": {"kind": "device"},
            "levels": {"red": 0},
            "stale_after": "1m",
        }
    )


def named(marks: Marks | Mapping[str, float] | None) -> Mapping[str, float]:
    """Marks by name; those that are not known are left out."""
    if isinstance(marks, Marks):
        return {name: mark for name, mark in marks.model_dump().items() if mark is not None}
    return marks or {}
