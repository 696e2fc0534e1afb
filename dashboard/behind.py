"""Why what happens now does not come to the screens, though the database answers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.vitals import full
from dashboard.wall.view import span

if TYPE_CHECKING:
    from config.words import Words
    from dashboard.state import Moment
    from layers.picture import Source

STREAMS = ("iot", "cases", "events")


def cause(moment: Moment) -> str:
    """A key of `wall.behind`; '' while what comes is stored."""
    if full(moment.free):
        return "full"
    if _held(moment):
        return "held"
    return _unread(moment)


def behind(moment: Moment, words: Words) -> tuple[str, ...]:
    """The cause as a sentence, and perhaps what to do; nothing while what comes is stored."""
    why = cause(moment)
    if not why or why == "full":
        return (words("wall.behind.full"),) if why else ()
    if why == "held":
        names = "、".join(words(f"wall.source.{one.stream}") for one in _held(moment))
        return words("wall.behind.held", names=names), words("wall.behind.held_text")
    newest = max(one.received for one in _sources(moment) if one.received)
    return (words(f"wall.behind.{why}", span=span(words, moment.at - newest)),)


def _sources(moment: Moment) -> list[Source]:
    return [one for one in (moment.snapshot.sources if moment.snapshot else ()) if one.stream in STREAMS]


def _held(moment: Moment) -> list[Source]:
    return [one for one in _sources(moment) if one.held]


def _unread(moment: Moment) -> str:
    """That nobody reads the streams."""
    sources = _sources(moment)
    states = {one.state for one in sources}
    if not any(one.received for one in sources) or not moment.beats or states & {"running", "held"}:
        return ""
    return "broker" if "waiting for broker" in states else "silent" if states == {""} else "waiting"
