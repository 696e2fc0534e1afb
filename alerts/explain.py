"""An alert in words: what it is, where, why it fires and what would clear it, in the reader's language. Pure.

Every text comes from the rule (names, what, source) and from config/words (alert, rule, level, unit).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import h3.api.basic_str as h3

from alerts.alert import LEVELS, Alert, Transition, instant, rank
from alerts.events import event_of
from alerts.forecasts import APART, MINUTE
from alerts.official import ISSUES, called, covered, others, warned_place
from alerts.rules import Rule, RuleBook
from alerts.watches import Anomaly, Composite, Forecast, Marked, Official, Readings, Silence, Surge
from config.city import CityProfile
from config.words import Words
from layers.area import PREFIX

if TYPE_CHECKING:
    from layers.geometry import City

LEVEL = "level"  # the unit of what is a level itself: official warnings, several things at once
STATE = "state"  # the unit of what a pump says of itself: 0 stopped, 1 running, 2 fault
UNITS = ((86_400_000, "days"), (3_600_000, "hours"), (60_000, "minutes"), (1_000, "seconds"))


def headline(alert: Alert, rule: Rule, words: Words) -> str:
    """What it is, in some ten Chinese characters; of an official warning also what it warns of, and how many others."""
    return called(rule, alert.detail, alert.level, words)


def named(steps: Sequence[Transition], book: RuleBook, words: Words) -> str:
    """What an alert was, by its history: by what was told of it when it was worst."""
    worst = max(steps, key=lambda one: rank(one.after))
    return called(book.rule(worst.rule), worst.detail, worst.after, words)


def place_name(alert: Alert, words: Words, city: City) -> str:
    """Where it is: river and station, district, basin, city, sensors, stream, or cell or device in a district.

    Of what speaks for the whole city, the river gauge at which it is worst says more than the city's name.
    """
    whole = alert.place == str(city.profile.adcode)
    gauge = station_name(alert.device if whole else alert.place, words, city.profile)
    if gauge:
        return gauge
    if event_of(alert.place):
        return warned_place(alert, words, city)
    if alert.place.startswith(PREFIX):
        return str(alert.detail.get("area", "")) or words.name(city.profile.name)
    if alert.place in city.places:
        return words.name(city.places[alert.place])
    keys = (f"metric.{alert.place}", f"alert.stream.{alert.place}")
    return next((words(key) for key in keys if words.has(key)), None) or _within(alert, words, city)


def station_name(device: str, words: Words, profile: CityProfile) -> str:
    """River and station of a gauge; '' for any other device."""
    station = profile.station(device)
    return f"{words.name(station.river)} {words.name(station.name)}" if station else ""


def _within(alert: Alert, words: Words, city: City) -> str:
    """A cell or a device, with the district it is in."""
    cell = bool(h3.is_valid_cell(alert.place))
    name = alert.place.rstrip("f")[-5:].upper() if cell else alert.place
    district = city.district(alert.district)
    known = words.name(district.name) if district else words.name(city.profile.name)
    return words("alert.place.cell" if cell else "alert.place.device", district=known, name=name)


def sentence(alert: Alert, rule: Rule, words: Words, profile: CityProfile) -> str:
    """Why it fires, with value, threshold and source, what it is now, and what would clear it."""
    told = (
        _cause(alert, rule, words)
        + _from_above(alert, words, profile)
        + _worst(alert, words, profile)
        + covered(alert, words)
        + others(alert, words)
        + doubt(alert, words, profile.zone)
        + _silent(alert, words)
    )
    if alert.state == "stale":
        return told + words("alert.stale", clock=_clock(alert.observed, profile.zone))
    return told + _latest(alert, rule, words, profile.zone) + _end(alert, rule, words)


def _cause(alert: Alert, rule: Rule, words: Words) -> str:
    return words(
        f"alert.{_manner(alert, rule)}",
        what=_what(alert, rule, words),
        value=amount(alert.value, rule, words),
        level=words(f"level.{alert.level}"),
        threshold=amount(_thresholds(alert).get(alert.level, alert.threshold), rule, words),
        source=words(f"rule.basis.{rule.basis}", source=words.name(rule.source)),
        missing=alert.detail.get("missing", 0),
        **_told(alert, rule, words),
    )


OWN: Mapping[type, tuple[str, tuple[str, ...]]] = {
    Silence: ("silent", ()),
    Marked: ("silent", ()),
    Surge: ("surge", ("cases", "expected", "weeks")),
    Anomaly: ("anomaly", ("mean", "usual", "spread")),
    Forecast: ("forecast", ("mark", "height", "soonest", "latest")),
    Composite: ("together", ("parts",)),
    Official: ("official", ("title", "sender")),
}
"""Kinds of watch with a sentence of their own, and what of an alert's detail it tells."""


def _manner(alert: Alert, rule: Rule) -> str:
    """Which sentence suits: that of the kind of watch, of a state that is no quantity, or of a number.

    An alert whose last change was that its data stopped has no detail: it is told as a number.
    """
    own, needed = OWN.get(type(rule.watch), ("", ()))
    if own and all(key in alert.detail for key in needed):
        return own
    return "state" if rule.unit == STATE else rule.direction


def _told(alert: Alert, rule: Rule, words: Words) -> Mapping[str, object]:
    """What a sentence of its own tells beside the value."""
    _, needed = OWN.get(type(rule.watch), ("", ()))
    told = {key: alert.detail.get(key, "") for key in needed}
    if told.get("mark"):
        told["mark"] = words(f"alert.mark.{told['mark']}")
    if "sender" in told:
        told["title"] = str(told["title"]).removeprefix(f"{told['sender']}{ISSUES}")
    return told


