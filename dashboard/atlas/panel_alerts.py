"""The warnings of the chosen place, as lists of links to the desk: what is open here or over it, what was. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html
from dash.development.base_component import Component

from alerts.events import event_of, told_of
from dashboard.atlas.panel_rows import failed, listed, nothing
from dashboard.atlas.telling import place_name
from dashboard.telling import lasted
from layers.palettes import SHAPES

if TYPE_CHECKING:
    from dashboard.atlas.covering import Warned
    from dashboard.atlas.place import Facts
    from dashboard.atlas.telling import Reader
    from layers.contents import Past


def alerts(facts: Facts, reader: Reader) -> list[Component]:
    if facts.alerts is None:
        return [failed(reader)]
    if not facts.alerts:
        return [nothing(reader, "alerts")]
    parts: list[Component] = []
    for wanted in (True, False):
        rows = [_alert(one, one.alert.id in facts.quiet, reader) for one in facts.alerts if one.here == wanted]
        over = rows and not wanted
        parts += [html.H4(reader.say("alerts.over.title", n=len(rows)))] if over else []
        parts += listed(rows) if rows else []
    return parts


def _alert(one: Warned, quiet: bool, reader: Reader) -> Component:
    line = reader.teller.line(one.alert)
    where = [*_where(one, line.place, reader), reader.say("alerts.since", clock=reader.clock(line.since))]
    where += [reader.say("alerts.quiet")] if quiet else []
    head = [level(line.level, reader), html.B(line.headline), html.Span(line.value)]
    desk = f"/desk?alert={line.id}&lang={reader.words.language}"
    return html.Li(html.A([html.Div(head), html.Small(" · ".join(where))], href=desk))


def _where(one: Warned, place: str, reader: Reader) -> list[str]:
    """Where it is told; of one that holds over more than what is looked at, also all of what."""
    if not one.over:
        return [place] if place else []
    about = told_of(one.alert.place, one.alert.district, reader.teller.city.profile)
    name = place if one.over == "area" else place_name(about, reader)
    whole = reader.say(f"alerts.over.{one.over}", name=name)
    return [whole] if place == name or one.over == "cell" else [place, whole]


def level(level: str, reader: Reader) -> Component:
    return html.I(f"{SHAPES[level]} {reader.words(f'level.{level}')}", className=f"atlas-level {level}")


def counted(facts: Facts, reader: Reader) -> tuple[str, str]:
    """How many lie in it, and how many hold over it."""
    if facts.alerts is None:
        return "—", ""
    here = sum(one.here for one in facts.alerts)
    over = len(facts.alerts) - here
    return str(here), reader.say("alerts.over.title", n=over) if over else ""


def past(facts: Facts, reader: Reader) -> list[Component]:
    if facts.past is None:
        return [failed(reader)]
    if not facts.past:
        return [nothing(reader, "history")]
    return listed([_past(one, reader) for one in facts.past])


def _past(one: Past, reader: Reader) -> Component:
    rule = reader.teller.rulebook.rule(one.rule)
    long = (
        reader.say("history.lasted", age=lasted(one.ended - one.began, reader.words))
        if one.ended
        else reader.say("history.open")
    )
    head = html.Div([level(one.level, reader), html.B(reader.words.name(rule.names)), html.Em(long)])
    where = "" if event_of(one.place) else place_name(one.place, reader)  # its name is told of what is open only
    small = html.Small(" · ".join(filter(None, [reader.clock(one.began), where])))
    return html.Li(html.A([head, small], href=f"/desk?alert={one.alert}&lang={reader.words.language}"))
