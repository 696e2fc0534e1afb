"""From the unit of a source to the one in which we store a metric (streams/metrics.py). Pure.

pint does the arithmetic. It is imported when a message first needs it: that takes half a second, and nearly none do.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from streams.metrics import METRICS

if TYPE_CHECKING:
    import pint

REMEMBERED = 4_096  # pairs of unit and metric
LONGEST = 32  # characters of a unit
DIGITS = 12  # that a converted value keeps: what binary arithmetic adds behind them is no measurement

# Spellings, in small letters, of what is not one already; the right side is pint's or one of OPAQUE.
_SPELLINGS = {
    **dict.fromkeys(("°c", "c", "celsius", "deg c", "摄氏度", "度c"), "degC"),
    **dict.fromkeys(("°f", "f", "fahrenheit", "deg f"), "degF"),
    **dict.fromkeys(("°", "deg", "degrees", "度"), "deg"),
    **dict.fromkeys(("%rh", "rh%", "百分比"), "%"),
    **dict.fromkeys(("db", "dba", "db(a)", "分贝"), "dB(A)"),
    **dict.fromkeys(("%lel", "lel%", "lel", "%爆炸下限"), "%LEL"),
    **dict.fromkeys(("ntu", "fnu", "ftu"), "NTU"),
    **dict.fromkeys(("%/m", "%obs/m", "%obs./m"), "%/m"),
    **dict.fromkeys(("毫米",), "mm"),
    **dict.fromkeys(("厘米",), "cm"),
    **dict.fromkeys(("米", "masd", "maod", "mabd", "metres", "meters"), "m"),  # above a datum: the profile says which
    **dict.fromkeys(("inches",), "inch"),
    **dict.fromkeys(("feet",), "ft"),
    **dict.fromkeys(("米/秒", "mps"), "m/s"),
    **dict.fromkeys(("公里/小时", "千米/小时", "km/hr", "kph", "kmh", "kmph"), "km/h"),
    **dict.fromkeys(("kn", "kt", "kts", "knots"), "knot"),
    **dict.fromkeys(("立方米/秒", "cumecs", "cms"), "m3/s"),
    **dict.fromkeys(("立方米/小时", "方/小时"), "m3/h"),
    **dict.fromkeys(("cfs", "cusecs"), "ft3/s"),
    **dict.fromkeys(("微克/立方米", "ug/nm3", "ugm-3"), "ug/m3"),
    **dict.fromkeys(("毫克/立方米", "mg/nm3", "mgm-3"), "mg/m3"),
    **dict.fromkeys(("us/cm @25c", "us/cm@25c", "微西/厘米"), "uS/cm"),
    **dict.fromkeys(("毫克/升",), "mg/L"),
    **dict.fromkeys(("微克/升",), "ug/L"),
    **dict.fromkeys(("百帕", "mb", "mbar"), "hPa"),
    **dict.fromkeys(("千帕",), "kPa"),
    **dict.fromkeys(("兆帕",), "MPa"),
    **dict.fromkeys(("辆/分", "辆/分钟", "vpm", "veh/minute", "vehicles/min"), "veh/min"),
    **dict.fromkeys(("辆/小时", "辆/时", "vph", "veh/hour", "vehicles/h"), "veh/h"),
    **dict.fromkeys(("伏", "volts"), "V"),
    **dict.fromkeys(("安", "amps"), "A"),
    **dict.fromkeys(("千瓦",), "kW"),
}
OPAQUE = frozenset(("dB(A)", "%LEL", "NTU", "%/m"))  # there is only one of each, whatever its spelling
NO_UNIT = frozenset(
    ("", "1", "-", "none", "state", "count", "index", "ph", "无", "个", "人", "级", "people", "persons")
)
# Nothing but names, small powers, and signs between them: pint would compute whatever else it was given.
_PARTS = re.compile(r"(?:[a-zA-Z]+|%)(?:\^?-?[1-3])?(?:[*/·.](?:[a-zA-Z]+)(?:\^?-?[1-3])?)*", re.ASCII)
_GAP = re.compile(r"(?<=\w)\s+(?=[a-zA-Z])")  # mg L-1
_POWER = re.compile(r"(?<=[a-zA-Z])\^?(-?[1-3])")


class WrongUnit(ValueError):
    """A value of this unit cannot be one of this metric."""


def convert(value: float, unit: str, metric: str) -> float:
    """`value`, in `unit` as a source spells it, in the unit in which `metric` is stored.

    `metric` is one of METRICS (KeyError). Raises WrongUnit when the unit is unknown or of something else.
    """
    line = _line(unit, metric)
    if line is None:
        wanted = METRICS[metric].unit or "no unit"
        raise WrongUnit(f"unit {unit[:LONGEST]!r} cannot be turned into that of {metric}: {wanted}")
    factor, offset = line
    return value if line == SAME else float(f"{value * factor + offset:.{DIGITS}g}")


Line = tuple[float, float]
"""Factor and offset."""
SAME: Line = (1.0, 0.0)


@lru_cache(REMEMBERED)
def _line(unit: str, metric: str) -> Line | None:
    """From `unit` to the metric's; SAME when it is that unit, however it is spelled; None when there is no way."""
    wanted, given = METRICS[metric].unit, spelled(unit)
    if given.lower() == wanted.lower() or (not wanted and given.lower() in NO_UNIT):  # MM and MG/L are meant so, too
        return SAME
    if not wanted or wanted in OPAQUE or not _PARTS.fullmatch(given):
        return None
    return _by_pint(given, wanted)


def spelled(unit: str) -> str:
    """A unit in one spelling: ℃, °C and c are degC; µg/m³ and ug/m3 are ug/m3."""
    if len(unit) > LONGEST:
        return unit
    plain = unicodedata.normalize("NFKC", unit).strip().replace("μ", "u").replace("⋅", "·").replace("**", "^")
    return _SPELLINGS.get(plain.lower()) or _GAP.sub("·", plain).replace(" ", "")


def _by_pint(given: str, wanted: str) -> Line | None:
    import pint

    registry = _registry()
    try:
        zero, one = (
            float(registry.Quantity(number, _parsed(registry, given)).to(_parsed(registry, wanted)).magnitude)
            for number in (0.0, 1.0)
        )
    except (pint.PintError, AttributeError, ValueError, TypeError, ArithmeticError, AssertionError):
        return None
    return one - zero, zero


def _parsed(registry: pint.UnitRegistry[float], unit: str) -> pint.Unit:
    return registry.Unit(_POWER.sub(r"**\1", unit).replace("·", "*").replace(".", "*"))


@lru_cache(1)
def _registry() -> pint.UnitRegistry[float]:
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    registry.define("vehicle = [vehicle] = veh")
    registry.define("ppb = 1e-9")
    return registry
