"""The panel, the search and the tool to draw, in Chromium, over a real database; by mouse, by finger and by key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.web import listen, serve
from tests.browser.chromium import Look, chromium, looking, room
from tests.contract.atlas_part import Desk, desk
from tests.contract.blank_part import Blanks, blanks
from tests.contract.clickhouse_part import clickhouse_url
from tests.contract.test_inside import CELL

__all__ = ["blanks", "clickhouse_url"]

pytestmark = [pytest.mark.browser, pytest.mark.contract]
HERE = f"cell:{CELL:x}"
FILLED = "document.querySelector('#atlas-told h2') && !document.querySelector('#atlas-panel.waiting')"
MAP = "window.yiping && yiping.atlas && yiping.atlas.map && yiping.atlas.map.shown"


@pytest.fixture(scope="module")
def served(blanks: Blanks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Desk]]:
    stop = threading.Event()
    with desk(blanks, tmp_path_factory.mktemp("data")) as made, listen("127.0.0.1", 0) as listener:
        app = create_app(made.context)
        server = threading.Thread(target=serve, args=(app, listener, made.context.state, stop))
        server.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/map?lang=en&layer=rain", made
        stop.set()
        server.join(15)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def screen(browser: Any) -> Iterator[Any]:
    """A screen of a size that software draws quickly, for fingers too; its pages share what the browser keeps."""
    with room(browser, has_touch=True) as found:
        yield found


@pytest.fixture
def look(served: tuple[str, Desk], screen: Any, request: pytest.FixtureRequest) -> Iterator[Look]:
    """The map at the query that the test asks for, drawn; afterwards nothing may have gone wrong."""
    with looking(screen, served[0] + getattr(request, "param", "")) as found:
        found.until(MAP, 90)
        yield found
        assert [error for error in found.errors if "422" not in error] == []
        assert found.outside == []


def panel(look: Look) -> str:
    return str(look.page.inner_text("#atlas-told"))


@pytest.mark.parametrize("look", [f"&place={HERE}"], indirect=True)
def test_the_panel_is_filled_reached_by_keys_and_closed(look: Look) -> None:
    look.until(FILLED)
    for word in ("Why this colour", "mm", "rain-1", "路灯不亮", "Nearest facilities", "Rainstorm"):
        assert word.lower() in panel(look).lower(), word
    page = look.page
    page.focus("#atlas-panel a[data-place]")
    before = page.evaluate("yiping.atlas.view.place")
    page.keyboard.press("Enter")
    look.until(f"yiping.atlas.view.place !== '{before}'")
    look.until(FILLED)
    page.focus("#atlas-panel a[data-place]")
    page.keyboard.press("Escape")
    look.until("yiping.atlas.view.place === 'city' && document.querySelector('#atlas-panel').hidden")
    assert page.evaluate("document.activeElement !== document.body"), "the keyboard is not lost"


@pytest.mark.parametrize("look", ["&place=630104"], indirect=True)
def test_a_district_has_a_panel_and_a_past_moment_says_so(look: Look) -> None:
    look.until(FILLED)
    look.page.evaluate("yiping.atlas.go({at: new Date(yiping.present() - 30 * 3600e3).toISOString()})")
    look.until("document.querySelector('#atlas-told .atlas-past')")


SLOW = """ms => { const { set_props } = dash_clientside; dash_clientside.set_props = (id, what) =>
  (id === 'atlas-asked' ? setTimeout(() => set_props(id, what), ms) : set_props(id, what)); }"""
SAID = """() => { const place = document.getElementById('atlas-reading'); window.said = [];
  new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true, subtree: true }); }"""
BUSY = "document.getElementById('atlas-panel').ariaBusy"


def test_a_panel_says_that_it_reads_when_that_takes_long_and_keeps_nobody_elses_words(look: Look) -> None:
    page = look.page
    page.evaluate(SLOW, 2500)
    for place in ("630104", HERE):
        page.evaluate(f"yiping.atlas.go({{place: '{place}'}})")
        assert page.evaluate(BUSY) == "true"
        look.until("document.querySelector('#atlas-reading').textContent.startsWith('Reading')", 10)
        assert page.get_attribute("#atlas-reading", "role") == "status"
        assert not page.is_visible("#atlas-told"), "what is there is of the place before"
        look.until(FILLED)
        assert page.inner_text("#atlas-reading") == ""
        assert page.is_visible("#atlas-told")
        assert page.evaluate(BUSY) == "false"
    page.evaluate("yiping.atlas.go({layer: 'water'})")
    page.wait_for_timeout(500)
    assert page.is_visible("#atlas-told"), "of the same place it stays until the new one comes"


def test_a_quick_answer_flashes_nothing(look: Look) -> None:
    page = look.page
    page.evaluate(SAID)
    page.evaluate("""() => { const panel = yiping.atlas.panel; yiping.atlas.go({place: '630104'});
      const told = document.getElementById('atlas-told'); told.dataset.nth = String(yiping.panelStats.asked); }""")
    page.wait_for_timeout(600)
    assert page.evaluate("window.said") == []


def test_search_by_keys(look: Look) -> None:
    page = look.page
    page.keyboard.press("/")
    page.keyboard.type("xgq")
    look.until("document.querySelectorAll('#atlas-search-hits li').length === 2")  # the gauge, then a camera beside it
    assert page.get_attribute("#atlas-search-text", "aria-activedescendant") == "atlas-hit-0"
    page.wait_for_timeout(1200)  # whatever ticks each second writes nothing into a hit
    assert "Xigang Bridge" in page.inner_text("#atlas-hit-0")
    page.keyboard.press("Enter")
    look.until("yiping.atlas.view.place === 'station:wl-xigangqiao'")
    look.until(FILLED)
    assert "Xigang Bridge" in panel(look)
    page.keyboard.press("/")
    page.keyboard.type("nobody has this name")
    look.until("document.querySelector('.atlas-search-status.empty')")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    look.until("document.activeElement.id === 'atlas-map'")


EYE = "&eye=36.61939,101.76671,14.5"
SPOTS = ((420, 150), (700, 150), (700, 400), (420, 400))
"""Of the screen (px), where neither the legend lies nor the panel will."""
MIDDLE = "yiping.atlas.map.map.getCenter().toString()"


@pytest.mark.parametrize("look", [EYE], indirect=True)
def test_a_polygon_is_drawn_counted_kept_and_ended(look: Look, served: tuple[str, Desk]) -> None:
    page = look.page
    page.click("#atlas-draw")
    for x, y in SPOTS:
        page.mouse.click(x, y)
    assert page.evaluate("yiping.atlas.view.place") == "city", "a click sets a corner and opens no cell"
    page.mouse.click(*SPOTS[0])
    look.until(FILLED)
    assert "Area just drawn" in panel(look)
    before = page.get_attribute("#atlas-told", "data-ring")
    page.mouse.move(*SPOTS[2])
    page.mouse.down()
    page.mouse.move(740, 440, steps=4)
    page.mouse.up()
    look.until(f"document.querySelector('#atlas-told').dataset.ring !== '{before}'")
    look.until(FILLED)
    for name, value in (("name", "Old town"), ("owner", "Li"), ("reason", "floods")):
        page.fill(f"#atlas-area-{name}", value)
    page.click("#atlas-area-save")
    look.until("yiping.atlas.view.place.startsWith('area:')")
    look.until(FILLED)
    assert "Drawn by Li" in panel(look)
    number = page.evaluate("yiping.atlas.view.place.split(':')[1]")
    assert page.inner_text(".atlas-number button") == number, "what a rule is to name"
    silence, end = page.query_selector_all("details.end summary")
    silence.click()
    page.fill("#atlas-area-quiet-owner", "Wang")
    page.click("[data-quiet='30']")
    look.until("document.querySelector('#atlas-area-result.bad')")
    page.fill("#atlas-area-quiet-reason", "drill")
    page.click("[data-quiet='30']")
    look.until("document.querySelector('#atlas-area-result.good')")
    (kept,) = page.evaluate("fetch('/api/silences').then(one => one.json()).then(one => one.silences)")
    assert (kept["area"], kept["level"], kept["owner"], kept["reason"]) == (number, "orange", "Wang", "drill")
    end.click()
    page.fill("#atlas-area-actor", "Wang")
    page.click("#atlas-area-end")
    look.until("document.querySelector('#atlas-told').innerText.includes('Ended by Wang')")


@pytest.mark.parametrize("look", [EYE], indirect=True)
def test_a_polygon_that_crosses_itself_is_refused_in_words(look: Look) -> None:
    page = look.page
    page.click("#atlas-draw")
    for place in (0, 2, 1, 3):
        page.mouse.click(*SPOTS[place])
    page.keyboard.press("Enter")
    look.until("document.querySelector('#atlas-told .atlas-failed')")
    assert "cross each other" in panel(look)


@pytest.mark.parametrize("look", [EYE], indirect=True)
def test_keys_draw_too(look: Look) -> None:
    page = look.page
    page.focus("#atlas-draw")
    page.keyboard.press("Enter")
    look.until("document.querySelector('#atlas.drawing')")
    for step in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press("Space")
        before = page.evaluate(MIDDLE)
        page.keyboard.press(step)
        look.until(f"{MIDDLE} !== {before!r} && !yiping.atlas.map.map.isMoving()")
    page.keyboard.press("Enter")
    look.until(FILLED)
    assert "Area just drawn" in panel(look)


@pytest.mark.parametrize("look", [f"&place={HERE}"], indirect=True)
def test_a_cell_with_rings_is_taken_from_its_panel(look: Look) -> None:
    look.until(FILLED)
    before = look.page.get_attribute("#atlas-told", "data-ring")
    look.page.click("[data-around$=',2']")
    look.until(f"document.querySelector('#atlas-told').dataset.ring.length > {len(before)}")
    look.until(FILLED)
    assert "Area just drawn" in panel(look)


FINGER = """([x, y, ...kinds]) => {
  const place = yiping.atlas.map.map.getCanvasContainer(), before = yiping.panelStats.asked;
  kinds.forEach((kind, by) => {
    const touch = new Touch({ identifier: 1, target: place, clientX: x + 9 * by, clientY: y });
    const told = { touches: /start|move/.test(kind) ? [touch] : [], changedTouches: [touch], cancelable: true };
    (by ? window : place).dispatchEvent(new TouchEvent(kind, told));
  });
  return yiping.panelStats.asked - before; }"""
"""What a finger does at a corner; how often the polygon is asked about anew."""


@pytest.mark.parametrize("look", [EYE], indirect=True)
def test_a_finger_draws(look: Look) -> None:
    page = look.page
    page.tap("#atlas-draw")
    for place, (x, y) in enumerate(SPOTS):
        page.touchscreen.tap(x, y)
        look.until(f"document.querySelector('.atlas-tools span').textContent.startsWith('{place + 1} ')")
    page.touchscreen.tap(SPOTS[0][0] + 15, SPOTS[0][1] + 10)  # a finger covers 44 px
    look.until(FILLED)
    assert "4 corners" in page.inner_text("#atlas-told")
    corner = list(SPOTS[2])
    assert page.evaluate(FINGER, [*corner, "touchstart", "touchcancel", "touchmove", "touchend"]) == 0, "taken away"
    assert page.evaluate(FINGER, [*corner, "touchstart", "touchmove", "touchend"]) == 1


CAMERA = """() => { const map = yiping.atlas.map, box = map.element.getBoundingClientRect();
  const [found] = map.marks.fixed.cameras, at = map.map.project([found.lon, found.lat]);
  return [box.x + at.x, box.y + at.y, found.place, found.link]; }"""
SEEN = """() => yiping.atlas.map.where.seen(
  document.querySelector('#atlas-told [data-copy]').dataset.copy.split(',').map(Number).reverse())"""


COVERED = """() => { const { map, where } = yiping.atlas.map; return JSON.parse(document.querySelector('#atlas-told')
  .dataset.ring).filter(one => !where.seen(one)).length; }"""


@pytest.mark.parametrize("look", [EYE], indirect=True)
def test_a_polygon_comes_out_from_under_the_panel_that_tells_of_it(look: Look) -> None:
    page = look.page
    page.click("#atlas-draw")
    wide = page.evaluate("innerWidth")
    for x, y in ((wide - 300, 200), (wide - 100, 200), (wide - 100, 420), (wide - 300, 420)):
        page.mouse.click(x, y)
    page.keyboard.press("Enter")
    look.until(FILLED)
    look.until(f"({COVERED})() === 0")


def test_no_warning_has_the_shape_of_a_thing_that_stands_there(look: Look) -> None:
    kinds = ["blue", "yellow", "orange", "red", "facilities", "stations", "cameras"]
    shapes = look.page.evaluate("kinds => kinds.map(one => yiping.marks.SHAPES[one])", kinds)
    assert len(set(shapes)) == len(kinds), "on grey paper the shape alone tells them apart"
    signs = look.page.evaluate("shapes => shapes.map(one => yiping.marks.SIGNS[one])", shapes)
    assert len(set(signs)) == len(kinds)
    assert look.page.evaluate("shapes => shapes.every(one => one in yiping.points.SHAPES)", shapes)


@pytest.mark.parametrize("look", ["&layer=cameras"], indirect=True)
def test_a_press_on_a_camera_tells_of_it_with_a_link(look: Look) -> None:
    look.until("yiping.atlas.map.marks && yiping.atlas.map.marks.fixed.cameras && yiping.atlasStats.points > 0")
    x, y, place, link = look.page.evaluate(CAMERA)
    look.page.mouse.click(x, y)
    look.until(f"yiping.atlas.view.place === '{place}'")
    look.until(FILLED)
    assert look.page.get_attribute("#atlas-told a[target=_blank]", "href") == link


@pytest.mark.parametrize(
    "look", [f"&place={HERE}", "&place=device:rain-1", "&place=facility:hospital-01"], indirect=True
)
def test_an_address_that_names_a_place_and_no_view_goes_there(look: Look) -> None:
    look.until("yiping.atlas.map.ready && yiping.atlas.map.map.getZoom() > 10", 60)
    look.until("!yiping.atlas.map.map.isMoving()")
    assert look.page.evaluate(SEEN), "neither off the screen nor below the panel"


@pytest.mark.parametrize("look", ["&eye=36.66000,101.68000,9"], indirect=True)
def test_a_key_opens_the_panel_and_reads_on_in_it_and_a_mouse_does_not(look: Look) -> None:
    inside = "document.activeElement.closest('#atlas-panel')"
    look.page.focus("#atlas-map")
    look.page.keyboard.press("Enter")
    look.until(f"{FILLED} && {inside}")
    look.page.keyboard.press("Escape")
    look.until("document.activeElement.id === 'atlas-map' && yiping.atlas.view.place === 'city'")
    x, y = look.page.evaluate("""() => { const box = document.getElementById('atlas-map').getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2]; }""")
    look.page.mouse.click(x, y)
    look.until(f"{FILLED} && yiping.atlas.view.place.startsWith('cell:')")
    assert look.page.evaluate(f"!({inside})")


def test_the_list_of_warnings_makes_room_for_a_panel_and_comes_back(served: tuple[str, Desk], browser: Any) -> None:
    rows = "document.querySelectorAll('#atlas-alerts li').length"
    with looking(browser, served[0], (1440, 810)) as look:
        look.until(f"{MAP} && {rows} > 0")
        look.page.evaluate(f"yiping.atlas.go({{place: '{HERE}'}})")
        look.until(f"{rows} === 0 && document.querySelector('#atlas-alerts h2')")
        look.page.evaluate("yiping.atlas.go({place: 'city'})")
        look.until(f"{rows} > 0")
        look.page.evaluate(f"yiping.atlas.panel.ask({{cell: '{CELL:x}', rings: 1}})")
        look.until(f"{rows} === 0")
        look.page.evaluate("yiping.atlas.panel.fold()")
        look.until(f"{rows} > 0")


def test_a_district_and_the_city_lie_in_what_the_panel_leaves_free(look: Look) -> None:
    middle = """place => { const { map, where } = yiping.atlas.map, [west, south, east, north] = where.placeBox(place);
      const [left, right] = [map.project([west, south]).x, map.project([east, north]).x];
      const shape = (east - west) * Math.cos((south + north) * Math.PI / 360) / (north - south);
      const room = place === 'city' ? where.room.padding() : where.room.best(shape);
      return (left + right) / 2 - (room.left + map.getCanvas().clientWidth - room.right) / 2; }"""
    for place, hidden in (("630121", "false"), ("city", "true")):
        look.page.evaluate(f"yiping.atlas.go({{place: '{place}', eye: null}})")
        look.until(f"document.querySelector('#atlas-panel').hidden === {hidden} && yiping.atlas.map.map.isMoving()")
        look.until("!yiping.atlas.map.map.isMoving()")
        assert abs(look.page.evaluate(middle, place)) < 3


OVER = """() => { const { map, element } = yiping.atlas.map, { x: left, y: top } = element.getBoundingClientRect();
  const at = ([x, y]) => document.elementFromPoint(left + x, top + y);
  return JSON.parse(document.querySelector('#atlas-told').dataset.ring).map(one => map.project(one))
  .filter(({ x, y }) => !at([x, y]).closest('#atlas-map')).length; }"""
PICKED = """([x, y]) => { const { map, cells, element } = yiping.atlas.map, box = element.getBoundingClientRect();
  const { lng, lat } = map.unproject([x - box.x, y - box.y]); return cells.pick(lng, lat).id; }"""
SETTLED = f"{FILLED} && !yiping.atlas.map.map.isMoving() && yiping.atlas.map.where.due === null"


@pytest.mark.parametrize(("size", "at"), [((1920, 1080), (1300, 125)), ((1280, 720), (1000, 130))])
def test_a_chosen_cell_is_seen_beside_panel_and_list(
    served: tuple[str, Desk], browser: Any, size: tuple[int, int], at: tuple[int, int]
) -> None:
    address = served[0] + "&eye=36.50000,101.60000,10"
    with looking(browser, address, size) as look:
        look.until(f"{MAP} && !document.querySelector('#atlas-alerts').hidden")
        cell = look.page.evaluate(PICKED, list(at))
        look.page.mouse.click(*at)
        look.until(f"yiping.atlas.view.place === 'cell:{cell}'")
        look.until(SETTLED)
        assert look.page.evaluate(OVER) == 0, "a press"
        look.page.goto(f"{address}&place=cell:{cell}")
        look.until(f"{MAP} && {SETTLED}")
        assert look.page.evaluate(OVER) == 0, "an address that was sent by somebody with another screen"
        boxes = [look.page.locator(one).bounding_box() for one in ("#atlas-crumbs", "#atlas-alerts")]
        assert apart(*boxes), "the breadcrumb is not written over"


def apart(one: Any, other: Any) -> bool:
    """Whether two boxes of the screen have nothing in common."""
    return any(
        low[axis] + low[size] <= high[axis]
        for axis, size in (("x", "width"), ("y", "height"))
        for low, high in ((one, other), (other, one))
    )
