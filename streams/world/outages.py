"""What goes wrong with sensors: one in fifty is silent for a while each day, a few for the day, two are broken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.world.devices import AIR, MINUTE_MS, NOISE, WATER, Fleet
from streams.world.dice import Floats, Ints, uniform

_DAY_MS = 24 * 60 * MINUTE_MS
SILENT_A_WHILE = 0.02  # of the devices, each day, for 20 to 200 minutes
SILENT_ALL_DAY = 0.003
ERRATIC = 12  # this noise meter throws any value, and says that it is not well
STUCK = 6  # this air station says the same for ever, and does not know
STUCK_AT = 7.0
SUSPECT = "suspect"


def speaks(fleet: Fleet, index: Ints, at: Ints) -> NDArray[np.bool_]:
    """Does the device say anything at that moment. River gauges always do: there are too few of them to lose one."""
    if fleet.kind is WATER:
        return np.ones(len(at), dtype=np.bool_)
    day, into = np.divmod(at, _DAY_MS)
    fate, begin, length = (uniform(fleet.purpose + part, index, day) for part in (11, 12, 13))
    span = (20.0 + 180.0 * length) * MINUTE_MS
    start = begin * (_DAY_MS - span)
    a_while = (fate < SILENT_A_WHILE) & (into >= start) & (into < start + span)
    return np.asarray(~a_while & (fate < 1.0 - SILENT_ALL_DAY), dtype=np.bool_)


def disturbed(fleet: Fleet, index: Ints, at: Ints, values: Floats) -> Floats:
    """The values with those of the broken devices in place of what they should have said."""
    if fleet.kind is NOISE:
        return np.where(index == ERRATIC, 25.0 + 95.0 * uniform(fleet.purpose + 14, index, at), values)
    if fleet.kind is AIR:
        return np.where(index == STUCK, STUCK_AT, values)
    return values


def quality(fleet: Fleet, device: int) -> str:
    """What the device itself says about its values."""
    return SUSPECT if fleet.kind is NOISE and device == ERRATIC else ""
