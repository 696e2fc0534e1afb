"""Several things at once around a cell: what alone is a nuisance, together is a danger. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import h3.api.basic_str as h3

from alerts.alert import LEVELS, NOWHERE, Observation, Spot, rank
from alerts.gather import Probe, applies, cell_name, measured, probe
from alerts.rings import Rows
from alerts.rules import Rule
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
    rule: Rule, rows: Mapping[Probe, Rows], standing: Standing, places: Iterable[str], now: int
) -> list[Observation]:
    """Observations of a composite: of cells where its first ingredient holds, and of `places`."""
    watch = rule.watch
    if not isinstance(watch, Composite):
        return []
    resolution = rule.place.resolution
    found = [
        _of_rule(standing.get(one.rule, {}), one, resolution) if one.rule else _of_readings(rule, one, rows, now)
        for one in watch.all_of
    ]
    cells = {cell for cell, part in found[0].items() if part.level} | set(filter(h3.is_valid_cell, places))
    seen = (_of_cell(rule, watch, cell, found, now) for cell in sorted(cells))
    return [one for one in seen if one is not None]


def _of_readings(rule: Rule, one: Ingredient, rows: Mapping[Probe, Rows], now: int) -> Parts:
    parts: dict[str, Part] = {}
    if one.watch is None:
        return parts
    for row in rows[probe(one.watch)].values():
        value = measured(one.watch, row)
        if value is None or not row.cell or now - row.at > rule.stale_after:
            continue
        level = _level(one, value) if applies(one.watch, rows, row.device) else 0
        cell = cell_name(row.cell, rule.place.resolution)
        parts[cell] = max(parts.get(cell, NOTHING), Part(level, row.device, value, spot_of(row)), key=_order)
    return parts


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
