"""What late data changes in what was told: episodes as history says them now, held against the journal's. Pure.

A correction is found where both are true: history with the late data differs from what was told (or from what an
earlier correction said), and it differs from history without it. So neither a watch that stood still, nor a rule that
was changed, nor a phase of a beat is taken for late data; and the same late data makes the same correction once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from alerts.alert import NOWHERE, Spot, alert_id, rank
from alerts.episodes import Episode, clusters, whole

VERDICTS = ("missed", "never", "higher", "lower", "times", "as_told")
"""It should have fired; should not have; at a higher, a lower level; at other times; was right as it was told (an
earlier correction is taken back). Each has words in words/late.yaml."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """The late data behind a correction: rows, of how many devices, the one with most of them, how late at most (ms).

    For steps of cases `devices` is 0.
    """

    stream: str
    readings: int
    device: str = ""
    devices: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of (rule, place). `now` is what history says now, `told` what was told; None is nothing.

    `found` is when it was found and `at` since when what it speaks of stood, epoch ms; `version` the rule's by which it
    was judged; `previous` the id of an earlier correction that this one takes the place of, '' for none. `missed` is
    the id of the alert that should have been and was not told, '' when one was: it stays, whatever more arrives.
    """

    found: int
    at: int
    rule: str
    version: str
    place: str
    verdict: str
    now: Episode | None
    told: Episode | None
    lateness: Lateness
    previous: str = ""
    missed: str = ""

    @property
    def spans(self) -> tuple[Episode, ...]:
        """The times that it speaks of."""
        return tuple(one for one in (Episode("", self.at, self.at), self.now, self.told) if one)

    @property
    def spot(self) -> Spot:
        return next((one.spot for one in (self.now, self.told) if one and one.spot != NOWHERE), NOWHERE)

    @property
    def alerts(self) -> tuple[str, ...]:
        """Ids of the alerts that were told."""
        return self.told.alerts if self.told else ()

    @property
    def named(self) -> tuple[str, ...]:
        """Ids under which it is found: of the alerts that were told, or of the one that was missed."""
        return self.alerts or ((self.missed,) if self.missed else ())

    @property
    def id(self) -> str:
        """Twelve hex digits of what it says, whenever and by whomever it was found."""
        said = [self.rule, self.place, self.verdict, self.previous, _plain(self.now), _plain(self.told)]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def _plain(one: Episode | None) -> list[object] | None:
    return None if one is None else list(astuple(one)[:3])


@dataclass(frozen=True, slots=True)
class Histories:
    """A place of a rule in some span: history as it is now, as it was without the late data, as told, as corrected.

    `without` None: not known yet; then whatever differs from what was told is found.
    """

    now: Sequence[Episode]
    without: Sequence[Episode] | None
    told: Sequence[Episode]
    corrected: Sequence[Correction] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a correction will say."""

    at: int
    verdict: str
    now: Episode | None
    told: Episode | None
    previous: str
    missed: str = ""
    """The id under which an earlier correction named it."""


def missed(rule: str, place: str, found: Finding) -> str:
    """The id of an alert that was not told: the one that it had before, else as any alert's; '' where one was told."""
    return "" if found.told else found.missed or alert_id(rule, place, found.at)


def findings(of: Histories, slack: int, sign: int = 1) -> list[Finding]:
    """What must be corrected. Times that differ by `slack` ms or less are the same; `sign` -1: less is worse."""
    spans = [one for each in of.corrected for one in each.spans]
    found = [_finding(of, cluster, slack, sign) for cluster in clusters([*of.now, *of.told, *spans], slack)]
    return [one for one in found if one]


def _finding(of: Histories, cluster: Episode, slack: int, sign: int) -> Finding | None:
    def within(parts: Sequence[Episode]) -> Episode | None:
        return whole([one for one in parts if one.meets(cluster, slack)], sign)

    now, told = within(of.now), within(of.told)
    last = _last(of.corrected, cluster, slack)
    believed = last.now if last else told
    if alike(now, believed, slack) or (of.without is not None and alike(now, within(of.without), slack)):
        return None
    names = (last.id, last.missed) if last else ("", "")
    return Finding(cluster.since, _verdict(now, told, slack), now, told, *names)


def _last(corrected: Sequence[Correction], cluster: Episode, slack: int) -> Correction | None:
    """The newest correction of this time."""
    those = [each for each in corrected if any(one.meets(cluster, slack) for one in each.spans)]
    return max(those, key=lambda each: (each.found, each.id), default=None)


def alike(one: Episode | None, other: Episode | None, slack: int) -> bool:
    """Whether two say the same: nothing, or the same level at about the same times."""
    if one is None or other is None:
        return one is other
    return one.level == other.level and _near(one.since, other.since, slack) and _near(one.until, other.until, slack)


def _near(one: int | None, other: int | None, slack: int) -> bool:
    return one is other if one is None or other is None else abs(one - other) <= slack


def _verdict(now: Episode | None, told: Episode | None, slack: int) -> str:
    if alike(now, told, slack):
        return "as_told"
    if told is None:
        return "missed"
    if now is None:
        return "never"
    if now.level == told.level:
        return "times"
    return "higher" if rank(now.level) > rank(told.level) else "lower"


def in_force(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Each once, without those whose place another has taken: what is true now, oldest time first."""
    known: Mapping[str, Correction] = {one.id: one for one in sorted(corrections, key=lambda one: -one.found)}
    replaced = {one.previous for one in known.values()}
    return tuple(sorted((one for one in known.values() if one.id not in replaced), key=lambda one: (one.at, one.id)))
