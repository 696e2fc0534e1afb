"""Sections about the city itself: warnings, events, rivers, rain, air. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from config.words import Words
from dashboard.brief import charts
from dashboard.brief.air import band, standard
from dashboard.brief.document import Cell, Chart, Column, Figure, Section, Table
from dashboard.brief.figures import Absent, Air, Corrected, Episode, Facts, Fall, Gauge, Happening, Rain, Standing
from dashboard.brief.sentences import gauge_name, level_counts, peak_text
from dashboard.brief.wording import clock, number, place, span, under

MOST_WARNINGS = 6  # what fits one page; the rest is counted in words
MOST_EVENTS = 3
MOST_CORRECTIONS = 3


def absent(key: str, why: Absent, words: Words) -> Section:
    """A section that could not be had says why."""
    return Section(key, words(f"brief.{key}.title"), lead=(words(f"brief.{why.why}"),))


# -- warnings -------------------------------------------------------------------------------------------------------


def warnings(facts: Facts, words: Words) -> Section:
    found = facts.warnings
    if isinstance(found, Absent):
        return absent("warnings", found, words)
    title, notes = words("brief.warnings.title"), (words("brief.warnings.note"),)
    late = tuple(_corrected(facts, words))
    if not found:
        return Section("warnings", title, lead=(words("brief.warnings.none"), *late), notes=notes)
    shown, rest = found[:MOST_WARNINGS], len(found) - MOST_WARNINGS
    more = (words("brief.warnings.more", n=rest),) if rest > 0 else ()
    table = Table(_warning_columns(words), tuple(_warning(one, facts, words) for one in shown))
    return Section("warnings", title, lead=(_summary(found, words), *late), table=table, notes=more + notes)


def _corrected(facts: Facts, words: Words) -> Iterator[str]:
    """What late data changes in what was told of the day: counted, and the first few told."""
    found = facts.corrections
    if isinstance(found, Absent):
        yield words("late.unknown")
    elif found:
        lines = [_correction(one, facts, words) for one in found[:MOST_CORRECTIONS]]
        yield words("late.brief", n=len(found), list=words("brief.semicolon").join(lines))


def _correction(one: Corrected, facts: Facts, words: Words) -> str:
    where = place(one.district, words.name(one.place), facts.districts, words)
    verdict = words(f"late.verdict.{one.verdict}")
    stood = {"now": _stood(one.now, facts, words), "told": _stood(one.told, facts, words)}
    return words("late.brief_line", title=words.name(one.title), place=where, verdict=verdict, **stood)


def _stood(one: Standing | None, facts: Facts, words: Words) -> str:
    if one is None:
        return words("late.nothing")
    day = facts.day.date
    until = clock(one.until, day, words) if one.until else words("late.goes_on")
    return words(
        "late.said", level=words(f"level.{one.level}"), since=clock(one.since, day, words), until=until, peak=""
    )


def _summary(found: tuple[Episode, ...], words: Words) -> str:
    counts = {"open": sum(one.still for one in found), "waiting": sum(one.waiting for one in found)}
    said = words("brief.warnings.summary", levels=level_counts(found, words), **counts)
    hidden = sum(one.hidden for one in found)
    return said + (words("brief.warnings.hidden", n=hidden) if hidden else "")


def _warning_columns(words: Words) -> tuple[Column, ...]:
    head = under("brief.warnings", words)
    return (
        Column(head("level")),
        Column(head("what"), share=9),
        Column(head("where"), share=11),
        Column(head("peak"), number=True),
        Column(head("span")),
        Column(head("acknowledged")),
    )


def _warning(one: Episode, facts: Facts, words: Words) -> tuple[Cell, ...]:
    known = (("stale", one.stale), ("quiet", one.hidden), ("doubt", one.doubtful))
    marks = [words(f"brief.warnings.{key}") for key, told in known if told]
    title = " · ".join([words.name(one.title), *marks])
    return (
        Cell(words(f"level.{one.worst}"), level=one.worst),
        Cell(title),
        Cell(place(one.district, words.name(one.place), facts.districts, words)),
        Cell(peak_text(one, words)),
        Cell(_from_to(one, facts, words)),
        Cell(_acknowledged(one, words), open=one.waiting),
    )


def _from_to(one: Episode, facts: Facts, words: Words) -> str:
    start = clock(one.opened, facts.day.date, words)
    if one.cleared is None:
        return words("brief.warnings.still", start=start)
    return words("brief.warnings.range", start=start, end=clock(one.cleared, facts.day.date, words))


def _acknowledged(one: Episode, words: Words) -> str:
    if one.taken is None:
        return words("brief.warnings.nobody")
    after = span(one.taken, words)
    return words("brief.warnings.by", actor=one.actor, after=after)


def events(facts: Facts, words: Words) -> Section:
    found = facts.events
    if isinstance(found, Absent):
        return absent("events", found, words)
    lines = [_event(one, facts, words) for one in found[:MOST_EVENTS]]
    if len(found) > MOST_EVENTS:
        lines.append(words("brief.events.more", n=len(found) - MOST_EVENTS))
    return Section("events", words("brief.events.title"), lead=tuple(lines) or (words("brief.events.none"),))


def _event(one: Happening, facts: Facts, words: Words) -> str:
    where = place(one.district, "", facts.districts, words).strip()
    return words(
        "brief.events.line",
        clock=clock(one.at, facts.day.date, words),
        title=one.title,
        place=words("brief.events.place", place=where) if where else "",
    )


# -- water and air --------------------------------------------------------------------------------------------------


def rivers(facts: Facts, words: Words) -> Section:
    found = facts.rivers
    if isinstance(found, Absent):
        return absent("rivers", found, words)
    title = words("brief.rivers.title")
    if not found:
        return Section("rivers", title, lead=(words("brief.rivers.none"),))
    head = under("brief.rivers", words)
    columns = (
        Column(head("station"), share=33),
        Column(head("peak"), number=True),
        Column(head("at"), number=True),
        Column(head("gauge"), share=24, phone=False),
        Column(head("compare"), number=True),
    )
    table = Table(columns, tuple(_gauge(gauge, facts, words) for gauge in found))
    return Section("rivers", title, table=table, notes=(head("note"),))


def _gauge(gauge: Gauge, facts: Facts, words: Words) -> tuple[Cell, ...]:
    nothing = words("brief.nothing")
    at = clock(gauge.peak_at, facts.day.date, words) if gauge.peak_at else nothing
    return (
        Cell(gauge_name(gauge, words)),
        Cell(nothing if gauge.peak is None else number(gauge.peak, 2)),
        Cell(at),
        Cell(_gauge_text(gauge, words), svg=charts.gauge(gauge.base, gauge.marks, gauge.peak)),
        Cell(compare(gauge, words)),
    )


def _gauge_text(gauge: Gauge, words: Words) -> str:
    if gauge.marks is None or gauge.peak is None:
        return compare(gauge, words)
    low, high = number(gauge.marks.warning, 2), number(gauge.marks.guarantee, 2)
    return words("brief.rivers.gauge_text", peak=number(gauge.peak, 2), warning=low, guarantee=high)


def compare(gauge: Gauge, words: Words) -> str:
    """How far the day's peak is over the highest mark it reached, or under 警戒, in metres."""
    if gauge.peak is None:
        return words("brief.rivers.no_data")
    if gauge.marks is None:
        return words("brief.rivers.no_marks")
    marks = {"highest": gauge.marks.highest, "guarantee": gauge.marks.guarantee, "warning": gauge.marks.warning}
    for key, mark in marks.items():
        if mark is not None and gauge.peak >= mark:
            return words(f"brief.rivers.over_{key}", value=number(gauge.peak - mark, 2))
    return words("brief.rivers.below", value=number(gauge.marks.warning - gauge.peak, 2))


