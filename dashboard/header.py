"""The head of a light screen: where one is, the way to the other screens, how old the data is, and the clock. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from dash import html
from dash.development.base_component import Component

from config.city import CityProfile
from config.words import LANGUAGES, Words
from dashboard.aria import counted, label
from dashboard.past.layout import opener
from dashboard.wall.header import late

if TYPE_CHECKING:
    from dashboard.frames import Frame
    from dashboard.state import Moment

TICKING = (
    *(f"wall.age.{unit}" for unit in ("now", "seconds", "minutes", "hours", "days", "never")),
    *(f"desk.lasted.{unit}" for unit in ("seconds", "minutes", "hours", "days")),
    "wall.clock.locale", "wall.lost.title", "wall.lost.text",
)  # fmt: skip
REPLAYED = ("desk", "atlas")
"""Light screens that can show a past moment."""
PAGES = (("wall", "/"), ("atlas", "/map"), ("desk", "/desk"), ("brief", "/brief"), ("ops", "/ops"))


def header(words: Words, city: CityProfile, here: str) -> Component:
    """The head of the screen `here`; its data age is `<here>-data-at`, its badge of made-up data `<here>-simulated`."""
    return html.Header(
        [
            html.H1([html.Strong(words.name(city.name)), html.Span(words(f"{here}.title"))]),
            html.Nav([_link(words, name, path, here) for name, path in PAGES], **label(words("desk.nav.label"))),
            html.Span(words("desk.simulated"), id=f"{here}-simulated", className="light-badge", hidden=True),
            html.Span(className="light-space"),
            *([opener(words)] if here in REPLAYED else []),
            html.Span([words("desk.data"), " ", html.Span(id=f"{here}-data-at")], className="light-data"),
            html.A(words("desk.nav.language"), href=other_address(here, "", words.language), id=f"{here}-language"),
            _clock(words),
        ],
        className="light-head",
    )


def _link(words: Words, name: str, path: str, here: str) -> Component:
    current: dict[str, Any] = {"aria-current": "page"} if name == here else {}
    return html.A(words(f"desk.nav.{name}"), href=f"{path}?lang={words.language}", **current)


def _clock(words: Words) -> Component:
    parts = [html.B(id="clock"), html.Small(id="seconds"), html.Span(id="date")]
    return html.Div(parts, className="light-clock", role="timer", **label(words("desk.clock")))


def other_address(here: str, search: str, language: str) -> str:
    """The same page, with the same choice, in the other language."""
    asked = {key: values[0] for key, values in parse_qs(search.lstrip("?")).items()}
    other = next(known for known in LANGUAGES if known != language)
    return f"{dict(PAGES)[here]}?" + urlencode({**asked, "lang": other})


def page(words: Words, city: CityProfile, here: str) -> dict[str, Any]:
    """Attributes of a screen's root for the scripts: where the push is, the zone, the texts they put numbers in."""
    return {
        "data-live": f"/live?screen={here}&lang={words.language}",
        "data-zone": city.timezone,
        "data-words": json.dumps({key.split(".", 1)[1]: words(key) for key in TICKING}, ensure_ascii=False),
        "data-title": f"{words.name(city.name)} · {words(f'{here}.title')}",
    }


def data_age(here: str, moment: Moment) -> Frame:
    """The pushed part of the head: how old the data is (the browser counts on), and whether it is made up.

    A picture taken a second ago of sensors that were last heard five hours ago is five hours old.
    """
    source = moment.snapshot.source("iot") if moment.snapshot else None
    heard = source.received if source else None
    behind = source is None or heard is None or late(source, moment.at - heard)
    return {
        f"{here}-data-at": {**counted("at", heard), "className": "late" if behind else ""},
        f"{here}-simulated": {"hidden": not (moment.snapshot and moment.snapshot.simulated)},
    }
