"""Why the chosen place has its colour: value, scale, window, devices, and what it was made of. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from dashboard.atlas.looks import colours
from dashboard.atlas.telling import cell_name, link
from dashboard.atlas.view import LOOKS
from dashboard.spoken import marked
from dashboard.telling import clock
from layers import legend
from layers.catalog import layer as layer_of
from layers.palettes import LEVELS, SHAPES
from layers.risk import Piece, whole_points

if TYPE_CHECKING:
    from dashboard.atlas.place import Facts
    from dashboard.atlas.telling import Reader
    from layers.catalog import Layer
    from layers.colour import Why

SHOWN = 4
"""Cells that a carried value is told to come from."""


def colour(facts: Facts, reader: Reader) -> list[Component]:
    """The part of the panel; what could not be read says so."""
    why = facts.why
    if why is None:
        return [html.P(reader.say("failed"), className="atlas-failed")]
    if why.made == "none":
        own = "own" if why.layer.kind != "drawn" else "none"
        return [html.P(reader.say(f"why.{own}"), className="atlas-quiet")]
    return [_value(why, reader), *_scale(why, reader), _how(facts, why, reader), *_made_of(why, reader)]


def _value(why: Why, reader: Reader) -> Component:
    words, shown = reader.words, why.layer
    unit = html.Small(legend.unit(shown, words) if shown.palette != "level" else "")
    return html.P(
        [html.B(text(why.value, shown, reader)), unit, html.Span(legend.name(shown, words))], className="atlas-value"
    )


def text(value: float | None, shown: Layer, reader: Reader) -> str:
    """A layer's value; a level by its word and shape, what nobody knows as a dash."""
    if value is None:
        return "—"
    if shown.palette != "level":
        return legend.amount(value, reader.words, shown.digits)
    level = LEVELS[int(value) - 1] if value >= 1 else ""
    return f"{SHAPES[level]} {reader.words(f'level.{level}')}" if level else reader.words("layer.no_warning")


def _scale(why: Why, reader: Reader) -> list[Component]:
    """The breaks as a ramp, with a mark where the value stands."""
    if len(why.layer.breaks) < 2:
        return []
    steps = legend.steps(why.layer, reader.words)
    ramp: Any = {f"--{look}": _ramp(why.layer, look) for look in LOOKS}
    place = why.place
    mark = [] if place is None else [html.I(style={"left": f"{_along(why, place):.1f}%"})]
    labels = html.Div([html.Span(step.label) for step in steps], className="ticks")
    return [html.Div([html.Div(mark, className="ramp", style=ramp), labels], className="atlas-scale")]


def _ramp(shown: Layer, look: str) -> str:
    """Of both looks: a dark map is printed light, at once."""
    shades = colours(shown, look)
    return _levels(shades) if shown.palette == "level" else f"linear-gradient(90deg,{','.join(shades)})"


def _along(why: Why, place: float) -> float:
    """Percent of the ramp: levels are fields of equal width, each marked in its middle."""
    fields = len(why.layer.breaks)
    return 100 * (place * (fields - 1) + 0.5) / fields if why.layer.palette == "level" else 100 * place


def _levels(shades: tuple[str, ...]) -> str:
    wide = 100 / len(shades)
    return (
        "linear-gradient(90deg,"
        + ",".join(f"{one} {at * wide:g}% {(at + 1) * wide:g}%" for at, one in enumerate(shades))
        + ")"
    )


def _how(facts: Facts, why: Why, reader: Reader) -> Component:
    """In one line: how it was made, over which window, from how many devices, how new."""
    words = reader.words
    window = legend.window(why.layer, words)
    parts = [
        reader.say(f"why.{_manner(facts, why)}", n=len(why.sources)),
        reader.say("why.resolution", n=why.resolution) if _coarser(facts, why) else "",
        reader.say("why.window", window=window) if window else "",
        legend.note(why.layer, words),
        _behind(facts, why, reader),
        reader.say("why.newest", clock=clock(why.newest, reader.zone)) if why.newest else "",
    ]
    return html.P(marked(" · ".join(part for part in parts if part), words.language))


def _manner(facts: Facts, why: Why) -> str:
    if why.value is None:
        return "nothing"
    if facts.chosen.look.here.district and not facts.chosen.look.cell:
        return "district"
    if why.layer.kind in ("risk", "weights"):
        return "composed" if why.layer.kind == "risk" else "filed"
    if why.made == "measured" and why.layer.kind not in ("readings", "water"):
        return "counted"
    return why.made


def _coarser(facts: Facts, why: Why) -> bool:
    """The layer says nothing as fine as the cell that was chosen."""
    cell = facts.chosen.look.cell
    return bool(cell) and why.resolution < cell >> 52 & 15


def _behind(facts: Facts, why: Why, reader: Reader) -> str:
    if why.layer.kind not in ("readings", "water", "blind", "unheard"):
        counted = legend.count(why.layer, reader.words).format(n=f"{why.devices:,}")
        return reader.say("why.counted_behind", counted=counted) if why.devices else ""
    text = reader.say("why.behind", n=f"{why.devices:,}", late=f"{why.late:,}")
    here = _here(facts, why.layer)
    return f"{text} · {reader.say('why.here', n=here)}" if here else text


def _here(facts: Facts, shown: Layer) -> int:
    """Devices here that say anything about the layer's metric."""
    items = facts.devices.items if facts.devices else ()
    return sum(one.here and any(word.metric == shown.metric for word in one.words) for one in items)


def _made_of(why: Why, reader: Reader) -> list[Component]:
    if why.pieces:
        told = zip(why.pieces, whole_points(why.pieces), strict=True)
        return [html.Ul([_piece(piece, points, reader) for piece, points in told], className="atlas-pieces")]
    rows = [_source(one, why.layer, reader) for one in why.sources[:SHOWN]]
    more = len(why.sources) - SHOWN
    rows += [html.Li(reader.say("why.more", n=more), className="atlas-quiet")] if more > 0 else []
    return [html.Ul(rows, className="atlas-pieces")] if rows else []


def _source(one: Any, shown: Layer, reader: Reader) -> Component:
    index = f"{one.cell:x}"
    name = link(reader, f"cell:{index}", reader.say("why.from", rings=one.rings, cell=cell_name(index)))
    return html.Li(
        [name, html.B(text(one.value, shown, reader)), html.Span(reader.say("why.part", percent=round(100 * one.part)))]
    )


def _piece(piece: Piece, points: int, reader: Reader) -> Component:
    """A part of the risk: what it is, what it said, and its points."""
    shown = layer_of(piece.layer)
    unit = legend.unit(shown, reader.words) if shown.palette != "level" else ""
    value = (
        reader.say("why.piece_unknown") if piece.value is None else f"{text(piece.value, shown, reader)} {unit}".strip()
    )
    bar = html.I(style={"width": f"{min(piece.points, 100):.1f}%"})
    told = html.Span(reader.say("why.points", points=points))
    return html.Li([html.Span(legend.name(shown, reader.words)), html.B(value), told, bar], className="piece")
