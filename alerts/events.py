"""An event as a place of rules: its name as one, of which district it speaks, and which messages are about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.alert import Spot
from alerts.rules import Rule
from alerts.watches import Official
from config.city import CityProfile
from config.words import Names

if TYPE_CHECKING:
    from layers.geometry import Named

PREFIX = "event:"
"""How the place of an alert names an event: `event:<id>`; so an event called 630100 is not taken for the city."""
WHOLE = ("全市", "全境", "全域")
"""How an issuer says that all of its city is meant."""


def place_of_event(event: str) -> str:
    return PREFIX + event


def event_of(place: str) -> str:
    """The event of a place; '' of any other place."""
    return place.removeprefix(PREFIX) if place.startswith(PREFIX) else ""


def told_of(place: str, district: str, city: CityProfile) -> str:
    """The place of the city that an alert is about: its own; of an event its district, or all of the city."""
    return (district or str(city.adcode)) if event_of(place) else place


def fits(rule: Rule, place: str) -> bool:
    """Whether a rule about official warnings, as it is now, can speak of a place: it was another one once."""
    return not isinstance(rule.watch, Official) or (rule.place.kind == "event") == bool(event_of(place))


def spot_of_event(area: str, spot: Spot, profile: CityProfile, districts: Iterable[Named]) -> Spot:
    """Where a warning is: its district, '' for all of the city or more than one district; its point, or their middle.

    What the issuer calls the area counts more than where its point lies: the middle of a city lies in some district.
    """
    named = [one for one in districts if any(name in area for name in one.names)]
    if len(named) == 1:
        one = named[0]
        return spot if spot.district == one.adcode else Spot(one.lat, one.lon, 0, one.adcode)
    here = replace(spot, district="" if named or whole(area, profile.name) else spot.district)
    return here if here.lat is not None else replace(here, lat=profile.view.lat, lon=profile.view.lon)


def whole(area: str, city: Names) -> bool:
    """Whether the words of an area mean all of the city."""
    return any(name and name in area for name in (*WHOLE, *city.values()))


def roots(references: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first event of each chain, by the events that lead to it, from (message, the event that it is about).

    An issuer may refer to the last message alone: the second update is then about the first update, which is about the
    alert.
    """
    told = dict(references)
    ends = {event: _root(event, told) for event in {*told.values()} & told.keys()}
    return {event: end for event, end in ends.items() if end != event}


def _root(event: str, told: Mapping[str, str]) -> str:
    """Where what an event is about, and what that is about, ends; of a ring its first by name."""
    seen = [event]
    while (event := told.get(event, event)) not in seen:
        seen.append(event)
    return min(seen[seen.index(event) :])
