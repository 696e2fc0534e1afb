"""Why, of what is counted: cases against the weeks before, deadlines, silent devices, warnings, messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from alerts.alert import LEVELS, instant
from alerts.evidence import Grades, Issued, Slot, Weeks
from alerts.grounds import Case, Doubtful, Hushed, Refused
from alerts.watches import Cases, Marked, Rejects, Silence, Surge
from dashboard.desk import bars
from dashboard.desk.bars import Bar, Length
from dashboard.desk.chart import Threshold
from dashboard.desk.proof import NEWEST, Proof, Telling
from dashboard.telling import NOTHING
from layers.devices import Gateway, Quiet


def surge(told: Telling, watch: Surge, found: Weeks | None, cases: Sequence[Case]) -> Proof:
    words = told.words
    note = words("why.note.surge", span=told.span(watch.window), weeks=watch.weeks)
    title = words("why.title.surge", weeks=watch.weeks)
    if found is None:
        return Proof(title, note)
    drawn = [Bar(words("why.week", n=week), number) for week, number in enumerate(found.before, 1)][::-1]
    levels = [Threshold(level, float(number)) for level, number in found.needs.items()]
    usual = Threshold("", found.expected, words("why.expected"))
    figure = bars.bars([*drawn, Bar(words("why.week_now"), found.now)], levels, words("unit.cases"), words, usual)
    return _with_cases(told, Proof(title, note, figure), cases)


def counted(told: Telling, watch: Cases, found: Sequence[Slot], cases: Sequence[Case]) -> Proof:
    title = told.words("why.title.slots", span=told.span(watch.window))
    figure = bars.bars(told.slots(found), told.levels(), told.unit, told.words)
    return _with_cases(told, Proof(title, told.teller.place(told.alert), figure), cases)


def _with_cases(told: Telling, plain: Proof, cases: Sequence[Case]) -> Proof:
    rows = [
        (told.clock(one.at), one.title or one.category or NOTHING, told.teller.district(one.district), one.case)
        for one in cases[:NEWEST]
    ]
    heads = told.heads("reported", "title", "district", "case")
    return Proof(plain.title, plain.note, plain.figure, heads, tuple(rows), (), len(cases))


def deadlines(told: Telling, grades: Grades, cases: Sequence[Case]) -> Proof:
    """The numbers of each grade; the cases whose time ended first."""
    words = told.words
    counts = [sum(one.part == part for one in cases) for part in range(len(grades.names))]
    drawn = [Bar(words(f"why.grade.{name}"), number) for name, number in zip(grades.names, counts, strict=True)]
    figure = bars.bars(drawn, (), words("unit.cases"), words)
    rows = [
        (told.clock(one.at), one.title or one.category or NOTHING, one.department or NOTHING, one.case)
        for one in cases[:NEWEST]
    ]
    note = words("why.note.deadlines", n=f"{len(cases):,}")
    heads = told.heads("due", "title", "department", "case")
    return Proof(words("why.title.deadlines"), note, figure, heads, tuple(rows), (), len(cases))


# -- what is beside readings and cases


def gaps(told: Telling, gateway: Gateway | None, found: Sequence[Quiet]) -> Proof:
    words, title = told.words, told.words("why.title.gaps")
    known, silent = (gateway.devices, gateway.silent) if gateway else (len(found), len(found))
    note = words("why.note.gaps", devices=known, silent=silent)
    if not found:
        return Proof(title, note)
    since = told.now - timedelta(days=1)
    drawn = [Length(one.device, one.last or since, told.now) for one in found]
    rows = [(one.device, words.name(one.name) or one.kind or NOTHING, told.since(one.last)) for one in found[:NEWEST]]
    heads = told.heads("device", "kind", "last")
    return Proof(title, note, bars.lengths(drawn, told.zone, told.now), heads, tuple(rows), (2,), silent)


def issued(told: Telling, found: Sequence[Issued]) -> Proof:
    words, title = told.words, told.words("why.title.issued")
    if not found:
        return Proof(title)
    drawn = [Length(one.kind, instant(one.began), told.now, LEVELS[one.level - 1]) for one in found]
    rows = [
        (one.title, one.sender or NOTHING, told.clock(one.at), _until(told, one.expires), one.area or NOTHING)
        for one in found[:NEWEST]
    ]
    note = words("why.note.issued", sender=found[0].sender or NOTHING)
    heads = told.heads("headline", "sender", "sent", "expires", "area")
    return Proof(title, note, bars.lengths(drawn, told.zone, told.now), heads, tuple(rows), (), len(found))


def _until(told: Telling, at: int | None) -> str:
    return told.clock(at) if at is not None else told.words("why.unsaid")


def rejects(told: Telling, watch: Rejects, found: Sequence[Slot], refused: Sequence[Refused]) -> Proof:
    words = told.words
    rows = [
        (told.named("ops.reason", one.reason), f"{one.messages:,}", told.clock(one.newest)) for one in refused[:NEWEST]
    ]
    title = words("why.title.rejects", span=told.span(watch.window))
    figure = bars.bars(told.slots(found), told.levels(), told.unit, words)
    heads = told.heads("reason", "count", "last")
    return Proof(title, told.teller.place(told.alert), figure, heads, tuple(rows), (1, 2), len(refused))


def marked(told: Telling, watch: Marked, found: Sequence[Slot], doubtful: Sequence[Doubtful]) -> Proof:
    words = told.words
    note = words(
        "why.note.marked",
        metric=told.teller.place(told.alert),
        mark=told.named("why.mark", watch.marked),
    )
    rows = [
        (one.device, f"{one.readings:,}", told.span(max(1000, round(abs(one.off)) * 1000)), told.clock(one.newest))
        for one in doubtful[:NEWEST]
    ]
    title = words("why.title.marked", span=told.span(watch.window))
    figure = bars.bars(told.slots(found), told.levels(), told.unit, words)
    heads = told.heads("device", "readings", "clock", "last")
    return Proof(title, note, figure, heads, tuple(rows), (1, 2, 3), len(doubtful))


def silent(told: Telling, watch: Silence, found: Sequence[Slot], hushed: Sequence[Hushed]) -> Proof:
    """How many spoke, against how many are left when a level fires: the rule counts those that do not."""
    words = told.words
    total = (found[-1].value or 0.0) + len(hushed)
    left = [Threshold(one.level, round(total * (1 - one.value / 100), 1)) for one in told.levels()]
    figure = bars.bars(told.slots(found), left, words("unit.devices"), words)
    rows = [
        (one.device, told.teller.district(one.district) or NOTHING, told.since(instant(one.newest)))
        for one in hushed[:NEWEST]
    ]
    title = words("why.title.silent", span=told.span(watch.silent))
    note = words("why.note.silent", metric=told.teller.place(told.alert))
    return Proof(title, note, figure, told.heads("device", "district", "last"), tuple(rows), (2,), len(hushed))
