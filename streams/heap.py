"""Python's garbage collector in a process that does nothing but carry messages."""

from __future__ import annotations

import gc

OBJECTS = 20_000  # between two looks at the youngest; the library's default is 700. Some MB of messages


def spare_the_collector() -> None:
    """Look for cyclic garbage less often, and never among what the program itself is made of.

    Each message that the Kafka client hands over is two objects that the collector follows, and none of them is ever
    part of a cycle; following them took a quarter of the time of every poll. Concerns the whole process.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)


def sweep() -> None:
    """Look through all that was made since the collector is spared; some ms. To be called every few seconds.

    Of a stream of gateways' batches so few objects are left over that the collector would not look for minutes, and the
    Kafka client leaves cycles that hold megabytes of what it fetched. Does nothing where the collector is not spared.
    """
    if gc.get_threshold()[0] == OBJECTS:
        gc.collect()
