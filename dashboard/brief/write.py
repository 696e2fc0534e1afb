"""Writes a brief in one of its formats: for the command line, and for the web."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from config.read import read_city, read_words
from config.settings import Settings, SettingsError
from config.words import Words
from dashboard.brief.compose import compose
from dashboard.brief.facts import FutureDay, build, readable, yesterday
from dashboard.brief.figures import Facts
from dashboard.brief.page import to_html
from dashboard.brief.pdf import to_pdf


def _html(facts: Facts, words: Words) -> bytes:
    return to_html(compose(facts, words), words).encode()


def _pdf(facts: Facts, words: Words) -> bytes:
    return to_pdf(compose(facts, words), facts.made)


FORMATS: Mapping[str, Callable[[Facts, Words], bytes]] = {"html": _html, "pdf": _pdf}


def render(facts: Facts, format: str, words: Words) -> bytes:
    """The brief as `html` (UTF-8) or `pdf`. SettingsError for another format."""
    if format not in FORMATS:
        raise SettingsError(f"a brief cannot be written as {format!r} yet; write one of {', '.join(FORMATS)}")
    return FORMATS[format](facts, words)


def write(settings: Settings, day: date | None, format: str, language: str, now: datetime) -> bytes:
    """The brief of `day` (the city's yesterday if None) of this machine's city.

    Raises SettingsError (a day to come, an unknown format), ConfigError, DatabaseUnavailable.
    """
    from alerts.rulebook import read_rulebook
    from layers.geometry import load_city
    from streams.clickhouse import Database

    city = load_city(read_city(settings.city))
    words = read_words(language)
    if day and not readable(day):
        raise SettingsError(f"no brief can be made of {day}; write a day such as 2026-07-21")
    database = Database(settings.database_url)
    try:
        facts = build(database, city, read_rulebook(), day or yesterday(city.profile.zone, now), now)
    except FutureDay as error:
        raise SettingsError(f"{error}; write a day that has begun, or none for yesterday") from None
    finally:
        database.close()
    return render(facts, format, words)
