"""A context in which what is asked is what was known at a past moment, for screens that ask part by part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from dashboard.judging import judged
from dashboard.past.picture import measure, open_then
from dashboard.state import Moment
from streams.asof import AsOf

if TYPE_CHECKING:
    from dashboard.context import Context
    from dashboard.state import CityState
    from streams.clickhouse import Database


@dataclass(frozen=True)
class Still:
    """Stands where the living state stands, of a moment that does not move."""

    moment: Moment

    def now(self) -> datetime:
        return self.moment.at

    def refresh(self) -> None:
        """Nothing is written in the past."""


def as_then(context: Context, at: datetime, now: datetime) -> Context:
    """The same with the database of then; `now` is the present. The state is still the living one."""
    return replace(context, database=cast("Database", AsOf(context.database, at, now)))


def still(context: Context, moment: Moment, now: datetime) -> Context:
    """The context in which a moment that was made is now."""
    return replace(as_then(context, moment.at, now), state=cast("CityState", Still(moment)))


def warned(context: Context, at: datetime | None, now: datetime) -> Context:
    """The context in which `at` is now, with the warnings of then, those that were hidden too, but no other picture.

    The living context for None. Raises DatabaseUnavailable, QueryFailed.
    """
    if at is None:
        return context
    then = as_then(context, at, now)
    alerts, earlier = open_then(then.database, context.city, context.rulebook, at)
    verdicts, silences = judged(then.database, context.rulebook, measure(), alerts, at)
    moment = Moment(at, None, alerts, verdicts=verdicts, silences=silences, earlier=earlier)
    return still(context, moment, now)
