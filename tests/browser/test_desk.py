"""The desk in Chromium: two officers, one alert."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page

from dashboard.app import create_app
from dashboard.desk import push
from dashboard.web import listen, serve
from tests.browser.chromium import PLAIN, chromium
from tests.dashboard.desk_city import ROWS, Lists, context, lists
from tests.dashboard.why_rows import KINDS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Lists]]:
    yield from serving(tmp_path_factory, ROWS)


def serving(tmp_path_factory: pytest.TempPathFactory, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, Lists]]:
    def now() -> datetime:
        return datetime.now(UTC)

    database, stop = lists(now, rows), threading.Event()
    made = context(database, now)
    made = replace(made, settings=replace(made.settings, data=Path(tmp_path_factory.mktemp("data"))))
    with listen("127.0.0.1", 0) as listener:
        server = threading.Thread(target=serve, args=(create_app(made), listener, made.state, stop))
        server.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", database
        stop.set()
        server.join(10)


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with chromium(PLAIN) as found:
        yield found


@pytest.fixture
def browser(opened: Browser) -> Iterator[Browser]:
    """Nobody sits on at a desk after the test: each that is open draws what changes."""
    yield opened
    for one in opened.contexts:
        one.close()


def desk(browser: Browser, address: str, wrong: list[str], size: tuple[int, int] = (1366, 768)) -> Page:
    """A desk of an officer with a browser of their own; `wrong` collects errors and requests to other hosts."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda one: wrong.append(f"{one.status} {one.url}") if one.status >= 400 else None)
    home = urlparse(address).netloc
    page.on("request", lambda one: wrong.append(one.url) if urlparse(one.url).netloc not in (home, "") else None)
    page.goto(address)
    return page


def test_one_officer_acknowledges_and_the_other_sees_it(served: tuple[str, Lists], browser: Browser) -> None:
    address, database = served
    wrong: list[str] = []
    alert = database.alerts[1]["alert"]
    first, second = (desk(browser, f"{address}/desk?alert={alert}&lang=zh-CN", wrong) for _ in range(2))
    second.wait_for_selector("#desk-story h2")
    first.wait_for_selector("#desk-acknowledge:enabled")
    assert "4.62 m" in first.inner_text("#desk-story")
    assert first.locator("#desk-chart .shapelayer path").count() >= 4  # the thresholds

    first.click("#desk-acknowledge")
    first.wait_for_selector("#desk-result.bad")
    assert database.done == []  # nobody did it

    first.fill("#desk-actor", "甲班")
    first.fill("#desk-note", "已通知河务站")
    started = time.monotonic()
    first.dblclick("#desk-acknowledge")
    second.wait_for_selector("#desk-story .desk-taken")
    seconds = time.monotonic() - started
    first.wait_for_selector("#desk-result.good")
    assert [(row["kind"], row["actor"], row["text"]) for row in database.done] == [
        ("acknowledge", "甲班", "已通知河务站")
    ]
    assert seconds < 5  # one second is the aim; a test machine may be busy

    second.fill("#desk-actor", "乙班")
    second.fill("#desk-note", "已到现场")
    second.click("#desk-append")
    first.wait_for_selector("#desk-journal >> text=已到现场")
    assert [row["actor"] for row in database.done] == ["甲班", "乙班"]
    assert first.is_disabled("#desk-acknowledge")
    assert wrong == []


