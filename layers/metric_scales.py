"""How each metric is drawn: its fixed breaks by measure and window, with the source of each. Pure.

Six breaks each, one a colour (layers/palettes.py). Where no standard is named the numbers are ours to choose. A break
is never taken from the data: the same colour means the same value every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Measure = Literal["last", "max", "avg", "sum", "off"]
"""What a device's readings in a window come to. `off`: whether its last state is another than 1 (running)."""

Breaks = tuple[float, ...]
QUARTER, HOUR, DAY = 15, 60, 24 * 60
WINDOWS = (QUARTER, HOUR, DAY)
"""Minutes that a value may be asked over."""


class Scale(NamedTuple):
    """A metric on the map. `unit` is a key of words `unit.`, `breaks` serve every measure that is not in `others`.

    `low`: low values are those to look at, so they get the strong colour. `sums`: its readings are amounts that add
    up; the sum of levels or speeds means nothing, and is not offered. `measure` over `minutes` is what is shown first,
    `spread` the rings (of the city's resolution) that it may be carried to, `fresh_s` as in Layer.
    """

    unit: str
    breaks: Breaks
    group: str
    others: Mapping[tuple[Measure, int], Breaks] = {}
    low: bool = False
    measure: Measure = "avg"
    minutes: int = HOUR
    digits: int = 0
    spread: int = 0
    fresh_s: int = 1800


def _state(group: str) -> Scale:
    """States have no mean: what is drawn is how many percent of the devices do not run."""
    return Scale("percent", (0, 20, 40, 60, 80, 100), group, measure="off", minutes=QUARTER)


