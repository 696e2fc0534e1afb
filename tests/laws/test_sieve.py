"""What the sieve holds back would have made no difference: the engine comes to the same."""

from __future__ import annotations

import math
from typing import Any

import h3.api.basic_int as h3
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import gather
from alerts.engine import step
from alerts.gather import Scene
from alerts.rings import Row
from alerts.rules import Rule
from alerts.sieve import measured, measures, probe
from config.read import read_city
from tests.alerts.made import MINUTE, rule, window

PROFILE = read_city("xining")
NOW = 100 * MINUTE
CELLS = [0, *(int(h3.latlng_to_cell(36.6 + step / 50, 101.7, 9)) for step in range(4))]
NUMBERS = st.sampled_from([float("nan"), 0.0, 4.999_999_9, 5.0, 9.9, 10.0, 10.000_000_1, 12.0, 19.9, 20.0, 41.0])
DISTRICTS = ("", "630102", "630103")


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    count = draw(st.integers(0, 8))
    found = [
        Row(
            f"d{number}", NOW - draw(st.integers(0, 8)) * MINUTE, *(draw(NUMBERS) for _ in range(5)),
            draw(st.integers(0, 4)), 36.6, 101.7, draw(st.sampled_from(CELLS)), draw(st.sampled_from(DISTRICTS)),
            slope=draw(NUMBERS), sloped=draw(st.integers(0, 4)), change=draw(NUMBERS),
        )
        for number in range(count)
    ]  # fmt: skip
    return [row._replace(avg=row.sum / row.readings if row.readings else math.nan) for row in found]


MEASURES = st.sampled_from(["last", "sum", "avg", "max", "min", "count", "rate_per_hour", "change"])


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    place = draw(st.sampled_from(["device", "cell", "district", "city"]))
    across = {} if place == "device" else {"across": draw(st.sampled_from(["max", "min", "avg"]))}
    levels: dict[str, Any] = {"blue": 10, "red": draw(st.sampled_from([20, {"at": 20, "window": "3m"}]))}
    below = draw(st.booleans())
    where = draw(st.sampled_from([{}, {"where": {"metric": "state", "is": [10]}}]))
    return rule(
        watch={"metric": "level", "measure": draw(MEASURES), "window": "10m", **where},
        place={"kind": place, **across},
        levels=levels if not below else {"blue": 20, "red": 10},
        direction="below" if below else "above",
        registered=place == "device" and draw(st.booleans()),
    )


@settings(max_examples=400)
@given(rules(), rows(), rows(), st.dictionaries(st.sampled_from(["d0", "d3"]), st.just({"blue": 5.0, "red": 9.0})))
def test_nobody_who_matters_is_held_back(
    made: Rule, long: list[Row], short: list[Row], marks: dict[str, dict[str, float]]
) -> None:
    devices = sorted({row.device for row in (*long, *short)})
    by_window = {3 * MINUTE: window(*short, of=devices), 10 * MINUTE: window(*long, of=devices)}
    asked = {probe(watch): by_window[watch.window] for watch in made.readings}
    told = marks if made.registered else None
    cells = {gather.cell_name(cell, made.place.resolution) for cell in CELLS[1:]}
    everywhere = frozenset({*devices, *cells, *DISTRICTS, str(PROFILE.adcode)})
    few = gather.readings(made, asked, Scene(PROFILE, NOW), told)
    all_of_them = gather.readings(made, asked, Scene(PROFILE, NOW, everywhere), told)
    assert step(made, {}, few, NOW) == step(made, {}, all_of_them, NOW)
    assert {one.place for one in few} <= {one.place for one in all_of_them}


@given(rules(), rows())
def test_a_column_says_what_its_rows_say(made: Rule, some: list[Row]) -> None:
    watch = made.readings[0]
    one = [np.nan if value is None else value for value in (measured(watch, row) for row in some)]
    assert np.allclose(measures(watch, window(*some)), one, atol=1e-6, equal_nan=True)
