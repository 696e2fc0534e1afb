"""Several things at once around a cell: what alone is a nuisance, together is a danger. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import h3.api.basic_str as h3
import numpy as np

from alerts.alert import LEVELS, NOWHERE, Observation, Spot, rank
from alerts.gather import applies, cell_name, cells_of
from alerts.rings import Flags, Ints, Window
from alerts.rules import Rule
from alerts.sieve import Probe, measured, measures, probe, reaching
from alerts.spots import spot_of
from alerts.states import State
from alerts.watches import Composite, Ingredient

WORST = len(LEVELS)
APART = "; "
"""Between the parts, as an alert tells them."""

Standing = Mapping[str, Mapping[str, State]]
"""The states of all rules before this beat, by rule and place."""


class Part(NamedTuple):
    """What is worst of an ingredient in a cell: its level (0: none), device, value and place."""

    level: int
    device: str
    value: float
    spot: Spot


Parts = Mapping[str, Part]
"""By cell: those of which something is known."""


def together(
    rule: Rule, rows: Mapping[Probe, Window], standing: Standing, places: Iterable[str], now: int
) -> list[Observation]:
    """Observations of a composite: of cells where its first ingredient holds, and of `places`."""
    watch = rule.watch
    if not isinstance(watch, Composite):
        return []
    known = frozenset(filter(h3.is_valid_cell, places))
    first = _parts(rule, watch.all_of[0], rows, standing, Near(known, now, beyond=True))
    cells = known | {cell for cell, part in first.items() if part.level}
    around = frozenset(near for cell in cells for near in h3.grid_disk(cell, watch.rings))
    others = [_parts(rule, one, rows, standing, Near(around, now)) for one in watch.all_of[1:]]
    seen = (_of_cell(rule, watch, cell, [first, *others], now) for cell in sorted(cells))
    return [one for one in seen if one is not None]


class Near(NamedTuple):
    """What is looked at of an ingredient at `now`: what lies in `cells`, and with `beyond` what reaches a level."""

    cells: frozenset[str]
    now: int
    beyond: bool = False


def _parts(rule: Rule, one: Ingredient, rows: Mapping[Probe, Window], standing: Standing, near: Near) -> Parts:
    if one.rule:
        return _of_rule(standing.get(one.rule, {}), one, rule.place.resolution)
    return _of_readings(rule, one, rows, near)


def _of_readings(rule: Rule, one: Ingredient, rows: Mapping[Probe, Window], near: Near) -> Parts:
    parts: dict[str, Part] = {}
    if one.watch is None:
        return parts
    window = rows[probe(one.watch)]
    code, names = cells_of(window.heard, rule.place.resolution)
    for place in np.flatnonzero(_worth(rule, one, window, near, code, names)).tolist():
        row = window.row(place)
        value = measured(one.watch, row)
        if value is None:
            continue
        level = _level(one, value) if applies(one.watch, rows, row.device) else 0
        cell = names[code[place]]
        parts[cell] = max(parts.get(cell, NOTHING), Part(level, row.device, value, spot_of(row)), key=_order)
    return parts


def _worth(  # noqa: PLR0913, PLR0917 - the window, and the cells of its devices
    rule: Rule, one: Ingredient, window: Window, near: Near, code: Ints, names: Sequence[str]
) -> Flags:
    """Devices that are placed, heard lately, and in a cell that is looked at, or that reach a level."""
    found = measures(one.watch, window) if one.watch else np.full(len(code), np.nan)
    inside = np.fromiter((name in near.cells for name in names), np.bool_, len(names))
    wanted = np.append(inside, False)[code]
    if near.beyond:
        sign = 1 if one.direction == "above" else -1
        wanted |= reaching(sign, found, min((sign * number for number in one.levels.values()), default=np.inf) * sign)
    flags: Flags = wanted & (code >= 0) & np.isfinite(found) & (near.now - window.at <= rule.stale_after)
    return flags


def _of_rule(states: Mapping[str, State], one: Ingredient, resolution: int) -> Parts:
    """A rule that says nothing of a cell is clear there: it is known everywhere."""
    parts: dict[str, Part] = {}
    for place, state in states.items():
        if state.spot.cell and rank(state.level) >= rank(one.level):
            cell = cell_name(state.spot.cell, resolution)
            part = Part(rank(state.level), state.device or place, state.value or 0.0, state.spot)
            parts[cell] = max(parts.get(cell, NOTHING), part, key=_order)
    return parts


NOTHING = Part(0, "", 0.0, NOWHERE)


def _order(part: Part) -> tuple[int, str]:
    return part.level, part.device


def _level(one: Ingredient, value: float) -> int:
    sign = 1 if one.direction == "above" else -1
    return max((rank(level) for level, number in one.levels.items() if sign * value >= sign * number), default=0)


def _of_cell(rule: Rule, watch: Composite, cell: str, found: list[Parts], now: int) -> Observation | None:
    """What a cell comes to; None when nothing is known of one of the ingredients."""
    chosen: list[Part] = []
    for number, (one, parts) in enumerate(zip(watch.all_of, found, strict=True)):
        around = h3.grid_disk(cell, watch.rings if number else 0)
        near = [parts[each] for each in around if each in parts]
        if not near and not one.rule:
            return None
        chosen.append(max(near, key=_order, default=NOTHING))
    levels = [part.level for part in chosen]
    value = float(min(WORST, max(levels) + watch.up)) if all(levels) else 0.0
    told = APART.join(f"{part.device} {part.value:g}" for part in chosen if part.level)
    first = chosen[0]
    spot = first.spot if first.level else NOWHERE
    return Observation(cell, now, value, rule.thresholds(None), device=first.device, spot=spot, detail={"parts": told})


def devices_of(told: str) -> list[tuple[str, float]]:
    """The devices and values that an alert tells of its parts, in the order of the rule's ingredients."""
    parts = (part.rpartition(" ") for part in told.split(APART) if part)
    return [(device, float(value)) for device, _, value in parts]
