"""The list of open warnings beside the map, in Chromium: reached by keys, and a press flies there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.chromium import Look, chromium, looking, room
from tests.dashboard.made_cells import storm
from tests.dashboard.served import running

pytestmark = pytest.mark.browser

MIDDLE = "(({ lng, lat }) => [lng, lat])(yiping.atlas.map.map.getCenter())"
DRAWN = "yiping.atlas.map.map.queryRenderedFeatures({ layers: ['warned'] }).length"
THERE = "yiping.atlas.map.map.getZoom() > 11 && !yiping.atlas.map.map.isMoving()"


@contextmanager
def map_of(folder: Path, language: str) -> Iterator[Look]:
    """The map during a storm."""
    with (
        storm(),
        running(folder) as show,
        chromium() as browser,
        room(browser) as desk,
        looking(desk, f"{show.address}/map?layer=rain&lang={language}") as look,
    ):
        yield look


def test_open_warnings_are_a_list_that_keys_reach_and_that_flies_there(tmp_path: Path) -> None:
    with map_of(tmp_path, "en") as look:
        look.until("window.yiping && yiping.atlas && yiping.atlas.map && yiping.atlas.map.shown")
        look.until("document.querySelector('#atlas-alerts h2 button')")
        assert look.page.locator("#atlas-alerts li").count() == 0, "folded where the map has little room"
        look.page.focus("#atlas-alerts h2 button")
        look.page.keyboard.press("Enter")
        look.until("document.querySelector('#atlas-alerts h2 button').ariaExpanded === 'true'")
        rows = look.page.locator("#atlas-alerts li button").all_inner_texts()
        assert [row.split()[1] for row in rows] == ["Red", "Orange", "Yellow", "Yellow", "Blue"]
        assert all("for " in row for row in rows)
        assert sum("Data lost" in row for row in rows) == 1
        for _ in range(2):
            look.page.keyboard.press("ArrowDown")
        look.page.keyboard.press("Enter")
        look.until(THERE)
        assert look.page.evaluate(MIDDLE) == pytest.approx([101.69, 36.6475], abs=0.05), "the middle of what is free"
        assert look.page.evaluate("yiping.atlas.map.where.seen([101.69, 36.6475])")
        assert look.errors == []


def test_the_border_of_an_official_warning_is_drawn_in_its_colour_and_explained(tmp_path: Path) -> None:
    with map_of(tmp_path, "zh-CN") as look:
        look.until(f"window.yiping && yiping.atlas && yiping.atlas.map && yiping.atlas.map.ready && {DRAWN} > 0")
        look.until("document.querySelector('#atlas-legend .signs .border')")
        assert "官方预警范围" in look.page.locator("#atlas-legend .signs").inner_text()
        (level,) = look.page.evaluate(
            "yiping.atlas.map.map.getSource('warned').serialize().data.features.map((one) => one.properties.level)"
        )
        assert level == "orange"
        assert look.errors == []
