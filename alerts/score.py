"""How good rules were over a history: alerts a day, false alarms, what was missed, how early they warned. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from alerts.alert import LEVELS, Transition, rank

DAY = 86_400_000


@dataclass(frozen=True)
class Label:
    """Somebody's word that it was so: between `first` and `last` (epoch ms) there was what `rule` is about at `place`.

    '' stands for every rule, or every place.
    """

    first: int
    last: int
    rule: str = ""
    place: str = ""


@dataclass
class Opening:
    """One alert: from its first level until it cleared (None: it did not); `levels` is when each was first reached."""

    rule: str
    place: str
    fired: int
    ended: int | None = None
    levels: dict[str, int] = field(default_factory=dict)
    stale: bool = False

    @property
    def worst(self) -> str:
        return max(self.levels, key=rank)

    def meets(self, label: Label) -> bool:
        """True when it is about the label's rule and place, and was open at some time of it."""
        named = label.rule in {"", self.rule} and label.place in {"", self.place}
        return named and self.fired <= label.last and (self.ended is None or self.ended >= label.first)


def openings(transitions: Iterable[Transition]) -> tuple[list[Opening], Counter[str]]:
    """Alerts in the order in which they fired; and by rule, how often `pending` came to nothing."""
    found: list[Opening] = []
    now: dict[tuple[str, str], Opening] = {}
    unsaid: Counter[str] = Counter()
    for one in transitions:
        key = one.rule, one.place
        if one.after in LEVELS and key not in now:
            now[key] = Opening(*key, one.at)
            found.append(now[key])
        if one.after in LEVELS:
            now[key].levels.setdefault(one.after, one.at)
        elif one.after == "stale":
            now[key].stale = True
        elif one.after == "clear" and key in now:
            now.pop(key).ended = one.at
        elif one.after == "clear":
            unsaid[one.rule] += 1
    return found, unsaid


def score(
    transitions: Sequence[Transition], rules: Iterable[str], span: tuple[int, int], labels: Sequence[Label] | None
) -> dict[str, Any]:
    """What `--summary` prints: counts, and seconds of lead. What needs labels is None without them."""
    found, unsaid = openings(transitions)
    days = max(span[1] - span[0], 1) / DAY
    by_rule: dict[str, list[Opening]] = defaultdict(list)
    for one in found:
        by_rule[one.rule].append(one)
    return {
        "days": round(days, 4),
        "alerts": len(found),
        "alerts_per_day": round(len(found) / days, 3),
        "false_alarms": None if labels is None else _false(found, labels),
        "missed": None if labels is None else _missed(found, labels),
        "rules": {key: _of_rule(by_rule[key], unsaid[key], days, _about(key, labels)) for key in rules},
    }


def _about(rule: str, labels: Sequence[Label] | None) -> list[Label] | None:
    return None if labels is None else [label for label in labels if label.rule in {"", rule}]


def _of_rule(found: Sequence[Opening], unsaid: int, days: float, labels: Sequence[Label] | None) -> dict[str, Any]:
    worst = Counter(one.worst for one in found)
    return {
        "alerts": len(found),
        "alerts_per_day": round(len(found) / days, 3),
        "worst": {level: worst[level] for level in LEVELS if worst[level]},
        "pending_only": unsaid,
        "stale": sum(one.stale for one in found),
        "open_at_end": sum(one.ended is None for one in found),
        "false_alarms": None if labels is None else _false(found, labels),
        "missed": None if labels is None else _missed(found, [label for label in labels if label.rule]),
        "lead_s": None if labels is None else _spread(_leads(found, labels)),
        "ahead_s": _ahead(found),
    }


def _false(found: Iterable[Opening], labels: Sequence[Label]) -> int:
    return sum(not any(one.meets(label) for label in labels) for one in found)


def _missed(found: Sequence[Opening], labels: Iterable[Label]) -> int:
    return sum(not any(one.meets(label) for one in found) for label in labels)


def _leads(found: Sequence[Opening], labels: Iterable[Label]) -> list[float]:
    """Seconds from the first alert that meets a label to the label's beginning; less than 0 when it came after it."""
    met = [(label, [one.fired for one in found if one.meets(label)]) for label in labels]
    return [(label.first - min(fired)) / 1000 for label, fired in met if fired]


def _ahead(found: Iterable[Opening]) -> dict[str, dict[str, float]]:
    """By level: seconds from an alert's first level to when it reached this one, of those that began lower."""
    times: dict[str, list[float]] = defaultdict(list)
    for one in found:
        for level, at in one.levels.items():
            if at > one.fired:
                times[level].append((at - one.fired) / 1000)
    return {level: spread for level in LEVELS if (spread := _spread(times[level])) is not None}


def _spread(seconds: Sequence[float]) -> dict[str, float] | None:
    if not seconds:
        return None
    return {"n": len(seconds), "least": min(seconds), "median": median(seconds), "most": max(seconds)}
