"""When a river reaches its next mark: by a robust line through what its gauge said (alerts/lines.py), and by what is
on its way from the gauges upstream (alerts/upstream.py, confluence.py), with an interval. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from alerts.alert import Number, Observation
from alerts.confluence import LEAST, LIKELY, MOST, NOTHING, Inflow, Part, inflow
from alerts.lines import RISING, Line, Point, line_of, recent, through
from alerts.rules import Rule
from alerts.sieve import DIGITS
from alerts.spots import spot_at
from alerts.upstream import Way, coming
from alerts.watches import Forecast

MINUTE = 60_000
MARKS = ("warning", "guarantee", "highest")
APART = "; "
"""Between gauges, as an alert tells them."""


class Sample(NamedTuple):
    """One reading, epoch ms."""

    device: str
    at: int
    value: float
    spot: tuple[float, float, int, str]


class Basin(NamedTuple):
    """Marks of devices, what is upstream of which, and what every gauge said, oldest first."""

    marks: Mapping[str, Mapping[str, float]]
    ways: Mapping[str, Sequence[Way]]
    said: Mapping[str, Sequence[Point]]


def forecasts(
    rule: Rule,
    samples: Iterable[Sample],
    marks: Mapping[str, Mapping[str, float]],
    now: int,
    ways: Mapping[str, Sequence[Way]] | None = None,
) -> list[Observation]:
    """Observations of devices with marks; `samples` by device, oldest first, those upstream among them."""
    watch = rule.watch
    if not isinstance(watch, Forecast):
        return []
    by_device = {device: list(of_one) for device, of_one in groupby(samples, key=lambda one: one.device)}
    said = {device: [(one.at, one.value) for one in of_one] for device, of_one in by_device.items()}
    basin = Basin(marks, ways or {}, said)
    found = [_of_device(rule, watch, of_one[-1], basin, now) for of_one in by_device.values()]
    return [one for one in found if one is not None]


def _of_device(rule: Rule, watch: Forecast, newest: Sample, basin: Basin, now: int) -> Observation | None:
    device, far = newest.device, now - max(watch.window, watch.reach)
    points = recent(basin.said[device][through(basin.said[device], far) :], watch.window)
    line = line_of(points, newest.at)
    if line is None or device not in basin.marks:
        return None
    rise, source = _from_above(rule, watch, device, basin, now)
    value, told = ahead(line, basin.marks[device], watch.horizon / MINUTE, rise)
    past = (now - newest.at) / MINUTE  # the line begins at the newest reading
    return Observation(
        place=device,
        at=newest.at,
        value=round(max(0.0, value - (past if told else 0.0)), 1),
        thresholds=rule.thresholds(None),
        device=device,
        spot=spot_at(newest.spot),
        detail=told | source if told else told,
    )


def _from_above(rule: Rule, watch: Forecast, device: str, basin: Basin, now: int) -> tuple[Inflow, dict[str, Number]]:
    """What is on its way, and what is to be told of it: nothing without a gauge upstream."""
    parts, blind = [], []
    for way in basin.ways.get(device, ()):
        there = basin.said.get(way.station, ())
        heard = bool(there) and now - there[-1][0] <= rule.stale_after
        comes = coming(way, basin.said[device], there, watch.window) if heard else None
        if comes is None:
            blind.append(way.station)
        else:
            parts.append(Part(way, comes, there))
    rise = inflow(parts, basin.said[device])
    return rise, _sources(parts, blind, rise)


def _sources(parts: Sequence[Part], blind: Sequence[str], rise: Inflow) -> dict[str, Number]:
    """Which gauges upstream were asked, and what they tell; those that say nothing beside them."""
    if not parts:
        return {"upstream": APART.join(blind), "upstream_used": 0} if blind else {}
    hours = sorted({part.way.hours for part in parts})
    told: dict[str, Number] = {
        "upstream": APART.join(part.way.station for part in parts),
        "upstream_used": 1,
        "hours": hours[0] if len(hours) == 1 else f"{hours[0]:g}–{hours[-1]:g}",
        "adds": round(rise.most, 2),
    }
    return told | ({"upstream_blind": APART.join(blind)} if blind else {})


def ahead(
    line: Line, marks: Mapping[str, float], horizon: float, rise: Inflow = NOTHING
) -> tuple[float, dict[str, Number]]:
    """Minutes to the next mark above the line, and what is to be told of it; the horizon and nothing without one.

    A river rises when even the least slope does: noise of a quiet one is no forecast. Or when water comes from above.
    """
    above = sorted((height, name) for name, height in marks.items() if name in MARKS and height > line.level)
    rising = line.least > RISING
    if not above or not (rising or rise.most > 0):
        return horizon, {}
    height, name = above[0]
    own = line if rising or line.most < -RISING else line._replace(slope=0.0, least=0.0, most=0.0)  # else it is noise
    minutes, soonest, latest = (
        _until(height - line.level, slope, rise, which)
        for slope, which in zip((own.slope, own.most, own.least), (LIKELY, MOST, LEAST), strict=True)
    )
    if minutes is None or minutes >= horizon:
        return horizon, {}
    told: dict[str, Number] = {"mark": name, "height": height, "slope": round(line.slope, DIGITS)}
    last = latest if latest is not None and (rising or latest < horizon) else horizon
    return minutes, told | {"soonest": round(soonest or 0.0, 1), "latest": round(last, 1)}


def _until(height: float, slope: float, rise: Inflow, which: int) -> float | None:
    """Minutes until the water has risen by `height` (> 0), at `slope` per hour and with what comes; None for never."""
    hours, level = 0.0, 0.0
    for after, comes in rise.steps(which):
        higher = slope * after + comes
        if higher >= height:
            return 60 * (hours + (after - hours) * (height - level) / (higher - level))
        hours, level = after, higher
    pace = slope + rise.slopes[which]
    return 60 * (hours + (height - level) / pace) if pace > 0 else None
