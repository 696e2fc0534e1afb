"""What lies in the chosen place, as lists of links: devices, cases, events, facilities. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from dashboard.atlas import panel_alerts
from dashboard.atlas.panel_rows import failed, listed, nothing
from dashboard.atlas.telling import device_name, link, metric, said, way
from dashboard.spoken import marked
from dashboard.telling import lasted
from layers import legend

if TYPE_CHECKING:
    from dashboard.atlas.place import Facts
    from dashboard.atlas.telling import Reader
    from layers.contents import Case, Device, Event, Near, Several
    from layers.sites import Weight


def devices(facts: Facts, reader: Reader) -> list[Component]:
    found = facts.devices
    if found is None:
        return [failed(reader)]
    if not found.items:
        return [nothing(reader, "devices")]
    return _split(found, lambda one: _device(one, reader), "devices", reader)


def _device(one: Device, reader: Reader) -> Component:
    words = reader.words
    told = ", ".join(f"{metric(word.metric, words)} {said(word, words)}" for word in one.words[:3])
    name = [
        html.I(className=f"atlas-dot {one.state}"),
        html.Span(device_name(one, words)),
        html.Em(_state(one, reader)),
    ]
    rows = [html.Div(name), *([html.Small(told)] if told else [])]
    return html.Li(link(reader, f"device:{one.id}", rows, (one.lat, one.lon)))


def _state(one: Device, reader: Reader) -> str:
    if one.last is None:
        return reader.say("devices.never")
    age = reader.age(one.last)
    return reader.say("devices.silent_since", age=age) if one.state == "silent" else age


def cases(facts: Facts, reader: Reader) -> list[Component]:
    found = facts.cases
    if found is None:
        return [failed(reader)]
    if not found.items:
        return [nothing(reader, "cases")]
    return _split(found, lambda one: _case(one, reader), "cases", reader)


def _case(one: Case, reader: Reader) -> Component:
    stage = f"stage.{one.stage}"
    told = [reader.words(stage) if reader.words.has(stage) else one.stage, one.category, one.id]
    late = html.Em(_due(one, reader), className="late" if one.overdue else "")
    rows = [
        html.Div([_title(one.title or one.category or one.id, reader), late]),
        html.Small(_said(" · ".join(filter(None, told)), reader)),
    ]
    return html.Li(html.Div(rows, className="atlas-row", **_spot(one)))


def _title(text: str, reader: Reader) -> Component:
    return html.Span(_said(text, reader))


def _said(text: str, reader: Reader) -> list[str | Component]:
    """What a person, a file or a feed called it, in the language in which it was said."""
    return marked(text, reader.words.language)


def _due(one: Case, reader: Reader) -> str:
    if one.due is None:
        return reader.say("cases.none_due")
    if one.overdue:
        return reader.say("cases.late", age=lasted(reader.now - one.due, reader.words))
    return reader.say("cases.due", clock=reader.clock(one.due))


def events(facts: Facts, reader: Reader) -> list[Component]:
    found = facts.events
    if found is None:
        return [failed(reader)]
    if not found.items:
        return [nothing(reader, "events")]
    return listed([_event(one, reader) for one in found.items])


def _event(one: Event, reader: Reader) -> Component:
    head = html.Div([_title(one.title or _event_kind(one, reader), reader), html.Em(reader.age(one.told))])
    return html.Li(
        html.Div([head, html.Small(_said(_event_kind(one, reader), reader))], className="atlas-row", **_spot(one))
    )


def _event_kind(one: Event, reader: Reader) -> str:
    """What a feed calls a kind of event; those that are known have a word."""
    key = f"event_kind.{one.kind}"
    return reader.say(key) if reader.words.has(f"atlas_panel.{key}") else one.kind


def _spot(one: Case | Event) -> dict[str, Any]:
    return {} if one.lat is None else {"data-spot": f"{one.lat:.5f},{one.lon:.5f}"}


def nearest(near: Sequence[Near], reader: Reader) -> list[Component]:
    if not near:
        return [html.P(reader.say("near.none"), className="atlas-quiet")]
    return [html.Ul([_near(one, reader) for one in near], className="atlas-rows")]


def lying(facts: Facts, reader: Reader) -> list[Component]:
    """People-like quantities and facilities in the place itself."""
    names = reader.words.name
    rows: list[Component] = [
        html.Li(
            html.Div(
                [
                    html.Div([html.Span(names(one.name)), html.Em(" ".join(_amount(one, total, reader)[1:]))]),
                    html.Small(_said(_source(one, reader), reader)),
                ]
            )
        )
        for one, total in facts.amounts
    ]
    rows += [_site(one, reader) for one in facts.sites]
    return listed(rows) if rows else [nothing(reader, "sites")]


def _source(one: Any, reader: Reader) -> str:
    return " · ".join(filter(None, [one.source, reader.say("sample") if one.sample else ""]))


def _site(found: Any, reader: Reader) -> Component:
    head = html.Div(html.Span(reader.words.name(found.name) or found.id))
    small = html.Small(_said(facility_told(found, reader), reader))
    return html.Li(link(reader, f"facility:{found.id}", [head, small], (found.lat, found.lon)))


def sums(facts: Facts, reader: Reader) -> list[Component]:
    """What lies in a polygon, in numbers; a part that could not be read has a dash."""

    def count(found: Several | None) -> str:
        return "—" if found is None else f"{found.count:,}"

    def wrong(found: Several | None, key: str) -> str:
        return reader.say(f"{key}", n=f"{found.wrong:,}") if found and found.wrong else ""

    rows = [
        (reader.say("devices.title"), count(facts.devices), wrong(facts.devices, "devices.silent")),
        (reader.say("cases.title"), count(facts.cases), wrong(facts.cases, "cases.overdue")),
        (reader.say("events.title"), count(facts.events), ""),
        (reader.say("alerts.title"), *panel_alerts.counted(facts, reader)),
        *(_amount(one, total, reader) for one, total in facts.amounts),
        (reader.say("sites.facilities"), str(len(facts.sites)), _kinds(facts, reader)),
    ]
    return [
        html.Dl(
            [html.Div([html.Dt(name), html.Dd([html.B(value), html.Small(note)])]) for name, value, note in rows],
            className="atlas-sums",
        )
    ]


def _amount(one: Weight, total: float, reader: Reader) -> tuple[str, str, str]:
    words = reader.words
    return words.name(one.name), legend.amount(total, words, one.digits), words.name(one.unit)


def _kinds(facts: Facts, reader: Reader) -> str:
    counts = Counter(one.kind for one in facts.sites)
    told = (
        f"{reader.words(f'ground.kind.{kind}')} {n}"
        for kind, n in counts.most_common()
        if reader.words.has(f"ground.kind.{kind}")
    )
    return " · ".join(told)


def _near(one: Near, reader: Reader) -> Component:
    found, words = one.facility, reader.words
    head = html.Div([html.Span(words.name(found.name) or found.id), html.Em(way(one.km, reader))])
    small = html.Small(_said(facility_told(found, reader), reader))
    return html.Li(link(reader, f"facility:{found.id}", [head, small], (found.lat, found.lon)))


def facility_told(found: Any, reader: Reader) -> str:
    """Kind, capacity and note of a facility, and that it is made up where it is."""
    words, parts = reader.words, []
    if words.has(f"ground.kind.{found.kind}"):
        parts.append(words(f"ground.kind.{found.kind}"))
    capacity = found.detail.get("capacity")
    if capacity is not None and words.has(f"ground.capacity.{found.kind}"):
        parts.append(words(f"ground.capacity.{found.kind}", n=f"{capacity:,.10g}"))
    note = str(found.detail.get("note", ""))
    return " · ".join([*parts, *filter(None, [note, reader.say("sample") if found.sample else ""])])


def _split(found: Several, draw: Any, key: str, reader: Reader) -> list[Component]:
    """What is here, then what is in the ring around, each with how many."""
    parts: list[Component] = []
    for name, wanted in (("here", True), ("ring", False)):
        items = [one for one in found.items if one.here == wanted]
        count = found.here if wanted else found.count - found.here
        if items:
            parts += [
                html.H4(f"{reader.say(f'devices.{name}')} {count:,}"),
                *listed([draw(one) for one in items]),
            ]
    if found.count > len(found.items):
        parts.append(html.P(reader.say(f"{key}.more", n=len(found.items)), className="atlas-quiet"))
    return parts
