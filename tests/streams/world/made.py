"""The made-up Xining that the tests ask, made once for each anchor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

import numpy as np

from config.city import CityProfile
from config.read import read_city
from streams.map_files import read_districts
from streams.messages import parse
from streams.records import Item
from streams.world.city import World, build, first_parts
from streams.world.devices import MINUTE_MS, Fleet, Kind
from streams.world.dice import Ints
from streams.world.weather import DAY_MS
from streams.world.wire import Message

BEIJING = timezone(timedelta(hours=8))
ANCHOR = round(datetime(2026, 7, 15, 10, 0, 0, 123_000, tzinfo=BEIJING).timestamp() * 1000)  # a Wednesday
HOUR_MS = 60 * MINUTE_MS


def profile() -> CityProfile:
    return read_city("xining")


@cache
def districts() -> Mapping[str, Any]:
    return read_districts(profile())


@cache
def xining(anchor: int = ANCHOR, seed: int | None = None) -> World:
    return build(profile(), districts(), anchor, seed)


def fleet(world: World, kind: Kind) -> Fleet:
    return next(one for one in world.fleets if one.kind is kind)


@cache
def history() -> tuple[Message, ...]:
    """The whole backfill of a first start."""
    world, since = xining(), ANCHOR - DAY_MS
    return tuple(told for part in first_parts(ANCHOR, since, ANCHOR) for told in world.past(part, since, ANCHOR))


@cache
def told() -> tuple[Item, ...]:
    """What ingest makes of `history`."""
    return tuple(items(history(), ANCHOR))


def items(messages: Sequence[Message], now: int) -> list[Item]:
    return [item for one in messages for item in parse(one.stream, one.value, now)]  # type: ignore[arg-type]


def same(value: int, count: int = 1) -> Ints:
    return np.full(count, value, dtype=np.int64)
