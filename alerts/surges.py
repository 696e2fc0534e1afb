"""How surprising a number of cases is, held against the same hours of the weeks before. Pure.

The weeks before say how many to expect, but few weeks say it badly: with K cases in W weeks the number of this week is
taken as Poisson with a rate that is itself unknown (Gamma of K + 1/2 and W, Jeffreys' prior), which makes it negative
binomial. So four quiet weeks do not make a fifth's two cases a wonder.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import h3.api.basic_str as h3

from alerts.alert import NOWHERE, Number, Observation, Spot
from alerts.gather import Scene, place_of
from alerts.rules import Rule
from alerts.spots import spot_of
from alerts.watches import Surge
from config.city import CityProfile

KNOWN = 2
"""Weeks before in which somebody reported a case at all, at any hour: fewer are no history."""
MOST = 300.0
"""A chance smaller than 10 to the minus this is no number any more."""


class WeekTally(NamedTuple):
    """Cases of a cell and district in the hours of one week (0 is now), and the middle of them."""

    cell: int
    district: str
    week: int
    cases: int
    lat: float
    lon: float


def surges(rule: Rule, tallies: Sequence[WeekTally], weeks: int, newest: int | None, scene: Scene) -> list[Observation]:
    """Observations of a rule that watches for a surge; a place that the rule has in mind without cases has 0.

    `weeks` is how many of the weeks before are known: in all of them together so many cases were reported as `tallies`
    says. `newest` is the newest step of any case, epoch ms: while the stream is silent nobody reports more, but fewer.
    """
    watch = rule.watch
    if not isinstance(watch, Surge) or newest is None or weeks < KNOWN:
        return []
    counted, spots = _counted(rule, tallies, scene.profile)
    found = {place for place, cases in counted.items() if watch.way == "less" or cases[0] >= watch.least}
    at = newest if watch.way == "more" else scene.now
    return [
        Observation(place, at, value, rule.thresholds(None), spot=spots.get(place, NOWHERE), detail=told)
        for place in sorted(found | scene.places)
        for value, told in [_surprising(watch, place, counted, weeks)]
    ]


Counted = Mapping[str, Mapping[int, int]]
"""Cases by place and week."""


def _counted(rule: Rule, tallies: Iterable[WeekTally], profile: CityProfile) -> tuple[Counted, dict[str, Spot]]:
    counted: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    spots: dict[str, Spot] = {}
    for tally in tallies:
        place = place_of(rule, tally.cell, tally.district, profile)
        if place:
            counted[place][tally.week] += tally.cases
            if tally.week == 0 or place not in spots:
                spots[place] = spot_of(tally)
    return counted, spots


def _surprising(watch: Surge, place: str, counted: Counted, weeks: int) -> tuple[float, dict[str, Number]]:
    """The value of a place, and what is to be told of it."""
    near = h3.grid_disk(place, watch.rings) if h3.is_valid_cell(place) else [place]
    around = [one for one in near if one in counted]
    cases = sum(counted[one][0] for one in around)
    before = sum(number for one in around for week, number in counted[one].items() if week)
    expected = before / weeks
    enough = cases >= watch.least if watch.way == "more" else expected >= watch.least
    value = surprise(cases, before, weeks, more=watch.way == "more") if enough else 0.0
    return value, {"cases": cases, "expected": round(expected, 1), "weeks": weeks}


def surprise(cases: int, before: int, weeks: int, *, more: bool) -> float:
    """-log10 of the chance of so many cases or more (or fewer), after `before` cases in `weeks` weeks; two decimals."""
    chance = _above(cases, before + 0.5, weeks) if more else _below(cases, before + 0.5, weeks)
    return min(MOST, max(0.0, round(-math.log10(chance), 2))) if chance > 0 else MOST


def _below(number: int, shape: float, weeks: int) -> float:
    """The chance of this number or fewer."""
    return math.fsum(math.exp(_log_chance(one, shape, weeks)) for one in range(number + 1))


def _log_chance(number: int, shape: float, weeks: int) -> float:
    """The logarithm of the chance of exactly this number."""
    ways = math.lgamma(number + shape) - math.lgamma(shape) - math.lgamma(number + 1)
    return ways + shape * math.log(weeks / (weeks + 1)) - number * math.log(weeks + 1)


def _above(number: int, shape: float, weeks: int) -> float:
    """The chance of this number or more: terms until they no longer matter, or what the ones below leave."""
    middle = shape / weeks
    if number <= middle:
        return max(0.0, 1 - _below(number - 1, shape, weeks))
    total, term = 0.0, math.exp(_log_chance(number, shape, weeks))
    while term > total * 1e-12:
        total += term
        term *= (number + shape) / (number + 1) / (weeks + 1)
        number += 1
    return min(1.0, total)
