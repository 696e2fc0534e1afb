"""Sections about the work: cases, districts, overdue cases, and the data that all of it rests on. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from config.words import Words
from dashboard.brief import charts
from dashboard.brief.city_sections import absent, hours_of
from dashboard.brief.document import Cell, Chart, Column, Figure, Section, Table
from dashboard.brief.figures import Absent, Cases, Facts, Gap, Intake, Overdue, Tally
from dashboard.brief.wording import clock, district, joined, listed, metric, number, percent, shortened, span, under

MOST_GAPS = 3
MOST_REASONS = 4
MOST_SILENT = 3


# -- cases ----------------------------------------------------------------------------------------------------------


def cases(facts: Facts, words: Words) -> Section:
    found = facts.cases
    if isinstance(found, Absent):
        return absent("cases", found, words)
    values = list(found.hours)
    chart = charts.day_bars(values, hours_of(facts), number)
    notes = [words("brief.cases.note")]
    if found.without_due:
        notes.insert(0, words("brief.cases.without_due", n=found.without_due))
    return Section(
        "cases",
        words("brief.cases.title"),
        lead=(_categories(found, words),) if found.categories else (),
        figures=_case_figures(found, facts.day.state, words),
        chart=Chart(words("brief.cases.chart"), chart),
        notes=tuple(notes),
    )


def _categories(found: Cases, words: Words) -> str:
    named = ((name or words("brief.uncategorised"), n) for name, n in found.categories)
    return words(
        "brief.cases.categories",
        list=listed((words("brief.cases.category", name=name, n=number(n)) for name, n in named), words),
    )


def _case_figures(found: Cases, state: str, words: Words) -> tuple[Figure, ...]:
    say = under("brief.cases", words)
    total = found.total
    before = say("no_versus") if found.before is None else words("brief.cases.versus", n=number(found.before))
    closed = words("brief.cases.closed_today", n=number(found.closed_today))
    soon = words(f"brief.cases.overdue_below.{state}", n=number(found.due_soon))
    return (
        Figure(say("reported"), number(total.reported), words("unit.cases"), below=before),
        Figure(say("due"), number(total.due), words("unit.cases"), below=closed),
        _rate("closing", total, total.closed, total.closing_rate, words),
        _rate("on_time", total, total.on_time, total.on_time_rate, words),
        Figure(say("overdue"), number(total.overdue), words("unit.cases"), below=soon),
    )


def _rate(key: str, total: Tally, counted: int, rate: float | None, words: Words) -> Figure:
    """A rate with the two numbers it is made of; — and why when nothing was due."""
    label = words(f"brief.cases.{key}_rate")
    if rate is None:
        return Figure(label, words("brief.nothing"), below=words("brief.cases.nothing_due"))
    made_of = words(f"brief.cases.{key}_of", counted=number(counted), due=number(total.due))
    return Figure(label, percent(rate, words), words("unit.percent"), made_of)


def districts(facts: Facts, words: Words) -> Section:
    head = under("brief.districts", words)
    if isinstance(facts.cases, Absent) and isinstance(facts.rain, Absent) and isinstance(facts.warnings, Absent):
        return absent("districts", facts.cases, words)
    keys = ("reported", "due", "rate", "overdue", "warnings", "rain")
    columns = (Column(head("district"), share=1), *(Column(head(key), number=True) for key in keys))
    rows = (*(_district(code, facts, words) for code in _codes(facts)), _city(facts, words))
    return Section("districts", head("title"), table=Table(columns, rows), notes=(head("note"),))


def _codes(facts: Facts) -> list[str]:
    """The city's districts in their order; then '' when some cases lie in none."""
    found = set() if isinstance(facts.cases, Absent) else set(facts.cases.districts)
    found |= set() if isinstance(facts.warnings, Absent) else {one.district for one in facts.warnings}
    return [*sorted(facts.districts), *([""] if found - set(facts.districts) else [])]


def _city(facts: Facts, words: Words) -> tuple[Cell, ...]:
    """The last row: the whole city, so that a reader can add up."""
    nothing = words("brief.nothing")
    warnings = nothing if isinstance(facts.warnings, Absent) else number(len(facts.warnings))
    rain = nothing if isinstance(facts.rain, Absent) else number(facts.rain.day_max.value, 1)
    total = None if isinstance(facts.cases, Absent) else facts.cases.total
    return tuple(map(Cell, (words("brief.districts.total"), *_counts(total, words), warnings, rain)))


def _district(code: str, facts: Facts, words: Words) -> tuple[Cell, ...]:
    texts = (
        district(code, facts.districts, words),
        *_counts(None if isinstance(facts.cases, Absent) else _tally(code, facts.cases, facts), words),
        _district_warnings(code, facts, words),
        _district_rain(code, facts, words),
    )
    return tuple(Cell(text) for text in texts)