SCALES: Mapping[str, Scale] = {
    "rain": Scale(
        "mm", (0, 0.1, 0.5, 1, 2, 4), "water",
        {
            ("sum", QUARTER): (0, 1, 3, 5, 10, 20),
            # 2.5 and 7.6 mm/h part light, moderate and heavy (AMS glossary); 20 mm in an hour is short and heavy (CMA)
            ("sum", HOUR): (0, 2.5, 7.6, 20, 30, 50),
            # 50 mm and 100 mm in 3 h are the orange and red rainstorm signals (CMA order 16)
            ("sum", 180): (0, 15, 30, 50, 75, 100),
            ("sum", DAY): (0, 10, 25, 50, 100, 250),  # GB/T 28592-2012, grades of 24 h
        },
        measure="sum", minutes=180, digits=1, spread=2, fresh_s=900,
    ),
    "water_level": Scale("m", (0, 1, 2, 3, 4, 5), "water", measure="last", digits=2, fresh_s=900),
    "reservoir_level": Scale("m", (0, 20, 50, 100, 200, 500), "water", measure="last", digits=2),
    "discharge": Scale("m3_s", (0, 10, 50, 200, 1000, 5000), "water"),
    "flow_velocity": Scale("m_s", (0, 0.3, 0.6, 1, 2, 3), "water", digits=1),
    "manhole_level": Scale("m", (0, 0.5, 1, 1.5, 2, 2.5), "water", measure="max", digits=1),  # full: layers.marks
    "sump_level": Scale("m", (0, 1, 2, 3, 4, 5), "water", measure="max", digits=1),
    "pump_state": _state("water"),
    "pipe_flow": Scale("m3_h", (0, 50, 100, 200, 500, 1000), "water"),
    # GB 50013-2018: 10 m of water serve one storey, 12 two, then 4 more for each; 28 m are six.
    "pipe_pressure": Scale("mpa", (0, 0.1, 0.12, 0.16, 0.2, 0.28), "water", low=True, digits=2),
    # 35, 37 and 40 degrees are the yellow, orange and red heat signals (CMA order 16).
    "temperature": Scale("deg_c", (-10, 5, 20, 35, 37, 40), "weather", digits=1, spread=2),
    "humidity": Scale("percent", (0, 20, 40, 60, 80, 100), "weather", spread=2),
    "pressure": Scale("hpa", (600, 700, 800, 900, 1000, 1050), "weather"),
    # Beaufort 4 to 12
    "wind_speed": Scale("m_s", (0, 5.5, 10.8, 17.2, 24.5, 32.7), "weather", measure="max", digits=1),
    "visibility": Scale("m", (0, 50, 200, 500, 1000, 10000), "weather", low=True),  # GB/T 27964-2011, grades of fog
    # HJ 633-2026, table of 24 h (of o3: 8 h; particles have no other); 1 h where it differs: HJ 633-2012, table 1.
    "pm25": Scale("ug_m3", (0, 35, 60, 115, 150, 250), "air", spread=2),
    "pm10": Scale("ug_m3", (0, 50, 120, 250, 350, 420), "air", spread=2),
    "no2": Scale(
        "ug_m3", (0, 100, 200, 700, 1200, 2340), "air", {("avg", DAY): (0, 40, 80, 180, 280, 565)}, spread=2
    ),
    # of 24 h HJ 633-2012; the last break of 1 h is ours
    "so2": Scale(
        "ug_m3", (0, 150, 500, 650, 800, 1600), "air", {("avg", DAY): (0, 50, 150, 475, 800, 1600)}, spread=2
    ),
    "o3": Scale("ug_m3", (0, 160, 200, 300, 400, 800), "air", {("avg", DAY): (0, 100, 160, 215, 265, 800)}, spread=2),
    "co_mg": Scale("mg_m3", (0, 5, 10, 35, 60, 90), "air", {("avg", DAY): (0, 2, 4, 14, 24, 36)}, digits=1, spread=2),
    "aqi": Scale("index", (0, 50, 100, 150, 200, 300), "air", spread=2),  # HJ 633-2026
    "noise": Scale("db", (45, 50, 55, 60, 65, 70), "air"),  # GB 3096-2008: of night in class 1, then of day, 0 to 4a
    # GB 3838-2002, classes I to V; the last break of cod is ours. tn is that of lakes.
    "do": Scale("mg_l", (0, 2, 3, 5, 6, 7.5), "quality", low=True, digits=1),
    "codmn": Scale("mg_l", (0, 2, 4, 6, 10, 15), "quality", digits=1),
    "cod": Scale("mg_l", (0, 15, 20, 30, 40, 60), "quality", digits=1),
    "nh3n": Scale("mg_l", (0, 0.15, 0.5, 1, 1.5, 2), "quality", digits=2),
    "tp": Scale("mg_l", (0, 0.02, 0.1, 0.2, 0.3, 0.4), "quality", digits=2),
    "tn": Scale("mg_l", (0, 0.2, 0.5, 1, 1.5, 2), "quality", digits=2),
    "ph": Scale("ph", (5, 6, 7, 8, 9, 10), "quality", digits=1),  # 6 to 9 are allowed
    "water_temperature": Scale("deg_c", (0, 5, 10, 15, 20, 30), "quality", digits=1),
    "turbidity": Scale("ntu", (0, 1, 3, 10, 50, 100), "quality", digits=1),  # 1 and 3: GB 5749-2022, drinking water
    "conductivity": Scale("us_cm", (0, 250, 500, 1000, 2000, 5000), "quality"),
    # GB 5749-2022: 0.05 at the tap, 0.3 and 2 at the works
    "chlorine": Scale("mg_l", (0, 0.05, 0.3, 1, 2, 4), "quality", low=True, digits=2),
    "smoke": Scale("percent_m", (0, 1, 2, 5, 10, 20), "safety", measure="max", minutes=QUARTER, digits=1),
    "gas": Scale("lel", (0, 5, 10, 25, 50, 100), "safety", measure="max", minutes=QUARTER),  # 25, 50: GB/T 50493-2019
    # 20, 30 mg/m3: GBZ 2.1-2019
    "co": Scale("ppm", (0, 16, 24, 50, 150, 500), "safety", measure="max", minutes=QUARTER),
    # 10 mg/m3: GBZ 2.1-2019
    "h2s": Scale("ppm", (0, 1, 3, 7, 14, 50), "safety", measure="max", minutes=QUARTER, digits=1),
    # 19.5, 23.5: GBZ/T 205-2007
    "o2": Scale(
        "percent", (16, 18, 19.5, 20.9, 22, 23.5), "safety", low=True, measure="last", minutes=QUARTER, digits=1
    ),
    "displacement": Scale("mm", (0, 5, 10, 20, 50, 100), "safety", measure="last", digits=1),
    "tilt": Scale("degrees", (0, 0.1, 0.2, 0.5, 1, 2), "safety", measure="last", digits=2),
    "soil_moisture": Scale("percent", (0, 10, 20, 30, 40, 50), "safety"),
    "traffic_speed": Scale("km_h", (0, 10, 20, 30, 40, 60), "traffic", low=True, minutes=QUARTER, fresh_s=900),
    "traffic_flow": Scale("veh_min", (0, 10, 20, 30, 40, 60), "traffic", minutes=QUARTER, fresh_s=900),
    "crowd": Scale("people", (0, 50, 200, 1000, 5000, 20000), "traffic", measure="last", minutes=QUARTER),
    "power_state": _state("power"),
    # 220 V +7 % -10 %: GB/T 12325-2008
    "voltage": Scale("volt", (180, 198, 209, 220, 235.4, 250), "power", low=True, digits=1),
    "current": Scale("ampere", (0, 10, 50, 100, 500, 1000), "power"),
    "power": Scale("kw", (0, 10, 50, 200, 1000, 5000), "power"),
    "battery": Scale("percent", (0, 10, 20, 40, 60, 100), "power", low=True, measure="last", minutes=DAY),
}  # fmt: skip

NOT_DRAWN = frozenset({"wind_direction"})
"""Of north by east and north by west the mean is south: a map of means would lie."""


def choices(metric: str) -> tuple[tuple[Measure, int], ...]:
    """What may be asked of a metric, as (measure, minutes): the first is what is shown when nobody chose."""
    scale = SCALES[metric]
    first = (scale.measure, scale.minutes)
    if scale.measure == "off":
        return (first,)
    offered: list[tuple[Measure, int]] = [
        *((measure, minutes) for measure in ("last", "max", "avg") for minutes in WINDOWS),
        *(one for one in scale.others if one[0] == "sum"),
    ]
    return (first, *(one for one in offered if one != first))


def breaks_of(metric: str, measure: Measure, minutes: int) -> Breaks:
    """The breaks of a choice. KeyError for a metric that is not here."""
    scale = SCALES[metric]
    return scale.others.get((measure, minutes), scale.breaks)