def _what(alert: Alert, rule: Rule, words: Words) -> str:
    """The rule's measure by name, with the window that this level looks over."""
    text = words.name(rule.what)
    if not isinstance(rule.watch, Readings) or "{window}" not in text:
        return text
    known = alert.level if alert.level in rule.levels else rule.ladder[0]
    return text.format(window=span(rule.watch_of(known).window, words))


def _thresholds(alert: Alert) -> Mapping[str, float]:
    found = alert.detail.get("thresholds", {})
    return found if isinstance(found, Mapping) else {}


def _worst(alert: Alert, words: Words, profile: CityProfile) -> str:
    if alert.device in ("", alert.place):
        return ""
    return words("alert.at_device", device=station_name(alert.device, words, profile) or alert.device)


def _from_above(alert: Alert, words: Words, profile: CityProfile) -> str:
    """Of a forecast: what the gauges upstream had to do with it."""
    stations = _stations(alert.detail.get("upstream", ""), words, profile)
    if not stations:
        return ""
    if not alert.detail.get("upstream_used"):
        return words("alert.forecast_blind", station=stations)
    told = words("alert.forecast_above", station=stations, hours=alert.detail["hours"], adds=alert.detail["adds"])
    blind = _stations(alert.detail.get("upstream_blind", ""), words, profile)
    return told + (words("alert.forecast_partly", station=blind) if blind else "")


def _stations(names: object, words: Words, profile: CityProfile) -> str:
    """Gauges by river and name."""
    known = filter(None, str(names).split(APART))
    return words("alert.and").join(station_name(name, words, profile) or name for name in known)


def doubt(alert: Alert, words: Words, zone: tzinfo) -> str:
    """That the level stands on one reading, and whether the next one contradicts it; '' once others bear it out."""
    witness = alert.witness
    if witness is None or witness.confirmed is not None:
        return ""
    denied = instant(witness.denied) if witness.denied is not None else None
    return words(f"alert.{witness.word}", clock=_clock(instant(witness.at), zone), next=_clock(denied, zone))


def _silent(alert: Alert, words: Words) -> str:
    silent = alert.detail.get("silent", 0)
    return words("alert.held", n=silent) if silent else ""


def _latest(alert: Alert, rule: Rule, words: Words, zone: tzinfo) -> str:
    """The newest value, when it is not the one that caused the alert."""
    if alert.latest is None or alert.latest == alert.value:
        return ""
    return words("alert.latest", value=amount(alert.latest, rule, words), clock=_clock(alert.observed, zone))


def _end(alert: Alert, rule: Rule, words: Words) -> str:
    """What would clear it, as the end of a sentence."""
    condition = clearing(alert, rule, words)
    key = "end" if rule.keep else "end_now"
    return words(f"alert.{key}", condition=condition, keep=span(rule.keep, words)) if condition else ""


OVER: Mapping[type, str] = {Official: "lifted", Composite: "parted"}
"""Kinds of watch that end by a word of their own: their value is a level, and nobody waits for a level to fall."""


def clearing(alert: Alert, rule: Rule, words: Words) -> str:
    """What must be for the alert to clear: 降到 2.85 m以下; '' when that is not known."""
    own = OVER.get(type(rule.watch), "recovers" if rule.unit == STATE else "")
    if own:
        return words(f"alert.{own}")
    way, clear = ("falls" if rule.sign > 0 else "rises"), rule.clear
    if clear.watch is not None:
        window, measure = span(clear.watch.window, words), words(f"rule.measure.{clear.watch.measure}")
        return words(f"alert.{way}_own", window=window, measure=measure, value=amount(clear.at, rule, words))
    first = _thresholds(alert).get(rule.ladder[0])
    if clear.at is None and first is None:
        return ""
    end = clear.at if clear.at is not None else (first or 0.0) - rule.sign * clear.margin
    return words(f"alert.{way}", value=amount(end, rule, words))


def amount(value: float | None, rule: Rule, words: Words) -> str:
    """A number of the rule, with its unit: at most two decimals, none that say nothing. A level is its name (0
    is none), the horizon of a forecast that nothing is ahead."""
    if value is None:
        return "—"
    if told := nothing_ahead(value, rule, words):
        return told
    if rule.unit == LEVEL and 0 <= value <= len(LEVELS):
        return words(f"level.{('none', *LEVELS)[int(value)]}")
    if rule.unit == STATE and words.has(f"metric.pump.{value:g}"):
        return words(f"metric.pump.{value:g}")
    key = f"unit.{rule.unit}"
    unit = words(key) if words.has(key) else rule.unit
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".") + (f" {unit}" if unit else "")


def nothing_ahead(value: float, rule: Rule, words: Words) -> str:
    """Of a forecast (minutes) that its horizon is all that is known; '' of any other value."""
    if not isinstance(rule.watch, Forecast) or value * MINUTE < rule.watch.horizon:
        return ""
    return words("alert.not_within", span=span(rule.watch.horizon, words))


def span(milliseconds: int, words: Words) -> str:
    """A duration in the largest unit that divides it: 3 小时."""
    for size, unit in UNITS:
        if milliseconds >= size and milliseconds % size == 0:
            return words(f"alert.span.{unit}", n=milliseconds // size)
    return words("alert.span.seconds", n=round(milliseconds / 1000, 1))


def _clock(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S}" if at else "—"
