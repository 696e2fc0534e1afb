"""Randomness without a state: a throw is a function of what it is for: any moment can be asked again, in any order."""

from __future__ import annotations

import hashlib
from random import Random
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TOP_53_BITS = np.uint64(11)


def key(*parts: object) -> int:
    """A 63-bit number that stands for `parts`; equal parts give equal numbers on every machine and in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def die(*parts: object) -> Random:
    """A generator that belongs to `parts` alone."""
    return Random(key(*parts))  # noqa: S311 - a made-up city, no secret


def _mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014): neighbours in, independent looking bits out."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * _MIX_1
    numbers = (numbers ^ (numbers >> np.uint64(27))) * _MIX_2
    return numbers ^ (numbers >> np.uint64(31))


def uniform(purpose: int, first: Any, second: Any = 0) -> Floats:
    """Throws in [0, 1), one for each pair of `first` and `second` (int64 arrays that broadcast)."""
    one = np.asarray(first, dtype=np.int64).astype(np.uint64)
    two = np.asarray(second, dtype=np.int64).astype(np.uint64)
    with np.errstate(over="ignore"):
        mixed = _mix(_mix(np.atleast_1d(one * _GOLDEN) + np.uint64(purpose)) + two * _MIX_2)
    return (mixed >> _TOP_53_BITS).astype(np.float64) * 2.0**-53


def bell(purpose: int, first: Any, second: Any = 0) -> Floats:
    """Throws of mean 0 and deviation 1, between -3.5 and 3.5: twelve-sided enough for noise of a sensor."""
    total = sum(uniform(purpose + part, first, second) for part in range(4))
    return np.asarray((total - 2.0) * np.sqrt(3.0), dtype=np.float64)
