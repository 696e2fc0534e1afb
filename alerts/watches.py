"""What a rule may watch: readings of a metric, cases, or silence; and durations such as `1h30m`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from config.city import Part

Measure = Literal[
    "last", "sum", "avg", "max", "min", "count", "rate_per_hour", "distinct", "change", "absent", "quantile"
]

_PARTS = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_WORTH = (86_400_000, 3_600_000, 60_000, 1_000)


def duration(text: object) -> int:
    """`1h30m` as milliseconds. Raises ValueError for anything that is not d, h, m, s in this order."""
    found = _PARTS.fullmatch(text) if isinstance(text, str) and text else None
    if found is None:
        raise ValueError(f"{text!r} is not a duration; write one such as 90s, 5m, 1h30m")
    return sum(int(part) * worth for part, worth in zip(found.groups(), _WORTH, strict=True) if part)


Duration = Annotated[int, BeforeValidator(duration)]


class RulePart(Part):
    """Base of every part of a rule: frozen, extra keys refused, `for` written as `for`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False, allow_inf_nan=False)


class Where(RulePart):
    """Only devices whose other metric's last value (within the same window) is one of `is`."""

    metric: str
    one_of: Annotated[tuple[float, ...], Field(alias="is", min_length=1)]


class Readings(RulePart):
    """A measure of a metric over the last `window`, device by device.

    `rate_per_hour` is the slope of a line; `change` the last reading less the first; `distinct` how many different
    values; `absent` seconds since the device was heard, of devices heard within the window; `quantile` wants `q`, and
    lies between readings as Prometheus' does.
    """

    metric: str
    measure: Measure
    window: Duration
    where: Where | None = None
    q: Annotated[float | None, Field(ge=0, le=1)] = None

    @model_validator(mode="after")
    def _whole(self) -> Readings:
        if not self.window:
            raise ValueError("window: no reading lies within no time; write one such as 10m")
        if (self.measure == "quantile") != (self.q is not None):
            raise ValueError("measure: quantile wants q (0 to 1), and no other measure does")
        return self

    @property
    def condition(self) -> Readings | None:
        """The measure behind `where`."""
        if self.where is None:
            return None
        return self.model_copy(update={"metric": self.where.metric, "measure": "last", "where": None, "q": None})


class Cases(RulePart):
    """A number of cases: `reported`, `reworked` or `returned` within the window; `overdue` or `due` now, of open ones
    with a step within the window.

    `late` counts only what has been overdue for so much working time; `within` (of `due`) what is due before so much
    working time has passed.
    """

    cases: Literal["reported", "reworked", "returned", "overdue", "due"]
    window: Duration
    late: Duration = 0
    within: Duration | None = None

    @model_validator(mode="after")
    def _whole(self) -> Cases:
        if (self.cases == "due") != (self.within is not None):
            raise ValueError("cases: due wants within (of working time), and no other does")
        if self.late and self.cases != "overdue":
            raise ValueError("late belongs to cases: overdue")
        return self


class Surge(RulePart):
    """How surprising the number of cases of the last `window` is, held against the same hours of `weeks` weeks before.

    The value is -log10 of the chance to see so many (`more`) or so few (`less`) were it as in those weeks: 3 is one in
    a thousand. It is 0 below `least` cases: fewer were counted (more) or expected (less). With `rings`, a cell counts
    alone or, where it has the most, with the cells around it, whichever surprises more. A week's day is one that was
    worked, or off, as today is. Nothing is said while fewer than two of the weeks are known.
    """

    surge: Literal["reported"]
    window: Duration
    weeks: Annotated[int, Field(ge=2, le=12)] = 4
    least: Annotated[float, Field(gt=0)]
    rings: Annotated[int, Field(ge=0, le=3)] = 0
    way: Literal["more", "less"] = "more"


class Anomaly(RulePart):
    """How far a device's mean of the last `window` is from its own at the same hour of the week in `weeks` before.

    The value is in spreads (1.4826 times the median distance from the median, at least `least` in the metric's unit).
    """

    anomaly: str
    window: Duration
    weeks: Annotated[int, Field(ge=2, le=12)] = 4
    least: Annotated[float, Field(gt=0)]


