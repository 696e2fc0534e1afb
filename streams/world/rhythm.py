"""The day of a city: how busy, how loud, how hazy it is at a local time. Times epoch ms, hours 0 to 24."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from streams.world.dice import Floats, Ints

HOUR_MS = 3_600_000
_DAY_HOURS = np.arange(25)

# One number for each full hour, midnight to midnight; between them straight lines.
_WORKDAY = (12, 8, 6, 5, 6, 14, 38, 82, 100, 78, 68, 70, 72, 66, 66, 70, 80, 98, 100, 80, 62, 48, 32, 20, 12)
_WEEKEND = (16, 11, 8, 6, 6, 10, 20, 36, 52, 66, 76, 78, 74, 70, 72, 76, 78, 80, 76, 70, 62, 50, 36, 24, 16)
_LOUD = (44, 42, 41, 41, 43, 48, 54, 60, 62, 61, 60, 60, 60, 59, 59, 60, 61, 63, 63, 61, 59, 56, 51, 47, 44)
_HAZE = (44, 40, 37, 35, 35, 38, 46, 56, 62, 58, 50, 43, 38, 35, 33, 33, 36, 42, 50, 57, 60, 57, 52, 48, 44)
_SEWAGE = (30, 22, 16, 14, 15, 26, 60, 92, 88, 66, 56, 62, 74, 60, 48, 46, 52, 66, 84, 96, 92, 78, 58, 40, 30)
_CALLS = (5, 3, 2, 2, 2, 4, 10, 24, 44, 52, 50, 42, 30, 30, 42, 48, 46, 38, 30, 26, 22, 18, 12, 8, 5)


def _curve(points: Sequence[float], hour: Floats) -> Floats:
    return np.asarray(np.interp(hour, _DAY_HOURS, np.asarray(points, dtype=np.float64)), dtype=np.float64)


def local(at: Ints, offset: int) -> tuple[Floats, Floats]:
    """Hour of the day and the day's weekday (0 Monday) at moments, `offset` ms east of UTC."""
    days = (at + offset) / (24 * HOUR_MS)
    return np.asarray((days % 1.0) * 24.0), np.asarray((np.floor(days) + 3) % 7)


def busy(hour: Floats, weekday: Floats) -> Floats:
    """How much moves in the streets, 0 to 1: two peaks on a working day, one broad hump at the weekend."""
    return np.where(weekday >= 5, _curve(_WEEKEND, hour), _curve(_WORKDAY, hour)) / 100.0


def loud(hour: Floats) -> Floats:
    """Noise of an ordinary street, dB(A)."""
    return _curve(_LOUD, hour)


def haze(hour: Floats) -> Floats:
    """PM2.5 of an ordinary day, ug/m3: stoves and traffic under a low morning and evening air."""
    return _curve(_HAZE, hour)


def sewage(hour: Floats) -> Floats:
    """How full the sewers run without rain, 0 to 1."""
    return _curve(_SEWAGE, hour) / 100.0


def calls(hour: Floats) -> Floats:
    """How likely somebody reports something, of no unit."""
    return _curve(_CALLS, hour)


def call_hours(shares: Floats) -> Floats:
    """Local hours at which the given shares (0 to 1) of a day's cases have been reported."""
    hours = np.linspace(0.0, 24.0, 24 * 12 + 1)
    weight = calls(hours)
    total = np.concatenate([[0.0], np.cumsum((weight[1:] + weight[:-1]) / 2)])
    return np.asarray(np.interp(shares, total / total[-1], hours), dtype=np.float64)
