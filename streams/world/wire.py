"""From values to the bytes of messages, as gateways and single loggers would send them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from streams.world.devices import DECIMALS, Fleet, batches
from streams.world.dice import Floats, Ints
from streams.world.outages import quality

BATCH = 100  # readings a gateway puts in one message


class Message(NamedTuple):
    """What goes into the topic of `stream`: iot, cases, events or devices."""

    stream: str
    value: bytes


class Openings:
    """What never changes of a fleet's readings, made once: `{"device":...,"at":` for each metric and device."""

    def __init__(self, fleet: Fleet) -> None:
        self.metrics = tuple(
            tuple(_opening(fleet, device, metric) for device in range(len(fleet.ids))) for metric in fleet.kind.metrics
        )


def _opening(fleet: Fleet, device: int, metric: str) -> str:
    known: dict[str, object] = {"device": fleet.ids[device], "metric": metric}
    known |= {"lat": float(fleet.lat[device]), "lon": float(fleet.lon[device])}
    if said := quality(fleet, device):
        known["quality"] = said
    return msgspec.json.encode(known).decode()[:-1] + ',"at":'


def readings(fleet: Fleet, openings: Openings, index: Ints, at: Ints, values: Sequence[Floats]) -> list[str]:
    """Each reading as JSON text, in the order of the arrays; the metrics of one device follow each other."""
    devices, moments = index.tolist(), at.tolist()
    columns = [
        [
            f'{opening[device]}{moment},"value":{value}}}'
            for device, moment, value in zip(devices, moments, column, strict=True)
        ]
        for opening, column in zip(openings.metrics, _plain(fleet, values), strict=True)
    ]
    return columns[0] if len(columns) == 1 else [one for row in zip(*columns, strict=True) for one in row]


def _plain(fleet: Fleet, values: Sequence[Floats]) -> Iterator[list[float]]:
    for metric, column in zip(fleet.kind.metrics, values, strict=True):
        yield (column.round(DECIMALS[metric]) + 0.0).tolist()  # + 0.0: no -0.0 on a screen


def singles(texts: Sequence[str]) -> list[Message]:
    return [Message("iot", text.encode()) for text in texts]


def gathered(texts: Sequence[str]) -> list[Message]:
    """Gateway messages of at most BATCH readings."""
    parts = (texts[one] for one in batches(len(texts), BATCH))
    return [Message("iot", f'{{"readings":[{",".join(part)}]}}'.encode()) for part in parts]


def record(stream: str, fields: Mapping[str, Any]) -> Message:
    """One case step or event; fields that say nothing are left out."""
    return Message(
        stream, msgspec.json.encode({key: value for key, value in fields.items() if value not in ("", None)})
    )
