"""How surprising a number of cases is, held against the same hours of the weeks before. Pure.

The weeks before say how many to expect, but few weeks say it badly: with K cases in W weeks the number of this week is
taken as Poisson with a rate that is itself unknown (Gamma of K + 1/2 and W, Jeffreys' prior), which makes it negative
binomial. So four quiet weeks do not make a fifth's two cases a wonder, and many cases no exact science.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import h3.api.basic_str as h3

from alerts.alert import NOWHERE, Number, Observation, Spot, instant
from alerts.gather import Scene, place_of
from alerts.rules import Rule
from alerts.spots import spot_of
from alerts.watches import Surge
from config.city import CityProfile
from config.hours import alike

KNOWN = 2
"""Weeks before in which somebody reported a case at all, at any hour: fewer are no history."""
STEADY = 64.0
"""No history says a rate better than to an eighth (1 / 8²): one day differs from the next by more than chance, and a
city of 240 calls an hour is 40 short on many a day."""
DAY = 86_400_000
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
    cases, spots = counted(rule, tallies, scene.profile)
    found = {place for place, numbers in cases.items() if watch.way == "less" or numbers[0] >= watch.least}
    at = newest if watch.way == "more" else scene.now
    return [
        Observation(place, at, told.value, rule.thresholds(None), spot=spots.get(place, NOWHERE), detail=told.detail)
        for place in sorted(found | scene.places)
        for told in [tell(watch, place, cases, weeks)]
    ]


def comparable(watch: Surge, profile: CityProfile, now: int) -> dict[int, int]:
    """By week (0 is now) when its window ends, epoch ms. A holiday is held against days off, a Saturday that is worked
    against working days: 国庆 is no collapse of calls, and 调休 no surge. A week without such a day is left out."""
    today = instant(now).astimezone(profile.zone).date()
    if watch.window > DAY:  # of days of both kinds
        return {week: now - 7 * week * DAY for week in range(watch.weeks + 1)}
    days = alike(profile.calendar, today, watch.weeks)
    return {0: now, **{week: now - ago * DAY for week, ago in days.items()}}


Counted = Mapping[str, Mapping[int, int]]
"""Cases by place and week."""


def counted(rule: Rule, tallies: Iterable[WeekTally], profile: CityProfile) -> tuple[Counted, dict[str, Spot]]:
    """Cases of the rule's places, and where they are."""
    counted: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    spots: dict[str, Spot] = {}
    for tally in tallies:
        place = place_of(rule, tally.cell, tally.district, profile)
        if place:
            counted[place][tally.week] += tally.cases
            if tally.week == 0 or place not in spots:
                spots[place] = spot_of(tally)
    return counted, spots


class Told(NamedTuple):
    """How surprising it is, what is to be told of it, and the cases of each week."""

    value: float
    detail: dict[str, Number]
    weeks: Mapping[int, int]


def tell(watch: Surge, place: str, cases: Counted, weeks: int) -> Told:
    """Of a place alone and, where rings are given, with the cells around it: whichever is more of a wonder.

    Thrice the calls of one cell are lost among those of seven, and a burst on the border of cells is halved in each.
    Only the cell with the most cases speaks for those around it: one burst is one warning.
    """
    around = h3.grid_disk(place, watch.rings) if watch.rings and h3.is_valid_cell(place) else []
    here = [cases.get(one, {}).get(0, 0) for one in (place, *around)]
    near = [[place], around] if around and here[0] == max(here) else [[place]]
    return max((_told(watch, some, cases, weeks) for some in near), key=lambda one: one.value)


def _told(watch: Surge, places: Iterable[str], cases: Counted, weeks: int) -> Told:
    numbers: dict[int, int] = defaultdict(int)
    for place in places:
        for week, number in cases.get(place, {}).items():
            numbers[week] += number
    here, before = numbers[0], sum(numbers.values()) - numbers[0]
    expected = before / weeks
    enough = here >= watch.least if watch.way == "more" else expected >= watch.least
    value = surprise(here, before, weeks, more=watch.way == "more") if enough else 0.0
    return Told(value, {"cases": here, "expected": round(expected, 1), "weeks": weeks}, numbers)


def surprise(cases: int, before: int, weeks: int, *, more: bool) -> float:
    """-log10 of the chance of so many cases or more (or fewer), after `before` cases in `weeks` weeks; two decimals."""
    shape = min(before + 0.5, STEADY)
    worth = weeks * shape / (before + 0.5)  # the weeks that say so little, with the same mean
    chance = _above(cases, shape, worth) if more else _below(cases, shape, worth)
    return min(MOST, max(0.0, round(-math.log10(chance), 2))) if chance > 0 else MOST


def _below(number: int, shape: float, weeks: float) -> float:
    """The chance of this number or fewer."""
    return math.fsum(math.exp(_log_chance(one, shape, weeks)) for one in range(number + 1))


def _log_chance(number: int, shape: float, weeks: float) -> float:
    """The logarithm of the chance of exactly this number."""
    ways = math.lgamma(number + shape) - math.lgamma(shape) - math.lgamma(number + 1)
    return ways + shape * math.log(weeks / (weeks + 1)) - number * math.log(weeks + 1)


def _above(number: int, shape: float, weeks: float) -> float:
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
