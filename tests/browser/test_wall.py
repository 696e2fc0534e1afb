"""The wall in Chromium: drawn, honest when the server dies, and the same after a thousand updates."""

import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from dashboard.web import listen
from tests.browser.chromium import chromium, looking
from tests.dashboard import moments
from tests.dashboard.served import Show, running

pytestmark = pytest.mark.browser

PAINTED = "window.yiping && yiping.mapStats.painted > 1000 && document.querySelectorAll('.alert').length === 5"
PARTS = ".kpi .value, .alert h4, .gauge .bar, #clock, .legend .ramp, .map, .chart .plot svg, .pin .disc"
BOXES = """(parts) => [...document.querySelectorAll(parts)].map(e => e.getBoundingClientRect())
  .map(r => [r.x, r.y, r.width, r.height])"""
AGAIN = "yiping.map.current().ready"
REPLACE = "(() => { const old = document.querySelector('.map'); old.replaceWith(old.cloneNode(false)); })()"
LOSE = "yiping.map.current().map.painter.context.gl.getExtension('WEBGL_lose_context').loseContext()"


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    with running(tmp_path_factory.mktemp("data"), Show(draw=overview)) as found:
        yield found


def overview(now):
    """A storm whose red warning is older than the map's visit: the whole city is in view."""
    found = moments.moment(now)
    old = tuple(replace(alert, changed=moments.NOW.replace(year=now.year)) for alert in found.alerts)
    return replace(found, alerts=tuple(replace(alert, level="yellow", state=calm(alert.state)) for alert in old))


def calm(state):
    return state if state == "stale" else "yellow"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_hexagons_and_warnings_appear_and_nothing_leaves_the_machine(browser, show, language):
    with looking(browser, f"{show.address}/?lang={language}&scene=emergency") as look:
        look.until(PAINTED)
        look.page.wait_for_timeout(1500)
        assert look.outside == []
        assert look.errors == []
        assert look.overflow() == []


def test_the_same_picture_at_1080p_and_4k(browser, show):
    found = []
    for size in ((1920, 1080), (3840, 2160)):
        with looking(browser, show.address + "/?scene=emergency", size) as look:
            look.until(PAINTED)
            look.page.wait_for_timeout(2500)
            found.append(look.page.evaluate(BOXES, PARTS))
    small, large = found
    assert len(small) == len(large) > 20
    pairs = [pair for one, other in zip(small, large, strict=True) for pair in zip(one, other, strict=True)]
    worst = max(abs(2 * low - high) for low, high in pairs)
    assert worst <= 8, "pixels at 4K"


def test_a_dead_server_is_seen_ages_go_on_and_the_page_comes_back(browser, tmp_path):
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    with looking_at_a_server_that_dies(browser, tmp_path, port) as look:
        before = look.page.inner_text("#kpi-0-age")
        look.until("document.documentElement.classList.contains('lost')", 25)
        assert "连接中断" in look.page.inner_text("#lost")
        assert "grayscale" in look.page.evaluate("getComputedStyle(document.querySelector('.map')).filter")
        assert look.page.inner_text("#kpi-0-age") != before
        with running(tmp_path, Show(draw=overview), port, "test"):
            look.until("!document.documentElement.classList.contains('lost')")
            assert look.page.evaluate("window.stayed") is True


@contextmanager
def looking_at_a_server_that_dies(browser, folder, port):
    """A page whose server has just gone."""
    with ExitStack() as stack:
        with running(folder, Show(draw=overview), port, "test") as show:
            look = stack.enter_context(looking(browser, show.address + "/?scene=emergency"))
            look.until(PAINTED)
            look.page.evaluate("window.stayed = true")
        yield look


def test_another_server_at_the_same_address_reloads_the_page(browser, tmp_path):
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    with looking_at_a_server_that_dies(browser, tmp_path, port) as look:  # noqa: SIM117
        with running(tmp_path, Show(draw=overview), port, "new"):
            look.until("window.stayed === undefined")
            look.until(PAINTED)


