"""The map in Chromium: down and up again, by mouse and by keys; the address holds the view; honest in every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.browser.chromium import Look, chromium, looking
from tests.dashboard.made_cells import Storm, storm
from tests.dashboard.served import Show, running

pytestmark = pytest.mark.browser

DRAWN = "window.yiping && yiping.atlasStats && yiping.atlasStats.known > 100 && yiping.atlas.map.names"
STILL = "!yiping.atlas.map.asker.asking && !yiping.atlas.map.map.isMoving()"
PLACE = "yiping.atlas.view.place"
STORM = "&eye=36.66000,101.68000,"
MIDDLE = """() => { const box = document.getElementById('atlas-map').getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2]; }"""
SMALL = """() => [...document.querySelectorAll('.atlas-layers button, .atlas-hands button, .atlas-crumbs button')]
  .filter(e => e.offsetParent).map(e => e.getBoundingClientRect())
  .filter(r => r.height < 43.5 || r.width < 43.5).length"""
SILENT = """() => { const map = yiping.atlas.map, box = map.element.getBoundingClientRect();
  const found = map.marks.devices.find(one => one.state === 'silent'), at = map.map.project([found.lon, found.lat]);
  return [box.x + at.x, box.y + at.y]; }"""
LOST = """() => { window.before = yiping.atlas.map;
  before.map.painter.context.gl.getExtension('WEBGL_lose_context').loseContext(); }"""
COUNTED = """() => { window.least = Infinity; const { map, cells } = yiping.atlas.map;
  map.on('render', () => { window.least = Math.min(window.least, cells.drawn.length); }); }"""
PIXEL = """([x, y]) => { const map = yiping.atlas.map.map; map.redraw();
  const gl = map.getCanvas().getContext('webgl2'), pixel = new Uint8Array(4);
  gl.readPixels(x, map.getCanvas().height - y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel); return [...pixel]; }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
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


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("shape", ["dark", "light"])
def test_the_city_is_drawn_and_nothing_leaves_the_machine(browser, served, made, language, shape):
    with looking(browser, f"{served[0].address}/map?lang={language}&look={shape}") as look:
        still(look)
        assert look.page.evaluate("yiping.atlasStats.resolution") == 7
        assert look.outside == []
        assert look.errors == []
        light = look.page.evaluate("document.getElementById('atlas').classList.contains('light')")
        assert light is (shape == "light")


def test_zoom_changes_the_resolution_and_no_frame_is_empty(browser, address):
    with looking(browser, address + STORM + "8.7") as look:
        still(look)
        look.page.evaluate(COUNTED)
        found = []
        for zoom in (9.9, 11.4, 12.9, 14.2, 8.7):
            look.page.evaluate(f"yiping.atlas.map.map.jumpTo({{zoom: {zoom}}})")
            look.until(f"{STILL} && yiping.atlas.map.shown.resolution === yiping.atlas.map.where.resolution()")
            found.append(look.page.evaluate("yiping.atlasStats.resolution"))
        assert found == [8, 9, 10, 10, 7]
        assert look.page.evaluate("window.least") > 0
        assert look.errors == []


def test_from_far_away_districts_are_whole_and_a_press_goes_down(browser, address):
    with looking(browser, address + "&eye=36.65000,101.20000,6.2") as look:
        look.until("window.yiping && yiping.atlas.map && yiping.atlas.map.shown && yiping.atlas.map.names")
        assert look.page.evaluate("yiping.atlas.map.shown.resolution") == 0
        look.until("yiping.atlas.map.map.loaded()")
        look.page.mouse.click(*look.page.evaluate(MIDDLE))
        look.until(f"/^[0-9]+$/.test({PLACE})")
        look.until(f"{STILL} && yiping.atlas.map.shown.resolution >= 7")
        look.page.mouse.click(*look.page.evaluate(MIDDLE))
        look.until(f"{PLACE}.startsWith('cell:')")
        assert look.page.locator("#atlas-crumbs button").count() == 3


def test_a_press_names_the_cell_that_lies_under_it(browser, address):
    with looking(browser, address + STORM + "10.5") as look:
        still(look)
        under = look.page.evaluate("yiping.atlas.map.cells.pick(101.60, 36.60).id")
        import h3

        assert under == h3.latlng_to_cell(36.60, 101.60, 8)


def test_the_address_holds_the_view_and_back_goes_back(browser, address):
    with looking(browser, address) as look:
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


def test_a_wrong_address_is_mended_and_said(browser, served, made):
    with looking(browser, f"{served[0].address}/map?layer=rian&place=moon&lang=en") as look:
        still(look)
        assert "this is “rain”" in look.page.inner_text("#atlas-note")
        assert "moon" in look.page.inner_text("#atlas-note")
        assert "place" not in look.page.url


