"""What an alert rests on, kind by kind: the numbers behind its sentence, from rows of the database. Pure.

Times are epoch ms. The engine's own functions make the numbers: a panel never says another thing than the alert.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import h3.api.basic_str as h3

from alerts.alert import Number, Observation, instant, milliseconds
from alerts.events import place_of_event
from alerts.forecasts import Sample
from alerts.gather import place_of
from alerts.outside import colour
from alerts.rings import Row
from alerts.rules import Rule
from alerts.seasons import HOUR, KNOWN, WEEK, usual_of
from alerts.sieve import DIGITS, measured
from alerts.surges import WeekTally, counted, surprise, tell
from alerts.watches import Anomaly, Official, Readings, Surge
from config.city import CityProfile
from config.hours import ahead as worked_ahead
from config.hours import back as worked_back

SLOTS = 12
"""Windows that a chart of counts goes back."""
MOST_CASES = 5_000
"""No threshold in cases is looked for beyond this."""


class Slot(NamedTuple):
    """A window that ends at `at`, and what was counted in it; None when nobody said anything at all."""

    at: int
    value: float | None


# -- cases against the weeks before


class Weeks(NamedTuple):
    """Cases of the window now and of the same one in the weeks before, newest first (None: a week nobody knows).

    `needs` is how many cases each level takes: so many or more, or so few or fewer, as the rule says.
    """

    now: int
    before: tuple[int | None, ...]
    expected: float
    needs: Mapping[str, int]


def weeks_of(
    rule: Rule, place: str, tallies: Iterable[WeekTally], known: Iterable[int], profile: CityProfile
) -> Weeks | None:
    """The weeks of one place of a rule that watches for a surge; `known` names the weeks that are known."""
    watch, weeks = rule.watch, frozenset(known)
    if not isinstance(watch, Surge) or not weeks:
        return None
    counts = tell(watch, place, counted(rule, tallies, profile)[0], len(weeks)).weeks
    before = tuple(counts[week] if week in weeks else None for week in range(1, watch.weeks + 1))
    total = sum(counts[week] for week in range(1, watch.weeks + 1))
    numbers = {level: needed(watch, threshold, total, len(weeks)) for level, threshold in rule.thresholds(None).items()}
    told = {level: number for level, number in numbers.items() if number is not None}
    return Weeks(counts[0], before, round(total / len(weeks), 1), told)


def ring(place: str, rings: int) -> frozenset[str]:
    """A cell with those around it; anything else is alone."""
    return frozenset(h3.grid_disk(place, rings)) if h3.is_valid_cell(place) else frozenset((place,))


def needed(watch: Surge, threshold: float, before: int, weeks: int) -> int | None:
    """The number of cases at which the surprise is `threshold`; None when no number is so surprising."""
    more = watch.way == "more"
    values = range(MOST_CASES)
    if more:
        found = bisect_left(values, threshold, key=lambda cases: surprise(cases, before, weeks, more=True))
        return max(found, math.ceil(watch.least)) if found < MOST_CASES else None
    found = bisect_right(values, -threshold, key=lambda cases: -surprise(cases, before, weeks, more=False))
    return found - 1 if found else None


# -- a device against itself


class Season(NamedTuple):
    """A window that ends at `at`: what is usual then, how far from it is usual, what the device said (or None)."""

    at: int
    usual: float
    spread: float
    mean: float | None


def season_hours(watch: Anomaly, now: int) -> list[int]:
    """The hours (epoch ms of their beginnings) that SLOTS windows of now and of the weeks before touch."""
    spans = [
        (now - n * WEEK - (SLOTS + 1) * watch.window, now - n * WEEK + watch.window) for n in range(watch.weeks + 1)
    ]
    return sorted({hour for first, last in spans for hour in range(first // HOUR * HOUR, last + 1, HOUR)})


def seasons_of(watch: Anomaly, means: Iterable[tuple[int, int, float]], now: int) -> tuple[Season, ...]:
    """Oldest first, from (week, slot, mean); a window whose past is too little known is left out."""
    known = {(week, slot): mean for week, slot, mean in means}
    found = (_season(watch, known, slot, now) for slot in range(SLOTS, 0, -1))
    return tuple(one for one in found if one is not None)


def _season(watch: Anomaly, known: Mapping[tuple[int, int], float], slot: int, now: int) -> Season | None:
    keys = ((week, near) for week in range(1, watch.weeks + 1) for near in (slot - 1, slot, slot + 1))
    before = [known[key] for key in keys if key in known]
    if len(before) < KNOWN:
        return None
    usual, spread = usual_of(before, watch.least)
    mean = known.get((0, slot))
    return Season(now - (slot - 1) * watch.window, usual, spread, None if mean is None else round(mean, DIGITS))


# -- what a river will do


class Outlook(NamedTuple):
    """What a gauge said, oldest first; its marks; in how many minutes (from its newest reading) it is at the next one.

    `told` is what the forecast tells beside: mark, height, soonest, latest; {} when nothing is ahead.
    """

    points: tuple[tuple[int, float], ...]
    marks: Mapping[str, float]
    minutes: float
    told: Mapping[str, Number]


def outlook_of(samples: Sequence[Sample], marks: Mapping[str, float], seen: Observation, now: int) -> Outlook | None:
    """`seen` is the engine's observation as of `now`; None when the gauge said nothing."""
    if not samples or seen.value is None:
        return None
    points = tuple((one.at, one.value) for one in samples)
    return Outlook(points, dict(marks), seen.value + (now - points[-1][0]) / 60_000, seen.detail)


