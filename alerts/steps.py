"""Parts of a rule: of whom it speaks, when a level fires, when it ends, and when it is in force at all. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from alerts.watches import Duration, Readings, RulePart
from config.hours import Calendar, Span
from layers.area import Ring
from layers.basin import Basins

Level = Literal["blue", "yellow", "orange", "red"]


class At(RulePart):
    """Of whom the rule speaks. With `across`, many devices become one place: the worst of them, or their mean.

    `at_least` is the number of devices that must speak for the place to have a value; `resolution` is H3's, for cells.
    `area` is the id of a named area, whose border `within` gives; `basin` are all basins of the profile, which `of`
    gives (alerts/areas.py). Of `event`, each event in force is a place (alerts/events.py).
    """

    kind: Literal["device", "cell", "district", "city", "area", "basin", "metric", "gateway", "stream", "event"]
    across: Literal["max", "min", "avg"] | None = None
    at_least: Annotated[int, Field(ge=1)] = 1
    resolution: Annotated[int, Field(ge=0, le=15)] = 7
    area: Annotated[str, Field(pattern=r"^[0-9a-z_-]{0,40}$")] = ""
    _border: Ring = PrivateAttr(default=())
    _basins: Basins = PrivateAttr(default=())

    @model_validator(mode="after")
    def _said(self) -> At:
        if (self.kind == "area") != bool(self.area):
            raise ValueError("place: {kind: area, area: ID} names a named area, and no other kind does")
        return self

    @property
    def border(self) -> Ring:
        """Of its area, as (lat, lon); empty until somebody looked it up."""
        return self._border

    def within(self, border: Ring) -> At:
        """The same place with the border of its area."""
        found = self.model_copy()
        found._border = border
        return found

    @property
    def basins(self) -> Basins:
        """Those that the profile draws; empty until somebody read them."""
        return self._basins

    def of(self, basins: Basins) -> At:
        """The same place with the basins that there are."""
        found = self.model_copy()
        found._basins = basins
        return found


class Dated(RulePart):
    """A number that is in force from the day `from` (included) to the day `until` (not included)."""

    at: float
    since: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class Step(RulePart):
    """When a level fires: at a number, or at a mark of the device (`warning`, `guarantee`, `highest`) plus `offset`.

    `dated` gives numbers that follow each other (a standard that was revised). `for` and `window` are the rule's unless
    given here.
    """

    at: float | None = None
    dated: Annotated[tuple[Dated, ...] | None, Field(min_length=1)] = None
    mark: Literal["warning", "guarantee", "highest"] | None = None
    offset: float = 0.0
    wait: Annotated[Duration | None, Field(alias="for")] = None
    window: Duration | None = None

    @model_validator(mode="before")
    @classmethod
    def _number(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return given
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise ValueError(f"{given!r} is no number; write one such as 3 or 2.5, or {{at: 3, for: 5m}}")
        return {"at": given}

    @model_validator(mode="after")
    def _one(self) -> Step:
        if [self.at, self.mark, self.dated].count(None) != 2:
            raise ValueError("give a level either a number or a mark, or numbers with dates")
        if self.window == 0:
            raise ValueError("window: no reading lies within no time; write one such as 10m")
        for before, after in pairwise(self.dated or ()):
            if before.until is None or before.until != after.since:
                raise ValueError(_torn(before, after))
        return self

    def number(self, marks: Mapping[str, float], day: date | None) -> float | None:
        """The threshold on `day`, at a device with these marks; None when there is none. Without a day: the newest."""
        if self.mark is not None:
            return round(marks[self.mark] + self.offset, 6) if self.mark in marks else None
        if self.dated is None:
            return self.at
        holding = [one.at for one in self.dated if day is None or one.holds(day)]
        return holding[-1] if holding else None


def _torn(before: Dated, after: Dated) -> str:
    """Two numbers for one day, or a day with none: on neither may it be chance whether the level fires."""
    return (
        f"dated: {before.at:g} is until {before.until or 'ever'} and {after.at:g} from {after.since or 'ever'}; "
        "let each begin on the day on which the one before ends"
    )


class Clear(RulePart):
    """When it ends: hysteresis and, if given, a measure of its own.

    `margin`: a level goes on while the value is within it of the level's threshold. `at`: the alert goes on until the
    value is on the other side of this number; with `watch`, until that measure is.
    """

    margin: Annotated[float, Field(ge=0)] = 0.0
    at: float | None = None
    watch: Readings | None = None

    @model_validator(mode="after")
    def _whole(self) -> Clear:
        if self.watch is not None and self.at is None:
            raise ValueError("clear.watch needs clear.at: below which number is it over?")
        return self


class Active(RulePart):
    """When a rule is in force: these months, days and hours, all in the time of the city; else it is clear.

    `weekdays` are 1 (Monday) to 7; `days` are working days or days off as the profile's calendar has them; `hours` such
    as 22:00-06:00 may go over midnight, and each minute belongs to the day that it is in.
    """

    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    days: Literal["working", "off"] | None = None
    hours: tuple[Span, ...] = ()

    def holds(self, at: datetime, calendar: Calendar) -> bool:
        """True when the rule is in force at `at`, a time in the city's zone."""
        return (
            (not self.months or at.month in self.months)
            and (not self.weekdays or at.isoweekday() in self.weekdays)
            and (self.days is None or calendar.works(at.date()) == (self.days == "working"))
            and (not self.hours or any(hours.holds(at.timetz().replace(tzinfo=None)) for hours in self.hours))
        )