def test_a_broken_database_is_said(browser, tmp_path):
    with running(tmp_path, Show(draw=overview)) as show, looking(browser, show.address) as look:
        look.until(PAINTED)
        show.error = ConnectionError("gone")
        look.until("document.querySelector('#trouble').innerText.includes('数据库读取失败')")


def test_a_tab_pins_its_scene_and_lets_go(browser, show):
    with looking(browser, show.address) as look:
        look.until(PAINTED)
        look.page.click("#tab-water")
        look.until("document.querySelector('#tab-water').classList.contains('on')")
        assert "scene=water" in look.page.url
        look.until("document.querySelector('#rotation').innerText === '已固定'")
        look.page.click("#tab-water")
        look.until("document.querySelector('#rotation').innerText === '自动轮播'")
        assert "scene" not in look.page.url
        assert look.page.evaluate("yiping.mapStats.builds") == 1


def test_the_map_is_built_again_when_react_replaces_its_element(browser, show):
    with looking(browser, show.address) as look:
        look.until(PAINTED)
        look.page.evaluate(REPLACE)
        look.until("yiping.mapStats.builds === 2 && document.querySelectorAll('.map canvas').length === 1")
        look.until(f"document.querySelectorAll('.map .pin').length === 5 && {AGAIN}")


def test_the_map_survives_the_loss_of_its_graphics_context(browser, show):
    with looking(browser, show.address) as look:
        look.until(PAINTED)
        look.page.evaluate(LOSE)
        look.until(f"yiping.mapStats.builds === 2 && {AGAIN}")
        look.until("yiping.map.current().bytes.length > 1000")


def test_a_person_may_move_the_map_and_updates_leave_it_there(browser, show):
    with looking(browser, show.address) as look:
        look.until(PAINTED)
        box = look.page.locator(".map").bounding_box()
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        look.page.mouse.move(*middle)
        look.page.mouse.down()
        look.page.mouse.move(middle[0] + 80, middle[1] + 30, steps=4)
        look.page.mouse.up()
        look.page.wait_for_timeout(1500)
        before = look.page.evaluate("yiping.map.current().map.getCenter().toArray()")
        look.page.evaluate("yiping.map.show({pins: []})")
        look.page.wait_for_timeout(1000)
        assert look.page.evaluate("yiping.map.current().map.getCenter().toArray()") == pytest.approx(before, abs=1e-6)


THOUSAND = """async () => {
  const cells = yiping.map.current().bytes.length, next = () => new Promise(requestAnimationFrame);
  const heap = async () => { await next(); for (let i = 0; i < 4; i += 1) gc();
    return performance.memory.usedJSHeapSize; };
  const tick = async (n) => {
    const bytes = Array.from({length: cells}, (_, i) => String.fromCharCode((i * 7 + n * 13) % 251)).join('');
    const pins = Array.from({length: 5}, (_, i) => ({id: 'p' + (n + i) % 9, number: String(i + 1),
      level: 'red', stale: false, lat: 36.5 + ((n + i) % 10) / 30, lon: 101.5 + i / 20}));
    yiping.map.show({values: btoa(bytes), pins, focus: null});
    await next();
  };
  yiping.reopen = () => {};
  for (let n = 0; n < 100; n += 1) await tick(n);
  const before = await heap(), nodes = document.querySelectorAll('*').length;
  for (let n = 100; n < 1100; n += 1) await tick(n);
  const after = await heap(), now = document.querySelectorAll('*').length;
  return {before, after, nodes, now, updates: yiping.mapStats.updates};
}"""


@pytest.mark.timeout(400)
def test_a_thousand_updates_leave_no_trace(browser, show):
    with looking(browser, show.address + "/?scene=emergency", (320, 180)) as look:  # small: software GL draws each tick
        look.until(PAINTED)
        look.page.set_default_timeout(350_000)
        found = look.page.evaluate(THOUSAND)
        assert found["updates"] > 1000
        assert found["after"] <= 1.10 * found["before"], found
        assert abs(found["now"] - found["nodes"]) <= 12, found
        assert threading.active_count() < 60