def rain(facts: Facts, words: Words) -> Section:
    found = facts.rain
    if isinstance(found, Absent):
        return absent("rain", found, words)
    figures = (
        _fall("hour", found.hour_max, facts, words),
        _fall("day", found.day_max, facts, words),
    )
    note = words("brief.rain.note", n=number(found.gauges))
    chart = Chart(words("brief.rain.chart"), _rain_bars(found, facts))
    return Section("rain", words("brief.rain.title"), figures=figures, chart=chart, notes=(note,))


def _rain_bars(found: Rain, facts: Facts) -> str:
    means = [hour and hour[0] for hour in found.hours]
    most = [hour and hour[1] for hour in found.hours]
    return charts.day_bars(means, hours_of(facts), lambda value: number(value, 1), behind=most)


def hours_of(facts: Facts) -> int:
    """Hours of the local day: 24, or 23 or 25 where clocks change."""
    return round((facts.day.end.timestamp() - facts.day.start.timestamp()) / 3600)


def _fall(key: str, fall: Fall, facts: Facts, words: Words) -> Figure:
    where = place(fall.district, fall.device, facts.districts, words)
    if fall.value <= 0:
        where = ""
    elif fall.at:
        where = words("brief.rain.place", place=where, clock=clock(fall.at, facts.day.date, words))
    return Figure(words(f"brief.rain.{key}"), number(fall.value, 1), "mm", below=where)


def air(facts: Facts, words: Words) -> Section:
    found = facts.air
    if isinstance(found, Absent):
        return absent("air", found, words)
    all_of, valid = max(one.stations for one in found), max(one.valid for one in found)
    note = words("brief.air.note", standard=standard(facts.day.date), valid=valid, all=all_of)
    figures = tuple(_pollutant(one, words) for one in found)
    return Section("air", words("brief.air.title"), figures=figures, notes=(note,))


def _pollutant(one: Air, words: Words) -> Figure:
    index = words("brief.air.index", n=one.iaqi, band=words(f"brief.air.band.{band(one.iaqi)}"))
    below = "" if one.valid else words("brief.air.short")
    unit = words("unit.ug_m3")
    return Figure(words(f"brief.air.{one.pollutant}"), number(one.mean, 0), unit, beside=index, below=below)
