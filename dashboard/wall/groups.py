"""The lines of the wall's list: where the warnings are too many, those of one danger (a rule) share a line.

Six lines then tell of six dangers, not of one danger in six districts. The desk lists each warning by itself. Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.events import event_of
from alerts.official import hazard_of

if TYPE_CHECKING:
    from alerts.alert import Alert

MOST = 6  # lines that can be read from ten metres


@dataclass(frozen=True)
class Group:
    """One line: a warning, or all of a danger, worst first; never empty."""

    alerts: tuple[Alert, ...]

    @property
    def worst(self) -> Alert:
        return self.alerts[0]

    @property
    def unacknowledged(self) -> int:
        return sum(1 for alert in self.alerts if not alert.acknowledged)


def groups(alerts: tuple[Alert, ...]) -> tuple[Group, ...]:
    """Lines of the list, in the order of their worst; `alerts` come worst first.

    While there are more lines than the wall holds, the danger with the most warnings is folded into one.
    """
    folded: set[str] = set()
    for danger, size in Counter(map(_danger, alerts)).most_common():
        if size < 2 or len(_lines(alerts, folded)) <= MOST:
            break
        folded.add(danger)
    return tuple(Group(tuple(members)) for members in _lines(alerts, folded))


def _lines(alerts: tuple[Alert, ...], folded: set[str]) -> list[list[Alert]]:
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        danger = _danger(alert)
        found.setdefault(danger if danger in folded else alert.id, []).append(alert)
    return list(found.values())


def _danger(alert: Alert) -> str:
    """The rule; of an official warning also what it warns of: rain and gale are two dangers."""
    return f"{alert.rule} {hazard_of(str(alert.detail.get('title', '')))}" if event_of(alert.place) else alert.rule


def numbers(alerts: tuple[Alert, ...]) -> dict[str, str]:
    """Number on the list, and so on the map, by id of the worst alert of each group that the list shows."""
    return {group.worst.id: str(place) for place, group in enumerate(groups(alerts)[:MOST], 1)}
