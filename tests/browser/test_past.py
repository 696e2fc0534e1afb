"""A wall in the past, in Chromium: says so, plays, says what is not kept, and comes back. One page for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.past.clock import Clock
from layers.moments import to_ms
from streams.clickhouse import DatabaseUnavailable
from tests.browser.chromium import Look, chromium, looking
from tests.dashboard.made_past import Made, past
from tests.dashboard.served import running

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC).replace(microsecond=0)
SINCE = NOW - timedelta(days=3)
THEN = (NOW - timedelta(days=1)).replace(minute=40, second=0)
CLASSES = "document.documentElement.classList"
STILL = "(() => { const s = yiping.past.state(); return s.frame && !s.waiting && s.frame.moment })()"
VIOLET = "rgb(91, 33, 182)"


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Look, Made, str]]:
    """A wall that was opened by the address of a past moment."""
    with (
        past(SINCE) as made,
        running(tmp_path_factory.mktemp("data")) as show,
        chromium() as browser,
        looking(browser, f"{show.address}/?at={iso(THEN)}") as look,
    ):
        look.until(f"window.yiping && yiping.past && {STILL} === {to_ms(THEN)}")
        yield look, made, show.address


def text(look: Look, selector: str) -> str:
    return re.sub(r"\s+", " ", look.page.inner_text(selector)).strip()


def test_the_whole_screen_says_that_it_is_not_now(wall: tuple[Look, Made, str]) -> None:
    look, made, _ = wall
    look.until(f"{CLASSES}.contains('in-past')")
    local = THEN.astimezone(ZoneInfo("Asia/Shanghai"))
    assert text(look, ".past-what").startswith(f"回放 {local:%Y-%m-%d} {local:%H:%M} 已停住")
    assert look.page.evaluate("getComputedStyle(document.querySelector('.past-bar')).backgroundColor") == VIOLET
    assert "solid" in look.page.evaluate("getComputedStyle(document.body, '::after').border")
    assert look.page.evaluate("document.querySelector('.clock').dataset.now") == "现在"
    assert made.asked == [THEN], "one picture, of that moment"


def test_what_is_shown_is_of_that_moment_and_its_age_counts_from_there(wall: tuple[Look, Made, str]) -> None:
    look, _, _ = wall
    look.until("document.querySelectorAll('.alert').length === 5")
    look.until("document.querySelector('#kpi-0-age').innerText === '2 秒前'")
    assert look.page.evaluate("yiping.stats.opened") == 0, "no push of now"
    assert look.errors == []
    assert look.outside == []


def test_the_clock_in_the_browser_is_the_clock(wall: tuple[Look, Made, str]) -> None:
    look, _, _ = wall
    clocks = [Clock(THEN, pace, NOW) for pace in (0, 10, 60, 600)]
    times = [NOW + timedelta(milliseconds=ms) for ms in (0, 999, 1000, 61_500, 7_200_000)]
    for clock in clocks:
        told = {"at": to_ms(clock.at), "pace": clock.pace, "since": to_ms(clock.since)}
        found = look.page.evaluate(
            "([clock, times]) => times.map(now => yiping.pastClock.shown(clock, now))", [told, [*map(to_ms, times)]]
        )
        shown = [clock.shown(now) for now in times]
        assert found == [to_ms(one) if one else None for one in shown]


def test_a_value_stands_in_a_text_as_it_is(wall: tuple[Look, Made, str]) -> None:
    look, _, _ = wall
    assert look.page.evaluate("yiping.fill('{name}: {n}', {name: '$& $1', n: 0})") == "$& $1: 0"


def test_it_steps_and_plays_by_the_keyboard_and_the_address_carries_it(wall: tuple[Look, Made, str]) -> None:
    look, _, _ = wall
    look.page.keyboard.press("ArrowLeft")
    look.until(f"{STILL} && {STILL} < {to_ms(THEN)}")
    assert re.search(r"\?at=[\dT:-]+Z$", look.page.url)
    look.page.keyboard.press(" ")
    look.until("document.querySelector('.past-how').innerText === '×60'")
    before = look.page.evaluate("yiping.past.shown()")
    look.until(f"yiping.past.shown() > {before} + 120000")
    assert re.search(r"at=[^&]+&pace=60&since=[^&]+Z", look.page.url)
    assert look.page.evaluate("yiping.past.shown() % 60000") == 0
    look.page.keyboard.press(" ")
    look.until("document.querySelector('.past-how').innerText === '已停住'")


def test_a_database_that_is_gone_freezes_the_picture_and_says_so(wall: tuple[Look, Made, str]) -> None:
    look, made, _ = wall
    made.error = DatabaseUnavailable("gone")
    look.page.keyboard.press(" ")
    look.until(f"{CLASSES}.contains('past-frozen')")
    stands = look.page.evaluate("yiping.past.shown()")
    assert "数据库读取失败，画面停在" in text(look, ".past-note")
    assert look.page.evaluate("yiping.past.shown()") == stands
    made.error = None
    look.until(f"!{CLASSES}.contains('past-frozen') && yiping.past.shown() > {stands}")
    look.errors.clear()  # the browser tells of each 503


def test_a_replay_that_nobody_looks_at_is_not_loaded_anew(wall: tuple[Look, Made, str]) -> None:
    """It asks nothing while its tab is hidden; that the server says nothing then is no reason to be afraid."""
    look, _, _ = wall
    look.page.keyboard.press(" ")
    look.until("document.querySelector('.past-how').innerText === '已停住'")
    look.page.evaluate("Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})")
    look.page.evaluate(
        "window.same = true; window.clock = Date.now; window.ahead = 0; Date.now = () => clock() + ahead"
    )
    for _ in range(5):
        look.page.evaluate("window.ahead += 9000")
        look.page.wait_for_timeout(1200)
    look.page.evaluate(
        "window.ahead += 45000; delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
    )
    look.page.wait_for_timeout(2500)
    assert look.page.evaluate("window.same === true")
    assert not look.page.evaluate(f"{CLASSES}.contains('lost')")
    look.page.evaluate("Date.now = clock")
    look.page.keyboard.press(" ")
    look.until("document.querySelector('.past-how').innerText === '×60'")


def test_a_moment_that_is_not_kept_is_no_calm_city(wall: tuple[Look, Made, str]) -> None:
    look, _, _ = wall
    look.page.evaluate(f"yiping.past.go({to_ms(SINCE)} - 3600000)")
    look.until("!document.querySelector('.past-none').hidden")
    assert text(look, ".past-none h2").startswith("没有保留")
    look.page.click(".past-none button:not(.past-back)")
    look.until("document.querySelector('.past-none').hidden")
    look.until("document.querySelector('.past-note').innerText === '没有当时的运行记录'")


def test_nobody_touches_a_wall_so_it_comes_back_by_itself(wall: tuple[Look, Made, str]) -> None:
    look, _, _ = wall
    look.page.evaluate("yiping.past.idle.paused = 1000")
    look.until(f"!{CLASSES}.contains('in-past') && !{CLASSES}.contains('past-open')")
    look.until("yiping.stats.opened === 1 && yiping.past.shown() === null")
    assert "at=" not in look.page.url
    look.until("document.querySelector('#kpi-0-age').innerText !== ''")


def test_a_key_opens_the_bar_and_the_way_back_is_always_there(wall: tuple[Look, Made, str]) -> None:
    look, _, _ = wall
    look.page.evaluate("yiping.past.idle.paused = 300000")
    look.page.keyboard.press("h")
    look.until(f"{CLASSES}.contains('past-open') && !{CLASSES}.contains('in-past')")
    look.until("document.querySelectorAll('.past-mark.red').length === 1")
    look.page.keyboard.press("ArrowLeft")
    look.until(f"{CLASSES}.contains('in-past')")
    look.page.click(".past-ways .past-back")
    look.until(f"!{CLASSES}.contains('in-past')")


def test_the_map_and_the_desk_show_the_moment_of_their_address(wall: tuple[Look, Made, str]) -> None:
    look, _, address = wall
    for path in ("map", "desk"):
        look.page.goto(f"{address}/{path}?at={iso(THEN)}")
        look.until(f"window.yiping && yiping.past && {STILL} === {to_ms(THEN)} && {CLASSES}.contains('in-past')")
        assert "回放" in text(look, ".past-tag")
        assert f"at={iso(THEN)}" in look.page.url


def test_a_map_that_is_opened_while_it_plays_goes_on_and_its_warnings_are_of_the_moment(
    wall: tuple[Look, Made, str],
) -> None:
    look, _, address = wall
    for pace in (10, 60, 600):
        began = NOW - timedelta(days=1)
        look.page.goto(
            f"{address}/map?at={iso(began)}&pace={pace}&since={iso(datetime.now(UTC) - timedelta(seconds=2))}"
        )
        look.until(f"window.yiping && yiping.past && yiping.past.state().clock && {STILL} > {to_ms(began)}")
        assert look.page.evaluate("yiping.past.state().clock.pace") == pace
        assert f"&pace={pace}&since=" in look.page.url
    look.page.evaluate("yiping.past.pause()")
    look.until(f"{STILL} && document.querySelectorAll('#atlas-alerts li').length === 5")
    look.until("JSON.parse(document.getElementById('atlas-alerts').dataset.key)[0].at === yiping.past.shown()")
    look.page.evaluate("yiping.past.now()")
    look.until(f"!{CLASSES}.contains('in-past') && !document.title.includes('回放') && yiping.past.shown() === null")
    assert "at=" not in look.page.url
    look.errors.clear()  # there is no database behind the colours


def test_on_paper_and_on_a_phone_the_past_says_what_it_is(wall: tuple[Look, Made, str]) -> None:
    look, _, address = wall
    look.page.goto(f"{address}/desk?at={iso(THEN)}")
    look.until(f"window.yiping && yiping.past && {STILL} === {to_ms(THEN)} && {CLASSES}.contains('in-past')")
    local = THEN.astimezone(ZoneInfo("Asia/Shanghai"))
    look.page.emulate_media(media="print")
    assert text(look, ".past-bar") == f"回放 {local:%Y-%m-%d} {local:%H:%M} 已停住 不是现在"
    look.page.emulate_media(media="screen")
    look.page.set_viewport_size({"width": 390, "height": 844})
    assert text(look, ".past-what").startswith(f"回放 {local:%Y-%m-%d} {local:%H:%M} 已停住 不是现在")
    box = look.page.locator(".past-bar").bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, 390)
    assert box["height"] < 180
    out = "[...document.querySelectorAll('.past-bar *')].filter(e => e.getBoundingClientRect().right > 390.5).length"
    assert look.page.evaluate(out) == 0
    look.page.set_viewport_size({"width": 1920, "height": 1080})
    look.errors.clear()
