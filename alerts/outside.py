"""What is known beside readings and cases: silent devices, official warnings, rejected and doubtful messages. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from alerts.alert import LEVELS, Number, Observation, Spot, milliseconds, rank
from alerts.events import place_of_event, spot_of_event
from alerts.forecasts import APART
from alerts.gather import Scene, place_of
from alerts.rules import Rule
from alerts.spots import spot_at
from alerts.watches import Gaps, Marked, Official, Rejects
from layers.devices import Gateway, Silence, causes

if TYPE_CHECKING:
    from layers.geometry import Named

SEVERITIES = ("minor", "moderate", "severe", "extreme")
"""CAP's, in the order of our levels (FINDINGS: 红 Extreme, 橙 Severe, 黄 Moderate, 蓝 Minor)."""
COLOURS = ("蓝色", "黄色", "橙色", "红色")
SEVERAL = 3
"""Silent devices of one gateway that have one cause: it, or the line to them."""
WARNING, LIFTED = "预警", "解除"


class Told(NamedTuple):
    """The newest word about an event: (kind, grade, title, sender, area), when (epoch ms), and where it is."""

    event: str
    said: tuple[str, str, str, str, str]
    at: int
    spot: tuple[float, float, int, str]


# -- devices


def gaps(rule: Rule, gateways: Sequence[Gateway], watched: int, scene: Scene) -> list[Observation]:
    """Silent devices by cause: a gateway speaks for all its silent devices. A place in mind that is heard has 0.

    `watched` is how many registered devices there are to be missed: without any nothing is known.
    """
    if not isinstance(rule.watch, Gaps) or not watched:
        return []
    lines = {line.id or str(scene.profile.adcode): line for line in _lines(gateways, watched)}
    found = [
        Observation(
            place=place,
            at=scene.now,
            value=float(line.devices),
            thresholds=rule.thresholds(None),
            spot=Spot(district=line.quiet.district) if line.quiet else Spot(),
            detail={
                "missing": line.devices,
                "scope": line.scope,
                "heard_ms": milliseconds(line.last) if line.last else 0,
            },
        )
        for place, line in lines.items()
    ]
    heard = [Observation(place, scene.now, 0.0, rule.thresholds(None)) for place in scene.places if place not in lines]
    return found + heard


def _lines(gateways: Sequence[Gateway], watched: int) -> list[Silence]:
    """The causes; several silent devices of a gateway are one even if others of it are heard: half of 200 is no
    hundred single devices, of which nobody would be told."""
    found = causes(gateways, watched)
    some = [one for one in gateways if one.gateway and SEVERAL <= one.silent < one.devices]
    told = {one.gateway: Silence("gateway", one.gateway, one.silent, _newest(one)) for one in some}
    return [line for line in found if line.gateway not in told] + list(told.values())


def _newest(gateway: Gateway) -> datetime | None:
    """When one of its silent devices was last heard."""
    return max((one.last for one in gateway.quiet if one.last is not None), default=None)


# -- official warnings


def warned(rule: Rule, told: Iterable[Told], scene: Scene, districts: Iterable[Named] = ()) -> list[Observation]:
    """The highest official warning of each place, one without a district is the city's; or, of a rule that speaks of
    events, each by itself. A place in mind of which nothing is told any more has 0.

    `districts` are those whose names a warning may say.
    """
    watch = rule.watch
    if not isinstance(watch, Official):
        return []
    standing = [(level, one) for one in told if (level := _level(watch, one))]
    apart = rule.place.kind == "event"
    found = _apart(rule, standing, scene, districts) if apart else _together(rule, standing, scene)
    over = scene.places - {one.place for one in found}
    return found + [Observation(place, scene.now, 0.0, rule.thresholds(None)) for place in sorted(over)]


def _level(watch: Official, one: Told) -> int:
    """The rank of what is told, 0 for what is no warning of the kinds that are watched."""
    return colour(one.said[1], one.said[2]) if not watch.official or one.said[0] in watch.official else 0


Ranked = Sequence[tuple[int, Told]]


