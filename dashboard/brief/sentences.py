"""The three sentences at the top: what happened, what is overdue, what needs attention. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from config.words import Words
from dashboard.brief.document import Headline
from dashboard.brief.figures import LEVELS, Absent, Cases, Episode, Facts, Gauge
from dashboard.brief.wording import clock, held, joined, listed, metric, number, percent, place, span, unit

STATES = ("", "state")  # units of values that are names of states
BLIND = 3600  # s without one reading that a leader must know of before the first figure
NEAR = 0.5  # m below 警戒 at which a river is worth a leader's sentence; ours to choose, no standard says


def headlines(facts: Facts, words: Words) -> tuple[Headline, ...]:
    """Exactly three."""
    said = {"happened": happened(facts, words), "overdue": overdue(facts, words), "ahead": ahead(facts, words)}
    return tuple(Headline(words(f"brief.headline.{key}"), held(text)) for key, text in said.items())


def happened(facts: Facts, words: Words) -> str:
    said = [_blind(facts, words), _warnings(facts, words), _rain(facts, words), _reported(facts, words)]
    return joined(said, words)


def _blind(facts: Facts, words: Words) -> str:
    """The longest time of the day in which nothing was measured: what follows does not speak of it."""
    if isinstance(facts.intake, Absent):
        return ""
    for gap in facts.intake.gaps:
        if gap.metric == "" and gap.seconds >= BLIND:
            start, end = (clock(at, facts.day.date, words) for at in (gap.start, gap.end))
            return words("brief.say.blind", start=start, end=end)
    return ""


def _warnings(facts: Facts, words: Words) -> str:
    if isinstance(facts.warnings, Absent):
        return words(f"brief.say.warnings_unknown.{facts.warnings.why}")
    if not facts.warnings:
        return words("brief.say.no_warnings")
    worst = facts.warnings[0]
    where = place(worst.district, words.name(worst.place), facts.districts, words)
    peak = peak_text(worst, words)
    return words(
        "brief.say.warnings",
        n=len(facts.warnings),
        levels=level_counts(facts.warnings, words),
        place=where,
        title=words.name(worst.title),
        peak=words("brief.say.peak", value=peak) if peak and worst.peak is not None else "",
    )


def level_counts(warnings: tuple[Episode, ...], words: Words) -> str:
    """红色 1、橙色 2: the levels that occurred, worst first."""
    counts = Counter(one.worst for one in warnings)
    return listed((f"{words(f'level.{level}')} {counts[level]}" for level in reversed(LEVELS) if counts[level]), words)


def peak_text(warning: Episode, words: Words) -> str:
    """4.52 m; — when no value is known; nothing for a state (running, fault): its number means nothing."""
    if warning.peak is None:
        return words("brief.nothing")
    if warning.unit in STATES:
        return ""
    digits = 2 if warning.unit == "m" else 0 if float(warning.peak).is_integer() else 1
    return f"{number(warning.peak, digits)} {unit(warning.unit, words)}".strip()


def _rain(facts: Facts, words: Words) -> str:
    if isinstance(facts.rain, Absent):
        return words("brief.say.rain_unknown")
    most = facts.rain.hour_max
    if facts.rain.day_max.value <= 0:
        return words("brief.say.no_rain")
    where = place(most.district, most.device, facts.districts, words)
    return words("brief.say.rain", value=number(most.value, 1), place=where)


def _reported(facts: Facts, words: Words) -> str:
    if isinstance(facts.cases, Absent):
        return words("brief.say.cases_unknown")
    return words("brief.say.reported", n=number(facts.cases.total.reported), change=_change(facts.cases, words))


def _change(cases: Cases, words: Words) -> str:
    """Against the same hours of the day before; nothing when those hours are not whole."""
    if cases.before is None:
        return ""
    more = cases.total.reported - cases.before
    if not more:
        return words("brief.say.same")
    sign = words("brief.say.more") if more > 0 else words("brief.say.fewer")
    return words("brief.say.change", sign=sign, n=number(abs(more)))


def overdue(facts: Facts, words: Words) -> str:
    return joined([_late(facts, words), _rate(facts, words), _unacknowledged(facts, words)], words)


def _late(facts: Facts, words: Words) -> str:
    cases = facts.cases
    if isinstance(cases, Absent):
        return words("brief.say.cases_unknown")
    if not cases.overdue:
        return words("brief.say.no_overdue")
    oldest = cases.overdue[0]
    where = words.name(facts.districts[oldest.district]) + " " if oldest.district in facts.districts else ""
    category = oldest.category or words("brief.uncategorised")
    late = span(oldest.late, words)
    return words("brief.say.overdue", n=number(cases.total.overdue), late=late, place=where, category=category)


def _rate(facts: Facts, words: Words) -> str:
    if isinstance(facts.cases, Absent) or not facts.cases.total.due:
        return ""
    total = facts.cases.total
    rate = percent(total.on_time_rate, words)
    return words("brief.say.rate", due=number(total.due), on_time=number(total.on_time), rate=rate)


def _unacknowledged(facts: Facts, words: Words) -> str:
    if isinstance(facts.warnings, Absent):
        return ""
    waiting = sum(one.waiting for one in facts.warnings)
    return words("brief.say.unacknowledged", n=waiting) if waiting else ""


def ahead(facts: Facts, words: Words) -> str:
    """What tomorrow finds. Parts that could not be read are named, so that silence is never good news."""
    said = [*_open(facts, words), *_due(facts, words), *_rivers(facts, words), *_gaps(facts, words)]
    unknown = [key for key in ("warnings", "cases", "rivers", "intake") if isinstance(getattr(facts, key), Absent)]
    if unknown:
        parts = listed((words(f"brief.part.{key}") for key in unknown), words)
        said.append(words("brief.say.ahead_unknown", parts=parts))
    if not said:
        return words("brief.say.ahead_nothing")
    text = words("brief.semicolon").join(said)
    return text[0].upper() + text[1:] + words("brief.stop")


def _open(facts: Facts, words: Words) -> Iterator[str]:
    if not isinstance(facts.warnings, Absent):
        still = sum(one.still for one in facts.warnings)
        if still:
            yield words("brief.say.ahead_open", n=still)


def _due(facts: Facts, words: Words) -> Iterator[str]:
    if not isinstance(facts.cases, Absent) and facts.cases.due_soon:
        yield words(f"brief.say.ahead_due.{facts.day.state}", n=number(facts.cases.due_soon))


def _rivers(facts: Facts, words: Words) -> Iterator[str]:
    """Stations whose last level is over, or within NEAR of, 警戒; the highest first."""
    if isinstance(facts.rivers, Absent):
        return
    known = [(gauge, gauge.marks, gauge.last) for gauge in facts.rivers]
    over = [(last - marks.warning, gauge) for gauge, marks, last in known if marks and last is not None]
    for above, gauge in sorted(over, key=lambda pair: -pair[0]):
        if above >= -NEAR:
            key = "ahead_river_over" if above >= 0 else "ahead_river_near"
            yield words(f"brief.say.{key}", place=gauge_name(gauge, words), value=number(abs(above), 2))


def gauge_name(gauge: Gauge, words: Words) -> str:
    return f"{words.name(gauge.river)} {words.name(gauge.name)}"


def _gaps(facts: Facts, words: Words) -> Iterator[str]:
    """Sources that are still silent at the brief's time."""
    if isinstance(facts.intake, Absent):
        return
    for gap in facts.intake.gaps:
        if gap.end >= facts.day.until:
            name, since = metric(gap.metric, words), clock(gap.start, facts.day.date, words)
            yield words("brief.say.ahead_gap", metric=name, clock=since)
