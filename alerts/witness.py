"""Whether a level stands on one reading alone, and what the readings after it said of that. Pure.

One wild reading fires a level, for a true surge is one reading, too, when it begins. So nothing waits for a second one;
but who reads the alert is told what it stands on, until another reading at the level's threshold or beyond has come: of
the same device, or of another one of the place. Only where a level is compared with readings themselves: `last`, the
greatest where more is worse, the least where less is (alerts/gather.py, `said`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from alerts.alert import Witness
from alerts.look import Look


class _Words(NamedTuple):
    """Of the devices that were heard when their newest reading is from (epoch ms), by whether it reaches the level;
    `several` of them that reach it say so with more than one reading."""

    reaching: Mapping[str, int]
    below: Mapping[str, int]
    several: frozenset[str]


def witnessed(look: Look, level: str, before: Witness | None, *, new: bool) -> Witness | None:
    """What is known after this look; `new`: the level was not active before it. None is no claim at all."""
    words = _words(look, level)
    if before is None:
        return _first(look, words) if new else None
    return before if before.confirmed is not None else _later(before, words)


def _words(look: Look, level: str) -> _Words:
    said = {device: (at, words) for device, (at, words) in look.said.items() if words}
    reaching = {device: at for device, (at, words) in said.items() if look.beyond(level, words[0])}
    several = (device for device in reaching if all(look.beyond(level, word) for word in said[device][1]))
    return _Words(
        reaching,
        {device: at for device, (at, _) in said.items() if device not in reaching},
        frozenset(device for device in several if len(said[device][1]) > 1),
    )


def _first(look: Look, words: _Words) -> Witness | None:
    """The reading that began it; others that say the same at once bear it out."""
    if not words.reaching:
        return None
    device = look.seen.device if look.seen.device in words.reaching else min(words.reaching)
    sure = len(words.reaching) > 1 or device in words.several
    return Witness(device, words.reaching[device], max(words.reaching.values()) if sure else None)


def _later(before: Witness, words: _Words) -> Witness:
    others = [at for device, at in words.reaching.items() if device != before.device or at > before.at]
    if others:
        return replace(before, confirmed=max(before.at, min(others)))
    denied = words.below.get(before.device)
    if before.denied is None and denied is not None and denied > before.at:
        return replace(before, denied=denied)
    return before
