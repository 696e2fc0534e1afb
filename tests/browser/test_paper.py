"""What comes out of a printer: the map with its legend, the wall with its figures, the desk with every warning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2
import pytest

from tests.browser.chromium import Look, chromium, looking
from tests.browser.test_atlas import still
from tests.browser.test_wall import PAINTED, overview
from tests.dashboard.made_cells import storm
from tests.dashboard.served import Show, running

pytestmark = pytest.mark.browser

FIGURES = "[...document.querySelectorAll('.kpi .value, .gauge b')].map(one => one.innerText.split(/\\s/)[0])"
LEGEND = """[...document.querySelectorAll('.atlas-legend h3 option:checked, .atlas-legend .ticks span')]
  .map(one => one.innerText)"""
PLACES = "[...document.querySelectorAll('.desk-item strong')].map(one => one.innerText)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with storm(), running(tmp_path_factory.mktemp("data"), Show(draw=overview)) as show:
        yield show.address


def printed(look: Look, landscape: bool) -> Any:
    """The pages of A4 that Chromium prints with the background, as a person would have it."""
    return pypdfium2.PdfDocument(look.page.pdf(format="A4", landscape=landscape, print_background=True))


def text(page: Any) -> str:
    """In one line: where it is broken is the printer's."""
    return " ".join(page.get_textpage().get_text_range().split())


def light(page: Any) -> float:
    """The middle brightness of a page, 0 to 255."""
    return float(np.median(page.render(scale=0.5, grayscale=True).to_numpy()))


@pytest.mark.parametrize("landscape", [True, False])
def test_a_dark_map_is_printed_light_on_one_page_with_its_legend(browser: Any, address: str, landscape: bool) -> None:
    with looking(browser, f"{address}/map?layer=rain&lang=en", (1280, 720)) as look:
        still(look)
        look.until("yiping.atlas.map.light")
        (page,) = printed(look, landscape)
        assert light(page) > 200
        said = text(page)
        wanted = look.page.evaluate(LEGEND)
        assert len(wanted) > 6
        assert [one for one in [*wanted, "No data"] if one not in said] == []
        assert "Search" not in said
        assert look.page.evaluate("document.querySelector('#atlas').className") == "atlas", (
            "on the screen it is dark again"
        )


@pytest.mark.parametrize("landscape", [True, False])
def test_the_wall_is_printed_whole_with_its_figures(browser: Any, address: str, landscape: bool) -> None:
    with looking(browser, f"{address}/?lang=en&scene=emergency") as look:
        look.until(PAINTED)
        wanted = look.page.evaluate(FIGURES)
        (page,) = printed(look, landscape)
        said = text(page)
        assert len(wanted) > 4
        assert [one for one in wanted if one not in said] == []


@pytest.mark.parametrize("landscape", [True, False])
def test_the_desk_is_printed_with_every_warning(browser: Any, address: str, landscape: bool) -> None:
    with looking(browser, f"{address}/desk?lang=en", (1280, 400)) as look:
        look.until(f"{PLACES}.length > 4")
        pages = printed(look, landscape)
        said = [text(one) for one in pages]
        wanted = look.page.evaluate(PLACES)
        assert [one for one in wanted if "".join(said).count(one) < wanted.count(one)] == []
        assert min(len(one) for one in said) > 20, "no empty page"
        assert "Add note" not in "".join(said), "nothing that only hands need"
        assert min(light(one) for one in pages) > 200
