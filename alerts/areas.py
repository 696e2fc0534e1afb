"""Named areas and basins as places of rules: what lies in one, and a rule that knows the borders it speaks of. Pure.

A rule counts by H3 cells of the store's resolution (350 m across at 9): a device or a case lies in an area when the
middle of its cell does. So every question of a rule means the same area, and nothing has to be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from alerts.alert import Observation
from alerts.rules import Rule
from alerts.steps import At
from layers.area import PREFIX, Area, Ring, known, spot_covered
from layers.basin import Basins, basin_of
from streams.clickhouse import QueryFailed

__all__ = ["Borders", "Known", "UnknownArea", "known", "place_in"]

Known = Mapping[str, Area]
"""Areas in force, by id."""


class UnknownArea(QueryFailed):
    """A rule speaks of an area that nobody drew, or that was ended: it fails, and its alerts stay as they are."""

    def __init__(self, rule: Rule) -> None:
        there = f"there is no area {rule.place.area!r} in force"
        super().__init__("areas", f"rule {rule.key}: {there}; draw one on /map, or change the rule")


@dataclass(frozen=True)
class Borders:
    """Who knows the borders that rules speak of: the areas in force, and the basins of the profile."""

    areas: Callable[[], Known]
    basins: Callable[[], Basins]

    def bound(self, rule: Rule) -> Rule:
        """The rule with the borders it speaks of; one of another place as it is. Raises UnknownArea."""
        if rule.place.kind == "basin":
            return rule.model_copy(update={"place": rule.place.of(self.basins())})
        if rule.place.kind != "area":
            return rule
        area = self.areas().get(rule.place.area)
        if area is None:
            raise UnknownArea(rule)
        return rule.model_copy(update={"place": rule.place.within(area.ring)})

    def observed(self, rule: Rule, observe: Callable[[Rule], list[Observation]]) -> list[Observation]:
        """What a rule observes within its borders; of an area with its name. Raises UnknownArea."""
        found = observe(self.bound(rule))
        if rule.place.kind != "area":
            return found
        name = self.areas()[rule.place.area].name
        return [replace(one, detail={**one.detail, "area": name}) for one in found]


def place_in(at: At, cell: int) -> str:
    """The area or the basin of a rule in which something in this cell lies; '' when it lies in none, or is nowhere."""
    if at.kind == "basin":
        return basin_of(at.basins, cell)
    return PREFIX + at.area if cell and at.border and inside(at.border, cell) else ""


@lru_cache(maxsize=1 << 17)
def inside(border: Ring, cell: int) -> bool:
    """Whether the middle of a cell lies in a border."""
    return spot_covered(border, None, None, cell)
