"""An alert as CAP 1.2 messages, as OASIS' schema has them; the newest is the one to publish. Pure.

Each change of level is a message: the first an Alert, further ones Updates that refer to those before, the clearing a
Cancel. Status is Exercise and scope Restricted until a person releases the alert (the action `release`): from then on
messages are Actual and Public and refer only to each other. So nothing that a machine made looks official by itself.
An alert that rests on simulated data is Test and Restricted, released or not.

Each message holds for VALID; while the alert is open an Update renews it every RENEWED. So what nobody renews, because
the machine or the line to it died, ends by itself at those who took it.

红 Extreme, 橙 Severe, 黄 Moderate, 蓝 Minor. Times are the city's, with offset: the schema knows no `Z`, no fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import etree

from alerts import explain
from alerts.alert import LEVELS, Action, Alert, Transition, instant
from alerts.events import event_of
from alerts.official import called
from alerts.rules import Rule
from alerts.watches import Official
from config.words import LANGUAGES, Words

if TYPE_CHECKING:
    from layers.geometry import City

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SEVERITY = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
CATEGORY = {"emergency": "Met", "water": "Env", "urban": "Infra"}
CERTAINTY = {"single": "Likely", "denied": "Possible"}
"""Of a level that stands on one reading (alerts/witness.py); all else is Observed."""
LANGUAGE = {"zh-CN": "zh-CN", "en": "en-US"}
VALID, RENEWED = timedelta(hours=6), timedelta(hours=3)
"""Ours to choose: a shift at most is warned of something that is no longer known, and one lost renewal does no harm."""
RADIUS_KM = 1.0
"""Of the circle around a place: a sensor speaks for its surroundings, and no rule says how far."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `level` '' cancels. `references` are messages before it, each sender,identifier,sent."""

    identifier: str
    sent: datetime
    kind: str
    released: bool
    level: str
    references: tuple[str, ...]

    @property
    def expires(self) -> datetime:
        return self.sent + VALID


@dataclass(frozen=True)
class Told:
    """An alert with its rule, and what is known of it. `alert` is None once it has cleared.

    `simulated`: it rests on made-up data (alerts/origins.py).
    """

    id: str
    rule: Rule
    steps: Sequence[Transition]
    actions: Sequence[Action]
    alert: Alert | None = None
    simulated: bool = False

    def public(self, message: Message) -> bool:
        """Whether a message is for everybody: a person released it, and it speaks of something real."""
        return message.released and not self.simulated


def document(told: Told, city: City, words: Sequence[Words], now: datetime) -> bytes | None:
    """The newest message of an alert at `now` as UTF-8 XML, an info in each language; None before it opened."""
    found = messages(told, city, now)
    return None if not found else _document(found[-1], told, city, words)


def messages(told: Told, city: City, now: datetime) -> list[Message]:
    """Every message of the alert until `now`, the oldest first."""
    release = min((action.at for action in told.actions if action.kind == "release"), default=None)
    found: list[Message] = []
    said: dict[bool, list[str]] = {False: [], True: []}
    for at, level in _renewed(_turns(told, release), now):
        released = release is not None and at >= release
        before = said[released]
        kind = ("Update" if before else "Alert") if level else "Cancel"
        if kind == "Cancel" and not before:
            continue  # what was never said need not be taken back
        found.append(Message(f"yiping-{told.id}-{len(found) + 1}", at, kind, released, level, tuple(before)))
        before.append(_reference(found[-1], city))
    return found


def _turns(told: Told, release: datetime | None) -> list[tuple[datetime, str]]:
    """When the level changed and to which ('' for cleared), with the release among them; to the second."""
    turns: list[tuple[datetime, str]] = []
    for step in sorted(told.steps, key=lambda one: one.at):
        if step.after in LEVELS or (step.after == "clear" and turns):
            level = step.after if step.after in LEVELS else ""
            if not turns or turns[-1][1] != level:
                turns.append((instant(step.at), level))
    if release is not None:
        held = next((level for at, level in reversed(turns) if at <= release), "")
        turns += [(release, held)] if held else []
    return sorted(turns, key=lambda turn: turn[0])


