"""Which rules must look at which places again, and when, because something arrived late. Pure; times are epoch ms.

What is not looked at again: rules about who was silent, what was rejected and what bears a mark (late data does not
change that it was late), official warnings, and composites of such rules. A composite is told again together with the
rules that it looks at, each from where the journal says that it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

import h3.api.basic_str as h3

from alerts.corrections import Lateness
from alerts.gather import place_of
from alerts.rules import Rule
from alerts.watches import Anomaly, Cases, Composite, Forecast, Readings, Surge
from config.city import CityProfile

LATE = 300_000
"""Lateness bound: what arrived no later than this after it was said was seen, if a little late: nothing to correct."""
LONGEST_SLACK = 900_000
WARM = 6 * 3_600_000  # longest run before the first late word: a rule's timers are as they were by then
STEPS = (30_000, 60_000, 120_000, 300_000, 900_000)
MOST_BEATS = 3_000  # of the even ones: the step is the first with which the span has no more
PLACES = 8  # that are looked at together
SECOND = 1_000


class Late(NamedTuple):
    """What arrived late in one minute (`slot`) of one device and metric, from one cell; or steps of cases from one.

    `first` and `last` say about when, `late` how late at most; `old` rows are about too long ago, and not in the rest.
    """

    stream: str
    metric: str
    device: str
    district: str
    cell: int
    slot: int
    rows: int
    first: int
    last: int
    late: int
    old: int

    @property
    def source(self) -> tuple[str, str, str]:
        """Who is late with what."""
        return self.stream, self.metric, self.device


@dataclass(frozen=True)
class Job:
    """A rule that looks again at some places, because of `lates`; `others` are the rules that a composite looks at."""

    rule: Rule
    places: frozenset[str]
    lates: tuple[Late, ...]
    others: tuple[Rule, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return *self.others, self.rule

    @property
    def first(self) -> int:
        return min(one.first for one in self.lates)

    @property
    def last(self) -> int:
        return max(one.last for one in self.lates)

    @property
    def since(self) -> int:
        """Since when what is late arrived."""
        return min(one.slot for one in self.lates)


def others(rule: Rule, book: Mapping[str, Rule]) -> tuple[Rule, ...]:
    """The rules of the book that a composite looks at, and those that these look at, each once."""
    found: dict[str, Rule] = {}
    left = [rule]
    while left:
        for key in parts(left.pop()):
            if key in book and key not in found and key != rule.key:
                found[key] = book[key]
                left.append(book[key])
    return tuple(found.values())


def parts(rule: Rule) -> list[str]:
    """Keys of the rules that a composite looks at itself."""
    return [one.rule for one in rule.watch.all_of if one.rule] if isinstance(rule.watch, Composite) else []


def again(rule: Rule, behind: Sequence[Rule] = ()) -> bool:
    """Whether late data may change what a rule told; `behind` are the others that it looks at."""
    known = {one.key for one in behind} | {rule.key}
    return all(_again(one) and known.issuperset(parts(one)) for one in (rule, *behind))


def _again(rule: Rule) -> bool:
    if isinstance(rule.watch, Readings):
        return rule.watch.measure != "absent"
    return isinstance(rule.watch, Cases | Surge | Anomaly | Forecast | Composite)


def metrics(*rules: Rule) -> frozenset[str]:
    """The metrics that rules look at; none for one of cases."""
    return frozenset().union(*map(_metrics, rules))


def _metrics(rule: Rule) -> frozenset[str]:
    watch = rule.watch
    own = watch.anomaly if isinstance(watch, Anomaly) else watch.forecast if isinstance(watch, Forecast) else ""
    return frozenset(one.metric for one in rule.readings) | ({own} if own else set())


def of_cases(*rules: Rule) -> bool:
    """Whether one of them counts cases."""
    return any(isinstance(rule.watch, Cases | Surge) for rule in rules)


def influence(job: Job, profile: CityProfile) -> int:
    """How long after it was said a reading or a step may still be looked at, ms; through all rules, one by one."""
    return sum(_influence(rule, profile) for rule in job.rules)


def _influence(rule: Rule, profile: CityProfile) -> int:
    """Upstream, until the water is down here."""
    if isinstance(rule.watch, Forecast):
        return max(rule.watch.window, rule.watch.reach) + profile.longest_way + rule.stale_after + _timers(rule)
    windows = [one.window for one in rule.readings] or [getattr(rule.watch, "window", 0)]
    return max(windows) + rule.stale_after + _timers(rule)


def warm(job: Job) -> int:
    """How long before the first late word a look again begins, ms."""
    return min(WARM, sum(_timers(rule) + rule.stale_after for rule in job.rules))


def _timers(rule: Rule) -> int:
    return max(rule.wait_of(level) for level in rule.ladder) + rule.keep


def slack(rule: Rule, step: int) -> int:
    """Times that differ by less are the same, ms: late data is about what happened, not about minutes."""
    return max(LATE, min(rule.stale_after, LONGEST_SLACK), 2 * step)


def places(rule: Rule, late: Late, profile: CityProfile) -> frozenset[str]:
    """The places of a rule that late data which it looks at may be about."""
    if rule.place.kind == "device":
        below = _below(late.device, profile) if isinstance(rule.watch, Forecast) else ()
        return frozenset([late.device, *below])
    place = place_of(rule, late.cell, late.district, profile)
    rings = getattr(rule.watch, "rings", 0)
    around = h3.grid_disk(place, rings) if rings and h3.is_valid_cell(place) else [place]
    return frozenset(one for one in around if one)


def _below(gauge: str, profile: CityProfile) -> list[str]:
    """The stations whose forecast looks at this one."""
    return [one.id for one in profile.stations if any(up.station == gauge for up in one.upstream)]


def near(job: Job) -> frozenset[str]:
    """The cells whose devices a job of cells needs; none when a rule that it looks at needs more than some cells."""
    if not all(_narrow(one, job.rule) for one in job.others):
        return frozenset()
    rings = sum(one.watch.rings for one in job.rules if isinstance(one.watch, Composite))
    return frozenset(cell for place in job.places for cell in h3.grid_disk(place, rings))


def _narrow(rule: Rule, of: Rule) -> bool:
    """Whether what a rule says in a cell of another's size rests on what is in that cell or next to it."""
    if isinstance(rule.watch, Forecast):
        return False  # it looks upstream
    return rule.place.kind == "device" or (rule.place.kind == "cell" and rule.place.resolution == of.place.resolution)


