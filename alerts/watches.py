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
    """A number of cases: `reported` within the window, or `overdue` now (open and past their time)."""

    cases: Literal["reported", "overdue"]
    window: Duration


class Silence(RulePart):
    """Per cent of a metric's devices that said nothing for `silent`, of those heard within `known`."""

    silent: Duration
    known: Duration


def _watch_kind(given: Any) -> str:
    if isinstance(given, Mapping):
        return next((key for key in ("cases", "silent") if key in given), "readings")
    return "cases" if isinstance(given, Cases) else "silent" if isinstance(given, Silence) else "readings"


Watch = Annotated[
    Annotated[Readings, Tag("readings")] | Annotated[Cases, Tag("cases")] | Annotated[Silence, Tag("silent")],
    Discriminator(_watch_kind),
]