def test_a_desk_whose_questions_take_longer_than_a_beat_shows_their_answers(
    served: tuple[str, Lists], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a storm something changes each second, and the database has much to do: a newer question must not put off the
    answer to the one before for ever."""
    ask = Lists.ask

    def slowly(database: Lists, question: Any, **params: Any) -> Any:
        if threading.current_thread().name != "city-state":
            time.sleep(1.0)
        return ask(database, question, **params)

    monkeypatch.setattr(Lists, "ask", slowly)
    monkeypatch.setattr(push, "signature", lambda moment: str(moment.number))
    address, database = served
    page = desk(browser, f"{address}/desk?alert={database.alerts[0]['alert']}&lang=en", [])
    page.wait_for_selector("#desk-story h2", timeout=30_000)
    first = page.text_content("#desk-pulse")
    page.wait_for_function("first => document.getElementById('desk-pulse').textContent !== first", arg=first)


def test_the_keyboard_walks_the_list_and_a_draft_does_not_follow(served: tuple[str, Lists], browser: Browser) -> None:
    address, database = served
    wrong: list[str] = []
    page = desk(browser, f"{address}/desk?alert={database.alerts[3]['alert']}&lang=en", wrong)
    page.wait_for_selector("#desk-acknowledge:enabled")
    page.fill("#desk-note", "for the other alert")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".desk-item.chosen a[href*='{database.alerts[1]['alert']}']")
    page.wait_for_selector("#desk-story .desk-taken")
    assert page.input_value("#desk-note") == ""
    assert wrong == []


def test_operations_shows_the_sample_of_a_reject_as_text(served: tuple[str, Lists], browser: Browser) -> None:
    wrong: list[str] = []
    page = desk(browser, f"{served[0]}/ops?lang=en", wrong)
    page.click("#ops-rejects >> text=Faulty time")
    page.wait_for_selector("#ops-samples pre")
    assert "<script>alert(1)</script>\\xff\\xfe\\x00" in page.inner_text("#ops-samples pre >> nth=0")
    assert wrong == []


def test_an_alert_is_silenced_in_two_clicks_and_the_silence_ended(served: tuple[str, Lists], browser: Browser) -> None:
    address, database = served
    wrong: list[str] = []
    page = desk(browser, f"{address}/desk?alert={database.alerts[0]['alert']}&lang=en", wrong)
    page.wait_for_selector("#desk-story h2")
    page.fill("#desk-actor", "甲班")
    page.click("#desk-quiet-form summary")
    page.click("#desk-quiet-form button >> nth=1")
    page.wait_for_selector("#desk-quiet-result.bad")  # it is red, and that was not said
    assert database.quieted == []
    page.check("#desk-quiet-red input")
    page.dblclick("#desk-quiet-form button >> nth=1")
    page.wait_for_selector("#desk-quiet-result.good")
    page.wait_for_selector("#desk-story .desk-quiet")
    assert [(row["owner"], row["level"], row["kind"]) for row in database.quieted] == [("甲班", "red", "silence")]
    page.click(".desk-folds summary >> nth=0")
    page.wait_for_selector("#desk-hidden .desk-item")
    page.click(".desk-folds summary >> nth=1")
    page.click("#desk-silences button:enabled")
    page.wait_for_selector("#desk-cancel-result, #desk-silences .over")
    page.wait_for_selector("#desk-hidden .desk-empty")
    assert [row["kind"] for row in database.quieted] == ["silence", "cancel"]
    assert wrong == []


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Lists]]:
    """A desk with an open alert of each kind of watch."""
    yield from serving(tmp_path_factory, KINDS)


def until(page: Page, script: str) -> None:
    """Waits until the expression is true; the page's own policy forbids playwright's wait_for_function to eval."""
    ends = time.monotonic() + 30
    while not page.evaluate(script):
        assert time.monotonic() < ends, script
        page.wait_for_timeout(100)


DRAWN = "document.querySelector('#desk-chart .trace, #desk-chart .bars .point') !== null"


def test_every_kind_of_alert_says_why(kinds: tuple[str, Lists], browser: Browser) -> None:
    address, database = kinds
    wrong: list[str] = []
    page = desk(browser, f"{address}/desk?lang=zh-CN", wrong)
    titles = set()
    for row in database.alerts:
        page.click(f"#desk-list a[href*='{row['alert']}']")
        page.wait_for_selector(f".desk-item.chosen a[href*='{row['alert']}']")
        until(page, f"document.querySelector('.why-basis dd:last-child')?.innerText && {DRAWN}")
        until(page, f"document.querySelector('.why-basis').innerText.includes('{row['rule']} ·')")
        assert page.locator("#desk-why .ops-table tbody tr").count() >= 1, row["rule"]
        titles.add(page.inner_text("#desk-chart-title"))
    assert len(titles) >= 10
    assert wrong == []


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href') || ''"))


def test_the_whole_desk_by_keyboard(kinds: tuple[str, Lists], browser: Browser) -> None:
    address, database = kinds
    wrong: list[str] = []
    page = desk(browser, f"{address}/desk?lang=en", wrong)
    page.wait_for_selector("#desk-list .desk-item")
    first, second = (page.locator("#desk-list a").nth(place).get_attribute("href") for place in (0, 1))
    page.keyboard.press("j")
    assert focused(page) == first
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    assert focused(page) == second
    page.keyboard.press("Enter")
    page.wait_for_selector(".desk-item.chosen[aria-current=true]")
    page.wait_for_selector("#desk-acknowledge:enabled")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "desk-actor"
    page.keyboard.type("jk 甲班")  # letters of a name walk no list
    page.keyboard.press("Tab")
    page.keyboard.type("told")
    page.keyboard.press("Tab")
    assert focused(page) == "desk-acknowledge"
    page.keyboard.press("Enter")
    page.wait_for_selector("#desk-result.good")
    assert [(row["kind"], row["actor"], row["text"]) for row in database.done] == [("acknowledge", "jk 甲班", "told")]
    page.focus("#desk-note")
    page.keyboard.press("Escape")
    assert focused(page) == second
    page.keyboard.press("Escape")
    page.wait_for_selector("#desk-detail", state="hidden")
    assert focused(page) == second
    assert wrong == []


def test_a_new_alert_is_read_out_once(kinds: tuple[str, Lists], browser: Browser) -> None:
    address, database = kinds
    wrong: list[str] = []
    gone = database.alerts.pop(0)
    page = desk(browser, f"{address}/desk?lang=en", wrong)
    page.wait_for_selector("#desk-list .desk-item")
    until(page, f"document.querySelectorAll('#desk-list .desk-item').length === {len(database.alerts)}")
    page.wait_for_timeout(1500)
    assert page.inner_text("#desk-news") == ""
    database.alerts.insert(0, gone)
    until(page, "document.getElementById('desk-news').textContent !== ''")
    assert page.locator("#desk-news").text_content() == "Red: Rainstorm, red (official), Chengbei"
    assert page.get_attribute("#desk-news", "role") == "alert"
    assert wrong == []


def test_a_phone_shows_the_list_then_the_alert_and_acknowledges(kinds: tuple[str, Lists], browser: Browser) -> None:
    address, database = kinds
    wrong: list[str] = []
    page = desk(browser, f"{address}/desk?lang=zh-CN", wrong, (390, 844))
    page.wait_for_selector("#desk-list .desk-item")
    assert not page.is_visible("#desk-story")
    page.click("#desk-list a >> nth=3")
    page.wait_for_selector("#desk-acknowledge:enabled")
    assert not page.is_visible("#desk-list")
    wide = "document.documentElement.scrollWidth"
    until(page, DRAWN)
    assert page.evaluate(wide) == 390
    page.fill("#desk-actor", "乙班")
    page.click("#desk-acknowledge")
    page.wait_for_selector("#desk-result.good")
    assert database.done[-1]["actor"] == "乙班"
    page.click("#desk-back")
    page.wait_for_selector("#desk-list", state="visible")
    assert page.evaluate(wide) == 390
    assert wrong == []
