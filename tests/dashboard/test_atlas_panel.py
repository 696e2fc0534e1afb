"""Parts of the map's panel that need no database: what is drawn, how ways and values are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.read import read_words
from dashboard.atlas import place
from dashboard.atlas.callbacks import tell
from dashboard.atlas.panel import head
from dashboard.atlas.panel_chart import charts, path, svg
from dashboard.atlas.panel_colour import colour
from dashboard.atlas.panel_frame import texts
from dashboard.atlas.panel_gauge import against_marks
from dashboard.atlas.panel_lists import cases, devices, events, lying, nearest
from dashboard.atlas.place import Chosen, Facts
from dashboard.atlas.telling import Reader, link, unit, way
from dashboard.atlas.view import Place, View
from dashboard.spoken import CHINESE
from dashboard.telling import Teller
from layers.catalog import layer
from layers.colour import Source, Why, made, sources
from layers.contents import Case, Device, Event, Near, Several, Word
from layers.grid import disk
from layers.picture import Series
from layers.scope import of_cell
from streams.clickhouse import DatabaseUnavailable, QueryFailed
from tests.dashboard.moments import NOW, book, city
from tests.dashboard.served import Show, context
from tests.dashboard.test_desk import text

CELL = 0x87248B070FFFFFF
VIEW = View("rain", Place("cell", f"{CELL:x}"))


def reader(language: str = "en", **given: Any) -> Reader:
    return Reader(View("rain", language=language, **given), Teller(book(), city(), read_words(language)), NOW)


def facts(**given: Any) -> Facts:
    return Facts(Chosen(VIEW.place, of_cell(CELL, 9)), NOW, **given)


def words(parts: Any) -> str:
    return " ".join(text(part) for part in parts)


def test_a_line_has_a_gap_where_nobody_spoke() -> None:
    assert path([(0, 1), (1, 2), None, (3, 4)]).count("M") == 2
    assert path([None, (1, 2), None]) == "M1.0 2.0h.01", "a point alone is a dot"
    assert "NaN" not in svg([1.0, None, 1.0], "dark")


def test_a_line_is_level_where_its_ends_are_told_alike() -> None:
    assert svg([0.061, 0.064], "dark").count(" 28.0") == 2, "in the middle"
    assert svg([0.0, 0.0], "dark").count(" 53.0") == 2, "nothing is on the ground"
    assert " 28.0" not in svg([0.061, 0.084], "dark")
    smoke = Series("smoke", "%/m", (0.061, 0.064), (NOW - timedelta(hours=1), NOW))
    told = words(charts((smoke,), (), reader()))
    assert told.endswith("0.06"), told
    assert "–" not in told


@pytest.mark.parametrize("look", ["dark", "light"])
def test_a_metric_is_drawn_with_its_range_in_words(look: str) -> None:
    hour = timedelta(hours=1)
    rain = Series("rain", "mm", (0.0, None, 3.25), (NOW - 2 * hour, NOW - hour, NOW))
    drawn = charts((rain,), (), reader(look=look))
    assert "Rain mm" in words(drawn).replace("  ", " ")
    alt = drawn[0].children[1].children[0].children[0].alt
    assert alt == "Rain, 24 hours: lowest 0.00, highest 3.25, latest 3.25 mm"
    assert charts((Series("rain", "mm", (None,), (NOW,)),), (), reader())[0] is not None


@pytest.mark.parametrize(
    ("km", "said"), [(0.004, "0 m"), (0.42, "420 m"), (0.994, "990 m"), (1.23, "1.2 km"), (123.4, "123 km")]
)
def test_ways(km: float, said: str) -> None:
    assert way(km, reader()) == said


def test_units_of_metrics() -> None:
    assert [unit(key, read_words("en")) for key in ("rain", "pm25", "pump_state", "unheard_of")] == [
        "mm",
        "μg/m³",
        "",
        "",
    ]


def test_a_link_is_an_address_too() -> None:
    found = link(reader(), "device:rain-1", "x", (36.6, 101.7))
    assert found.href == "/map?layer=rain&place=device:rain-1&lang=en"
    assert getattr(found, "data-spot") == "36.60000,101.70000"


def test_a_value_that_nobody_knows_is_a_dash() -> None:
    told = words(colour(facts(why=Why(layer("rain"), None, "unknown", 7, 410, 3)), reader()))
    assert "—" in told
    assert "no device speaks here" in told
    assert "410 devices in this layer, 3 too old to colour" in told


def test_a_carried_value_says_from_where_and_how_much() -> None:
    near = tuple(Source(one, far, 12.0, 0.25) for one, far in disk(CELL, 1) if far)
    told = words(colour(facts(why=Why(layer("rain"), 12.0, "carried", 7, 10, 0, sources=near)), reader()))
    assert "6 measuring cells nearby" in told
    assert told.count("1 rings away") == 4
    assert "2 more cells" in told
    assert "25%" in told


def test_the_parts_of_a_mean_add_up() -> None:
    measured = {one: float(far) for one, far in disk(CELL, 2) if far}
    found = sources(measured, CELL, 2)
    assert sum(one.part for one in found) == pytest.approx(1)
    assert found[0].part == pytest.approx(4 * found[-1].part), "two rings away weighs a quarter"
    assert sources({}, CELL, 2) == ()


@pytest.mark.parametrize(
    ("value", "known", "how"),
    [
        (None, {"measured": False, "carried": True, "rest": False}, "unknown"),
        (1.0, {"measured": True, "carried": True, "rest": False}, "measured"),
        (0.0, {"measured": False, "carried": False, "rest": True}, "known"),
        (1.0, {"measured": False, "carried": True, "rest": False}, "carried"),
        (1.0, {"measured": False, "carried": False, "rest": False}, "around"),
    ],
)
def test_how_a_value_came_about(value: float | None, known: dict[str, bool], how: str) -> None:
    assert made(value, **known) == how


def device(id: str, state: Any, here: bool) -> Device:
    last = None if state == "never" else NOW - timedelta(minutes=30 if state == "silent" else 1)
    said = (Word("pump_state", 0.0, NOW),) if last else ()
    return Device(id, "pump", {}, said, last, state, True, here, 36.6, 101.7)


def test_devices_here_come_before_the_ring_with_what_they_say() -> None:
    items = (device("p-1", "silent", False), device("p-2", "fresh", True), device("p-3", "never", True))
    told = words(devices(facts(devices=Several(items, 900, 2, 700)), reader()))
    assert told.index("Here 700") < told.index("p-2") < told.index("In the ring around 200") < told.index("p-1")
    assert "Pump state stopped" in told
    assert "not heard within a day" in told
    assert "Only the first 3 are listed" in told
    assert "could not be read" in words(devices(facts(), reader()))


def test_facilities_tell_kind_capacity_and_way() -> None:
    some = [Near(one, 1.5) for one in city().facilities[:2]]
    told = words(nearest(some, reader("zh-CN")))
    assert "1.5 公里" in told
    assert "城市配置里没有设施" in words(nearest((), reader("zh-CN")))


def test_chinese_in_an_english_panel_is_marked() -> None:
    """What files, feeds and persons called things: only those parts are Chinese."""
    hole = Case("c-1", "processing", "市政设施", "井盖破损", NOW, NOW, False, True, None, None)
    fire = Event("e-1", "道路积水", "桥下积水", NOW, True, None, None)
    found = facts(
        cases=Several((hole,), 1), events=Several((fire,), 1), sites=city().facilities[:9],
        amounts=tuple((one, 1200.0) for one in city().weights),
    )  # fmt: skip
    parts = [part for tell in (cases, events, lying) for part in tell(found, reader())]
    assert "井盖破损" in words(parts)
    assert "演示编造" in words(parts), "the source of a quantity"
    assert [one for part in parts for one in unmarked(part) if CHINESE.search(one)] == []


def unmarked(part: Any) -> list[str]:
    """The texts of a component that no `lang` says the language of."""
    if isinstance(part, list | tuple):
        return [found for one in part for found in unmarked(one)]
    if part is None or isinstance(part, str | int | float):
        return [str(part or "")]
    return [] if getattr(part, "lang", None) else unmarked(getattr(part, "children", None))


def test_the_scripts_get_their_words() -> None:
    assert {"search.hint", "area.draw", "area.refused.crossing", "panel.copied"} <= set(texts(read_words("en")))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DatabaseUnavailable("gone"), "database cannot be reached"),
        (QueryFailed("devices", "no such column"), "could not be read"),
        (ValueError("a fault of ours"), "could not be read"),
    ],
)
def test_a_panel_that_cannot_be_read_is_a_sentence_and_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(place, "facts", failing)
    children, ring = tell(context(Show(), tmp_path), {"place": f"cell:{CELL:x}", "lang": "en"}, NOW)
    assert said in words(children)
    assert "data-again" in str(children)
    assert ring == ""


def gauging(level: float, minutes: int = 1, station: str = "wl-huangyuan") -> Facts:
    word = Word("water_level", level, NOW - timedelta(minutes=minutes))
    device = Device(station, "water", {"en": "Huangyuan"}, (word,), word.at, "fresh", True, True, 36.684, 101.26)
    known = city().profile.station(station)
    return Facts(Chosen(Place("station", station), of_cell(CELL, 9), device=device, station=known), NOW)


def test_a_gauge_is_shown_against_its_marks() -> None:
    calm, high, old = (words(against_marks(one, reader())) for one in (gauging(1.2), gauging(3.0), gauging(3.0, 600)))
    assert "1.20 m 1.60 to warning" in calm
    assert "warning 2.80 m, guarantee 3.30 m sample values" in calm
    assert "3.00 m 0.30 to guarantee" in high
    assert "3.00" not in old, "too old to be called the level now"
    assert against_marks(gauging(1.2, station="pump-060"), reader()) == []


def test_a_kind_of_device_is_named_and_one_that_nobody_named_is_as_it_is() -> None:
    known = gauging(1.2)
    assert "river gauge" in words([head(known.chosen, reader())])
    assert known.chosen.device is not None
    strange = replace(known.chosen, device=replace(known.chosen.device, kind="seismometer"))
    assert "seismometer" in words([head(strange, reader())])


def test_a_risk_is_composed_and_a_quantity_is_from_a_file_neither_is_counted() -> None:
    risk = words(colour(facts(why=Why(layer("risk"), 12.0, "measured", 7, 1639)), reader()))
    assert "the sum of the parts below" in risk
    assert "1,639 sources behind the layer" in risk
    assert "Counted" not in risk
    long = replace(city().layer("weights"), breaks=(0.0, 1e9, 2e9, 3e9, 4e9, 5e9))
    assert "37.88B" in words(colour(facts(why=Why(long, 37_875_196_100.0, "measured", 7)), reader()))
    assert "from a file of the city" in words(
        colour(facts(why=Why(city().layer("weights"), 12.0, "measured", 7)), reader())
    )
    assert "Counted" in words(colour(facts(why=Why(layer("cases"), 2.0, "measured", 7, 9)), reader()))


@pytest.mark.parametrize(("kind", "said"), [("rainstorm", "rainstorm signal"), ("甲类事件", "甲类事件")])
def test_a_kind_of_event_is_told_in_words(kind: str, said: str) -> None:
    event = Event("e1", kind, "A title", NOW, True, None, None)
    assert said in words(events(facts(events=Several((event,), 1, 0)), reader()))
