"""The map in Chromium: down and up again, by mouse and by keys; the address holds the view; honest in every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import h3
import pytest

from tests.browser.chromium import Look, chromium, looking, room
from tests.dashboard.made_cells import Storm, storm
from tests.dashboard.served import Show, running

pytestmark = pytest.mark.browser

DRAWN = "window.yiping && yiping.atlasStats && yiping.atlasStats.known > 100 && yiping.atlas.map.names"
STILL = "!yiping.atlas.map.asker.asking && !yiping.atlas.map.map.isMoving()"
PLACE = "yiping.atlas.view.place"
STORM = "&eye=36.66000,101.68000,"
MIDDLE = """() => { const box = document.getElementById('atlas-map').getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2]; }"""
SMALL = """[...document.querySelectorAll('.atlas :is(.atlas-layers, .atlas-hands, .atlas-crumbs) button, .past-opener')]
  .filter(e => e.offsetParent).map(e => e.getBoundingClientRect())
  .filter(r => r.height < 43.5 || r.width < 43.5).length"""
SILENT = """() => { const map = yiping.atlas.map, box = map.element.getBoundingClientRect();
  const found = map.marks.devices.find(one => one.state === 'silent'), at = map.map.project([found.lon, found.lat]);
  return [box.x + at.x, box.y + at.y]; }"""
LOST = """() => { window.before = yiping.atlas.map;
  before.map.painter.context.gl.getExtension('WEBGL_lose_context').loseContext(); }"""
NEVER = """() => { const asked = window.fetch; window.fetch = (to, options) =>
  (String(to).includes('/atlas/warnings') ? new Promise(() => {}) : asked(to, options)); }"""
COUNTED = """() => { window.least = Infinity; const { map, cells } = yiping.atlas.map;
  map.on('render', () => { window.least = Math.min(window.least, cells.drawn.length); }); }"""
SINGLE = "performance.getEntriesByType('resource').filter(one => one.name.includes('/atlas/tile/')).length"
ASKED = """() => { const true_ = window.fetch, { map } = yiping.atlas.map; window.early = [];
  window.fetch = (address, options) => { const { pathname, searchParams } = new URL(address, location.origin);
    if (pathname === '/atlas/values' && map.isMoving()) window.early.push(searchParams.get('resolution'));
    return true_(address, options); }; }"""
TURNS = """() => { const drawn = window.turns = [], heard = {}, found = [];
  const map = { triggerRepaint: () => drawn.push(1), on: (name, act) => (heard[name] = act) };
  const turns = new yiping.Turns(map);
  const ask = () => found.push((map.triggerRepaint(), drawn.length));
  ask(); turns.wait(); ask(); heard.move(); found.push(drawn.length); turns.wait(); ask(); return found; }"""
PIXEL = """([x, y]) => { const { map, sheet, covered } = yiping.atlas.map, all = document.createElement('canvas');
  [all.width, all.height] = [1, 1]; map.redraw(); if (covered) sheet.draw();
  for (const one of [sheet.canvas, map.getCanvas()]) all.getContext('2d').drawImage(one, -x, -y);
  return [...all.getContext('2d').getImageData(0, 0, 1, 1).data]; }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def desk(browser: Any) -> Iterator[Any]:
    """A screen of a size that software draws quickly; its pages share what the browser keeps."""
    with room(browser) as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Show, Storm]]:
    with storm() as made, running(tmp_path_factory.mktemp("data")) as show:
        yield show, made


@pytest.fixture
def made(served: tuple[Show, Storm]) -> Storm:
    """The storm as it is when nothing is wrong."""
    _, found = served
    found.age, found.error, found.empty, found.step = timedelta(seconds=20), None, False, 0.01
    return found


@pytest.fixture
def address(served: tuple[Show, Storm], made: Storm) -> str:
    return f"{served[0].address}/map?layer=rain&lang=en"


def still(look: Look) -> None:
    look.until(DRAWN)
    look.until(STILL)