def _together(rule: Rule, standing: Ranked, scene: Scene) -> list[Observation]:
    by_place: dict[str, list[tuple[int, Told]]] = defaultdict(list)
    for level, one in standing:
        place = place_of(rule, one.spot[2], one.spot[3], scene.profile) or str(scene.profile.adcode)
        by_place[place].append((level, one))
    return [_of_warnings(rule, place, warnings, scene.now) for place, warnings in by_place.items()]


def _apart(rule: Rule, standing: Ranked, scene: Scene, districts: Iterable[Named]) -> list[Observation]:
    """Each warning where it says: in a district, or of the city."""
    known = tuple(districts)
    return [_of_event(rule, level, one, scene, known) for level, one in standing]


def _of_event(rule: Rule, level: int, one: Told, scene: Scene, districts: Iterable[Named]) -> Observation:
    area, profile = one.said[4], scene.profile
    told = {**_said(one), "city": str(profile.adcode), **({"area": area} if area else {})}
    where = spot_of_event(area, spot_at(one.spot), profile, districts)
    place = place_of_event(one.event)
    return Observation(place, scene.now, float(level), rule.thresholds(None), spot=where, detail=told)


def colour(grade: str, title: str) -> int:
    """The rank of an official warning: the colour in its title or grade, or CAP's severity; 0 for what is none."""
    if LIFTED in title:
        return 0
    said = grade.strip().lower()
    ranks = [rank(said), SEVERITIES.index(said) + 1 if said in SEVERITIES else 0]
    for text in (title if WARNING in title else "", grade):
        ranks += [number for number, name in enumerate(COLOURS, 1) if name in text]
    return max(ranks)


BESIDE = 4
"""Warnings of one place whose titles are told: three beside the worst; all of them are in the desk's table."""


def _of_warnings(rule: Rule, place: str, warnings: Ranked, now: int) -> Observation:
    ranked = sorted(warnings, key=lambda one: (one[0], one[1].at, one[1].event), reverse=True)
    level, worst = ranked[0]
    told: dict[str, Number] = {**_said(worst), "warnings": len(warnings)}
    if len(ranked) > 1:
        told["beside"] = APART.join(one.said[2] for _, one in ranked[1:BESIDE])
    return Observation(place, now, float(level), rule.thresholds(None), spot=spot_at(worst.spot), detail=told)


def _said(one: Told) -> dict[str, Number]:
    """Who warns of what."""
    return {"title": one.said[2], "sender": one.said[3], "event": one.event}


# -- messages


def rejected(rule: Rule, counts: Iterable[tuple[str, str, int]], streams: Iterable[str], now: int) -> list[Observation]:
    """Rejected messages of each stream, from (stream, reason, messages); one of `streams` without any has 0."""
    watch = rule.watch
    if not isinstance(watch, Rejects):
        return []
    found: dict[str, dict[str, int]] = {stream: {} for stream in streams}
    for stream, reason, messages in counts:
        if not watch.rejects or reason in watch.rejects:
            found.setdefault(stream, {})[reason] = messages
    return [_of_stream(rule, stream, reasons, now) for stream, reasons in sorted(found.items())]


def _of_stream(rule: Rule, stream: str, reasons: Mapping[str, int], now: int) -> Observation:
    worst = max(reasons, key=lambda reason: (reasons[reason], reason), default="")
    return Observation(stream, now, float(sum(reasons.values())), rule.thresholds(None), detail={"worst": worst})


def marked(rule: Rule, counts: Iterable[tuple[str, int, int]], places: Iterable[str], now: int) -> list[Observation]:
    """Per cent of each metric's devices that sent a marked reading, from (metric, devices, marked)."""
    if not isinstance(rule.watch, Marked):
        return []
    known, mind = {metric: (devices, number) for metric, devices, number in counts}, set(places)
    return [
        Observation(metric, now, round(100 * number / devices, 1), rule.thresholds(None), detail={"missing": number})
        for metric, (devices, number) in sorted(known.items())
        if devices >= rule.place.at_least and (number or metric in mind)
    ]


assert len(SEVERITIES) == len(COLOURS) == len(LEVELS)  # noqa: S101 - a level each