class Forecast(RulePart):
    """Minutes until a device reaches its next mark (警戒, 保证, 历史最高), by a robust line through the last `window`
    and by what is on its way from the gauge upstream, where the profile names one.

    It is the `horizon` when nothing is ahead: not surely rising, above all marks, or later than that. Of a gauge that
    says too little within the window, the newest readings count as far back as `reach`.
    """

    forecast: str
    window: Duration
    horizon: Duration
    reach: Duration = 0


class Ingredient(RulePart):
    """A part of a composite: a measure with levels of its own, or another rule's open warnings from `level` on."""

    watch: Readings | None = None
    direction: Literal["above", "below"] = "above"
    levels: dict[Literal["blue", "yellow", "orange", "red"], float] = Field(default_factory=dict)
    rule: str | None = None
    level: Literal["blue", "yellow", "orange", "red"] = "blue"

    @model_validator(mode="after")
    def _whole(self) -> Ingredient:
        if (self.watch is None) == (self.rule is None) or (self.watch is None) == bool(self.levels):
            raise ValueError("give either watch with levels, or rule")
        return self


class Composite(RulePart):
    """Several things at once within `rings` of a cell (of place.resolution), the first of them in the cell itself.

    The value is the worst level among them, 1 (blue) to 4 (red), `up` levels higher; 0 while one of them is missing.
    """

    all_of: Annotated[tuple[Ingredient, ...], Field(min_length=2)]
    rings: Annotated[int, Field(ge=0, le=5)] = 1
    up: Annotated[int, Field(ge=0, le=3)] = 1


class Gaps(RulePart):
    """How many registered devices missed three of their intervals: of a dead gateway all as one, else each by itself.

    `known` is how far back a device is looked for; one that speaks less often than a third of it is not watched.
    """

    gaps: Literal["devices"]
    known: Duration


class Official(RulePart):
    """The highest official warning in force (官方发布), 1 (blue, Minor) to 4 (red, Extreme), told within the window.

    `kinds` are kinds of events that are warnings; none given: all that bear a grade of one.
    """

    official: tuple[str, ...]
    window: Duration


class Rejects(RulePart):
    """Messages that were rejected within the window, by stream; for one of these reasons, if any are given."""

    rejects: tuple[str, ...]
    window: Duration


class Marked(RulePart):
    """Devices with a reading within the window that bears this mark (quality), by metric."""

    marked: str
    window: Duration


class Silence(RulePart):
    """Per cent of a metric's devices that said nothing for `silent`, of those heard within `known`."""

    silent: Duration
    known: Duration


KINDS: Mapping[str, type[RulePart]] = {
    "cases": Cases,
    "silent": Silence,
    "surge": Surge,
    "anomaly": Anomaly,
    "forecast": Forecast,
    "all_of": Composite,
    "gaps": Gaps,
    "official": Official,
    "rejects": Rejects,
    "marked": Marked,
}
"""By the key that tells which kind of watch it is; without any of them it is one of readings."""


def _watch_kind(given: Any) -> str:
    if isinstance(given, Mapping):
        return next((key for key in KINDS if key in given), "readings")
    return next((key for key, kind in KINDS.items() if isinstance(given, kind)), "readings")


Watch = Annotated[
    Annotated[Readings, Tag("readings")]
    | Annotated[Cases, Tag("cases")]
    | Annotated[Silence, Tag("silent")]
    | Annotated[Surge, Tag("surge")]
    | Annotated[Anomaly, Tag("anomaly")]
    | Annotated[Forecast, Tag("forecast")]
    | Annotated[Composite, Tag("all_of")]
    | Annotated[Gaps, Tag("gaps")]
    | Annotated[Official, Tag("official")]
    | Annotated[Rejects, Tag("rejects")]
    | Annotated[Marked, Tag("marked")],
    Discriminator(_watch_kind),
]
