"""Open warnings as the list beside the map: the worst first, every text ready, and why not to believe them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import h3.api.basic_str as h3

from alerts.alert import LEVELS
from alerts.events import told_of
from dashboard.atlas.dots import DIGITS, place_of
from dashboard.telling import beyond, lasted
from dashboard.trust import doubt, value_of
from layers.area import PREFIX
from layers.moments import to_ms
from layers.palettes import SHAPES

if TYPE_CHECKING:
    from alerts.alert import Alert
    from dashboard.state import Moment
    from dashboard.telling import Teller
    from layers.geometry import City

MOST = 60
"""Lines of the list: what is milder than so many others is on the desk."""


def listed(moment: Moment, told: Teller, *, past: bool) -> dict[str, Any]:
    """The list of a moment: lines, how many warnings there are of each level, and what to know about them.

    `doubt` says why they are not to be believed, `more` what is not listed, `renamed` of how many of the `past` the
    words are not those of then; '' when there is nothing to say.
    """
    shown = moment.shown
    return {
        "at": to_ms(moment.at),
        "count": len(shown),
        "levels": [[level, SHAPES[level], n] for level, n in _levels(shown)],
        "doubt": _doubt(moment, told),
        "more": beyond(max(len(shown) - MOST, 0), len(moment.hidden), told.words),
        "renamed": _renamed(shown, told) if past else "",
        "lines": [line(one, moment, told) for one in shown[:MOST]],
    }


def _levels(shown: Sequence[Alert]) -> list[tuple[str, int]]:
    counts = Counter(one.level for one in shown)
    return [(level, counts[level]) for level in reversed(LEVELS) if counts[level]]


def _doubt(moment: Moment, told: Teller) -> str:
    if moment.snapshot is None:
        return told.words("wall.alerts.unknown_text")
    return doubt(moment, told.words, told.city.profile.zone)


def line(alert: Alert, moment: Moment, told: Teller) -> dict[str, Any]:
    """One warning: level as word and shape, what, where, since when, the value, and where it is on the map."""
    known, words = told.line(alert), told.words
    spot = {} if alert.lat is None or alert.lon is None else {"lat": _degrees(alert.lat), "lon": _degrees(alert.lon)}
    return {
        "id": alert.id,
        "level": alert.level,
        "sign": f"{SHAPES[alert.level]} {words(f'level.{alert.level}')}",
        "what": known.headline,
        "where": " · ".join(filter(None, [known.place, known.district])),
        "since": lasted(moment.at - alert.since, words),
        "value": known.value,
        "of": value_of(alert, moment, words, told.city.profile.zone),
        "state": words(f"wall.alerts.{_state(alert)}"),
        "place": place_shown(alert, told.city),
        **spot,
    }


def place_shown(alert: Alert, city: City) -> str:
    """The place of the map that a warning opens: its device, named area, district or cell; '' where it has none."""
    if alert.device:
        return place_of(alert)
    place = told_of(alert.place, alert.district, city.profile)
    if place.startswith(PREFIX) or city.district(place) is not None:
        return place
    return f"cell:{place}" if h3.is_valid_cell(place) else ""


def _renamed(shown: Sequence[Alert], told: Teller) -> str:
    count = sum(renamed(one, told) for one in shown)
    return told.words("atlas.alerts.renamed", n=count) if count else ""


def renamed(alert: Alert, told: Teller) -> bool:
    """Whether the rule is another one today than when the alert was told: its words are then those of today."""
    rule = told.rulebook.find(alert.rule)
    return rule is None or rule.version != alert.version


def _state(alert: Alert) -> str:
    if alert.state == "stale":
        return "stale"
    return "acknowledged" if alert.acknowledged else "unacknowledged"


def _degrees(value: float) -> float:
    return round(value, DIGITS)
