"""What the panel has for areas: to keep a drawn one under a name, to silence it, to end it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.aria import polite
from dashboard.atlas.telling import data
from dashboard.desk.quiet_form import SPANS, span
from layers.area import NAME_LONGEST, OWNER_LONGEST, REASON_LONGEST, km2

if TYPE_CHECKING:
    from dashboard.atlas.place import Chosen
    from dashboard.atlas.telling import Reader


def told(chosen: Chosen, reader: Reader) -> list[str]:
    """How large it is, who drew it what for, who ended it."""
    area, size = chosen.area, reader.say("area.size", km2=f"{km2(chosen.look.here.ring):,.2f}")
    if area is None:
        return [size, reader.say("area.corners", n=len(chosen.look.here.ring))]
    by = reader.say("area.by", owner=area.owner, at=reader.clock(area.at), reason=area.reason)
    ended = reader.say("area.ended", actor=area.ended_by, at=reader.clock(area.ended)) if area.ended else ""
    return [size, by, ended]


def number(chosen: Chosen, reader: Reader) -> list[Component]:
    """The id of a named area, to be copied into a rule or a silence."""
    if chosen.area is None:
        return []
    copy = html.Button(
        chosen.area.id, className="atlas-spot", title=reader.say("area.copy"), **data("copy", chosen.area.id)
    )
    return [html.Div([html.Small(reader.say("area.number")), copy], className="atlas-number")]


def hands(chosen: Chosen, reader: Reader) -> list[Component]:
    """What can be done to a named area that is in force."""
    if chosen.area is None or chosen.area.ended is not None:
        return []
    result = html.P(id="atlas-area-result", role="status", **polite())
    return [html.Section([_silence(chosen.area.id, reader), _ending(chosen.area.id, reader), result])]


def _silence(area: str, reader: Reader) -> Component:
    said: Any = {**data("area", area), "data-done": reader.say("area.silenced")}
    form = [_line("quiet-owner", OWNER_LONGEST, reader.say("keep.owner"))]
    form += [_line("quiet-reason", REASON_LONGEST, reader.words("quiet.form.reason.label"))]
    spans = [html.Button(span(minutes, reader.words), **data("quiet", str(minutes))) for minutes in SPANS]
    return html.Details(
        [
            html.Summary(reader.say("area.silence")),
            html.P(reader.say("area.silence_hint"), className="atlas-quiet"),
            html.Div(form, className="atlas-form"),
            html.P(spans, className="atlas-buttons", id="atlas-area-quiet", **said),
        ],
        className="end",
    )


def _ending(area: str, reader: Reader) -> Component:
    end = html.Button(reader.say("area.end"), id="atlas-area-end", **data("area", area))
    form = [
        html.Div(_line("actor", OWNER_LONGEST, reader.say("keep.owner")), className="atlas-form"),
        html.P(end, className="atlas-buttons"),
    ]
    return html.Details([html.Summary(reader.say("area.end")), *form], className="end")


def keep(reader: Reader) -> list[Component]:
    """To give a drawn polygon a name, so that rules and silences can use it."""
    say = reader.say
    lines = (("name", NAME_LONGEST), ("owner", OWNER_LONGEST), ("reason", REASON_LONGEST))
    return [
        html.P(say("keep.hint"), className="atlas-quiet"),
        html.Div([_line(name, most, say(f"keep.{name}")) for name, most in lines], className="atlas-form"),
        html.P(
            [html.Button(say("keep.save"), id="atlas-area-save"), html.Button(say("keep.drop"), id="atlas-area-drop")],
            className="atlas-buttons",
        ),
        html.P(id="atlas-area-result", role="status", **polite()),
    ]


def _line(name: str, most: int, said: str) -> Component:
    field: Any = dcc.Input(id=f"atlas-area-{name}", maxLength=most, debounce=True, autoComplete="off")
    return html.Label([said, field])
