"""Metrics that we know: the unit in which each is stored and what a sensor of its kind can say at all. Pure.

A range is what the kind can say, not what is likely: wide, but narrow enough that 9999 and 32767, which some loggers
write for "no measurement", fall out where nothing real is near. Where no record is named the numbers are ours to
choose. A metric that is not here is taken as it is, within WIDEST.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

WIDEST = (-1e9, 1e9)


class Metric(NamedTuple):
    """`unit` is '' where there is none to convert: a state, a count, an index. Values lie within `least` to `most`."""

    unit: str
    least: float
    most: float


METRICS: Mapping[str, Metric] = {
    # water
    "rain": Metric("mm", 0, 500),  # in one reading; the world's record is 38 mm in a minute
    "water_level": Metric("m", -100, 9_000),  # some stations count from the sea; no river is higher than 5,600
    "reservoir_level": Metric("m", -100, 9_000),
    "discharge": Metric("m3/s", -50_000, 500_000),  # tidal rivers run backwards; the Amazon reaches 300,000
    "flow_velocity": Metric("m/s", -50, 50),
    "manhole_level": Metric("m", -1, 100),
    "sump_level": Metric("m", -10, 100),
    "pump_state": Metric("", 0, 9),
    "pipe_flow": Metric("m3/h", -100_000, 100_000),
    "pipe_pressure": Metric("MPa", -1, 100),
    # weather: records of the WMO's archive, with room
    "temperature": Metric("degC", -90, 70),
    "humidity": Metric("%", 0, 105),  # sensors in fog say a little more than 100
    "pressure": Metric("hPa", 300, 1_100),
    "wind_speed": Metric("m/s", 0, 150),
    "wind_direction": Metric("deg", 0, 360),
    "visibility": Metric("m", 0, 90_000),
    # air, HJ 633
    "pm25": Metric("ug/m3", 0, 9_000),
    "pm10": Metric("ug/m3", 0, 9_000),
    "no2": Metric("ug/m3", 0, 9_000),
    "so2": Metric("ug/m3", 0, 9_000),
    "o3": Metric("ug/m3", 0, 9_000),
    "co_mg": Metric("mg/m3", 0, 1_000),
    "aqi": Metric("", 0, 1_000),  # ends at 500; other countries' go on
    "noise": Metric("dB(A)", 0, 200),
    # surface water, GB 3838
    "water_temperature": Metric("degC", -5, 100),
    "ph": Metric("", 0, 14),
    "do": Metric("mg/L", 0, 50),
    "codmn": Metric("mg/L", 0, 1_000),
    "cod": Metric("mg/L", 0, 9_000),
    "nh3n": Metric("mg/L", 0, 1_000),
    "tp": Metric("mg/L", 0, 500),
    "tn": Metric("mg/L", 0, 1_000),
    "turbidity": Metric("NTU", 0, 9_000),
    "conductivity": Metric("uS/cm", 0, 90_000),  # the sea has 55,000
    "chlorine": Metric("mg/L", 0, 50),
    # safety
    "smoke": Metric("%/m", 0, 100),
    "gas": Metric("%LEL", 0, 100),  # methane, of its lower explosive limit
    "co": Metric("ppm", 0, 9_000),
    "h2s": Metric("ppm", 0, 5_000),
    "o2": Metric("%", 0, 100),
    "displacement": Metric("mm", -9_000, 9_000),
    "tilt": Metric("deg", -360, 360),
    "soil_moisture": Metric("%", 0, 100),
    # traffic and people
    "traffic_speed": Metric("km/h", 0, 500),
    "traffic_flow": Metric("veh/min", 0, 9_000),
    "crowd": Metric("", 0, 9_000_000),  # people
    # power
    "power_state": Metric("", 0, 9),
    "voltage": Metric("V", -1_200_000, 1_200_000),  # the highest line in service is 1,100 kV
    "current": Metric("A", -1_000_000, 1_000_000),
    "power": Metric("kW", -50_000_000, 50_000_000),  # the Three Gorges are 22.5 million
    "battery": Metric("%", 0, 105),
}
RANGES: Mapping[str, tuple[float, float]] = {name: (metric.least, metric.most) for name, metric in METRICS.items()}