@pytest.mark.parametrize(("asked", "wide"), [("look=dark&lang=zh-CN", 1920), ("look=light&lang=en", 1280)])
def test_the_city_is_drawn_and_nothing_leaves_the_machine(browser, served, made, asked, wide):
    with looking(browser, f"{served[0].address}/map?{asked}", (wide, wide * 9 // 16)) as seen:
        still(seen)
        assert seen.page.evaluate("yiping.atlasStats.resolution") == (7 if wide == 1920 else 6)
        assert seen.page.evaluate("document.getElementById('atlas').classList.contains('light')") is ("light" in asked)
        assert seen.outside == []
        assert seen.errors == []


def test_zoom_changes_the_resolution_and_no_frame_is_empty(desk, address):
    with looking(desk, address + STORM + "8.7") as look:
        still(look)
        look.page.evaluate(COUNTED)
        found = []
        for zoom in (9.9, 11.4, 12.9, 14.2, 8.7):
            look.do(f"yiping.atlas.map.map.jumpTo({{zoom: {zoom}}})")
            look.until(f"{STILL} && yiping.atlas.map.shown.resolution === yiping.atlas.map.where.resolution()")
            found.append(look.page.evaluate("yiping.atlasStats.resolution"))
        assert found == [8, 9, 10, 10, 7]
        assert look.page.evaluate("window.least") > 0
        assert look.page.evaluate(SINGLE) == 0, "tiles come many at a time"
        assert look.errors == []


def test_cells_are_asked_for_while_the_map_still_zooms_and_lines_wait_for_them(desk, address):
    with looking(desk, address + STORM + "8.7") as look:
        still(look)
        look.page.evaluate(ASKED)
        look.do("yiping.atlas.map.map.easeTo({zoom: 10.2, duration: 3000})")
        look.until(f"{STILL} && yiping.atlas.map.shown.resolution === 8")
        assert "8" in look.page.evaluate("window.early")
        assert look.page.evaluate(TURNS) == [1, 1, 2, 2]
        look.until("window.turns.length === 3 && !yiping.atlas.map.turns.late")
        assert look.errors == []


def test_from_far_away_districts_are_whole_and_a_press_goes_down(desk, address):
    with looking(desk, address + "&eye=36.65000,101.20000,6.2") as look:
        look.until("window.yiping && yiping.atlas.map && yiping.atlas.map.shown && yiping.atlas.map.names")
        assert look.page.evaluate("yiping.atlas.map.shown.resolution") == 0
        look.until("yiping.atlas.map.map.loaded()")
        look.page.mouse.click(*look.page.evaluate(MIDDLE))
        look.until(f"/^[0-9]+$/.test({PLACE})")
        look.until(f"{STILL} && yiping.atlas.map.shown.resolution >= 7")
        look.page.mouse.click(*look.page.evaluate(MIDDLE))
        look.until(f"{PLACE}.startsWith('cell:')")
        assert look.page.locator("#atlas-crumbs button").count() == 3


def test_a_press_names_the_cell_that_lies_under_it(desk, address):
    with looking(desk, address + STORM + "10.5") as look:
        still(look)
        under = look.page.evaluate("yiping.atlas.map.cells.pick(101.60, 36.60).id")
        assert under == h3.latlng_to_cell(36.60, 101.60, 8)


HOVERED = "!document.getElementById('atlas-tip').hidden"


def test_the_value_under_the_mouse_goes_when_the_map_moves_or_shows_another_place(desk, address):
    with looking(desk, address + STORM + "10") as look:
        still(look)
        x, y = look.page.evaluate(MIDDLE)
        for leave in ("void yiping.atlas.map.map.panBy([160, 80], {duration: 0})", "yiping.atlas.go({layer: 'water'})"):
            look.page.mouse.move(x + 20, y)
            look.page.mouse.move(x, y)
            look.until(HOVERED)
            look.page.evaluate(leave)
            look.until(f"!({HOVERED})", 10)


def test_the_address_holds_the_view_and_back_goes_back(desk, address):
    with looking(desk, address) as look:
        still(look)
        look.page.evaluate("window.stayed = true")
        look.page.click("[data-layer=water]")
        look.until("location.search.includes('layer=water')")
        look.page.evaluate("yiping.atlas.go({place: '630103', eye: null})")
        look.until(f"{STILL} && location.search.includes('place=630103') && location.search.includes('eye=')")
        there = look.page.url
        look.page.go_back()
        look.until("yiping.atlas.view.place === 'city' && yiping.atlas.view.layer === 'water'")
        look.page.go_back()
        look.until("yiping.atlas.view.layer === 'rain' && yiping.atlas.map.shown.layer === 'rain'")
        assert look.page.evaluate("window.stayed") is True
        look.page.goto(there)
        still(look)
        assert look.page.evaluate("yiping.atlas.view.place") == "630103"
        assert look.page.url == there


def test_a_wrong_address_is_mended_and_said_and_every_button_is_large_enough_for_a_finger(desk, served, made):
    with looking(desk, f"{served[0].address}/map?layer=rian&place=moon&lang=en") as look:
        still(look)
        assert "this is “rain”" in look.page.inner_text("#atlas-note")
        assert "moon" in look.page.inner_text("#atlas-note")
        assert "place" not in look.page.url
        for wide, high in ((1280, 720), (768, 1024)):
            look.page.set_viewport_size({"width": wide, "height": high})
            look.until(f"innerWidth === {wide} && {SMALL} === 0")


def test_keys_move_the_map_open_the_cell_under_the_cross_and_go_up(desk, address):
    with looking(desk, address + STORM + "10.5") as look:
        still(look)
        look.page.focus("#atlas-map")
        look.page.keyboard.press("ArrowRight")
        look.until(f"{STILL} && yiping.atlas.view.eye[1] > 101.7")
        look.page.keyboard.press("+")
        look.until(f"{STILL} && yiping.atlas.view.eye[2] > 11.4")
        look.until("document.getElementById('atlas-cross').textContent.includes('mm')")
        look.page.keyboard.press("Enter")
        look.until(f"{PLACE}.startsWith('cell:')")
        look.until("document.querySelector('#atlas-told [data-again]')")
        assert "database cannot be reached" in look.page.inner_text("#atlas-told"), "a sentence, no 500"
        look.page.focus("#atlas-map")
        look.page.keyboard.press("Escape")
        look.until(f"/^[0-9]+$/.test({PLACE})")
        look.page.keyboard.press("Escape")
        look.until(f"{PLACE} === 'city'")
        assert look.errors == []


def test_layers_are_a_group_that_arrows_walk_and_the_look_changes_without_another_map(desk, address):
    with looking(desk, address) as look:
        still(look)
        look.do("window.before = yiping.atlas.map")
        dark = look.page.evaluate(PIXEL, [20, 500])
        look.page.click("[data-hand=look]")
        look.until("document.querySelector('#atlas.light') && yiping.atlas.map.look === 'light'")
        look.until(f"({PIXEL})([20, 500]).slice(0, 3).reduce((a, b) => a + b) > {sum(dark[:3]) + 300}")
        assert look.page.evaluate("window.before === yiping.atlas.map") is True
        look.page.focus("#atlas-layers [aria-checked=true]")
        first = look.page.evaluate("document.activeElement.dataset.layer")
        look.page.keyboard.press("ArrowDown")
        look.until("yiping.atlas.view.layer !== 'rain'")
        assert look.page.evaluate("document.activeElement.getAttribute('aria-checked')") == "true"
        assert look.page.evaluate("document.querySelectorAll('#atlas-layers [tabindex=\"0\"]').length") == 1
        assert first == "rain"


def test_old_values_are_faded_and_say_their_age(desk, address, made):
    made.age = timedelta(hours=2)
    with looking(desk, address) as look:
        still(look)
        look.until("document.getElementById('atlas-note').innerText.includes('2 h')")
        assert look.page.evaluate("yiping.atlas.map.cells.look.faded") > 0.3


def test_an_error_greys_what_was_there_and_says_so_and_it_comes_back(desk, address, made):
    with looking(desk, address) as look:
        still(look)
        made.error = ConnectionError("gone")
        look.until("document.getElementById('atlas-note').innerText.includes('Could not be read')")
        assert look.page.evaluate("yiping.atlas.map.cells.look.grey") > 0.5
        assert look.page.evaluate("yiping.atlas.map.cells.drawn.length") > 0
        made.error = None
        look.until("yiping.atlas.map.cells.look.grey === 0")
        look.until("document.getElementById('atlas-note').innerText === ''")


def test_no_data_is_hatched_not_green(desk, address, made):
    made.empty = True
    with looking(desk, address + STORM + "10.5") as look:
        look.until("window.yiping && yiping.atlas.map && yiping.atlas.map.shown && yiping.atlas.map.names")
        look.until("document.getElementById('atlas-note').innerText.includes('No data')")
        colours = {tuple(look.page.evaluate(PIXEL, [200 + place, 300])) for place in range(0, 40, 2)}
        assert max(max(one[:3]) for one in colours) < 100, "no colour of the scale"
        assert len(colours) > 1, "hatched"


def test_what_is_looked_at_is_read_again_and_only_changes_come(desk, address, made):
    with looking(desk, address) as look:
        still(look)
        assert look.page.evaluate("yiping.atlasStats.bytes > yiping.atlasStats.known")
        made.step, before = 0.0, len(made.moments)
        look.soon(lambda: len(made.moments) >= before + 3)
        last = made.moments[-3:]
        assert all(later - earlier > timedelta(seconds=3) for earlier, later in pairwise(last)), "no more often"
        look.until("yiping.atlasStats.bytes < yiping.atlasStats.known")  # less than a byte a cell


def test_the_legend_is_that_of_the_colours_even_while_warnings_are_awaited(desk, address):
    with looking(desk, address) as look:
        still(look)
        look.page.evaluate(NEVER)
        look.page.evaluate("yiping.atlas.go({layer: 'cases'})")
        look.until("yiping.atlas.map.shown.layer === 'cases' && yiping.atlas.map.asker.asking !== null")
        look.until("document.querySelector('#atlas-legend h3').textContent.startsWith('Open cases')", 5)


def test_devices_come_one_by_one_from_near_and_a_press_chooses_one(desk, address):
    with looking(desk, address + STORM + "13.5") as look:
        still(look)
        look.until("yiping.atlasStats.points > 900")
        x, y = look.page.evaluate(SILENT)
        look.page.mouse.click(x, y)
        look.until(f"{PLACE}.startsWith('device:made-')")


def test_the_map_is_built_again_when_its_graphics_are_lost(desk, address):
    with looking(desk, address) as look:
        still(look)
        look.page.evaluate(LOST)
        look.until("yiping.atlas.map !== window.before && yiping.atlas.map.shown")
        look.until("yiping.atlas.map.shown.answer.known > 100")
