"""The lines of the wall's list: where the warnings are too many, those of one rule share a line.

Six lines then tell of six dangers, not of one danger in six districts. The desk lists each warning by itself. Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.alert import Alert

MOST = 6  # lines that can be read from ten metres


@dataclass(frozen=True)
class Group:
    """One line: a warning, or all of a rule, worst first; never empty."""

    alerts: tuple[Alert, ...]

    @property
    def worst(self) -> Alert:
        return self.alerts[0]

    @property
    def unacknowledged(self) -> int:
        return sum(1 for alert in self.alerts if not alert.acknowledged)


def groups(alerts: tuple[Alert, ...]) -> tuple[Group, ...]:
    """Lines of the list, in the order of their worst; `alerts` come worst first.

    While there are more lines than the wall holds, the rule with the most warnings is folded into one.
    """
    folded: set[str] = set()
    for rule, size in Counter(alert.rule for alert in alerts).most_common():
        if size < 2 or len(_lines(alerts, folded)) <= MOST:
            break
        folded.add(rule)
    return tuple(Group(tuple(members)) for members in _lines(alerts, folded))


def _lines(alerts: tuple[Alert, ...], folded: set[str]) -> list[list[Alert]]:
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        found.setdefault(alert.rule if alert.rule in folded else alert.id, []).append(alert)
    return list(found.values())


def numbers(alerts: tuple[Alert, ...]) -> dict[str, str]:
    """Number on the list, and so on the map, by id of the worst alert of each group that the list shows."""
    return {group.worst.id: str(place) for place, group in enumerate(groups(alerts)[:MOST], 1)}
