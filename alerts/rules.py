"""Rules as data: what a rule watches, of which place it speaks, when it fires and when it clears. Pure: reads no file.

Durations are texts such as `90s`, `5m`, `1h30m` and become milliseconds. Every key nobody knows is an error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from alerts.alert import LEVELS
from alerts.steps import Active, At, Clear, Dated, Level, Step
from alerts.watches import (
    Anomaly,
    Cases,
    Composite,
    Duration,
    Forecast,
    Gaps,
    Marked,
    Official,
    Readings,
    Rejects,
    RulePart,
    Silence,
    Surge,
    Watch,
)
from config.city import Marks, MultiName

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
        for fault in _faults(self):
            raise ValueError(fault)
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


class RuleBook(RulePart):
    """The rules of one file, or of all of them."""

    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _once(self) -> RuleBook:
        keys = [rule.key for rule in self.rules]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"rule {twice[0]!r} is given twice")
        ring = _ring({rule.key: rule.inhibits for rule in self.rules})
        if ring:
            raise ValueError(f"inhibits goes in a ring: {' > '.join(ring)}; nobody would be told of any of them")
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


def _ring(hides: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A way along `hides` that ends where it began; empty when there is none."""
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


def _faults(rule: Rule) -> list[str]:
    """What contradicts itself in a rule."""
    return [*_ladder_faults(rule), *_clear_faults(rule), *_place_faults(rule), *_other_faults(rule)]


def _other_faults(rule: Rule) -> list[str]:
    if rule.enabled == (rule.why_not is not None):
        return ["a rule that is not enabled says why (why_not), and no other does"]
    if not rule.stale_after:
        return ["stale_after: no reading is as new as that; write one such as 15m"]
    for text in rule.what.values():
        if set("{}") & set(text.replace("{window}", "")):
            return [f"what: {text!r} may name {{window}} and nothing else in braces"]
    if rule.registered and rule.place.kind != "device":
        return ["thresholds of the registry belong to a device: place: {kind: device}"]
    return []


def _ladder_faults(rule: Rule) -> list[str]:
    """Levels over one window must rise; those over windows of their own (50 mm in 12 h, in 6 h) need not."""
    steps = [rule.levels[level] for level in rule.ladder]
    plain = [step.at for step in steps if step.at is not None and not step.window]
    ordered = sorted(set(plain), reverse=rule.direction == "below")
    if plain != ordered:
        return [f"levels must go {'up' if rule.sign > 0 else 'down'} from blue to red"]
    return []


def _clear_faults(rule: Rule) -> list[str]:
    first = rule.levels[rule.ladder[0]].at
    end = rule.clear.at
    if rule.clear.watch or end is None or first is None or rule.sign * end <= rule.sign * first:
        return []
    return [f"clear.at {end:g} lies beyond the mildest level {first:g}: the alert would clear while it fires"]


MANY = ("cell", "district", "city", "area", "basin")
"""Places in which there are many devices or cases."""

PLACES: Mapping[type[RulePart], tuple[str, ...]] = {
    Silence: ("metric",),
    Marked: ("metric",),
    Rejects: ("stream",),
    Gaps: ("gateway",),
    Composite: ("cell",),
    Anomaly: ("device",),
    Forecast: ("device",),
    Official: ("district", "city"),
    Cases: MANY,
    Surge: MANY,
}
"""Which places a watch can speak of; one of readings of any but the first three."""


def _place_faults(rule: Rule) -> list[str]:
    kind, watch = rule.place.kind, rule.watch
    if not isinstance(watch, Readings):
        fits = PLACES[type(watch)]
        return [] if kind in fits else [f"this watch speaks of a {' or a '.join(fits)}: place: {{kind: {fits[0]}}}"]
    if kind in ("metric", "stream", "gateway"):
        return [f"readings are of a device, cell, district, city, area or basin, not of a {kind}"]
    many = kind in MANY
    if many != (rule.place.across is not None):
        return [
            "place.across (max, min, avg) is wanted for a cell, district, city, area or basin, and for nothing else"
        ]
    return ["a mark belongs to a device: place: {kind: device}"] if many and rule.marked else []
