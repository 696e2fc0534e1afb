"""When a river reaches its next mark: by a robust line through what its gauge said (alerts/lines.py), and by what is
on its way from the gauge upstream (alerts/upstream.py), with an interval. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from alerts.alert import Number, Observation
from alerts.lines import RISING, Line, Point, line_of, recent, through
from alerts.rules import Rule
from alerts.sieve import DIGITS
from alerts.spots import spot_at
from alerts.upstream import STILL, Coming, Way, coming
from alerts.watches import Forecast

MINUTE = 60_000
MARKS = ("warning", "guarantee", "highest")


class Sample(NamedTuple):
    """One reading, epoch ms."""

    device: str
    at: int
    value: float
    spot: tuple[float, float, int, str]


class Basin(NamedTuple):
    """Marks of devices, what is upstream of which, and what every gauge said, oldest first."""

    marks: Mapping[str, Mapping[str, float]]
    ways: Mapping[str, Way]
    said: Mapping[str, Sequence[Point]]


def forecasts(
    rule: Rule,
    samples: Iterable[Sample],
    marks: Mapping[str, Mapping[str, float]],
    now: int,
    ways: Mapping[str, Way] | None = None,
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


def _from_above(rule: Rule, watch: Forecast, device: str, basin: Basin, now: int) -> tuple[Coming, dict[str, Number]]:
    """What is on its way, and what is to be told of it: nothing without a gauge upstream."""
    way = basin.ways.get(device)
    if way is None:
        return STILL, {}
    there = basin.said.get(way.station, ())
    heard = bool(there) and now - there[-1][0] <= rule.stale_after
    rise = coming(way, basin.said[device], there, watch.window) if heard else None
    if rise is None:
        return STILL, {"upstream": way.station, "upstream_used": 0}
    told = {"hours": way.hours, "adds": round(rise.most * rise.gain.likely, 2), "gain": round(rise.gain.likely, 2)}
    return rise, {"upstream": way.station, "upstream_used": 1, **told}


def ahead(
    line: Line, marks: Mapping[str, float], horizon: float, rise: Coming = STILL
) -> tuple[float, dict[str, Number]]:
    """Minutes to the next mark above the line, and what is to be told of it; the horizon and nothing without one.

    A river rises when even the least slope does: noise of a quiet one is no forecast. Or when water comes from above.
    """
    above = sorted((height, name) for name, height in marks.items() if name in MARKS and height > line.level)
    rising = line.least > RISING
    if not above or not (rising or (rise.steps and rise.most > 0)):
        return horizon, {}
    height, name = above[0]
    own = line if rising or line.most < -RISING else line._replace(slope=0.0, least=0.0, most=0.0)  # else it is noise
    minutes, soonest, latest = (
        _until(height - line.level, slope, rise, gain)
        for slope, gain in zip((own.slope, own.most, own.least), _gains(rise), strict=True)
    )
    if minutes is None or minutes >= horizon:
        return horizon, {}
    told: dict[str, Number] = {"mark": name, "height": height, "slope": round(line.slope, DIGITS)}
    last = latest if latest is not None and (rising or latest < horizon) else horizon
    return minutes, told | {"soonest": round(soonest or 0.0, 1), "latest": round(last, 1)}


def _gains(rise: Coming) -> tuple[float, float, float]:
    return rise.gain.likely, rise.gain.most, rise.gain.least


def _until(height: float, slope: float, rise: Coming, gain: float) -> float | None:
    """Minutes until the water has risen by `height` (> 0), at `slope` per hour and with what comes; None for never."""
    hours, level = 0.0, 0.0
    for after, comes in rise.steps:
        higher = slope * after + gain * comes
        if higher >= height:
            return 60 * (hours + (after - hours) * (height - level) / (higher - level))
        hours, level = after, higher
    pace = slope + gain * rise.slope
    return 60 * (hours + (height - level) / pace) if pace > 0 else None