Seen = Callable[[Rule, Late], bool]
"""Whether a rule has looked at this already."""


def jobs(rules: Iterable[Rule], lates: Iterable[Late], profile: CityProfile, seen: Seen) -> list[Job]:
    """What must be looked at again; what is about the newest times comes first."""
    by_metric: dict[str, list[Late]] = {}  # '' are steps of cases
    for one in lates:
        by_metric.setdefault(one.metric, []).append(one)
    found: list[Job] = []
    book = {rule.key: rule for rule in rules}
    for rule in book.values():
        behind = others(rule, book)
        if again(rule, behind):
            whole = Job(rule, frozenset(), (), behind)
            asked = [*([""] if of_cases(*whole.rules) else []), *sorted(metrics(*whole.rules))]
            own = [one for metric in asked for one in by_metric.get(metric, ()) if one.rows and not seen(rule, one)]
            found += _jobs(whole, own, profile)
    return sorted(found, key=lambda job: (-job.last, job.rule.key))


def _jobs(of: Job, lates: Iterable[Late], profile: CityProfile) -> Iterator[Job]:
    by_place: dict[str, list[Late]] = {}
    for one in lates:
        for place in places(of.rule, one, profile):
            by_place.setdefault(place, []).append(one)
    for several in _together(by_place, influence(of, profile)):
        rest = iter(several)
        while some := list(islice(rest, PLACES)):
            late = tuple(dict.fromkeys(one for place in some for one in by_place[place]))
            yield replace(of, places=frozenset(some), lates=late)


def _together(by_place: dict[str, list[Late]], reach: int) -> list[list[str]]:
    """Places whose late data is about the same time, so that they are looked at in one go."""
    spans = sorted((min(one.first for one in lates), place) for place, lates in by_place.items())
    found: list[list[str]] = []
    end = 0
    for first, place in spans:
        if not found or first > end + reach:
            found.append([])
            end = 0
        found[-1].append(place)
        end = max(end, *(one.last for one in by_place[place]))
    return found


def coming(lates: Sequence[Late], until: int, slot: int, patience: int) -> frozenset[tuple[str, str, str]]:
    """Who is still sending what is late, in the last slot before `until`, and has not for longer than `patience`."""
    first: dict[tuple[str, str, str], int] = {}
    for one in lates:
        first[one.source] = min(one.slot, first.get(one.source, one.slot))
    return frozenset(one.source for one in lates if one.slot + slot >= until and until - first[one.source] <= patience)


def step_of(span: int) -> int:
    """How far apart (ms) the even beats of a look again over `span` are."""
    return next((step for step in STEPS if span // step <= MOST_BEATS), STEPS[-1])


def beats(begin: int, end: int, now: int, said: Iterable[int]) -> list[int]:
    """The times of a look again: even ones to `end`, and wider to `now`; and those at which something late was said."""
    words = sorted({-(-at // SECOND) * SECOND for at in said if begin <= at <= end})
    thin = -(-len(words) // MOST_BEATS) or 1
    return sorted({*_even(begin, end), *_even(end, now), *words[::thin], now})


def _even(begin: int, end: int) -> range:
    """Times that no span moves."""
    step = step_of(end - begin)
    return range(-(-begin // step) * step, end + 1, step)


def lateness(job: Job, place: str, profile: CityProfile) -> Lateness:
    """The late data about one place of a job."""
    own = [one for one in job.lates if place in places(job.rule, one, profile)]
    by_device: dict[str, int] = {}
    for one in own:
        by_device[one.device] = by_device.get(one.device, 0) + one.rows
    most = max(sorted(by_device), key=by_device.__getitem__, default="")
    devices = sum(1 for device in by_device if device)
    stream = own[0].stream if own else ""
    return Lateness(stream, sum(by_device.values()), most, devices, max((one.late for one in own), default=0))


Columns = Mapping[str, Sequence[Any]]


def late_rows(columns: Columns, since: int) -> frozenset[int]:
    """Numbers of the rows that are late data, and arrived at `since` or after it."""
    if not columns:
        return frozenset()
    pairs = enumerate(zip(columns["at"], columns["received"], strict=True))
    return frozenset(row for row, (at, received) in pairs if received >= since and received - at > LATE)


def leave_out(columns: Columns, rows: frozenset[int]) -> dict[str, Sequence[Any]]:
    """Columns without these rows; {} when none is left."""
    left = [row for row in range(len(columns["at"])) if row not in rows] if columns else []
    return {name: [column[row] for row in left] for name, column in columns.items()} if left else {}