# -- the devices of a place


class Share(NamedTuple):
    """One device of a place that speaks for many: its measure, its newest reading, and when that was."""

    device: str
    value: float
    last: float
    at: int


def shares_of(rule: Rule, watch: Readings, place: str, rows: Iterable[Row], profile: CityProfile) -> tuple[Share, ...]:
    """The devices of the place, the worst first."""
    near = [row for row in rows if place_of(rule, row.cell, row.district, profile) == place]
    values = ((row, measured(watch, row)) for row in near)
    found = [Share(row.device, value, row.last, row.at) for row, value in values if value is not None]
    return tuple(sorted(found, key=lambda one: (-rule.sign * one.value, one.device)))


# -- deadlines


class Grades(NamedTuple):
    """Edges of how late a case is, oldest first, epoch ms; `names` of the parts between them, one more than edges."""

    edges: tuple[int, ...]
    names: tuple[str, ...]


LATE = (("late_more", timedelta(hours=21)), ("late_days", timedelta(hours=7)), ("late_day", timedelta()))
DUE = (("due_now", timedelta(hours=1)), ("due_soon", timedelta(hours=2)), ("due_later", timedelta(hours=4)))


def grades(profile: CityProfile, now: int, *, due: bool) -> Grades:
    """By working time: overdue for more than three days (21 h), for one (7 h), for less; or due in 1, 2, 4 hours."""
    calendar, zone, at = profile.calendar, profile.zone, instant(now)
    if due:
        ends = [milliseconds(worked_ahead(calendar, zone, at, span)) for _, span in DUE]
        return Grades(tuple(ends[:-1]), tuple(name for name, _ in DUE))
    begins = [milliseconds(worked_back(calendar, zone, at, span)) for _, span in LATE if span]
    return Grades(tuple(begins), tuple(name for name, _ in LATE))


# -- official warnings


class Issued(NamedTuple):
    """An official warning in force: when it was first and last told, its level, and who says what of which area.

    `expires` is when it is over by itself; None when its issuer did not say.
    """

    event: str
    began: int
    at: int
    level: int
    kind: str
    title: str
    sender: str
    area: str
    text: str
    expires: int | None = None


def issued_of(rule: Rule, place: str, words: Iterable[Mapping[str, Any]], profile: CityProfile) -> tuple[Issued, ...]:
    """The warnings of a place, the highest first, from rows of sql/warnings_behind.sql, oldest first."""
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for word in words:
        told[word["its_event"]].append(word)
    found = [_issued(rule, place, said, profile) for said in told.values()]
    return tuple(sorted((one for one in found if one), key=lambda one: (-one.level, -one.at, one.event)))


def _issued(rule: Rule, place: str, said: Sequence[Mapping[str, Any]], profile: CityProfile) -> Issued | None:
    last, watch = said[-1], rule.watch
    level = colour(last["its_grade"], last["title"])
    kind = last["its_kind"]
    if not level or not isinstance(watch, Official) or (watch.official and kind not in watch.official):
        return None
    spot = max((one["spot"] for one in said), key=lambda one: one[2] > 0)
    if not _of(rule, place, last["its_event"], spot, profile):
        return None
    texts = (last["title"], last["its_sender"], last["area"], last["text"])
    return Issued(last["its_event"], said[0]["at_ms"], last["at_ms"], level, kind, *texts, last["expires_ms"])


def _of(rule: Rule, place: str, event: str, spot: tuple[float, float, int, str], profile: CityProfile) -> bool:
    """Whether a warning is of the place: the event itself, or told there."""
    if rule.place.kind == "event":
        return place == place_of_event(event)
    return place == (place_of(rule, spot[2], spot[3], profile) or str(profile.adcode))


# -- counts in windows


def slots_of(counts: Mapping[int, float], window: int, now: int, *, absent: float | None = 0.0) -> tuple[Slot, ...]:
    """SLOTS windows, oldest first; `absent` is what a window of which nothing is known counts."""
    return tuple(Slot(now - slot * window, counts.get(slot, absent)) for slot in range(SLOTS - 1, -1, -1))
