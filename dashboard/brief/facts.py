"""The facts of one local day of a city, asked of the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from alerts.official import called
from config.city import CityProfile
from config.read import read_words
from config.words import LANGUAGES, Names
from dashboard.brief.asking import Asking, Database, Subject
from dashboard.brief.figures import Day, Facts
from dashboard.brief.quiet import hidden

if TYPE_CHECKING:
    from alerts.rules import RuleBook
    from layers.geometry import City
    from streams.clickhouse import Database as Server

DAY = timedelta(days=1)
YEARS = range(1971, 2200)  # what the tables can hold, and then some


class FutureDay(ValueError):
    """The day has not begun: there is nothing to say about it."""


def day_of(day: date, profile: CityProfile, now: datetime) -> Day:
    """The local day [00:00, 24:00) in the city's zone, up to `now` while it lasts. FutureDay when it has not begun."""
    start = datetime(day.year, day.month, day.day, tzinfo=profile.zone)
    end = start + DAY  # local time: 23 or 25 hours later where clocks change
    if now < start:
        raise FutureDay(f"{day} has not begun in {profile.timezone}")
    return Day(day, start, end, min(end, now.astimezone(profile.zone)))


def readable(day: date) -> bool:
    """The database can be asked about that day."""
    return day.year in YEARS


def yesterday(zone: tzinfo, now: datetime) -> date:
    """The last day that is over in `zone`."""
    return now.astimezone(zone).date() - DAY


def build(database: Server, city: City, rulebook: RuleBook, date: date, now: datetime) -> Facts:
    """The facts of `date` in a city. Raises FutureDay, or DatabaseUnavailable when nobody answers at all."""
    districts = {district.adcode: district.name for district in city.districts}
    rules = {rule.key: (rule.names, rule.unit) for rule in rulebook.rules}
    hushed, issued = partial(hidden, database, rulebook), partial(_issued, rulebook)
    return gather(database, Subject(city.profile, districts, city.places, rules, hushed, issued), date, now)


def _issued(rulebook: RuleBook, rule: str, title: str, level: str) -> Names:
    """What an official warning is called, in each language."""
    return {one: called(rulebook.rule(rule), {"title": title}, level, read_words(one)) for one in LANGUAGES}


def gather(database: Database, subject: Subject, date: date, now: datetime) -> Facts:
    """Everything the brief of `date` says. A question that fails makes its part Absent, and is logged.

    Raises FutureDay, or DatabaseUnavailable when nobody answers at all.
    """
    asking = Asking(database, subject, day_of(date, subject.profile, now))
    return Facts(
        city=subject.profile.name,
        zone=subject.profile.timezone,
        day=asking.day,
        made=now.astimezone(subject.profile.zone),
        simulated=asking.or_absent(asking.simulated) is True,
        sample=subject.profile.sample,
        districts=dict(subject.districts),
        warnings=asking.or_absent(asking.warnings),
        rivers=asking.or_absent(asking.rivers),
        rain=asking.or_absent(asking.rain),
        cases=asking.or_absent(asking.cases),
        events=asking.or_absent(asking.events),
        air=asking.or_absent(asking.air),
        intake=asking.or_absent(asking.intake),
        corrections=asking.or_absent(asking.corrections),
    )
