"""What `yiping silence` does and says: the silences of alerts/silences.py, for a terminal."""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

from alerts import silences
from alerts.quiet import Quiet, fault
from alerts.rules import Scenario
from alerts.silences import REMEMBERED, SilenceRefused
from alerts.watches import duration
from config.faults import Fault
from dashboard.quieted import silence
from dashboard.silence_places import check
from dashboard.when import when
from layers.areas import areas

if TYPE_CHECKING:
    from dashboard.telling import Teller
    from streams.clickhouse import Database

EVERY: Mapping[str, timedelta] = {"": timedelta(), "day": timedelta(days=1), "week": timedelta(days=7)}
MOST = 31
"""Windows of one series: a month of nights, or half a year of weeks. Each is a row, and can be ended alone."""
OPTIONS: Mapping[str, str] = {
    **dict.fromkeys(("owner", "owner_long"), "--owner"),
    **dict.fromkeys(("reason", "reason_long"), "--reason"),
    **dict.fromkeys(("over", "backwards", "long"), "--from --for --until"),
    **{"everything": "--rule --scenario --place --district --area", "area": "--area", "level": "--level"},
}
"""Which options mend what was refused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for, as it was typed; `of` are matchers by name (alerts/quiet.py)."""

    owner: str
    reason: str
    start: str = ""
    until: str = ""
    span: str = ""
    maintenance: bool = False
    level: str = "orange"
    every: str = ""
    times: int = 1
    of: Mapping[str, str] = field(default_factory=dict)


def add(database: Database, asked: Asked, teller: Teller, now: datetime) -> list[str]:
    """Begin it, or each of its windows, and say so. Raises Fault, DatabaseUnavailable, QueryFailed."""
    area = _area(database, asked.of.get("area", ""), now)
    wanted = windows(replace(asked, of={**asked.of, "area": area}), teller, now)
    for one in wanted:
        _refuse("" if one.area else fault(one, now), teller)  # all or none; of areas only the database knows
    check(database, asked.of.get("place", ""), teller, now)
    begun = [_told(lambda one=one: silences.begin(database, one, now, one.id), teller) for one in wanted]  # type: ignore[misc]
    return [_line("silence.begun", one, teller, now) for one in begun]


def windows(asked: Asked, teller: Teller, now: datetime) -> list[Quiet]:
    """The silence, or each window of a series: again at the same hour of the city's clock. Raises Fault."""
    words, zone = teller.words, teller.city.profile.zone
    if asked.every not in EVERY or (asked.every == "") != (asked.times == 1) or not 1 <= asked.times <= MOST:
        raise Fault(words("silence.repeat", most=MOST))
    first = _time("--from", asked.start, now, teller)
    last = _end(asked, first, teller)
    step = EVERY[asked.every]
    if asked.every and last - first > step:
        raise Fault(words("silence.overlap"))
    kind, series = "maintenance" if asked.maintenance or asked.every else "silence", uuid.uuid4().hex[:12]
    of: dict[str, Any] = named(asked.of, teller)
    begins, ends = first.astimezone(zone), last.astimezone(zone)
    return [
        Quiet(
            f"{series}-{number + 1}" if asked.every else "",
            *(kind, asked.owner, asked.reason, begins + number * step, ends + number * step),
            level=asked.level,
            **of,
        )
        for number in range(asked.times)
    ]


def _area(database: Database, text: str, now: datetime) -> str:
    """The id of an area that is called by it, or by the name that people gave it: one in force has it alone."""
    return next((one.id for one in areas(database, now) if one.name == text), text) if text else ""


def _time(option: str, text: str, after: datetime, teller: Teller) -> datetime:
    try:
        return when(text, after, teller.city.profile.zone)
    except ValueError:
        raise Fault(teller.words("silence.bad_time", option=option, text=text)) from None


def _end(asked: Asked, first: datetime, teller: Teller) -> datetime:
    if bool(asked.until) == bool(asked.span):
        raise Fault(teller.words("silence.one_end"))
    if asked.until:
        return _time("--until", asked.until, first, teller)
    try:
        return first + timedelta(milliseconds=duration(asked.span))
    except (ValueError, OverflowError):
        raise Fault(teller.words("silence.bad_span", text=asked.span)) from None


def named(of: Mapping[str, str], teller: Teller) -> dict[str, str]:
    """The matchers with the district's adcode: what nobody knows would hide nothing, and its author would believe
    that it does. Raises Fault."""
    rule, rules = of.get("rule", ""), [one.key for one in teller.rulebook.rules]
    if rule and rule not in rules:
        close = difflib.get_close_matches(rule, rules, 3, 0.3) or rules[:3]
        raise Fault(teller.words("silence.unknown_rule", rule=rule, known=", ".join(close)))
    if of.get("scenario", "") not in ("", *get_args(Scenario)):
        known = ", ".join(get_args(Scenario))
        raise Fault(teller.words("silence.unknown_scenario", scenario=of["scenario"], known=known))
    return {**of, "district": _district(of.get("district", "").strip(), teller)}


def _district(said: str, teller: Teller) -> str:
    """An adcode, from it or from the name in any language."""
    districts = teller.city.districts
    found = next((one.adcode for one in districts if said in (one.adcode, *one.name.values())), None)
    if said and found is None:
        known = ", ".join(teller.words.name(one.name) for one in districts)
        raise Fault(teller.words("silence.unknown_district", district=said, known=known))
    return found or ""


def listed(database: Database, teller: Teller, now: datetime) -> list[str]:
    """A line for each that runs, is to come, or ended within the last day. Raises as `add`."""
    found = silences.silences(database, now - REMEMBERED)
    return [_line("silence.line", one, teller, now) for one in found] or [teller.words("silence.none")]


def end(database: Database, ids: Sequence[str], said: tuple[str, str], teller: Teller, now: datetime) -> list[str]:
    """End these, each by its id or that of its series, by whom and why. Raises as `add`."""
    known = silences.silences(database, now - REMEMBERED)
    chosen = [one.id for name in ids for one in _named(name, known, teller)]
    ended = [_told(lambda one=one: silences.cancel(database, one, *said, now), teller) for one in chosen]  # type: ignore[misc]
    return [teller.words("silence.ended", id=one.id) for one in ended]


def _named(name: str, known: Sequence[Quiet], teller: Teller) -> Iterator[Quiet]:
    found = [one for one in known if name in (one.id, one.id.partition("-")[0])]
    if not found:
        raise Fault(teller.words("silence.unknown_id", id=name))
    return iter(found)


def _told(act: Callable[[], Quiet], teller: Teller) -> Quiet:
    try:
        return act()
    except SilenceRefused as error:
        _refuse(error.why, teller)
        raise


def _refuse(why: str, teller: Teller) -> None:
    if why:
        text, options = teller.words(f"quiet.refused.{why}"), OPTIONS.get(why, "")
        raise Fault(teller.words("silence.refused", why=text, options=options) if options else text)


def _line(key: str, quiet: Quiet, teller: Teller, now: datetime) -> str:
    told = silence(quiet, teller, teller.city.profile.zone, now)
    same = {name: getattr(told, name) for name in ("id", "kind", "what", "owner", "reason", "until")}
    return teller.words(key, state=teller.words(f"silence.state.{told.state}"), **same)
