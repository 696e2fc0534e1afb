"""The panel of the chosen place: what it is, why it has its colour, what is open, what lies in it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from dashboard.aria import label
from dashboard.atlas import panel_alerts as alerts
from dashboard.atlas import panel_area as area
from dashboard.atlas import panel_lists as lists
from dashboard.atlas.panel_chart import charts
from dashboard.atlas.panel_colour import colour
from dashboard.atlas.panel_gauge import against_marks
from dashboard.atlas.telling import cell_name, data
from dashboard.telling import clock

if TYPE_CHECKING:
    from dashboard.atlas.place import Chosen, Facts
    from dashboard.atlas.telling import Reader
    from layers.contents import Several

RINGS = (0, 1, 2, 4, 8)
"""How many rings around a cell can be taken in one press."""


def panel(facts: Facts, reader: Reader) -> list[Component]:
    """Its children, in the order in which they are asked for on the telephone: what, how bad, since when, who, near."""
    return [
        head(facts.chosen, reader),
        *_around(facts.chosen, reader),
        *area.hands(facts.chosen, reader),
        *against_marks(facts, reader),
        _part(reader.say("why.title"), colour(facts, reader)),
        *parts(facts, reader),
    ]


def drawn(facts: Facts, reader: Reader) -> list[Component]:
    """The answer to a polygon that was just drawn: the counts first, then how to keep it, then all that lies in it."""
    return [
        head(facts.chosen, reader),
        _part(reader.say("sums.title"), lists.sums(facts, reader)),
        _part(reader.say("keep.title"), area.keep(reader)),
        *parts(facts, reader),
    ]


def parts(facts: Facts, reader: Reader) -> list[Component]:
    """What every place has."""
    say = reader.say
    return [
        _part(say("alerts.title"), alerts.alerts(facts, reader)),
        _part(say("series.title"), _series(facts, reader)),
        _part(say("devices.title"), lists.devices(facts, reader), _counted(facts.devices, "devices", "silent", reader)),
        _part(say("cases.title"), lists.cases(facts, reader), _counted(facts.cases, "cases", "overdue", reader)),
        _part(say("events.title"), lists.events(facts, reader), _counted(facts.events, "events", "", reader)),
        _part(say("sites.title"), lists.lying(facts, reader)),
        _part(say("near.title"), lists.nearest(facts.near, reader)),
        _part(say("history.title"), alerts.past(facts, reader)),
    ]


def missing(text: str, reader: Reader) -> list[Component]:
    """The panel of a place that there is not, or that cannot be read now."""
    return [html.Header([_close(reader)], className="atlas-head"), html.P(text, className="atlas-failed", role="alert")]


def unread(why: str, reader: Reader) -> list[Component]:
    """The panel that could not be read this time (`unavailable`, `broken`): the script asks again soon."""
    text = html.P(reader.say(why), className="atlas-failed", role="alert", **data("again", why))
    return [html.Header([_close(reader)], className="atlas-head"), text]


def head(chosen: Chosen, reader: Reader) -> Component:
    """Kind, name, and what else is known of the place itself."""
    lat, lon = chosen.look.spot
    spot = f"{lat:.5f}, {lon:.5f}"
    told = [html.Small(text) for text in _told(chosen, reader) if text]
    past = (
        [html.P(reader.say("past", clock=reader.clock(reader.now)), className="atlas-past")] if reader.view.at else []
    )
    copy = html.Button(spot, className="atlas-spot", title=reader.say("copy"), **data("copy", spot))
    kind = html.Small(reader.say(f"kind.{chosen.place.kind}"))
    return html.Header(
        [
            _close(reader),
            kind,
            html.H2(name(chosen, reader), tabIndex=-1),
            *told,
            *_picture(chosen, reader),
            copy,
            *area.number(chosen, reader),
            *past,
        ],
        className="atlas-head",
    )


def _picture(chosen: Chosen, reader: Reader) -> list[Component]:
    """The way to what a camera sees: a page of its own, that is told nothing of ours."""
    if chosen.camera is None:
        return []
    to: Any = {"href": chosen.camera.link, "target": "_blank", "rel": "noopener noreferrer"}
    return [html.A(reader.words("ground.open_camera"), **to, className="atlas-picture-link")]


def name(chosen: Chosen, reader: Reader) -> str:
    """What a place is called; who has no name is called by its id."""
    if chosen.place.kind == "cell":
        return cell_name(chosen.place.id)
    return reader.words.name(chosen.name) or chosen.place.id or reader.say("drawn")


def _around(chosen: Chosen, reader: Reader) -> list[Component]:
    """To take a cell with the rings around it as a polygon: what a keyboard draws with."""
    if chosen.place.kind != "cell":
        return []
    buttons = [html.Button(str(rings), **data("around", f"{chosen.place.id},{rings}")) for rings in RINGS]
    return [
        html.P([reader.say("around"), *buttons], className="atlas-around", role="group", **label(reader.say("around")))
    ]


def _close(reader: Reader) -> Component:
    what = reader.say("close")
    return html.Button("×", className="atlas-close", title=what, **label(what), **data("place", "city"))


def _told(chosen: Chosen, reader: Reader) -> list[str]:
    if chosen.place.kind == "cell":
        fine = str(int(chosen.place.id, 16) >> 52 & 15)
        known = f"width.{fine}" if reader.words.has(f"atlas_panel.width.{fine}") else "width.other"
        return [reader.say("cell", resolution=fine, width=reader.say(known)), chosen.place.id]
    if chosen.look.here.ring and chosen.place.kind == "area":
        return area.told(chosen, reader)
    if chosen.camera is not None:
        return [chosen.place.id, reader.say("sample") if chosen.camera.sample else ""]
    if chosen.facility is not None:
        return [lists.facility_told(chosen.facility, reader)]
    device = chosen.device
    if device is None:
        return []
    last = reader.say("devices.never") if device.last is None else clock(device.last, reader.zone)
    known = reader.say("registered" if device.registered else "unregistered")
    kind = f"device_kind.{device.kind}"
    kind = reader.say(kind) if reader.words.has(f"atlas_panel.{kind}") else device.kind
    return [chosen.place.id, " · ".join(filter(None, [kind, known, last]))]


def _part(title: str, children: list[Component], note: str = "") -> Component:
    return html.Section([html.H3([title, html.Small(note)]), *children])


def _counted(found: Several | None, key: str, wrong: str, reader: Reader) -> str:
    """How many there are, and of how many something is wrong."""
    if found is None or not found.count:
        return ""
    parts = [reader.say(f"{key}.count", n=f"{found.count:,}")]
    parts += [reader.say(f"{key}.{wrong}", n=f"{found.wrong:,}")] if found.wrong else []
    return " · ".join(parts)


def _series(facts: Facts, reader: Reader) -> list[Component]:
    if facts.day is None and facts.week is None:
        return [html.P(reader.say("failed"), className="atlas-failed")]
    found = charts(facts.day or (), facts.week or (), reader)
    return found or [html.P(reader.say("series.none"), className="atlas-quiet")]
