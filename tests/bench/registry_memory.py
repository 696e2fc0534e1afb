"""What ingest's registry of a million devices takes: python -m tests.bench.registry_memory [DEVICES]."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator

from streams.registry import Registry, Told

CELL = 617_700_169_958_293_503


def entries(count: int) -> Iterator[Told]:
    for number in range(count):
        district = f"63{number % 60:04d}"
        yield Told(
            f"device-{number:09d}",
            number,
            "active",
            36.6 + number / 1e8,
            101.7,
            CELL + number,
            district,
            ("rain",),
            ("",),
        )


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int) -> None:
    before, began = megabytes(), time.perf_counter()
    registry = Registry()
    registry.learn(entries(count))
    took, size = time.perf_counter() - began, megabytes() - before
    began = time.perf_counter()
    found = sum(registry.post(f"device-{number:09d}") is not None for number in range(0, count, 10))
    each = (time.perf_counter() - began) / found * 1e6
    sys.stdout.write(f"{count:,} devices: {size:.0f} MB, learnt in {took:.1f} s, {each:.1f} us a look\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
