"""Numbers, times and names as a reader reads them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from unicodedata import east_asian_width

from config.words import Names, Words

_UNIT = re.compile(r"(?<=\d) (?=[^\W\d_]|[%μ])")
WIDTH = 24  # twelve Chinese characters: what a column of cases holds on paper
_CELL = re.compile("8[0-9a-f]{14}")  # an H3 cell as text


def number(value: float, digits: int = 0) -> str:
    """12,345 or 4.62; halves go away from zero as people expect of money and rates, not to the even digit."""
    shift = 10.0**digits
    rounded = int(abs(value) * shift + 0.5 + 1e-9) / shift
    return f"{-rounded if value < 0 and rounded else rounded:,.{digits}f}"


def percent(rate: float | None, words: Words) -> str:
    """A rate of 0..1 as 85.30; — where there is none. Two decimals, as bulletins print it."""
    return words("brief.nothing") if rate is None else number(rate * 100, 2)


def long_date(day: date, words: Words) -> str:
    weekday = words(f"brief.weekday.{day.weekday()}")
    return words("brief.date", year=day.year, month=words(f"brief.month.{day.month}"), day=day.day, weekday=weekday)


def clock(at: datetime, day: date, words: Words) -> str:
    """14:30; with its date when it is not of `day`; 24:00 for the midnight that ends it."""
    if at.date() == day:
        return f"{at:%H:%M}"
    if (at.date() - day).days == 1 and at.hour == at.minute == 0:
        return "24:00"
    return words("brief.clock.other_day", month=words(f"brief.month.{at.month}"), day=at.day, clock=f"{at:%H:%M}")


def span(seconds: float, words: Words) -> str:
    """A duration in its two largest units: 12 分钟, 3 小时 20 分, 2 天 6 小时."""
    minutes = int(seconds // 60)
    hours, days = minutes // 60, minutes // 1440
    if days:
        return _two("days", "days_hours", days, hours % 24, words)
    if hours:
        return _two("hours", "hours_minutes", hours, minutes % 60, words)
    return words("brief.span.minutes", n=minutes)


def _two(alone: str, both: str, large: int, small: int, words: Words) -> str:
    return words(f"brief.span.{both}", n=large, m=small) if small else words(f"brief.span.{alone}", n=large)


def district(code: str, districts: Mapping[str, Names], words: Words) -> str:
    """Name of a district; 区划外 when the row lies in none, the code itself when nobody named it."""
    if not code:
        return words("brief.outside")
    return words.name(districts[code]) if code in districts else code


def place(code: str, thing: str, districts: Mapping[str, Names], words: Words) -> str:
    """A thing in its district: 湟中区 rain-031; the thing alone where it is the district, or lies in none we know.

    A cell is named by the end of its number, as the desk does; a kind of sensor by its name.
    """
    where = words.name(districts[code]) if code in districts else ""
    if _CELL.fullmatch(thing):
        return words("alert.place.cell", district=where, name=thing.rstrip("f")[-5:].upper()).strip()
    known = metric(thing, words) if thing else thing
    return known if where in {"", known} else f"{where} {known}"


def shortened(text: str, width: int = WIDTH) -> str:
    """A title of others cut to what one line holds, a Chinese character counting as two; … says that it was."""
    kept, used = "", 0
    for letter in text:
        used += 2 if east_asian_width(letter) in "WF" else 1
        if used > width:
            return kept.rstrip() + "…"
        kept += letter
    return kept


def held(text: str) -> str:
    """The text with numbers and what they count kept on one line: 46.6 mm, 385 件."""
    return _UNIT.sub("\N{NO-BREAK SPACE}", text)


def under(prefix: str, words: Words) -> Callable[[str], str]:
    """The words below a key: `under("brief.rivers", words)("title")`."""
    return lambda key: words(f"{prefix}.{key}")


def listed(texts: Iterable[str], words: Words) -> str:
    return words("brief.list").join(texts)


def joined(sentences: Iterable[str], words: Words) -> str:
    """Whole sentences one after another."""
    return words("brief.join").join(sentence for sentence in sentences if sentence)


def unit(key: str, words: Words) -> str:
    """A unit by its key; what is no key of ours is shown as it is."""
    return words(f"unit.{key}") if words.has(f"unit.{key}") else key


def metric(key: str, words: Words) -> str:
    """Name of a metric; '' is any of them; one that nobody named is shown as it is."""
    if not key:
        return words("brief.any_metric")
    return words(f"metric.{key}") if words.has(f"metric.{key}") else key
