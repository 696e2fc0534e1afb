"""Facts and words to a Document. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from config.words import Words
from dashboard.brief import city_sections, work_sections
from dashboard.brief.document import Document
from dashboard.brief.figures import Facts
from dashboard.brief.sentences import headlines
from dashboard.brief.wording import long_date

SECTIONS = (
    city_sections.warnings,
    city_sections.events,
    city_sections.rivers,
    city_sections.rain,
    work_sections.cases,
    work_sections.districts,
    work_sections.overdue,
    city_sections.air,
    work_sections.data,
)


def compose(facts: Facts, words: Words) -> Document:
    """The whole brief in one language."""
    day = facts.day
    sections = [section(facts, words) for section in SECTIONS]
    made = f"{facts.made:%Y-%m-%d %H:%M}"
    return Document(
        language=words.language,
        title=words("brief.title"),
        subtitle=words("brief.subtitle", city=words.name(facts.city), date=long_date(day.date, words)),
        until=words(f"brief.until.{day.state}", clock=f"{day.until:%H:%M}"),
        marks=tuple(_marks(facts, words)),
        headlines=headlines(facts, words),
        sections={section.key: section for section in sections},
        foot=words("brief.foot", made=made, zone=facts.zone),
        links=_links(facts, words),
    )


def _marks(facts: Facts, words: Words) -> Iterator[str]:
    if facts.simulated:
        yield words("brief.mark.simulated")
    if facts.sample:
        yield words("brief.mark.sample")


def _links(facts: Facts, words: Words) -> dict[str, str]:
    """Where the page leads, by key of words `brief.link.`: other formats, other days, the other language."""
    day = facts.day.date
    other = "en" if words.language != "en" else "zh-CN"
    links = {
        "before": f"{day - timedelta(days=1)}?lang={words.language}",
        "pdf": f"{day}.pdf?lang={words.language}",
        "other": f"{day}?lang={other}",
    }
    if facts.made.date() > day:
        links["after"] = f"{day + timedelta(days=1)}?lang={words.language}"
    return links
