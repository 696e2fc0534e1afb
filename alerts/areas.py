"""Named areas as places of rules: what lies in one, and a rule that knows the border of its area. Pure.

A rule counts by H3 cells of the store's resolution (350 m across at 9): a device or a case lies in an area when the
middle of its cell does. So every question of a rule means the same area, and nothing has to be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from alerts.alert import Observation
from alerts.rules import Rule
from alerts.steps import At
from layers.area import PREFIX, Area, Ring, known, spot_covered
from streams.clickhouse import QueryFailed

__all__ = ["Known", "UnknownArea", "bound", "known", "observed", "place_in"]

Known = Mapping[str, Area]
"""Areas in force, by id."""


class UnknownArea(QueryFailed):
    """A rule speaks of an area that nobody drew, or that was ended: it fails, and its alerts stay as they are."""

    def __init__(self, rule: Rule) -> None:
        there = f"there is no area {rule.place.area!r} in force"
        super().__init__("areas", f"rule {rule.key}: {there}; draw one on /map, or change the rule")


def bound(rule: Rule, areas: Known) -> Rule:
    """The rule with the border of its area; one of another place as it is. Raises UnknownArea."""
    if rule.place.kind != "area":
        return rule
    area = areas.get(rule.place.area)
    if area is None:
        raise UnknownArea(rule)
    return rule.model_copy(update={"place": rule.place.within(area.ring)})


def observed(rule: Rule, ask: Callable[[], Known], observe: Callable[[Rule], list[Observation]]) -> list[Observation]:
    """What a rule observes, of an area with the border and the name that `ask` knows. Raises UnknownArea."""
    if rule.place.kind != "area":
        return observe(rule)
    areas = ask()
    found = observe(bound(rule, areas))
    return [replace(one, detail={**one.detail, "area": areas[rule.place.area].name}) for one in found]


def place_in(at: At, cell: int) -> str:
    """The name of a rule's area when something in this cell lies in it; '' when it does not, or is nowhere."""
    return PREFIX + at.area if cell and at.border and inside(at.border, cell) else ""


@lru_cache(maxsize=1 << 17)
def inside(border: Ring, cell: int) -> bool:
    """Whether the middle of a cell lies in a border."""
    return spot_covered(border, None, None, cell)
