"""Units of sources become ours, exactly, or not at all."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams import units
from streams.metrics import METRICS, WIDEST
from streams.units import NO_UNIT, OPAQUE, WrongUnit, convert, spelled


@pytest.mark.parametrize(
    ("value", "unit", "metric", "expected"),
    [
        (1, "in", "rain", 25.4),
        (12.5, "cm", "rain", 125),
        (150, "cm", "water_level", 1.5),
        (10, "ft", "water_level", 3.048),
        (2.5, "mASD", "water_level", 2.5),
        (100, "ft3/s", "discharge", 2.8316846592),
        (100, "ft³/s", "discharge", 2.8316846592),
        (100, "cfs", "discharge", 2.8316846592),
        (3600, "m³/h", "discharge", 1),
        (20, "℃", "temperature", 20),
        (50, "°F", "temperature", 10),
        (-40, "degF", "temperature", -40),
        (293.15, "K", "temperature", 20),
        (750, "mmHg", "pressure", 999.917905613),
        (101.3, "kPa", "pressure", 1013),
        (36, "km/h", "wind_speed", 10),
        (10, "m/s", "traffic_speed", 36),
        (10, "knots", "wind_speed", 5.14444444444),
        (0.035, "mg/m3", "pm25", 35),
        (0.035, "毫克/立方米", "pm25", 35),
        (800, "µg/m³", "co_mg", 0.8),
        (20, "ug/L", "nh3n", 0.02),
        (3, "mg·L-1", "do", 3),
        (3, "mg L-1", "do", 3),
        (1.2, "mS/cm", "conductivity", 1200),
        (600, "veh/h", "traffic_flow", 10),
        (600, "辆/小时", "traffic_flow", 10),
        (500, "ppb", "co", 0.5),
        (1.5, "bar", "pipe_pressure", 0.15),
        (2, "MW", "power", 2000),
    ],
)
def test_a_value_in_another_unit(value: float, unit: str, metric: str, expected: float) -> None:
    assert convert(value, unit, metric) == expected


@pytest.mark.parametrize(
    ("unit", "metric"),
    [
        *(("µg/m³", "pm25"), ("μg/m3", "pm25"), ("㎍/㎥", "pm25"), ("微克/立方米", "pm25"), (" ug / m3 ", "pm25")),
        *(("℃", "temperature"), ("C", "temperature"), ("摄氏度", "temperature"), ("dB", "noise"), ("dBA", "noise")),
        *(("％", "humidity"), ("%RH", "humidity"), ("m³/s", "discharge"), ("m^3/s", "discharge"), ("FNU", "turbidity")),
        *(("", "pump_state"), ("1", "aqi"), ("pH", "ph"), ("人", "crowd"), ("%LEL", "gas")),
        *(
            ("MM", "rain"),
            ("MG/L", "do"),
            ("Deg", "wind_direction"),
            ("uS/cm @25C", "conductivity"),
            ("deg C", "temperature"),
        ),
    ],
)
def test_another_spelling_is_the_same_unit(unit: str, metric: str) -> None:
    value = 12.345678901234567
    assert convert(value, unit, metric) is value


@pytest.mark.parametrize(
    ("unit", "metric"),
    [
        *(("kg", "rain"), ("mm/h", "rain"), ("", "rain"), ("ppm", "pm25"), ("1", "humidity"), ("dBm", "noise")),
        *(("V", "pump_state"), ("ug/m3", "aqi"), ("%", "gas"), ("mW", "noise"), ("nonsense", "rain"), ("火", "rain")),
        *(("9**9**9**9", "rain"), ("m**9999999", "rain"), ("__import__('os')", "rain"), ("2*mm", "rain")),
        *(("m" * 10_000, "rain"), ("mm\x00", "rain"), ("m/", "rain"), ("/m", "rain")),
    ],
)
def test_what_is_no_unit_of_the_metric_is_refused(unit: str, metric: str) -> None:
    with pytest.raises(WrongUnit, match=metric):
        convert(1.0, unit, metric)


@pytest.mark.parametrize("metric", METRICS)
def test_the_table_of_metrics_is_sound(metric: str) -> None:
    unit, least, most = METRICS[metric]
    assert WIDEST[0] <= least < most <= WIDEST[1]
    assert spelled(unit) == unit
    assert convert(1.5, unit, metric) == 1.5
    assert unit in OPAQUE or not unit or units._by_pint(unit, unit) == units.SAME


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(sorted(METRICS)))
def test_no_text_does_harm(unit: str, metric: str) -> None:
    try:
        found = convert(1.0, unit, metric)
    except WrongUnit:
        return
    assert isinstance(found, float)


def test_unitless_spellings_are_in_small_letters() -> None:
    assert {unit.lower() for unit in NO_UNIT} == NO_UNIT


def test_the_library_is_not_loaded_before_it_is_needed() -> None:
    """Ingest starts half a second sooner, and most never need it."""
    code = "import sys, streams.messages; sys.exit('pint' in sys.modules or 'geocoordinates_ffi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
