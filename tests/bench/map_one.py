"""The speed of the map at /map in Chromium on software GL, and that of plotly's Choroplethmap in the same run.

    python -m tests.bench.map_one [--times 7] [--no-plotly]

Times are from the question to the frame after the one in which all was drawn (of points and plotly: to MapLibre's
`idle`). `update_ms`: another value in each of some 20,000 cells, from the answer's text on; `asked_ms`: the same with
the server (made-up values) in between. `zoom_ms`: to the cells of the next resolution. `points_ms`: 5,000 points with
a status. `heap`: after 1,000 updates and 200 changes of layer, as a share of before. Prints a JSON line each, the last
with the ratio to plotly.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import map_update
from tests.bench.stage import say
from tests.browser.chromium import chromium
from tests.dashboard.made_cells import storm
from tests.dashboard.served import running

WIDE = {"width": 2000, "height": 1080}
EYE = "36.68000,101.50000,11.2"
"""Where a screen shows more than 20,000 cells: 13 px each, the narrowest that the map draws (assets/atlas_where.js)."""

READY = "window.yiping && yiping.atlasStats && yiping.atlasStats.firstMs > 0"
HANDS = (Path(__file__).parent / "map_hands.js").read_text("utf-8")


def opened(browser: Any, address: str, size: dict[str, int]) -> Any:
    page = browser.new_page(viewport=size)
    page.set_default_timeout(400_000)
    page.goto(address)
    for _ in range(600):
        if page.evaluate(READY):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(1500)
    page.evaluate(HANDS)
    return page


def middle(values: list[float]) -> int:
    return round(statistics.median(values))


def first(browser: Any, address: str, times: int) -> None:
    """From the address to the first cells in colour; the server has made its tiles, the browser has nothing kept."""
    found = []
    for _ in range(times):
        page = opened(browser, address, {"width": 1920, "height": 1080})
        found.append(page.evaluate("yiping.atlasStats.firstMs"))
        page.close()
    say(what="first map", first_ms=middle(found), wanted=3000)


def updates(browser: Any, address: str, times: int) -> tuple[int, int]:
    """Cells that were updated, and how long it took (ms)."""
    page = opened(browser, f"{address}&eye={EYE}", WIDE)
    cells: int = page.evaluate("yiping.atlasStats.cells")
    asked = [page.evaluate("hands.update()") for _ in range(times + 1)][1:]
    told: int = page.evaluate("yiping.atlasStats.bytes")
    page.evaluate("hands.feign()")
    made = [page.evaluate("hands.update()") for _ in range(times + 1)][1:]
    sent: int = page.evaluate("yiping.atlasStats.bytes")
    say(what="update", cells=cells, update_ms=middle(made), wanted=200, bytes=sent, most=40_000)
    say(what="update through the server", cells=cells, asked_ms=middle(asked), bytes_of_changes=told)
    page.close()
    return cells, middle(made)


def zooms(browser: Any, address: str, times: int) -> None:
    page = opened(browser, f"{address}&eye=36.66000,101.68000,9.5", {"width": 1920, "height": 1080})
    for name in ("never seen before", "seen before"):
        found = [page.evaluate("(to) => hands.zoom(to)", to) for to in (10.6, 11.9, 13.3, 11.9, 10.6, 9.5)]
        say(what=f"zoom, {name}", zoom_ms=middle([one[0] for one in found]), worst=round(max(one[0] for one in found)),
            steps=[[round(one[0]), *one[1:]] for one in found], wanted=500)  # fmt: skip
    points = [page.evaluate("hands.points(5000)") for _ in range(times + 1)][1:]
    say(what="points", points=5000, points_ms=middle(points))
    page.close()


def wear(browser: Any, address: str) -> None:
    page = opened(browser, address, {"width": 640, "height": 400})  # small: software GL draws each time
    page.evaluate("hands.feign()")
    page.evaluate("hands.wear(100, 20)")
    before = page.evaluate("hands.heap()")
    page.evaluate("hands.wear(1000, 200)")
    after = page.evaluate("hands.heap()")
    say(what="wear", before_mb=round(before / 1e6, 2), after_mb=round(after / 1e6, 2), heap=round(after / before, 3),
        wanted=1.1)  # fmt: skip
    page.close()


def plotly(browser: Any, cells: int, times: int, ours: int) -> None:
    """The same number of cells, all others, by Plotly.react in a picture as large: what a Patch of z comes to."""
    chance = random.Random(1)
    values = [[chance.randrange(251) for _ in range(cells)] for _ in range(times + 1)]
    with map_update.served(map_update.pages(cells)) as address:
        found = map_update.measure(browser, address + "/plotly", values, (WIDE["width"], WIDE["height"]))
    say(what="plotly", cells=cells, update_ms=middle(found), ours_ms=ours, ratio=round(middle(found) / ours, 1))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=7)
    arguments.add_argument("--no-plotly", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, storm(), running(Path(folder)) as show, chromium() as browser:
        address = f"{show.address}/map?layer=rain"
        first(browser, address, 3)
        cells, ours = updates(browser, address, given.times)
        zooms(browser, address, given.times)
        wear(browser, address)
        if not given.no_plotly:
            plotly(browser, cells, min(given.times, 5), ours)


if __name__ == "__main__":
    main()
