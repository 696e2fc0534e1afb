"""Debian's Chromium on software GL, and what a person cannot see of a page: errors, requests elsewhere, overflow."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

import pytest

UNUSED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",  # pages behind the address line: a second of CPU for each window
    # and what playwright turns off, which this list takes the place of
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
PLAIN = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", f"--disable-features={','.join(UNUSED)}",
)  # fmt: skip
FLAGS = (
    *PLAIN, "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist", "--js-flags=--expose-gc", "--enable-precise-memory-info",
    "--disable-gpu-rasterization",  # which Debian asks for: letters and boxes are drawn sooner without software GL
)  # fmt: skip
FONT = "/fonts/"
"""Made by `yiping up`; where a test did not make it, the fonts of the machine are used."""
OVERFLOW = """() => [...document.querySelectorAll('body *')].filter(e => e.children.length === 0 && e.innerText
  && e.offsetParent && e.clientWidth > 0 && getComputedStyle(e).textOverflow !== 'ellipsis'
  && (e.scrollWidth > e.clientWidth + 1
  || e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().bottom > innerHeight + 1))
  .map(e => e.innerText.slice(0, 40))"""


@dataclass
class Look:
    """A page that somebody looks at."""

    page: Any
    home: str
    moving: type[Exception]
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)

    def _said(self, said: Any) -> None:
        if said.type == "error" and FONT not in said.location.get("url", ""):
            self.errors.append(f"{said.text} {said.location.get('url', '')}".strip())

    def _asked(self, request: Any) -> None:
        asked = urlparse(request.url)
        if asked.scheme in ("http", "https", "ws", "wss") and asked.netloc != self.home:
            self.outside.append(request.url)

    def overflow(self) -> list[str]:
        found: list[str] = self.page.evaluate(OVERFLOW)
        return found

    def do(self, script: str) -> None:
        """Runs it, and asks not what it gives: playwright would tell all that is in a map."""
        self.page.evaluate(f"() => {{ {script}; }}")

    def until(self, script: str, seconds: float = 90) -> None:
        """Waits until the expression is true. The page's own policy forbids playwright's wait_for_function to eval."""
        end = time.monotonic() + seconds
        while not self._true(script):
            assert time.monotonic() < end, f"waited {seconds} s in vain for: {script}; errors: {self.errors[:3]}"
            self.page.wait_for_timeout(100)

    def soon(self, fine: Callable[[], bool], seconds: float = 90) -> None:
        """Waits until something of the test itself is true, while the page goes on."""
        end = time.monotonic() + seconds
        while not fine():
            assert time.monotonic() < end, f"waited {seconds} s in vain; errors: {self.errors[:3]}"
            self.page.wait_for_timeout(100)

    def _true(self, script: str) -> bool:
        try:
            return bool(self.page.evaluate(f"Boolean({script})"))
        except self.moving:  # the page is being loaded anew
            return False


@contextmanager
def chromium(flags: Sequence[str] = FLAGS) -> Iterator[Any]:
    """A browser; the test is skipped where there is none."""
    sync = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium: apt-get install chromium")
    with sync.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=list(flags))
        yield browser
        browser.close()


@contextmanager
def room(browser: Any, size: tuple[int, int] = (1280, 720), **given: Any) -> Iterator[Any]:
    """What pages share that `looking` opens in it: the second is there sooner, and a small one is drawn sooner."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **given)
    yield context
    context.close()


@contextmanager
def looking(place: Any, address: str, size: tuple[int, int] = (1920, 1080)) -> Iterator[Look]:
    """A page at `address`, watched from its first request: of a browser by itself, or of a `room` with its size."""
    error: type[Exception] = pytest.importorskip("playwright.sync_api").Error
    alone = {"viewport": {"width": size[0], "height": size[1]}} if hasattr(place, "new_context") else {}
    look = Look(place.new_page(**alone), urlparse(address).netloc, error)
    look.watch()
    look.page.goto(address)
    yield look
    look.page.close()
