"""What the panel writes: names, numbers, ages and ways in the reader's language, and links to places. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from dashboard.atlas.view import View, cell_of, place_of, write
from dashboard.telling import ago, day_clock, number
from layers.metric_scales import SCALES
from streams.metrics import METRICS

if TYPE_CHECKING:
    from config.words import Words
    from dashboard.telling import Teller
    from layers.contents import Device, Word


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the panel is: the view that is looked at, the words, and what tells alerts; `now` is what it shows."""

    view: View
    teller: Teller
    now: datetime

    @property
    def words(self) -> Words:
        return self.teller.words

    @property
    def zone(self) -> tzinfo:
        return self.teller.city.profile.zone

    def say(self, key: str, **values: object) -> str:
        """A text of the panel."""
        return self.words(f"atlas_panel.{key}", **values)

    def clock(self, at: datetime) -> str:
        return day_clock(at, self.now, self.zone)

    def age(self, at: datetime) -> str:
        return ago(self.now - at, self.words)

    def address(self, place: str) -> str:
        """The address of another place, everything else as it is."""
        found = place_of(place)
        return "/map" if found is None else f"/map?{write(replace(self.view, place=found, eye=None))}"


def link(reader: Reader, place: str, children: Any, spot: Sequence[float | None] = (), **props: Any) -> Component:
    """A link to a place: an address for everybody, `data-place` for the script that changes the view without a load."""
    known = [f"{one:.5f}" for one in spot if one is not None]
    told = {**data("place", place), **(data("spot", ",".join(known)) if len(known) == 2 else {})}
    return html.A(children, href=reader.address(place), **props, **told)


def data(name: str, text: str) -> dict[str, Any]:
    """What a script reads of a part of the page."""
    return {f"data-{name}": text}


def metric(key: str, words: Words) -> str:
    """What a sensor measures, by name; one that we do not know by its key."""
    return words(f"metric.{key}") if words.has(f"metric.{key}") else key


def unit(key: str, words: Words) -> str:
    """The unit of a metric's readings: '' for states, and for what we do not know."""
    if key in SCALES:
        return "" if SCALES[key].measure == "off" else words(f"unit.{SCALES[key].unit}")
    return METRICS[key].unit if key in METRICS else ""


def said(word: Word, words: Words) -> str:
    """A device's last word with its unit; of a pump its state."""
    if word.metric == "pump_state" and words.has(f"metric.pump.{word.value:g}"):
        return words(f"metric.pump.{word.value:g}")
    return f"{number(word.value)} {unit(word.metric, words)}".strip()


def device_name(device: Device, words: Words) -> str:
    """Its own name, else its id."""
    return words.name(device.name) or device.id


def way(km: float, reader: Reader) -> str:
    """A distance: metres to the ten below a kilometre, then a tenth of a kilometre."""
    if km < 0.995:
        return reader.say("near.metres", n=f"{round(km * 100) * 10}")
    return reader.say("near.km", n=f"{km:.1f}" if km < 99.5 else f"{km:.0f}")


def place_name(place: str, reader: Reader) -> str:
    """Where a warning was: a district, a gauge, a basin, the city by name, a cell by its last digits, else its id."""
    city = reader.teller.city
    station = city.profile.station(place)
    known = station.name if station else city.places.get(place)
    if known is not None:
        return reader.words.name(known)
    return reader.say("kind.cell") + " " + cell_name(place) if cell_of(place) is not None else place


def cell_name(index: str) -> str:
    """A cell as the breadcrumb calls it: the last digits that differ."""
    return index.rstrip("f")[-6:]
