"""An official warning in words: what its issuer calls it, whom it is for, what stands beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from alerts.events import event_of, whole
from alerts.forecasts import APART
from alerts.watches import Official
from config.words import FIRST

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.rules import Rule
    from config.words import Words
    from layers.geometry import City

ISSUES = "发布"
"""Between who issues a warning and what it is: 西宁市气象台发布暴雪橙色预警."""
AREA = 14
"""Characters of an area that is told as a place; what is longer stands in the sentence."""

HAZARDS: Mapping[str, str] = {
    "雷雨大风": "gale_with_thunder", "森林火险": "forest_fire", "地质灾害": "landslide", "道路结冰": "road_ice",
    "强对流": "convection", "沙尘暴": "sandstorm", "台风": "typhoon", "暴雨": "rainstorm", "暴雪": "snowstorm",
    "寒潮": "cold_wave", "低温": "low_temperature", "大风": "gale", "高温": "heat", "干旱": "drought",
    "雷电": "lightning", "冰雹": "hail", "霜冻": "frost", "大雾": "fog", "山洪": "flash_flood", "洪水": "flood",
    "渍涝": "waterlogging", "内涝": "waterlogging", "霾": "haze",
}  # fmt: skip
"""How an issuer names what it warns of (CMA order 16, water and forestry), the longer names first, and the key of its
words."""


_COLOUR = re.compile(r"[蓝黄橙红]色预警")
_COLOURED = re.compile(r"(\w{2,4})[蓝黄橙红]色预警")


def hazard_of(title: str) -> str:
    """The key of what the title of an official warning warns of; the title itself when it names nothing known."""
    return next((key for name, key in HAZARDS.items() if name in title), title)


def hazard(title: str, words: Words) -> str:
    """What the title of an official warning warns of, in the reader's language; '' when it names nothing known.

    To who reads the issuer's language it is also what stands alone before the colour.
    """
    key = f"alert.hazard.{hazard_of(title)}"
    if words.has(key):
        return words(key)
    said = _COLOURED.match(title.rpartition(ISSUES)[2]) if words.language == FIRST else None
    return said[1] if said else ""


def shortened(title: str) -> str:
    """Hazard and colour that the title of a warning names, as its issuer does: 地质灾害橙色预警; else all of it."""
    name = next((name for name in HAZARDS if name in title), "")
    colour = _COLOUR.search(title)
    return f"{name}{colour[0]}" if name and colour else title


def called(rule: Rule, detail: Mapping[str, object], level: str, words: Words) -> str:
    """What an alert is by what was told of it; of an official warning that is told by itself its colour, too."""
    known = hazard(str(detail.get("title", "")), words) if isinstance(rule.watch, Official) else ""
    if not known:
        return words.name(rule.names)
    if rule.place.kind == "event":
        return words("alert.warned_level", hazard=known, level=words(f"level.{level}").lower())
    more = beside(detail)
    return words("alert.warned_several", hazard=known, n=more) if more else words("alert.warned", hazard=known)


def beside(detail: Mapping[str, object]) -> int:
    """How many official warnings stand beside the worst, which is the one that is told; 0 of any other alert."""
    found = detail.get("warnings", 1)
    return int(found) - 1 if isinstance(found, int | float) else 0


def warned_place(alert: Alert, words: Words, city: City) -> str:
    """Of an official warning: its district, what its issuer calls a part of it; several by their names; or the city."""
    area, district = str(alert.detail.get("area", "")), city.district(alert.district)
    short = area if len(area) <= AREA else ""
    if district is None:
        return words.name(city.profile.name) if not short or whole(short, city.profile.name) else short
    name = words.name(district.name)
    if not short or any(one in short for one in district.name.values()) or whole(short, city.profile.name):
        return name
    return words("alert.place.device", district=name, name=short)


def covered(alert: Alert, words: Words) -> str:
    """Of an official warning that is told by itself the area, in its issuer's words."""
    area = str(alert.detail.get("area", "")) if event_of(alert.place) else ""
    return words("alert.covered", area=area) if area else ""


def others(alert: Alert, words: Words) -> str:
    """Of official warnings those that are less, by title: the worst does not hide that they stand."""
    titles = str(alert.detail.get("beside", "")).replace(APART, words("alert.and"))
    return words("alert.beside", n=beside(alert.detail), titles=titles) if titles else ""