def _renewed(turns: Sequence[tuple[datetime, str]], now: datetime) -> Iterator[tuple[datetime, str]]:
    """The turns, and between them the renewals of what is in force. Asked later, those of before are the same."""
    for (at, level), (end, _) in pairwise([*turns, (now, "")]):
        yield at, level
        count = max(0, -((at - end) // RENEWED) - 1) if level else 0
        yield from ((at + RENEWED * (n + 1), level) for n in range(count))


def _reference(message: Message, city: City) -> str:
    return f"{_sender(city)},{message.identifier},{_time(message.sent, city)}"


def _sender(city: City) -> str:
    return f"yiping.{city.profile.adcode}"


def _time(at: datetime, city: City) -> str:
    return at.astimezone(city.profile.zone).isoformat(timespec="seconds")


def _document(message: Message, told: Told, city: City, words: Sequence[Words]) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(root, "identifier", message.identifier)
    _add(root, "sender", _sender(city))
    _add(root, "sent", _time(message.sent, city))
    _add(root, "status", "Test" if told.simulated else "Actual" if message.released else "Exercise")
    _add(root, "msgType", message.kind)
    _add(root, "source", _source(told, city, words[0]))
    _add(root, "scope", "Public" if told.public(message) else "Restricted")
    if not told.public(message):
        _add(root, "restriction", words[0]("cap.restriction"))
        _add(root, "note", words[0]("cap.simulated" if told.simulated else "cap.exercise"))
    if message.references:
        _add(root, "references", " ".join(message.references))
    for language in words:
        _info(root, message, told, city, language)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def _source(told: Told, city: City, words: Words) -> str:
    """A rule of ours; or who issued the warning that is passed on."""
    sender = _detail(told).get("sender", "") if isinstance(told.rule.watch, Official) else ""
    name = words.name(city.profile.name)
    return words("cap.passed_on", city=name, sender=sender) if sender else words("cap.source", city=name)


def _info(root: etree._Element, message: Message, told: Told, city: City, words: Words) -> None:
    info = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    level = message.level or _worst(told)
    name = called(told.rule, _detail(told), level, words)
    _add(info, "language", LANGUAGE[words.language])
    _add(info, "category", CATEGORY[told.rule.scenario])
    _add(info, "event", name)
    if not message.level:
        _add(info, "responseType", "AllClear")
    _add(info, "urgency", "Immediate" if message.level else "Past")
    _add(info, "severity", SEVERITY[level])
    witness = told.alert.witness if told.alert else None
    _add(info, "certainty", CERTAINTY.get(witness.word if witness else "", "Observed"))
    _add(info, "expires", _time(message.expires, city))
    _add(info, "senderName", words("cap.sender", city=words.name(city.profile.name)))
    headline = _headline(name, level, message, told, words)
    _add(info, "headline", words("notice.simulated", name=headline) if told.simulated else headline)
    if told.alert is not None:
        _add(info, "description", explain.sentence(told.alert, told.rule, words, city.profile))
    _parameter(info, "level", level)
    _parameter(info, "rule", f"{told.rule.key} {told.rule.version}")
    _parameter(info, "source", words.name(told.rule.source))
    _area(info, told, city, words)


def _headline(name: str, level: str, message: Message, told: Told, words: Words) -> str:
    """What it is and its level; the name of a warning that somebody issued says its level itself."""
    if told.rule.place.kind == "event" and name != words.name(told.rule.names):
        return name if message.level else words("cap.over", name=name)
    return words("cap.headline" if message.level else "cap.cleared", level=words(f"level.{level}"), name=name)


def _detail(told: Told) -> Mapping[str, object]:
    """What was told of it when it was open."""
    return told.alert.detail if told.alert else next((one.detail for one in told.steps if one.after in LEVELS), {})


def _worst(told: Told) -> str:
    return next((step.after for step in reversed(told.steps) if step.after in LEVELS), LEVELS[0])


def _parameter(info: etree._Element, name: str, value: str) -> None:
    parameter = etree.SubElement(info, f"{{{NAMESPACE}}}parameter")
    _add(parameter, "valueName", f"yiping:{name}")
    _add(parameter, "value", value)


def _area(info: etree._Element, told: Told, city: City, words: Words) -> None:
    """Its name, a circle around it when its place is known (what is issued is for more), and the district's code."""
    last, area = told.steps[-1], etree.SubElement(info, f"{{{NAMESPACE}}}area")
    named = explain.place_name(told.alert, words, city) if told.alert else _district(last, city, words)
    _add(area, "areaDesc", named or last.place)
    if last.spot.lat is not None and last.spot.lon is not None and not event_of(last.place):
        _add(area, "circle", f"{last.spot.lat:.5f},{last.spot.lon:.5f} {RADIUS_KM:g}")
    geocode = etree.SubElement(area, f"{{{NAMESPACE}}}geocode")
    _add(geocode, "valueName", "GB/T 2260")
    _add(geocode, "value", last.spot.district or str(city.profile.adcode))


def _district(step: Transition, city: City, words: Words) -> str:
    found = city.district(step.spot.district)
    return words.name(found.name) if found else words.name(city.profile.name)


def _add(parent: etree._Element, name: str, text: str) -> None:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = "".join(one for one in text if one.isprintable() or one in "\n\t")


assert set(LANGUAGE) == set(LANGUAGES)  # noqa: S101 - a language more needs its code here