def test_keys_move_the_map_open_the_cell_under_the_cross_and_go_up(browser, address):
    with looking(browser, address + STORM + "10.5") as look:
        still(look)
        look.page.focus("#atlas-map")
        look.page.keyboard.press("ArrowRight")
        look.until(f"{STILL} && yiping.atlas.view.eye[1] > 101.7")
        look.page.keyboard.press("+")
        look.until(f"{STILL} && yiping.atlas.view.eye[2] > 11.4")
        look.until("document.getElementById('atlas-cross').textContent.includes('mm')")
        look.page.keyboard.press("Enter")
        look.until(f"{PLACE}.startsWith('cell:')")
        look.page.focus("#atlas-map")
        look.page.keyboard.press("Escape")
        look.until(f"/^[0-9]+$/.test({PLACE})")
        look.page.keyboard.press("Escape")
        look.until(f"{PLACE} === 'city'")


def test_layers_are_a_group_that_arrows_walk(browser, address):
    with looking(browser, address) as look:
        still(look)
        look.page.focus("#atlas-layers [aria-checked=true]")
        first = look.page.evaluate("document.activeElement.dataset.layer")
        look.page.keyboard.press("ArrowDown")
        look.until("yiping.atlas.view.layer !== 'rain'")
        assert look.page.evaluate("document.activeElement.getAttribute('aria-checked')") == "true"
        assert look.page.evaluate("document.querySelectorAll('#atlas-layers [tabindex=\"0\"]').length") == 1
        assert first == "rain"


def test_old_values_are_faded_and_say_their_age(browser, address, made):
    made.age = timedelta(hours=2)
    with looking(browser, address) as look:
        still(look)
        look.until("document.getElementById('atlas-note').innerText.includes('2 h')")
        assert look.page.evaluate("yiping.atlas.map.cells.look.faded") > 0.3


def test_an_error_greys_what_was_there_and_says_so_and_it_comes_back(browser, address, made):
    with looking(browser, address) as look:
        still(look)
        made.error = ConnectionError("gone")
        look.until("document.getElementById('atlas-note').innerText.includes('Could not be read')", 20)
        assert look.page.evaluate("yiping.atlas.map.cells.look.grey") > 0.5
        assert look.page.evaluate("yiping.atlas.map.cells.drawn.length") > 0
        made.error = None
        look.until("yiping.atlas.map.cells.look.grey === 0", 20)
        look.until("document.getElementById('atlas-note').innerText === ''")


def test_no_data_is_hatched_not_green(browser, address, made):
    made.empty = True
    with looking(browser, address + STORM + "10.5") as look:
        look.until("window.yiping && yiping.atlas.map && yiping.atlas.map.shown && yiping.atlas.map.names")
        look.until("document.getElementById('atlas-note').innerText.includes('No data')")
        colours = {tuple(look.page.evaluate(PIXEL, [200 + place, 300])) for place in range(0, 40, 2)}
        assert max(max(one[:3]) for one in colours) < 100, "no colour of the scale"
        assert len(colours) > 1, "hatched"


def test_what_is_looked_at_is_read_again_and_only_changes_come(browser, address, made):
    with looking(browser, address) as look:
        still(look)
        whole, asked = look.page.evaluate("yiping.atlasStats.bytes"), len(made.asked)
        made.step = 0.0
        look.page.wait_for_timeout(11_000)
        assert 1 <= len(made.asked) - asked <= 4
        assert look.page.evaluate("yiping.atlasStats.bytes") < whole / 2


def test_devices_come_one_by_one_from_near_and_a_press_chooses_one(browser, address):
    with looking(browser, address + STORM + "13.5") as look:
        still(look)
        look.until("yiping.atlasStats.points > 900")
        x, y = look.page.evaluate(SILENT)
        look.page.mouse.click(x, y)
        look.until(f"{PLACE}.startsWith('device:made-')")


def test_every_button_is_large_enough_for_a_finger(browser, address):
    for size in ((1920, 1080), (768, 1024)):
        with looking(browser, address, size) as look:
            still(look)
            assert look.page.evaluate(SMALL) == 0


def test_the_look_changes_without_another_map(browser, address):
    with looking(browser, address) as look:
        still(look)
        look.page.evaluate("window.before = yiping.atlas.map")
        dark = look.page.evaluate(PIXEL, [20, 500])
        look.page.click("[data-hand=look]")
        look.until("document.querySelector('#atlas.light') && yiping.atlas.map.look === 'light'")
        look.until(f"({PIXEL})([20, 500]).slice(0, 3).reduce((a, b) => a + b) > {sum(dark[:3]) + 300}")
        assert look.page.evaluate("window.before === yiping.atlas.map") is True


def test_the_map_is_built_again_when_its_graphics_are_lost(browser, address):
    with looking(browser, address) as look:
        still(look)
        look.page.evaluate(LOST)
        look.until("yiping.atlas.map !== window.before && yiping.atlas.map.shown")
        look.until("yiping.atlas.map.shown.answer.known > 100")
