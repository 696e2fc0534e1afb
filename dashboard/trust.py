"""Why the warnings of a moment are not to be believed, as one sentence for every screen. Pure.

No warning is good news only while rules are judged; a list of warnings is true only while somebody keeps it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dashboard.behind import behind
from dashboard.telling import day_clock
from dashboard.wall.view import span

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from alerts.alert import Alert
    from config.words import Words
    from dashboard.state import Moment

JUDGED = timedelta(seconds=20)
"""`watch` beats every 2 s; ten missed are a process that is dead or hangs."""
HELD = timedelta(seconds=15)
"""A snapshot is taken every second; one this old is a picture that stands still."""


def frozen(moment: Moment) -> datetime | None:
    """When the picture stopped, if it stands still: the database does not answer, or takes long."""
    taken = moment.snapshot.now if moment.snapshot else None
    return taken if taken is not None and moment.at - taken > HELD else None


def stopped(moment: Moment) -> bool:
    """Whether nobody judged the rules when the picture was taken; unknown without a picture or signs of life."""
    if moment.snapshot is None or not moment.beats:
        return False
    return moment.watched is None or moment.snapshot.now - moment.watched > JUDGED


def value_of(alert: Alert, moment: Moment, words: Words, zone: tzinfo) -> str:
    """Of when the value of an alert is, where that is not the moment shown; '' for a value of then, and for none."""
    if alert.latest is None or alert.observed is None or not (alert.state == "stale" or alert.id in moment.earlier):
        return ""
    return words("wall.untrusted.of", clock=day_clock(alert.observed, moment.at, zone))


def frozen_sentence(moment: Moment, words: Words, zone: tzinfo) -> str:
    """'' unless the picture stands still. Nobody is blamed before a question failed: the next may only be slow."""
    at, why = frozen(moment), "frozen" if moment.error else "late"
    return words(f"wall.untrusted.{why}", clock=at.astimezone(zone).strftime("%H:%M:%S")) if at else ""


def doubt(moment: Moment, words: Words, zone: tzinfo) -> str:
    """Why a list of warnings is not to be believed, '' while it is. What nobody stores, no rule sees."""
    still = frozen_sentence(moment, words, zone) or stopped_sentence(moment, words)
    return still or next(iter(behind(moment, words)), "")


def stopped_sentence(moment: Moment, words: Words, form: str = "") -> str:
    """'' while the rules are judged. The `form` `_short` is for where there is no room, beside a list that says all."""
    if not stopped(moment) or moment.snapshot is None:
        return ""
    if moment.watched is None:
        return words(f"wall.untrusted.never{form}")
    return words(f"wall.untrusted.stopped{form}", span=span(words, moment.snapshot.now - moment.watched))
