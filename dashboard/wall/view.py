"""All that a panel of the wall is drawn from, and the few pieces that panels share. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dash import html

from alerts.explain import LEVEL, STATE, headline, nothing_ahead
from alerts.official import ISSUES, beside, hazard, shortened
from alerts.watches import Official
from config.words import FIRST

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.rules import Rule, RuleBook
    from config.words import Words
    from dashboard.state import Moment
    from dashboard.wall.scenes import Scene
    from layers.geometry import City
    from layers.picture import Snapshot

MINUS = "−"
LINE = 8
"""Characters of a title that a line of the list holds; with up to BESIDE also that it is 官方发布, else 官方."""
BESIDE = 6
SIGNAL = "信号"
"""At the end of 暴雨红色预警信号: read from ten metres, the rest is enough."""
CODES = ("", STATE, LEVEL)
"""Units of values that are no quantities."""


@dataclass(frozen=True)
class View:
    """One look at one moment. `alerts` are those the wall shows, worst first; `pinned`: somebody chose the scene."""

    moment: Moment
    words: Words
    city: City
    rulebook: RuleBook
    scene: Scene
    alerts: tuple[Alert, ...] = ()
    pinned: bool = False

    @property
    def now(self) -> datetime:
        return self.moment.at

    @property
    def snapshot(self) -> Snapshot | None:
        return self.moment.snapshot


def age(at: datetime | None) -> dict[str, Any]:
    """Properties of a component whose text is the age of `at`: the browser counts it, even without a server."""
    return {"data-at": str(round(at.timestamp() * 1000)) if at else ""}


def span(words: Words, length: timedelta) -> str:
    """A duration in words: 40 秒, 12 分钟, 3 小时 5 分, 2 天."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return words("wall.span.seconds", n=seconds)
    if seconds < 3600:
        return words("wall.span.minutes", n=seconds // 60)
    if seconds < 10 * 3600 and seconds % 3600 >= 60:
        return words("wall.span.hours_minutes", n=seconds // 3600, m=seconds % 3600 // 60)
    if seconds < 48 * 3600:
        return words("wall.span.hours", n=seconds // 3600)
    return words("wall.span.days", n=seconds // 86400)


def number(value: float | None, decimals: int = 0, sign: bool = False) -> str:
    """A number for eyes: thousands parted, a true minus; — for what is not known."""
    if value is None:
        return "—"
    text = f"{abs(value):,.{decimals}f}"
    if text.strip("0.,") == "":
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def failed(view: View, part: str) -> bool:
    """Whether a part of the snapshot (see layers.snapshot.PARTS) could not be read this time."""
    return view.snapshot is not None and any(failure.startswith(part) for failure in view.snapshot.failures)


def measured(view: View, value: float | None, rule: Rule | None) -> tuple[str, str]:
    """A rule's number and its unit as texts; both empty when there is none, or it is a code (CODES). A forecast that
    has nothing ahead says so, in place of the number."""
    unit = rule.unit if rule else ""
    if value is None or unit in CODES:
        return "", ""
    if rule is not None and (told := nothing_ahead(value, rule, view.words)):
        return told, ""
    decimals = 0 if float(value).is_integer() else 2 if abs(value) < 10 else 1
    return number(value, decimals), view.words(f"unit.{unit}")


def title(view: View, alert: Alert) -> str:
    """What an alert is, in at most ten Chinese characters; its rule's key when the rule is no longer in the book."""
    rule = view.rulebook.find(alert.rule)
    return headline(alert, rule, view.words) if rule else alert.rule


def issued(view: View, alert: Alert) -> str:
    """Of an official warning what its issuer calls it, '' of any other: that says more than that there is one.

    Who issued it stands before what it warns of, and would push that out of the line.
    """
    rule = view.rulebook.find(alert.rule)
    told = str(alert.detail.get("title", "")) if rule and isinstance(rule.watch, Official) else ""
    what = told.rpartition(ISSUES)[2]
    said = (what if hazard(what, view.words) else told).removesuffix(SIGNAL)
    return said if len(said) <= LINE else shortened(said)


def warned(view: View, alert: Alert, told: str) -> tuple[Any, Any]:
    """An official warning to a reader: what it is, and what stands beside it. `told` is what its issuer calls it.

    An issuer speaks the city's language. To a reader of another it is what stands beside, marked as being of that
    language, for whoever reads it aloud; before it what it warns of and the level, as far as its words are known.
    """
    others = beside(alert.detail)
    more = view.words("wall.warned_beside", n=others) if others else ""
    if view.words.language == FIRST:
        mark = "why.issued" if len(told + more) <= BESIDE else "wall.issued"
        return told + more, view.words(mark)
    known, level = hazard(told, view.words), view.words(f"level.{alert.level}").lower()
    if not known:
        return title(view, alert), html.Span(told, lang=FIRST)
    head = html.Span(view.words("wall.warned", hazard=known, level=level) + more, className="warned")
    return head, html.Span(told, lang=FIRST)


def triangle(change: float | None) -> Any:
    """The direction of a change as a shape, so that it needs no colour."""
    if change is None:
        return None
    way = "up" if change > 0 else "down" if change < 0 else "level"
    return html.I(className=f"way {way}")


def picture(svg: str, **props: Any) -> Any:
    """An SVG drawing as an image: no inline markup, no request."""
    return html.Img(src="data:image/svg+xml," + quote(svg, safe="<>/=' :,.-()"), **props)