def _counts(tally: Tally | None, words: Words) -> tuple[str, ...]:
    """Reported, due, on-time rate, overdue."""
    if tally is None:
        return (words("brief.nothing"),) * 4
    rate = percent(tally.on_time_rate, words)
    return number(tally.reported), number(tally.due), rate, number(tally.overdue)


def _tally(code: str, found: Cases, facts: Facts) -> Tally:
    """Cases of a district; those of every district we do not know are 区划外, so that the columns add up."""
    if code:
        return found.districts.get(code, Tally())
    others = [tally for key, tally in found.districts.items() if key not in facts.districts]
    return Tally(
        reported=sum(one.reported for one in others),
        due=sum(one.due for one in others),
        closed=sum(one.closed for one in others),
        on_time=sum(one.on_time for one in others),
        overdue=sum(one.overdue for one in others),
    )


def _district_warnings(code: str, facts: Facts, words: Words) -> str:
    if isinstance(facts.warnings, Absent):
        return words("brief.nothing")
    counts = Counter(one.district if one.district in facts.districts else "" for one in facts.warnings)
    return number(counts[code])


def _district_rain(code: str, facts: Facts, words: Words) -> str:
    if isinstance(facts.rain, Absent) or code not in facts.rain.by_district:
        return words("brief.nothing")
    return number(facts.rain.by_district[code], 1)


def overdue(facts: Facts, words: Words) -> Section:
    found = facts.cases
    if isinstance(found, Absent):
        return absent("overdue", found, words)
    title = words("brief.overdue.title")
    if not found.overdue:
        return Section("overdue", title, lead=(words("brief.overdue.none"),))
    head = under("brief.overdue", words)
    columns = (
        Column(head("case"), share=1),
        Column(head("where")),
        Column(head("stage")),
        Column(head("late"), number=True),
    )
    rows = tuple(_overdue(one, facts, words) for one in found.overdue)
    more = words("brief.overdue.more", n=number(found.total.overdue), shown=len(rows))
    return Section("overdue", title, table=Table(columns, rows), notes=(more,))


def _overdue(one: Overdue, facts: Facts, words: Words) -> tuple[Cell, ...]:
    what = shortened(one.title or one.category or one.case)
    stage = words(f"stage.{one.stage}") if words.has(f"stage.{one.stage}") else one.stage
    return (Cell(what), Cell(district(one.district, facts.districts, words)), Cell(stage), Cell(span(one.late, words)))


# -- data -----------------------------------------------------------------------------------------------------------


def data(facts: Facts, words: Words) -> Section:
    found = facts.intake
    if isinstance(found, Absent):
        return absent("data", found, words)
    counts = {"readings": found.readings, "steps": found.steps, "events": found.events}
    accepted = words("brief.data.accepted", **{key: number(count) for key, count in counts.items()})
    taken = joined([accepted, _rejected(found, words)], words)
    lead = (taken, *_gaps(found, facts, words), *_silent(found, facts, words))
    return Section("data", words("brief.data.title"), lead=lead, notes=(words("brief.data.note"),))


def _rejected(found: Intake, words: Words) -> str:
    if not found.rejected:
        return words("brief.data.no_rejects")
    reasons = [
        words("brief.data.reason", stream=words(f"brief.stream.{stream}"), reason=_reason(reason, words), n=number(n))
        for stream, reason, n in found.rejected[:MOST_REASONS]
    ]
    if len(found.rejected) > MOST_REASONS:
        reasons.append("…")
    total = sum(n for _, _, n in found.rejected)
    return words("brief.data.rejected", n=number(total), list=listed(reasons, words))


def _reason(reason: str, words: Words) -> str:
    """A reason in words; one that nobody named is shown as it is."""
    key = f"ops.reason.{reason}"
    return words(key) if words.has(key) else reason


def _gaps(found: Intake, facts: Facts, words: Words) -> Iterator[str]:
    if not found.gaps:
        yield words("brief.data.complete")
    for gap in found.gaps[:MOST_GAPS]:
        yield _gap(gap, facts, words)
    if len(found.gaps) > MOST_GAPS:
        yield words("brief.data.more", n=len(found.gaps) - MOST_GAPS)


def _gap(gap: Gap, facts: Facts, words: Words) -> str:
    day = facts.day.date
    return words(
        "brief.data.gap",
        metric=metric(gap.metric, words),
        start=clock(gap.start, day, words),
        end=clock(gap.end, day, words),
        span=span(gap.seconds, words),
    )


def _silent(found: Intake, facts: Facts, words: Words) -> Iterator[str]:
    """Metrics of which some devices are silent; the one with the most first."""
    quiet = sorted((one for one in found.silences if one.silent), key=lambda one: -one.silent)
    for one in quiet[:MOST_SILENT]:
        since = clock(one.since, facts.day.date, words) if one.since else words("brief.nothing")
        name = metric(one.metric, words)
        yield words("brief.data.silent", metric=name, devices=one.devices, silent=one.silent, clock=since)
