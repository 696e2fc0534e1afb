"""Coordinates and H3 indexes as people write them. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import h3.api.basic_int as h3

from streams.datum import Point, UnknownDatum, datum, to_wgs84

Box = tuple[float, float, float, float]
"""(west, south, east, north)."""

_NAMED = r"gcj-?02|gcj|amap|高德|腾讯|火星坐标|bd-?09|bd|baidu|百度|wgs-?84|wgs|geo|cgcs2000"
_DATUM = re.compile(rf"^\s*({_NAMED})(?:\s*[:：]\s*|\s+)(.+)$|^(.+?)[\s(（]+({_NAMED})[\s)）]*$", re.IGNORECASE)
_SHORT = {
    "bd": "bd09", "wgs": "wgs84", "geo": "wgs84", "百度": "bd09", "高德": "gcj02", "腾讯": "gcj02", "火星坐标": "gcj02",
}  # fmt: skip
_LABELS = (
    (re.compile(r"(?:latitude|lat|纬度)\s*[=:：]?\s*", re.IGNORECASE), "N"),
    (re.compile(r"(?:longitude|long|lng|lon|经度)\s*[=:：]?\s*", re.IGNORECASE), "E"),
)
_BRACKETS = str.maketrans(dict.fromkeys("()（）[]【】"))
_SIX = re.compile(r"\b(\d{1,3})[\s:](\d{1,2})[\s:](\d{1,2}(?:\.\d+)?)(?=\s*(?:[NSEW]\b|,|$))", re.IGNORECASE)
"""Degrees, minutes and seconds with blanks or colons between; what follows ends them."""
_WORDS = (("北纬", "N"), ("南纬", "S"), ("东经", "E"), ("西经", "W"), ("度", "°"), ("分", "′"), ("秒", "″"))
_SIGNS = str.maketrans({"'": "′", "’": "′", '"': "″", "”": "″", "º": "°", "，": ",", "、": ",", "；": ",", ";": ","})
_PART = re.compile(
    r"(?P<before>[NSEW])?\s*(?P<sign>[-+−])?(?P<degrees>\d{1,3}(?:\.\d+)?)\s*°?\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*′\s*(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*″\s*)?)?(?(before)|(?P<after>[NSEW])?)",
    re.IGNORECASE,
)
_CELL = re.compile(r"^[0-9a-f]{15}$")


@dataclass(frozen=True, slots=True)
class Spot:
    """A point in WGS-84 degrees; `source` is the datum that it was written in."""

    lat: float
    lon: float
    source: str


@dataclass(frozen=True, slots=True)
class _Number:
    """Degrees, and the hemisphere's letter where one was written."""

    degrees: float
    letter: str


def spot(text: str, box: Box) -> Spot | None:
    """The point that a text writes, or None. Without letters the order that lies nearer to the city's box is meant.

    `36.62,101.77`, `101.77 36.62`, `36°37′N 101°46′E`, `北纬36.62 东经101.77`, `(36 37 12, 101 46 12)`; in GCJ-02 with
    `gcj:` before or `(GCJ-02)` behind, in BD-09 with `bd`.
    """
    written, name = _datum(unicodedata.normalize("NFKC", text.replace("º", "°").replace("′", "'").replace("″", '"')))
    try:
        source = datum(_SHORT.get(name.lower(), name))
    except UnknownDatum:
        return None
    pair = _pair(written)
    point = _ordered(pair, box) if pair else None
    if point is None:
        return None
    lat, lon = to_wgs84(*point, source)
    return Spot(round(lat, 6), round(lon, 6), source)


def _datum(text: str) -> tuple[str, str]:
    """What is written without its datum, and the datum's name; '' where none is named."""
    named = _DATUM.match(text)
    if named is None:
        return text, ""
    return (named[2], named[1]) if named[1] else (named[3], named[4])


def _pair(text: str) -> tuple[_Number, _Number] | None:
    """The two numbers of a text, and nothing beside them."""
    plain = text.translate(_BRACKETS).strip().translate(_SIGNS)
    for label, letter in _LABELS:
        plain = label.sub(letter, plain)
    plain = _SIX.sub(r"\1°\2′\3″", plain)
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    first = _PART.match(plain)
    if first is None:
        return None
    rest = plain[first.end() :]
    between = re.match(r"[\s,]*", rest)
    second = _PART.fullmatch(rest[between.end() :]) if between else None
    apart = bool(between and between.group()) or bool(first["after"]) or first.group()[-1:].isspace()
    return (_number(first), _number(second)) if second and (apart or second["before"]) else None


def _number(found: re.Match[str]) -> _Number:
    degrees = float(found["degrees"]) + float(found["minutes"] or 0) / 60 + float(found["seconds"] or 0) / 3600
    letter = (found["before"] or found["after"] or "").upper()
    negative = (found["sign"] in ("-", "−")) != (letter in ("S", "W"))
    return _Number(-degrees if negative else degrees, letter)


def _ordered(pair: tuple[_Number, _Number], box: Box) -> Point | None:
    first, second = pair
    if first.letter or second.letter:
        swapped = first.letter in ("E", "W") or second.letter in ("N", "S")
        wrong = (first.letter in ("N", "S")) == swapped and bool(first.letter)
        points = [] if wrong else [(second.degrees, first.degrees) if swapped else (first.degrees, second.degrees)]
    else:
        points = [(first.degrees, second.degrees), (second.degrees, first.degrees)]
    fitting = [(lat, lon) for lat, lon in points if abs(lat) <= 90 and abs(lon) <= 180]
    return min(fitting, key=lambda point: away(point, box), default=None)


def away(point: Point, box: Box) -> float:
    """How far (degrees) a point lies outside a box; 0 inside."""
    west, south, east, north = box
    lat, lon = point
    return max(south - lat, lat - north, 0.0) + max(west - lon, lon - east, 0.0)


def cell(text: str) -> int | None:
    """The H3 cell that a text is the index of, in any case of letters; None for anything else."""
    plain = text.strip().lower().removeprefix("0x").removeprefix("cell:")
    if not _CELL.match(plain):
        return None
    found = int(plain, 16)
    return found if h3.is_valid_cell(found) else None
